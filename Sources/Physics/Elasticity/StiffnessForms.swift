internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// Σ θ_q A_q of an elastic body: which integrals make each A_q, and what is known of their signs.
struct StiffnessForms {
  /// The integrals of each operator.
  private(set) var terms: [[VectorBilinearTerm]] = []
  /// The integrals of foundations alone, at their values at the reference.
  private(set) var foundations: [VectorBilinearTerm] = []
  /// The cells of each material.
  let regions: [Region]
  /// C of each material, one list of modes each.
  private(set) var modes: [[StiffnessMode]] = []
  private var thetas = CoefficientTerms()
  private var semidefinite: [Bool] = []
  private var boxes: [RatioBox]? = []
  private let space: VectorSpace
  private let parameters: ParameterSpace
  private let positive: Set<Symbol>
  private let kinematics: ElasticKinematics

  var coefficients: [Expression] { thetas.coefficients }

  init(
    _ problem: ElasticityProblem, _ space: VectorSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    (self.space, self.parameters, self.positive) = (space, parameters, positive)
    let mesh = space.scalar.mesh
    kinematics = ElasticKinematics(mesh.dimension, problem.assumption)
    regions = try mesh.materialRegions(problem.materials.map(\.regions))
    for (m, material) in problem.materials.enumerated() {
      let subject = PhysicsError.Subject.material(m)
      try checkLocking(problem, material, subject)
      let mine = try material.law.modes(kinematics, subject)
      modes.append(mine)
      guard regions[m].cellCount > 0 else { continue }
      if case .isotropic(let young, let poisson) = material.law.form {
        try checkIsotropic(young, poisson, regions[m], subject)
      }
      if material.law.isIsotropic {
        try addIsotropic(mine, problem, regions[m], subject)
      } else {
        try addAnisotropic(mine, problem, regions[m], subject)
      }
    }
    for (b, boundary) in problem.boundaries.enumerated() {
      guard let foundation = boundary.foundation else { continue }
      let region = try mesh.union(
        of: boundary.regions, dimensions: mesh.dimension - 1...mesh.dimension - 1,
        subject: .boundary(b))
      try add(foundation, problem, region, .boundary(b))
    }
  }

  /// What is known of the operators' signs, in the numbering of the terms.
  func coercivity(at reference: Parameter) -> CoercivityConditions {
    CoercivityConditions(
      semidefinite: semidefinite, reference: reference, ratioBoxes: boxes ?? [])
  }

  // MARK: Materials

  private func checkLocking(
    _ problem: ElasticityProblem, _ material: ElasticityProblem.Material,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    guard problem.locking == .averagedDilatation else { return }
    guard material.law.isIsotropic else {
      throw PhysicsError(
        subject, "locking = \"b-bar\" needs isotropic material: its dilatation is set apart")
    }
    guard !kinematics.isPlaneStress else {
      throw PhysicsError(
        .problem, "plane stress does not lock: leave out locking = \"b-bar\"")
    }
    try space.scalar.mesh.refuseAveragedDilatation(degree: problem.degree)
  }

  /// Refuses moduli and ratios without meaning, at the reference and at the ends of the ranges.
  private func checkIsotropic(
    _ young: Expression, _ poisson: Expression, _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let points = try sampled([young, poisson], region)
    for mu in parameters.extremes {
      let values = ParameterSamples([young, poisson], at: mu, points)
      for k in 0..<values.count {
        let (e, nu) = (values[0, k], values[1, k])
        guard e > 0, e.isFinite else {
          throw PhysicsError(
            subject, "young is \(e)\(values.place(k, kinematics.dimension)); it must be positive")
        }
        guard nu > -1, kinematics.isPlaneStress ? nu <= 0.5 : nu < 0.5 else {
          throw PhysicsError(
            subject,
            nu == 0.5
              ? "poisson is 0.5: incompressible material has no bounded stiffness; use 0.4999 with "
                + "locking = \"b-bar\", or plane stress"
              : "poisson is \(nu)\(values.place(k, kinematics.dimension)); it must lie between -1 and "
                + "0.5")
        }
      }
    }
  }

  private mutating func addIsotropic(
    _ modes: [StiffnessMode], _ problem: ElasticityProblem, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let (lambda, mu) = (modes[0].coefficient, modes[1].coefficient)
    let t =
      kinematics.dimension == 2 && !kinematics.isAxisymmetric ? problem.thickness : Expression(1)
    let parts = try SeparatedTerms(
      [lambda * t, mu * t], of: subject, as: "stiffness", positive: positive)
    let places = try add(parts, region) { coefficient in
      VectorBilinearTerm(
        .elasticity, coefficient, on: region,
        dilatation: problem.locking == .none ? .pointwise : .averaged)
    }
    // The energy is K (tr ε)² + 2 μ |dev ε|²: two forms with a scalar each. With the averaged
    // dilatation they are λ (π div u)² and 2 μ |ε|².
    let dimension = kinematics.dimension == 2 && !kinematics.isAxisymmetric ? 2.0 : 3.0
    let share = problem.locking == .none ? 2 / dimension : 0
    let columns = try values(parts, region)
    let bulk = columns.map { [zip($0[0], $0[1]).map { $0 + share * $1 }] }
    let shear = columns.map { [$0[1]] }
    let reference = references(parts)
    for form in [bulk, shear] {
      let ratios = CoefficientRatios(form, reference: reference)
      note(places, ratios)
    }
  }

  private mutating func addAnisotropic(
    _ modes: [StiffnessMode], _ problem: ElasticityProblem, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let t =
      kinematics.dimension == 2 && !kinematics.isAxisymmetric ? problem.thickness : Expression(1)
    let order = kinematics.rows.count
    var parts = SeparatedTerms(
      order * (order + 1) / 2, of: subject, as: "stiffness", positive: positive)
    for mode in modes {
      let weights = kinematics.upperTriangle(mode.matrix)
      if weights.allSatisfy({ $0 == 0 }) { continue }
      try parts.add(mode.coefficient * t, times: weights)
    }
    guard !parts.functions.isEmpty else { throw PhysicsError(subject, "the stiffness is zero") }
    let places = try add(parts, region) { .elasticity($0, on: region) }
    let ratios = CoefficientRatios(
      stiffness: try values(parts, region), reference: references(parts), order: order)
    if ratios.firstNotFinite != nil {
      throw PhysicsError(subject, "the stiffness is not a finite number somewhere on its region")
    }
    if ratios.firstNotPositive != nil {
      throw PhysicsError(
        subject,
        "the stiffness is not positive definite for the default parameters: some strain would "
          + "release energy; for orthotropic material ν_ij² must stay below E_i/E_j")
    }
    note(places, ratios)
  }

  // MARK: Foundations

  private mutating func add(
    _ foundation: ElasticityProblem.Foundation, _ problem: ElasticityProblem, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let t =
      kinematics.dimension == 2 && !kinematics.isAxisymmetric ? problem.thickness : Expression(1)
    let d = kinematics.dimension
    let entries: [Expression]
    let form: VectorBilinearTerm.Form
    switch foundation {
    case .normal(let k): (entries, form) = ([k * t], .normalFoundation)
    case .stiffness(let k):
      guard k.count == d else {
        throw PhysicsError(
          subject, "a foundation has \(d) stiffnesses, one per component, not \(k.count)")
      }
      let zeros = [Expression](repeating: Expression(0), count: d == 2 ? 1 : 3)
      (entries, form) = (k.map { $0 * t } + zeros, .foundation)
    }
    let parts = try SeparatedTerms(entries, of: subject, as: "foundation", positive: positive)
    guard !parts.functions.isEmpty else { return }
    let places = try add(parts, region) { VectorBilinearTerm(form, $0, on: region) }
    let columns = try values(parts, region)
    let reference = references(parts)
    for component in 0..<(form == .foundation ? d : 1) {
      let ratios = CoefficientRatios(
        columns.map { [$0[component]] }, reference: reference)
      // A direction without spring adds nothing, so it needs no ratio.
      if columns.allSatisfy({ $0[component].allSatisfy { $0 == 0 } }) { continue }
      if let point = ratios.firstNotPositive,
        zip(columns, reference).reduce(0, { $0 + $1.0[component][point] * $1.1 }) < 0
      {
        throw PhysicsError(subject, "the foundation pushes: its stiffness is negative")
      }
      note(places, ratios)
    }
    do throws(FiniteElements.CoefficientError) {
      let atReference = entries.map { entry in
        entry.substituting { symbol in
          if case .parameter(let index) = symbol {
            Expression(parameters.reference[index])
          } else {
            nil
          }
        }.simplified()
      }
      foundations.append(VectorBilinearTerm(form, try Coefficient(atReference), on: region))
    } catch { throw PhysicsError(subject, "foundation: \(error)") }
  }

  // MARK: Common steps

  /// The places of the parts among the operators, which get their integrals.
  private mutating func add(
    _ parts: SeparatedTerms, _ region: Region, _ term: (Coefficient) -> VectorBilinearTerm
  ) throws(PhysicsError) -> [Int] {
    var places: [Int] = []
    for (theta, g) in try parts.coefficients() {
      let q = thetas.place(of: theta)
      if q == terms.count {
        terms.append([])
        semidefinite.append(true)
      }
      terms[q].append(term(g))
      places.append(q)
    }
    return places
  }

  private mutating func note(_ places: [Int], _ ratios: CoefficientRatios) {
    for (k, q) in places.enumerated() where !ratios.isSemidefinite[k] { semidefinite[q] = false }
    if let clusters = ratios.boxes {
      boxes? += clusters.map { RatioBox(terms: places, lower: $0.lower, upper: $0.upper) }
    } else {
      boxes = nil
    }
  }

  private func references(_ parts: SeparatedTerms) -> [Double] {
    parts.thetas.coefficients.map { theta in
      theta.evaluate { symbol in
        if case .parameter(let index) = symbol { parameters.reference[index] } else { 0 }
      }
    }
  }

  /// The parts at the quadrature points of the region: for each part and component a column.
  private func values(
    _ parts: SeparatedTerms, _ region: Region
  ) throws(PhysicsError) -> [[[Double]]] {
    let coefficients = try parts.coefficients().map(\.g)
    let isConstant = coefficients.allSatisfy { $0.constantComponents != nil }
    let points =
      isConstant
      ? [[0], [0], [0]]
      : space.scalar.quadraturePoints(on: region, degree: 2 * space.scalar.degree)
    return coefficients.map { $0.values(atColumns: points) }
  }

  private func sampled(
    _ expressions: [Expression], _ region: Region
  ) throws(PhysicsError) -> [[Double]] {
    let depends = expressions.contains { expression in
      expression.symbols.contains { if case .coordinate = $0 { true } else { false } }
    }
    return depends
      ? space.scalar.quadraturePoints(on: region, degree: 2 * space.scalar.degree)
      : [[0], [0], [0]]
  }
}
