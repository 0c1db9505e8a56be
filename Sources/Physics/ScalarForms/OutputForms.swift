internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction

/// The quantities of interest over the free unknowns: linear ones with their affine functionals,
/// quadratic ones with their matrix, extrema with their places.
struct OutputForms {
  private let plan: AssemblyPlan
  private let essential: EssentialData
  private let parameters: ParameterSpace
  private let positive: Set<Symbol>
  private let inflows: Inflows
  /// One per output of the problem that enters a reduced model.
  private(set) var outputs: [ModelOutput] = []
  /// The others, evaluated on the whole field.
  private(set) var fieldOutputs: [FieldOutput] = []
  /// For each that enters a reduced model how it follows from those of pieces, where the mesh is one.
  private(set) var sums: [ProblemPiece.OutputSum] = []

  init(
    _ given: [DiffusionProblem.Output], _ plan: AssemblyPlan, _ essential: EssentialData,
    _ parameters: ParameterSpace, positive: Set<Symbol>, inflows: Inflows
  ) throws(PhysicsError) {
    (self.plan, self.essential, self.inflows) = (plan, essential, inflows)
    (self.parameters, self.positive) = (parameters, positive)
    for (o, output) in given.enumerated() {
      if let reducible = try form(output, .output(o)) {
        outputs.append(reducible)
        sums.append(try sum(output, .output(o)))
      } else if let field = FieldOutput(output) {
        fieldOutputs.append(field)
      }
    }
  }

  /// How an output follows from those of pieces.
  private func sum(
    _ output: DiffusionProblem.Output, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ProblemPiece.OutputSum {
    guard space.mesh.isPiece else { return .sum }
    switch output.kind {
    case .value(let point): return .once(isHere: (try? space.pointFunctional(at: point)) != nil)
    case .mean:
      let region = try space.mesh.union(
        of: output.regions, dimensions: 0...space.mesh.dimension, subject: subject)
      return .mean(measure: try measure(of: region, subject))
    default: return .sum
    }
  }

  /// The output over the free unknowns; nil where it is no linear or quadratic function of them.
  private func form(
    _ output: DiffusionProblem.Output, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ModelOutput? {
    let d = space.mesh.dimension
    switch output.kind {
    case .value(let point):
      return .linear(try value(output.name, at: point, subject))
    case .maximum, .minimum:
      let region = try space.mesh.union(of: output.regions, dimensions: 0...d, subject: subject)
      return .extremum(try extremum(output, region, subject))
    case .inflow:
      switch inflows {
      case .refused: throw output.inflowRefusal(subject)
      case .apart: return nil
      case .functionals(let residual):
        return .linear(try inflow(output, residual, subject))
      }
    case .normL2, .normH1:
      let region = try space.mesh.union(of: output.regions, dimensions: d...d, subject: subject)
      var terms = [BilinearTerm.mass(.constant(1), on: region)]
      if case .normH1 = output.kind { terms.append(.stiffness(.constant(1), on: region)) }
      return .quadratic(
        try quadratic(
          output.name, terms, [], Expression(0), region, 1, .squareRoot, .seminorm, subject))
    case .integral(let integrand), .mean(let integrand):
      let region = try space.mesh.union(of: output.regions, dimensions: 0...d, subject: subject)
      var scale = 1.0
      // The mean over a whole is the sum over its pieces divided by the sum of their measures.
      if case .mean = output.kind, !space.mesh.isPiece {
        scale = 1 / (try measure(of: region, subject))
      }
      let polynomial = FieldPolynomial(integrand, dimension: d)
      if region.dimension < d - 1, polynomial.usesGradient {
        throw PhysicsError(
          subject,
          "derivatives of u are not defined on '\(region.name)' alone; integrate over a region of "
            + "dimension \(d - 1) or \(d)")
      }
      guard polynomial.isComplete, region.dimension == d || !polynomial.usesGradient,
        polynomial.hasConstantSquares, parts(of: polynomial).allSatisfy(separates)
      else { return nil }
      let linear = try linearTerms(polynomial, region, subject)
      if polynomial.isLinear {
        return .linear(
          try self.linear(output.name, linear, polynomial.constant, region, scale, subject))
      }
      let (terms, definiteness) = try quadraticTerms(polynomial, region, subject)
      return .quadratic(
        try quadratic(
          output.name, terms, linear, polynomial.constant, region, scale, .form, definiteness,
          subject))
    }
  }

  private func parts(of polynomial: FieldPolynomial) -> [Expression] {
    [polynomial.constant, polynomial.value] + polynomial.gradient
  }

  private func separates(_ expression: Expression) -> Bool {
    (try? expression.affineSplit(positive: positive)) != nil
  }

  // MARK: Linear outputs

  private typealias LinearPart = (theta: Expression, terms: [LinearTerm])

  private func linearTerms(
    _ polynomial: FieldPolynomial, _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [LinearPart] {
    var thetas = CoefficientTerms()
    var values: [Expression] = []
    var gradients: [[Expression]] = []
    let d = space.mesh.dimension
    func place(_ theta: Expression) -> Int {
      let place = thetas.place(of: theta)
      if place == values.count {
        values.append(Expression(0))
        gradients.append([Expression](repeating: Expression(0), count: d))
      }
      return place
    }
    for (theta, g) in try split(polynomial.value, subject) {
      let q = place(theta)
      values[q] = (values[q] + g).simplified()
    }
    for axis in 0..<d {
      for (theta, g) in try split(polynomial.gradient[axis], subject) {
        let q = place(theta)
        gradients[q][axis] = (gradients[q][axis] + g).simplified()
      }
    }
    var parts: [LinearPart] = []
    for (q, theta) in thetas.coefficients.enumerated() {
      var terms: [LinearTerm] = []
      do throws(FiniteElements.CoefficientError) {
        if values[q].constantValue != 0 {
          terms.append(.value(try Coefficient(values[q]), on: region))
        }
        if gradients[q].contains(where: { $0.constantValue != 0 }) {
          terms.append(.gradient(try Coefficient(gradients[q]), on: region))
        }
      } catch { throw PhysicsError(subject, "\(error)") }
      if !terms.isEmpty { parts.append((theta, terms)) }
    }
    return parts
  }

  private func linear(
    _ name: String, _ parts: [LinearPart], _ constant: Expression, _ region: Region,
    _ scale: Double, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LinearOutput {
    var offset = OffsetTerms()
    var functionals: [[Double]] = []
    for (theta, vector) in try assembled(parts, scale, subject) {
      functionals.append(restricted(vector))
      for (lift, coefficient) in zip(essential.lifts, essential.coefficients) {
        offset.add((theta * coefficient).simplified(), dot(vector, lift))
      }
    }
    try add(constant, over: region, scale, to: &offset, subject)
    if functionals.isEmpty { functionals.append(restricted(zeros)) }
    let thetas = parts.isEmpty ? [Expression(0)] : parts.map(\.theta)
    return LinearOutput(
      name: name, functional: AffineSum(functionals), coefficients: try family(thetas, subject),
      offset: try offset.constant(in: parameters, subject))
  }

  private func inflow(
    _ output: DiffusionProblem.Output, _ residual: UnreducedResidual,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LinearOutput {
    var indicator = zeros
    for dof in try output.heldDofs(space, essential, subject) { indicator[Int(dof)] = 1 }
    let (functionals, constants) = residual.functional(indicator, essential)
    var offset = OffsetTerms()
    for (theta, value) in constants { offset.add(theta, value) }
    return LinearOutput(
      name: output.name, functional: AffineSum(functionals),
      coefficients: try family(residual.operatorThetas, subject),
      offset: try offset.constant(in: parameters, subject))
  }

  private func value(
    _ name: String, at point: [Double], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> LinearOutput {
    let vector: [Double]
    do throws(FieldError) { vector = try space.pointFunctional(at: point) } catch {
      guard space.mesh.isPiece else { throw PhysicsError(subject, "\(error)") }
      vector = zeros
    }
    var offset = OffsetTerms()
    for (lift, coefficient) in zip(essential.lifts, essential.coefficients) {
      offset.add(coefficient, dot(vector, lift))
    }
    return LinearOutput(
      name: name, functional: AffineSum([restricted(vector)]),
      coefficients: try family([Expression(1)], subject),
      offset: try offset.constant(in: parameters, subject))
  }

  // MARK: Extrema

  private func extremum(
    _ output: DiffusionProblem.Output, _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ExtremumOutput {
    let dofs = space.dofs(on: region)
    guard !dofs.isEmpty || space.mesh.isPiece else {
      throw PhysicsError(subject, "no cell of the domain touches region '\(region.name)'")
    }
    var free = [Int32](repeating: -1, count: space.dofCount)
    for (i, dof) in essential.freeDofs.enumerated() { free[Int(dof)] = Int32(i) }
    var kind = ExtremumOutput.Kind.maximum
    if case .minimum = output.kind { kind = .minimum }
    return ExtremumOutput(
      name: output.name, kind: kind, rows: dofs.map { free[Int($0)] },
      lifts: AffineSum(essential.lifts.map { lift in dofs.map { lift[Int($0)] } }),
      liftCoefficients: try family(essential.coefficients, .problem))
  }

  // MARK: Quadratic outputs

  private func quadraticTerms(
    _ polynomial: FieldPolynomial, _ region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> ([BilinearTerm], QuadraticOutput.Definiteness) {
    let entries = [polynomial.square] + polynomial.gradientSquare
    var terms: [BilinearTerm] = []
    do throws(FiniteElements.CoefficientError) {
      if polynomial.square.constantValue != 0 {
        terms.append(.mass(try Coefficient(polynomial.square), on: region))
      }
      if polynomial.gradientSquare.contains(where: { $0.constantValue != 0 }) {
        terms.append(.stiffness(try Coefficient(polynomial.gradientSquare), on: region))
      }
    } catch { throw PhysicsError(subject, "\(error)") }
    let constants = entries.compactMap(\.constantValue)
    let isPure =
      polynomial.value.constantValue == 0 && polynomial.constant.constantValue == 0
      && polynomial.gradient.allSatisfy { $0.constantValue == 0 }
    guard isPure, constants.count == entries.count else { return (terms, .unknown) }
    let ratios = CoefficientRatios(
      [constants.dropFirst().map { [$0] }], reference: [0])
    return (terms, constants[0] >= 0 && ratios.isSemidefinite[0] ? .seminorm : .unknown)
  }

  private func quadratic(
    _ name: String, _ terms: [BilinearTerm], _ parts: [LinearPart], _ constant: Expression,
    _ region: Region, _ scale: Double, _ value: QuadraticOutput.Value,
    _ definiteness: QuadraticOutput.Definiteness, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> QuadraticOutput {
    var matrix: SparseMatrix<Double>
    do throws(AssemblyError) { matrix = try plan.assemble(terms) } catch {
      throw PhysicsError(subject, "\(error)")
    }
    LinearAlgebra.scale(scale, &matrix.values)
    var thetas = CoefficientTerms()
    var vectors: [[Double]] = []
    var offset = OffsetTerms()
    func add(_ theta: Expression, _ vector: [Double]) {
      let place = thetas.place(of: theta)
      if place == vectors.count { vectors.append([Double](repeating: 0, count: vector.count)) }
      axpy(1, vector, into: &vectors[place])
    }
    let lifted = essential.lifts.map { matrix * $0 }
    for (d, coefficient) in essential.coefficients.enumerated() {
      add(coefficient, restricted(lifted[d]).map { 2 * $0 })
      for (e, other) in essential.coefficients.enumerated() {
        offset.add((coefficient * other).simplified(), dot(essential.lifts[e], lifted[d]))
      }
    }
    for (theta, vector) in try assembled(parts, scale, subject) {
      add(theta, restricted(vector))
      for (lift, coefficient) in zip(essential.lifts, essential.coefficients) {
        offset.add((theta * coefficient).simplified(), dot(vector, lift))
      }
    }
    try self.add(constant, over: region, scale, to: &offset, subject)
    return QuadraticOutput(
      name: name,
      matrix: matrix.restricted(rows: essential.freeDofs, columns: essential.freeDofs),
      linear: AffineSum(vectors), linearCoefficients: try family(thetas.coefficients, subject),
      constant: try offset.constant(in: parameters, subject), value: value,
      definiteness: definiteness)
  }

  // MARK: Common steps

  private var space: FunctionSpace { plan.space }
  private var zeros: [Double] { [Double](repeating: 0, count: space.dofCount) }

  /// ∫ 1 by the quadrature of the functionals, so that the mean of a constant is that constant on
  /// curved cells and for linear elements, which see straight ones.
  private func measure(
    of region: Region, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> Double {
    let one = LinearTerm.value(.constant(1), on: region)
    let measure = try assembled([(Expression(1), [one])], 1, subject)[0].vector.reduce(0, +)
    guard measure > 0 || space.mesh.isPiece else {
      throw PhysicsError(subject, "region '\(region.name)' has measure zero, hence no mean")
    }
    return measure
  }

  private func restricted(_ full: [Double]) -> [Double] {
    essential.dofs.free(of: full)
  }

  private func split(
    _ expression: Expression, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [(theta: Expression, g: Expression)] {
    try separated(expression, of: subject, as: "output", positive: positive)
  }

  private func assembled(
    _ parts: [LinearPart], _ scale: Double, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> [(theta: Expression, vector: [Double])] {
    guard !parts.isEmpty else { return [] }
    do throws(AssemblyError) {
      let vectors = try plan.assemble(family: parts.map(\.terms)).terms
      return zip(parts, vectors).map { part, vector in (part.theta, vector.map { $0 * scale }) }
    } catch { throw PhysicsError(subject, "\(error)") }
  }

  /// Adds ∫ c, by the partition of unity.
  private func add(
    _ constant: Expression, over region: Region, _ scale: Double, to offset: inout OffsetTerms,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    for (theta, g) in try split(constant, subject) {
      let coefficient: Coefficient
      do throws(FiniteElements.CoefficientError) { coefficient = try Coefficient(g) } catch {
        throw PhysicsError(subject, "\(error)")
      }
      let term = LinearTerm.value(coefficient, on: region)
      for (_, vector) in try assembled([(theta, [term])], scale, subject) {
        offset.add(theta, vector.reduce(0, +))
      }
    }
  }

  private func family(
    _ expressions: [Expression], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> CoefficientFamily {
    try coefficientFamily(expressions, in: parameters, subject)
  }
}

/// Σ θ_j(μ) o_j under construction.
private struct OffsetTerms {
  private var thetas = CoefficientTerms()
  private var values: [Double] = []

  mutating func add(_ theta: Expression, _ value: Double) {
    guard value != 0 else { return }
    let place = thetas.place(of: theta)
    if place == values.count { values.append(0) }
    values[place] += value
  }

  func constant(
    in parameters: ParameterSpace, _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> AffineConstant {
    AffineConstant(
      values, coefficients: try coefficientFamily(thetas.coefficients, in: parameters, subject))
  }
}
