internal import Expressions
internal import Files
internal import Physics

extension ProblemReading {
  /// The constitutive law that a material states; what is wrong with it is reported.
  mutating func constitutiveLaw(_ material: CaseFile.Entry) -> any ConstitutiveLaw {
    var reading = LawReading(self, material)
    let law = reading.law()
    self = reading.problem
    return law
  }
}

/// From the keys of a [[material]] and its law to a constitutive law.
private struct LawReading {
  var problem: ProblemReading
  let material: CaseFile.Entry
  /// The table `law`; an empty one where there is none.
  let entry: CaseFile.Entry
  /// What coefficients may use. Only T is right: of the others the law says itself what is wrong.
  let scope: ExpressionScope

  init(_ problem: ProblemReading, _ material: CaseFile.Entry) {
    (self.problem, self.material) = (problem, material)
    entry =
      material["law"]?.table
      ?? CaseFile.Entry(on: material.on, items: [], location: material.location)
    scope = ExpressionScope(
      parameters: problem.caseFile.layout.parameters, coordinates: problem.dimension,
      fields: ["T"], fieldDerivatives: false)
  }

  private mutating func report(_ location: SourceLocation, _ message: String) {
    problem.report(location, message)
  }

  mutating func law() -> any ConstitutiveLaw {
    let errors = problem.errors.count
    let isLibrary = entry["umat"] != nil
    let name = entry["kind"]?.word
    // A misspelt kind has been reported; its keys say nothing then.
    guard let kind = LawKind(rawValue: name ?? "elastic"), entry["kind"] == nil || name != nil
    else { return LawReading.standIn }
    checkKeys(isLibrary ? nil : kind)
    do throws(PhysicsError) {
      let law: any ConstitutiveLaw =
        if isLibrary { try external() } else if kind == .elastic { try elastic() } else {
          try inelastic(kind)
        }
      return law
    } catch {
      // A key that is missing or misread has been reported, the law was made of stopgaps.
      if problem.errors.count == errors { report(location(of: error), error.message) }
      return LawReading.standIn
    }
  }

  private func location(of error: PhysicsError) -> SourceLocation {
    material["law"] == nil ? material.location : material.location(of: "law")
  }

  /// What stands for a law that cannot be read, so that the rest can be.
  private static let standIn: any ConstitutiveLaw = {
    let law = try? ElasticMaterial(.init(.isotropic(young: Expression(1), poisson: Expression(0))))
    guard let law else { preconditionFailure("an elastic law of numbers") }
    return law
  }()

  /// Keys that belong to another kind, and keys that are missing; nil stands for a library.
  private mutating func checkKeys(_ kind: LawKind?) {
    let known = kind.map { ["kind"] + $0.required + $0.optional } ?? LawKind.ofLibrary
    let this = kind.map { "this law is '\($0.rawValue)'" } ?? "this law is a library"
    for item in entry.items where !known.contains(item.key) {
      if kind == nil, item.key == "kind" {
        report(
          item.location,
          "'kind' and 'umat' exclude each other in [material.law]: a library is a law of its own")
        continue
      }
      let kinds = LawKind.knowing(item.key).joined(separator: ", ")
      report(item.location, "'\(item.key)' in [material.law] belongs to \(kinds); \(this)")
    }
    for key in kind?.required ?? [] where entry[key] == nil {
      report(
        entry.location,
        "missing key '\(key)' in [material.law]: a law of kind '\(kind?.rawValue ?? "")' needs it")
    }
    if entry["saturation"] != nil, entry["rate"] == nil, known.contains("saturation") {
      report(
        entry.location(of: "saturation"), "'saturation' in [material.law] needs 'rate': how fast")
    }
    if entry["rate"] != nil, entry["saturation"] == nil, kind == .plastic || kind == .chaboche {
      report(entry.location(of: "rate"), "'rate' in [material.law] belongs to 'saturation'")
    }
  }

  private mutating func coefficient(_ entry: CaseFile.Entry, _ key: String) -> Expression? {
    problem.coefficient(entry, key, scope)
  }

  /// A coefficient of the law; one that is missing or wrong has been reported.
  private mutating func coefficient(_ key: String, else standard: Double = 1) -> Expression {
    coefficient(entry, key) ?? Expression(standard)
  }

  private var referenceTemperature: Double { material["reference-temperature"]?.number ?? 0 }

  // MARK: - Without memory

  private mutating func elastic() throws(PhysicsError) -> ElasticMaterial {
    let stiffness = problem.law(material, scope)
    let expansion =
      problem.coefficients(material, "expansion", scope)
      ?? coefficient(material, "expansion").map { [$0] } ?? []
    return try ElasticMaterial(
      stiffness, expansion: expansion, referenceTemperature: referenceTemperature)
  }

  // MARK: - With memory

  private mutating func inelastic(_ kind: LawKind) throws(PhysicsError) -> InelasticMaterial {
    for key in ["shear", "axes", "stiffness"] where material[key] != nil {
      report(
        material.location(of: key),
        "'\(key)' in [[material]] belongs to elastic laws; a law of kind '\(kind.rawValue)' is the "
          + "same in all directions")
    }
    for key in ["young", "poisson"] where material[key] == nil && material["stiffness"] == nil {
      report(material.location, "missing key '\(key)' in [[material]]")
    }
    for key in ["young", "poisson", "expansion"] where material[key]?.list != nil {
      report(
        material.location(of: key),
        "'\(key)' in [[material]] is one number where the law is of kind '\(kind.rawValue)', which "
          + "is the same in all directions")
    }
    return try InelasticMaterial(
      elasticity: .init(
        young: coefficient(material, "young") ?? Expression(1),
        poisson: coefficient(material, "poisson") ?? Expression(0),
        expansion: coefficient(material, "expansion") ?? Expression(0),
        referenceTemperature: referenceTemperature),
      yieldStress: kind == .creep ? .constant(Expression(0)) : yieldStress(kind),
      backstresses: backstresses(), flow: flow(kind))
  }

  private mutating func yieldStress(_ kind: LawKind) -> InelasticMaterial.YieldStress {
    let hardening = coefficient(entry, "hardening")
    if let rows = entry["yield"]?.list {
      for key in ["hardening", "saturation"] where entry[key] != nil {
        report(
          entry.location(of: key),
          "'\(key)' in [material.law] has no meaning beside a table of 'yield', which says all")
      }
      return table(rows)
    }
    let initial = coefficient("yield")
    guard kind != .perzyna, let saturation = coefficient(entry, "saturation") else {
      return hardening.map { .linear(initial: initial, modulus: $0) } ?? .constant(initial)
    }
    return .voce(
      initial: initial, saturation: saturation, rate: coefficient("rate"),
      modulus: hardening ?? Expression(0))
  }

  private mutating func table(_ rows: [CaseFile.Value]) -> InelasticMaterial.YieldStress {
    var strains: [Double] = []
    var stresses: [Expression] = []
    for row in rows {
      guard let pair = row.list, pair.count == 2, let stress = pair[1].coefficient else { continue }
      guard let strain = pair[0].number else {
        report(
          pair[0].location ?? entry.location(of: "yield"),
          "the plastic strain of a row of 'yield' is a number; found \(pair[0].text)")
        continue
      }
      strains.append(strain)
      stresses.append(problem.expression(stress, scope))
    }
    return .table(plasticStrain: strains, stress: stresses)
  }

  private mutating func backstresses() -> [InelasticMaterial.Backstress] {
    (entry["backstress"]?.list ?? []).compactMap { value in
      value.table.map { row in
        InelasticMaterial.Backstress(
          modulus: coefficient(row, "modulus") ?? Expression(0),
          recall: coefficient(row, "recall") ?? Expression(0))
      }
    }
  }

  private mutating func flow(_ kind: LawKind) -> InelasticMaterial.Flow {
    switch kind {
    case .elastic, .plastic: .rateIndependent
    case .creep: .norton(coefficient: coefficient("coefficient"), exponent: coefficient("exponent"))
    case .perzyna:
      .perzyna(
        rate: coefficient("rate"), stress: coefficient("stress"), exponent: coefficient("exponent"))
    case .chaboche:
      .chaboche(resistance: coefficient("resistance"), exponent: coefficient("exponent"))
    }
  }

  // MARK: - From a library

  private mutating func external() throws(PhysicsError) -> any ConstitutiveLaw {
    for key in ["young", "poisson", "shear", "axes", "stiffness"] where material[key] != nil {
      report(
        material.location(of: key),
        "'\(key)' in [[material]] has no meaning beside 'umat': the library has its own elasticity, "
          + "from 'properties'")
    }
    if material["expansion"]?.list != nil {
      report(
        material.location(of: "expansion"),
        "'expansion' in [[material]] is one number beside 'umat'")
    }
    guard let file = entry["umat"]?.path else { return LawReading.standIn }
    if !FileBytes.isReadable(file.text) {
      do throws(FileError) { _ = try FileBytes.read(file.text) } catch {
        problem.report(file.location, .unreadable(error))
      }
      return LawReading.standIn
    }
    return try ExternalLaw(
      path: file.text.contains("/") ? file.text : "./" + file.text,
      properties: (entry["properties"]?.list ?? []).compactMap(\.number),
      states: entry["states"]?.integer ?? 0, name: entry["name"]?.word ?? "MATERIAL",
      expansion: coefficient(material, "expansion") ?? Expression(0),
      referenceTemperature: referenceTemperature,
      tangentSymmetry: entry["symmetric"]?.flag == true ? .symmetric : .general,
      calls: entry["concurrent"]?.flag == true ? .concurrent : .serial)
  }
}
