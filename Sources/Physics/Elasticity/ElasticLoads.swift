internal import Expressions
internal import FiniteElements
internal import Meshes

/// Σ θ_p f_p of an elastic body: which integrals make each f_p.
struct ElasticLoads {
  /// The integrals of each load.
  private(set) var terms: [[VectorLinearTerm]] = []
  /// The thermal strains of each material, with the cells they hold on: for stresses.
  private(set) var thermal: [ThermalStrain] = []
  private var thetas = CoefficientTerms()

  var coefficients: [Expression] { thetas.coefficients }

  /// - Parameter forms: The stiffnesses, for thermal stresses; nil leaves these out.
  init(
    _ problem: ElasticityProblem, _ space: VectorSpace, _ forms: StiffnessForms?,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.scalar.mesh
    let d = mesh.dimension
    let kinematics = ElasticKinematics(d, problem.assumption)
    let t = d == 2 && !kinematics.isAxisymmetric ? problem.thickness : Expression(1)
    for (s, source) in problem.sources.enumerated() {
      let region = try mesh.union(of: source.regions, dimensions: 0...d, subject: .source(s))
      try check(source.value.count, d, "force", .source(s))
      let factor = region.dimension >= d - 1 ? t : Expression(1)
      let parts = try SeparatedTerms(
        source.value.map { $0 * factor }, of: .source(s), as: "force", positive: positive)
      try add(parts) { .force($0, on: region) }
    }
    for (b, boundary) in problem.boundaries.enumerated() {
      guard boundary.traction != nil || boundary.pressure != nil else { continue }
      let region = try mesh.union(
        of: boundary.regions, dimensions: d - 1...d - 1, subject: .boundary(b))
      if let traction = boundary.traction {
        try check(traction.count, d, "traction", .boundary(b))
        let parts = try SeparatedTerms(
          traction.map { $0 * t }, of: .boundary(b), as: "traction", positive: positive)
        try add(parts) { .force($0, on: region) }
      }
      if let pressure = boundary.pressure {
        let parts = try SeparatedTerms(
          [pressure * t], of: .boundary(b), as: "pressure", positive: positive)
        try add(parts) { .pressure($0, on: region) }
      }
    }
    guard let forms else { return }
    thermal = try ThermalStrain.all(problem, mesh, forms, kinematics)
    for strain in thermal {
      let subject = PhysicsError.Subject.material(strain.material)
      var parts = SeparatedTerms(
        kinematics.rows.count, of: subject, as: "thermal stress", positive: positive)
      for (coefficient, weights) in strain.stress(forms.modes[strain.material]) {
        try parts.add(coefficient * t, times: kinematics.rows.map { weights[$0] })
      }
      try add(parts, fields: strain.fieldOfName) { .stress($0, on: strain.region) }
    }
  }

  private mutating func add(
    _ parts: SeparatedTerms, fields: [String: Field] = [:],
    _ term: (Coefficient) -> VectorLinearTerm
  ) throws(PhysicsError) {
    for (theta, g) in try parts.coefficients(fields: fields) {
      let place = thetas.place(of: theta)
      if place == terms.count { terms.append([]) }
      terms[place].append(term(g))
    }
  }

  private func check(
    _ count: Int, _ dimension: Int, _ name: String, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    guard count == dimension else {
      throw PhysicsError(
        subject, "\(name) has \(count) components; the displacement has \(dimension)")
    }
  }
}

/// ε_th = α (T − T₀) of one material on the cells of one temperature.
struct ThermalStrain: Sendable {
  let material: Int
  let region: Region
  /// T − T₀, in which "T", "T_0", … may stand for nodal fields.
  let rise: Expression
  let fields: [(name: String, field: Field)]
  var fieldOfName: [String: Field] {
    Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.field) })
  }
  /// α along directions: ε_th = (T − T₀) Σ α_k a_k, a_k with 6 components of space.
  let expansion: [(alpha: Expression, strain: [Double])]

  /// The components of ε_th / (T − T₀) as coefficients times vectors: the thermal stress.
  func stress(_ modes: [StiffnessMode]) -> [(coefficient: Expression, weights: [Double])] {
    modes.flatMap { mode in
      expansion.map { alpha, strain in
        let weights = (0..<6).map { i in
          (0..<6).reduce(0.0) { $0 + mode.matrix[i][$1] * strain[$1] }
        }
        return ((mode.coefficient * alpha * rise).simplified(), weights)
      }
    }
  }

  static func all(
    _ problem: ElasticityProblem, _ mesh: Mesh, _ forms: StiffnessForms,
    _ kinematics: ElasticKinematics
  ) throws(PhysicsError) -> [ThermalStrain] {
    guard !problem.temperatures.isEmpty else { return [] }
    // The later temperature holds where two meet.
    let d = mesh.dimension
    var given: [Region] = []
    for temperature in problem.temperatures {
      given.append(
        try mesh.union(of: temperature.regions, dimensions: d...d, subject: .problem))
    }
    for i in given.indices {
      for j in given.indices where j > i { given[i] = given[i].subtracting(given[j]) }
    }
    var result: [ThermalStrain] = []
    for (m, material) in problem.materials.enumerated() where !material.expansion.isEmpty {
      let expansion = try strains(material, kinematics, .material(m))
      for (i, temperature) in problem.temperatures.enumerated() {
        let region = forms.regions[m].intersection(given[i])
        if region.cellCount == 0 { continue }
        result.append(
          ThermalStrain(
            material: m, region: region,
            rise: (temperature.value - material.referenceTemperature).simplified(),
            fields: temperature.fields, expansion: expansion))
      }
    }
    return result
  }

  private static func strains(
    _ material: ElasticityProblem.Material, _ kinematics: ElasticKinematics,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [(alpha: Expression, strain: [Double])] {
    let alpha = material.expansion
    if alpha.count == 1 { return [(alpha[0], [1, 1, 1, 0, 0, 0])] }
    guard alpha.count == 3 else {
      throw PhysicsError(
        subject, "expansion is 1 coefficient, or 3 along the axes, not \(alpha.count)")
    }
    let axes = try material.law.axes.map { rows throws(PhysicsError) in
      try MaterialAxes(rows, kinematics, subject)
    }
    return (0..<3).map { k in
      let principal = (0..<3).map { $0 == k ? 1.0 : 0.0 }
      return (alpha[k], axes?.strain(principal) ?? principal + [0, 0, 0])
    }
  }
}

extension Region {
  /// The cells of this region that are not in the other.
  func subtracting(_ other: Region) -> Region {
    Region(
      name: name, dimension: dimension,
      members: members.map { member in
        guard let there = other.members.first(where: { $0.block == member.block }) else {
          return member
        }
        let cells = Set(there.cells)
        return Member(block: member.block, cells: member.cells.filter { !cells.contains($0) })
      })
  }
}
