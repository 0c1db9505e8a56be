internal import ComplexModule
internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import RealModule

/// Σ θ_q T_q under construction, each T_q with the integrals of its real and imaginary part.
struct ComplexTerms<Term: Sendable> {
  /// The integrals of each term.
  private(set) var real: [[Term]] = []
  private(set) var imaginary: [[Term]] = []
  private var thetas = CoefficientTerms()

  /// θ_q.
  var coefficients: [Expression] { thetas.coefficients }

  /// Adds an integral to the term of θ.
  mutating func add(_ theta: Expression, _ term: Term, isImaginary: Bool) {
    let q = thetas.place(of: theta)
    if q == real.count {
      real.append([])
      imaginary.append([])
    }
    if isImaginary { imaginary[q].append(term) } else { real[q].append(term) }
  }
}

/// Which integrals make the operators and loads of a Helmholtz problem.
struct HelmholtzForms {
  private(set) var operators = ComplexTerms<BilinearTerm>()
  private(set) var loads = ComplexTerms<LinearTerm>()
  private(set) var notes: [String] = []
  /// The largest error of interpolated coefficients, relative to their size.
  private(set) var interpolationError = 0.0
  private let space: FunctionSpace
  private let parameters: ParameterSpace
  private let positive: Set<Symbol>

  init(
    _ problem: HelmholtzProblem, _ space: FunctionSpace, _ parameters: ParameterSpace,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    (self.space, self.parameters, self.positive) = (space, parameters, positive)
    let mesh = space.mesh
    let d = mesh.dimension
    let k = ComplexExpression(problem.wavenumber)
    for symbol in problem.wavenumber.symbols {
      if case .parameter = symbol { continue }
      throw PhysicsError(
        .problem,
        "wavenumber '\(problem.wavenumber)' depends on \(symbol); it is a number or an expression "
          + "of the parameters, what varies in space is the index of a material")
    }
    let regions = try mesh.materialRegions(problem.materials.map(\.regions))
    for (m, region) in regions.enumerated() where region.cellCount > 0 {
      let material = problem.materials[m]
      let stiffness = ComplexExpression(1) / material.density
      try check(stiffness, "1/density", region, .material(m))
      try add(.stiffness, stiffness, "density", region, .material(m))
      try add(.mass, -(k * k * material.index / material.density), "index", region, .material(m))
    }
    for (s, source) in problem.sources.enumerated() {
      let region = try mesh.union(of: source.regions, dimensions: d...d, subject: .source(s))
      try addLoad(source.value, "source", region, .source(s))
    }
    for (b, boundary) in problem.boundaries.enumerated() {
      guard boundary.flux != nil || boundary.robin != nil || boundary.absorption != nil else {
        continue
      }
      let subject = PhysicsError.Subject.boundary(b)
      let region = try mesh.union(
        of: boundary.regions, dimensions: d - 1...d - 1, subject: subject)
      if let flux = boundary.flux { try addLoad(flux, "flux", region, subject) }
      if let (beta, g) = boundary.robin {
        try add(.mass, -beta, "robin coefficient", region, subject)
        try addLoad(g, "robin value", region, subject)
      }
      guard let absorption = boundary.absorption else { continue }
      try add(.mass, -k.timesI, "absorption", region, subject)
      if case .incident(let wave) = absorption { try addIncident(wave, k, region, subject) }
    }
  }

  /// Refuses a coefficient that is not finite where it is needed, at the reference parameter.
  private func check(
    _ coefficient: ComplexExpression, _ name: String, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let points = space.quadraturePoints(on: region, degree: 2 * space.degree)
    for part in [coefficient.real, coefficient.imaginary] {
      let values = part.atReference(of: parameters)
      let program = Program([values], inputs: (0..<points.count).map { .coordinate($0) })
      let count = points.first?.count ?? 0
      guard
        let bad = program.evaluate(columns: points, count: count)[0].firstIndex(where: {
          !$0.isFinite
        })
      else { continue }
      let place = points.prefix(space.mesh.dimension).map { "\($0[bad])" }
      throw PhysicsError(
        subject, "\(name) is not a finite number at (\(place.joined(separator: ", ")))")
    }
  }

  private func split(
    _ functions: [Expression], _ region: Region, _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) -> JointSplit {
    try JointSplit(
      functions, in: parameters,
      checkedAt: space.quadraturePoints(on: region, degree: 2 * space.degree),
      positive: positive, of: subject, as: name)
  }

  /// Adds ∫ c ∇u·∇v or ∫ c u v.
  private mutating func add(
    _ form: BilinearTerm.Form, _ c: ComplexExpression, _ name: String, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let split = try split([c.real, c.imaginary], region, subject, name)
    split.note.map { notes.append($0) }
    interpolationError = max(interpolationError, split.error)
    for (theta, functions) in split.terms {
      for (part, g) in functions.enumerated() where g.constantValue != 0 {
        let coefficient = try Coefficient.of([g], subject, name)
        operators.add(
          theta, BilinearTerm(form, coefficient, on: region), isImaginary: part == 1)
      }
    }
  }

  private mutating func addLoad(
    _ density: ComplexExpression, _ name: String, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let split = try split([density.real, density.imaginary], region, subject, name)
    split.note.map { notes.append($0) }
    interpolationError = max(interpolationError, split.error)
    for (theta, functions) in split.terms {
      for (part, g) in functions.enumerated() where g.constantValue != 0 {
        loads.add(
          theta, .value(try Coefficient.of([g], subject, name), on: region),
          isImaginary: part == 1)
      }
    }
  }

  /// Adds g = ∂w/∂n − i k w.
  private mutating func addIncident(
    _ wave: ComplexExpression, _ k: ComplexExpression, _ region: Region,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    let d = space.mesh.dimension
    let rest = -(k * wave).timesI
    let slopes = (0..<d).map { wave.derivative(along: $0) }
    let split = try split(
      ([rest] + slopes).flatMap { [$0.real, $0.imaginary] }, region, subject, "incident wave")
    split.note.map { notes.append($0) }
    interpolationError = max(interpolationError, split.error)
    for (theta, functions) in split.terms {
      for part in 0..<2 {
        var g = functions[part]
        for axis in 0..<d {
          let normal = Expression(.field(["nx", "ny", "nz"][axis]))
          g = g + functions[2 * (axis + 1) + part] * normal
        }
        g = g.simplified()
        guard g.constantValue != 0 else { continue }
        do throws(FiniteElements.CoefficientError) {
          loads.add(
            theta, .value(try Coefficient([g], fields: [:]), on: region), isImaginary: part == 1)
        } catch { throw PhysicsError(subject, "incident wave: \(error)") }
      }
    }
  }
}

extension Coefficient {
  /// A coefficient, or an error that says of what.
  static func of(
    _ components: [Expression], _ subject: PhysicsError.Subject, _ name: String
  ) throws(PhysicsError) -> Coefficient {
    do throws(FiniteElements.CoefficientError) { return try Coefficient(components) } catch {
      throw PhysicsError(subject, "\(name): \(error)")
    }
  }
}

extension Expression {
  /// With the parameters at their reference.
  func atReference(of parameters: ParameterSpace) -> Expression {
    let reference = parameters.reference
    return substituting { symbol in
      if case .parameter(let index) = symbol { Expression(reference[index]) } else { nil }
    }.simplified()
  }
}
