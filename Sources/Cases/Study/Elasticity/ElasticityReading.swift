internal import Expressions
internal import FiniteElements
internal import Meshes
internal import Physics

extension ProblemReading {
  /// Linear elasticity as a case states it.
  mutating func elasticityProblem() -> ElasticityProblem {
    let d = dimension
    let settings = caseFile.physics.settings
    if d == 3 {
      for key in ["assumption", "thickness"] where settings[key] != nil {
        report(
          settings.location(of: key),
          "'\(key)' in [physics] is for meshes of the plane; this "
            + "one is of space")
      }
    }
    let assumption =
      settings["assumption"]?.word.flatMap(ElasticityProblem.Assumption.init) ?? .planeStrain
    if assumption == .axisymmetric, settings["thickness"] != nil {
      report(
        settings.location(of: "thickness"),
        "'thickness' in [physics] has no meaning for a body of "
          + "revolution, which goes all round")
    }
    return ElasticityProblem(
      degree: caseFile.physics.degree, assumption: assumption,
      locking: settings["locking"]?.word.flatMap(ElasticityProblem.Locking.init) ?? .none,
      thickness: coefficient(settings, "thickness") ?? Expression(1),
      materials: caseFile.materials.map { elasticMaterial($0) },
      boundaries: caseFile.boundaries.map { elasticBoundary($0) },
      sources: caseFile.sources.map {
        ElasticityProblem.Source(
          regions: regions($0.on, 0...d), value: components($0, "value") ?? [])
      },
      temperatures: temperatures(),
      outputs: caseFile.entry("modes") == nil
        ? caseFile.outputs.map { elasticOutput($0) } : [])
  }

  private mutating func elasticMaterial(
    _ material: CaseFile.Entry
  ) -> ElasticityProblem.Material {
    let expansion =
      coefficients(material, "expansion")
      ?? coefficient(material, "expansion").map { [$0] } ?? []
    return ElasticityProblem.Material(
      regions: regions(material.on, dimension...dimension), law: law(material),
      density: coefficient(material, "density"), expansion: expansion,
      referenceTemperature: coefficient(material, "reference-temperature") ?? Expression(0))
  }

  mutating func coefficients(
    _ entry: CaseFile.Entry, _ key: String, _ scope: ExpressionScope? = nil
  ) -> [Expression]? {
    (entry[key]?.list).map { list in
      list.map { $0.coefficient.map { expression($0, scope) } ?? Expression(0) }
    }
  }

  /// The stiffness that the keys of a material state.
  mutating func law(
    _ material: CaseFile.Entry, _ scope: ExpressionScope? = nil
  ) -> ElasticLaw {
    let axes = material["axes"]?.list.map { rows in
      rows.map { ($0.list ?? []).compactMap(\.number) }
    }
    let keys = ["young", "poisson", "shear"]
    if let stiffness = material["stiffness"]?.list {
      for key in keys where material[key] != nil {
        report(
          material.location(of: key),
          "'\(key)' and 'stiffness' exclude each other in [[material]]; give one of them")
      }
      return ElasticLaw(
        .stiffness(
          stiffness.map { row in
            (row.list ?? []).map { $0.coefficient.map { expression($0, scope) } ?? Expression(0) }
          }), axes: axes)
    }
    for key in keys.prefix(2) where material[key] == nil {
      report(
        material.location, "missing key in [[material]]: give 'young' and 'poisson', or 'stiffness'"
      )
      return .isotropic(young: Expression(1), poisson: Expression(0))
    }
    let isOrthotropic = keys.filter { material[$0]?.list != nil }
    if isOrthotropic.isEmpty {
      if material["axes"] != nil {
        report(
          material.location(of: "axes"),
          "'axes' in [[material]] turn orthotropic matter or a "
            + "'stiffness'; one modulus is the same in all directions")
      }
      return .isotropic(
        young: coefficient(material, "young", scope) ?? Expression(1),
        poisson: coefficient(material, "poisson", scope) ?? Expression(0))
    }
    for key in keys where material[key]?.list == nil {
      report(
        material.location(of: key),
        "orthotropic matter has three numbers for each of 'young', 'poisson' and 'shear' in "
          + "[[material]]; '\(key)' " + (material[key] == nil ? "is missing" : "has one"))
    }
    return ElasticLaw(
      .orthotropic(
        young: coefficients(material, "young", scope) ?? [],
        poisson: coefficients(material, "poisson", scope) ?? [],
        shear: coefficients(material, "shear", scope) ?? []), axes: axes)
  }

  /// A condition on the boundary of a solid.
  mutating func elasticBoundary(
    _ boundary: CaseFile.Entry
  ) -> ElasticityProblem.Boundary {
    let isEssential = boundary["value"] != nil
    let isNatural = ["traction", "pressure", "foundation", "symmetry"].contains {
      boundary[$0] != nil
    }
    let d = dimension
    let history = history(boundary)
    return ElasticityProblem.Boundary(
      regions: regions(boundary.on, isEssential && !isNatural ? 0...d : d - 1...d - 1),
      value: prescribed(boundary)?.map { $0?.times(history) },
      traction: components(boundary, "traction")?.map { $0.times(history) },
      pressure: coefficient(boundary, "pressure")?.times(history),
      foundation: foundation(boundary),
      symmetry: boundary["symmetry"]?.flag == true ? .plane : nil)
  }

  /// The components of a displacement, nil where it is free.
  private mutating func prescribed(_ boundary: CaseFile.Entry) -> [Expression?]? {
    guard let value = boundary["value"], let list = value.list else { return nil }
    guard hasComponents(list.count, "value", at: value.location ?? boundary.location) else {
      return nil
    }
    return list.map { component in component.coefficient.map { expression($0) } }
  }

  private mutating func foundation(
    _ boundary: CaseFile.Entry
  ) -> ElasticityProblem.Foundation? {
    guard let table = boundary["foundation"]?.table else { return nil }
    if let normal = coefficient(table, "normal") { return .normal(normal) }
    return components(table, "stiffness").map { .stiffness($0) }
  }
}
