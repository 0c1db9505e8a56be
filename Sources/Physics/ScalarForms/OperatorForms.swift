internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// Σ θ_q A_q: which integrals make each A_q, and what is known of their signs.
struct OperatorForms {
  /// The integrals of each term; other physics add theirs.
  var forms = AffineForms()
  private var parts: [FormPart] = []

  var coefficients: [Expression] { forms.coefficients }

  /// One positive form ∫ κ … of the problem, κ = Σ θ_q g_q, for the ratios of its coefficients.
  private struct FormPart {
    let places: [Int]
    let ratios: CoefficientRatios
  }

  init(
    _ problem: DiffusionProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.mesh
    let regions = try mesh.materialRegions(problem.materials.map(\.regions))
    for (m, region) in regions.enumerated() where region.cellCount > 0 {
      let material = problem.materials[m]
      let subject = PhysicsError.Subject.material(m)
      switch material.conductivity {
      case .scalar(let kappa):
        try add(
          .stiffness, [kappa], "conductivity", region, subject, space, parameters, positive)
      case .tensor(let entries):
        let count = mesh.dimension * (mesh.dimension + 1) / 2
        guard entries.count == count else {
          throw PhysicsError(
            subject,
            "conductivity has \(entries.count) entries; a symmetric tensor in "
              + "\(mesh.dimension) dimensions has \(count)")
        }
        try add(
          .stiffness, entries, "conductivity", region, subject, space, parameters, positive)
      }
      if let reaction = material.reaction {
        try add(.mass, [reaction], "reaction", region, subject, space, parameters, positive)
      }
    }
    for (b, boundary) in problem.boundaries.enumerated() {
      guard let exchange = boundary.exchange else { continue }
      let region = try mesh.union(
        of: boundary.regions, dimensions: mesh.dimension - 1...mesh.dimension - 1,
        subject: .boundary(b))
      try add(
        .mass, [exchange.coefficient], "exchange coefficient", region, .boundary(b), space,
        parameters, positive)
    }
  }

  /// What the ratios say at the reference, in the numbering of the terms.
  func coercivity(at reference: Parameter) -> CoercivityConditions {
    var semidefinite = [Bool](repeating: true, count: coefficients.count)
    for part in parts {
      for (k, q) in part.places.enumerated() where !part.ratios.isSemidefinite[k] {
        semidefinite[q] = false
      }
    }
    return CoercivityConditions(
      semidefinite: semidefinite, reference: reference,
      ratioBoxes: parts.contains { $0.ratios.boxes == nil }
        ? []
        : parts.flatMap { part in
          (part.ratios.boxes ?? []).map {
            RatioBox(terms: part.places, lower: $0.lower, upper: $0.upper)
          }
        })
  }

  /// Adds ∫ κ … with κ given by one entry or by those of a symmetric tensor.
  private mutating func add(
    _ form: BilinearTerm.Form, _ entries: [Expression], _ name: String, _ region: Region,
    _ subject: PhysicsError.Subject, _ space: FunctionSpace, _ parameters: ParameterSpace,
    _ positive: Set<Symbol>
  ) throws(PhysicsError) {
    let part = try forms.add(form, entries, name, region, subject, positive: positive)
    guard !part.places.isEmpty else {
      // Nothing to add: a reaction or an exchange may vanish, a conductivity may not.
      guard form == .mass else { throw PhysicsError(subject, "\(name) is zero") }
      return
    }
    // A piece of the mesh without the region says nothing of it.
    guard region.cellCount > 0 else { return }
    let coefficients = part.coefficients
    let reference = part.thetas.map { $0.value(at: parameters.reference) }
    let degree = form == .stiffness ? 2 * space.degree : 2 * space.degree + 1
    let isConstant = coefficients.allSatisfy { $0.constantComponents != nil }
    let points =
      isConstant ? [[0], [0], [0]] : space.quadraturePoints(on: region, degree: degree)
    let ratios = CoefficientRatios(
      coefficients.map { $0.values(atColumns: points) }, reference: reference,
      sizes: part.thetas.map { $0.largest(over: parameters) })
    if let point = ratios.firstNotFinite {
      let place = points.prefix(space.mesh.dimension).map { "\($0[point])" }
      throw PhysicsError(
        subject, "\(name) is not a finite number at (\(place.joined(separator: ", ")))")
    }
    if let point = ratios.firstNotPositive, form == .stiffness {
      let place = points.prefix(space.mesh.dimension).map { "\($0[point])" }
      throw PhysicsError(
        subject,
        "\(name) is not positive at (\(place.joined(separator: ", "))) for the default parameters")
    }
    parts.append(FormPart(places: part.places, ratios: ratios))
  }
}

extension Expression {
  /// Its value at a parameter.
  func value(at mu: Parameter) -> Double {
    evaluate { symbol in
      if case .parameter(let index) = symbol { mu[index] } else { 0 }
    }
  }

  /// The largest magnitude at some parameters of a box.
  func largest(over parameters: ParameterSpace) -> Double {
    let points = (try? Sampling.halton.points(count: 32, seed: 0, in: parameters)) ?? []
    return (points + [parameters.reference]).reduce(0) { largest, mu in
      let value = value(at: mu)
      return value.isFinite ? max(largest, value.magnitude) : largest
    }
  }
}
