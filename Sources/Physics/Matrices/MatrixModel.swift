public import ComplexModule
internal import Expressions
public import LinearAlgebra
public import ModelReduction
public import RealModule

/// A full-order model made of matrices from elsewhere: certified where they allow it.
public struct MatrixModel: Sendable {
  /// What the matrices turned out to be.
  public enum Form: Sendable {
    /// Symmetric, positive semidefinite terms with coefficients that are nowhere negative.
    case coercive(FullOrderSolver)
    /// Any real matrices.
    case system(FullSystemSolver<Double>)
    /// Complex matrices, vectors or coefficients.
    case complexSystem(FullSystemSolver<Complex<Double>>)
  }

  /// The problem.
  public let problem: MatrixProblem
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// What it is.
  public let form: Form
  /// Why it is what it is.
  public let notes: [String]

  /// How well samples make what depends on the parameters in a way of its own.
  public let reports: [NonintrusiveReport]
  /// The largest ‖u − ũ‖ / ‖u‖ of the solutions of the matrices themselves and of the sums of samples, at
  /// the unseen parameters; nil where the matrices cannot be asked for there.
  public let solutionError: Double?
  /// The systems that sources of a real problem make themselves; nil where none can be asked.
  public let sources: SourceSystems<Double>?
  /// The same of a complex problem.
  public let complexSources: SourceSystems<Complex<Double>>?

  /// Checks and combines the files, and asks for the samples that families need.
  ///
  /// - Parameters:
  ///   - settings: How accurate sums of samples have to be.
  ///   - unseen: At how many other parameters they are held against the matrix itself, where its source
  ///     can be asked for any.
  /// - Throws: What does not fit, with the name of the file.
  public init(
    _ problem: MatrixProblem, parameters: ParameterSpace,
    settings: CoefficientInterpolation.Settings = CoefficientInterpolation.Settings(),
    unseen: Int = 3
  ) throws(PhysicsError) {
    (self.problem, parameterSpace) = (problem, parameters)
    let sampled = try SampledProblem(problem, in: parameters, settings, unseen: unseen)
    if sampled.isComplex {
      let builder = try MatrixBuilder<Complex<Double>>(
        problem, sampled, parameters, tolerance: settings.tolerance)
      let system = try MatrixModel.complexSystem(builder)
      let solver = try PhysicsError.solving { () throws(FactorizationError) in
        try FullSystemSolver(system)
      }
      (notes, reports, form) = (system.notes, builder.reports, .complexSystem(solver))
      solutionError = try builder.solutionError(solver)
      (sources, complexSources) = (nil, SourceSystems(builder, of: system))
      return
    }
    let builder = try MatrixBuilder<Double>(
      problem, sampled, parameters, tolerance: settings.tolerance)
    (reports, complexSources) = (builder.reports, nil)
    let (semidefinite, doubts) = try MatrixModel.inspected(builder)
    if let semidefinite {
      let decomposition = try MatrixModel.decomposition(builder, semidefinite)
      (notes, solutionError, sources) = ([], nil, nil)
      form = .coercive(FullOrderSolver(decomposition))
    } else {
      let system = try MatrixModel.system(builder, doubts)
      let solver = try PhysicsError.solving { () throws(FactorizationError) in
        try FullSystemSolver(system)
      }
      (notes, form) = (system.notes, .system(solver))
      solutionError = try builder.solutionError(solver)
      sources = SourceSystems(builder, of: system)
    }
  }

  /// Its sizes in one line.
  public var summary: String {
    let (n, q, p): (Int, Int, Int)
    let kind: String
    switch form {
    case .coercive(let model):
      (n, q, p) = (
        model.decomposition.dofCount, model.decomposition.operatorSum.terms.count,
        model.decomposition.loadSum.terms.count
      )
      kind = "symmetric coercive"
    case .system(let solver):
      (n, q, p) = solver.system.sizes
      kind = "real"
    case .complexSystem(let solver):
      (n, q, p) = solver.system.sizes
      kind = "complex"
    }
    return "\(n) unknowns, \(kind); \(q) operator and \(p) load terms"
  }

  /// The solution at μ; of a real model the imaginary parts vanish.
  public func solve(at mu: Parameter) throws(ModelError) -> [Complex<Double>] {
    switch form {
    case .coercive(let model): try model.solve(at: mu).map { Complex($0, 0) }
    case .system(let solver): try solver.solve(at: mu).map { Complex($0, 0) }
    case .complexSystem(let solver): try solver.solve(at: mu)
    }
  }
}

extension PhysicsError {
  /// Runs `body`; what it throws is blamed on the problem as a whole.
  fileprivate static func solving<Value>(
    _ body: () throws(FactorizationError) -> Value
  ) throws(PhysicsError) -> Value {
    do throws(FactorizationError) { return try body() } catch {
      throw PhysicsError(.problem, "\(error)")
    }
  }
}

extension AffineSystem {
  fileprivate var sizes: (Int, Int, Int) {
    (dofCount, operatorSum.terms.count, loadSum.terms.count)
  }
}

extension MatrixBuilder {
  /// The largest error of the solutions at unseen parameters.
  fileprivate func solutionError(
    _ solver: FullSystemSolver<S>
  ) throws(PhysicsError) -> Double? {
    var worst: Double?
    for point in unseen {
      do throws(ModelError) { worst = max(worst ?? 0, try point.solutionError(solver)) } catch {
        throw PhysicsError(.problem, "at a parameter not learnt from: \(error)")
      }
    }
    return worst
  }
}

extension MatrixModel {
  /// Which terms are positive semidefinite, and what stands against a certified model.
  private static func inspected(
    _ builder: MatrixBuilder<Double>
  ) throws(PhysicsError) -> (semidefinite: [Bool]?, doubts: [String]) {
    guard builder.problem.symmetry == .automatic else { return (nil, ["not asked for symmetry"]) }
    guard builder.reports.isEmpty else {
      return (nil, ["sums of samples: solved as a general system, not certified"])
    }
    let names = builder.operatorNames
    var doubts: [String] = []
    for (k, matrix) in builder.operators.enumerated() {
      if !matrix.isSymmetric(tolerance: 1e-12) {
        doubts.append("'\(names[k])' is not symmetric: solved as a general system, not certified")
      } else if !matrix.isPositiveSemidefinite {
        doubts.append(
          "'\(names[k])' is not positive semidefinite: solved as a general system, not certified")
      }
    }
    guard doubts.isEmpty else { return (nil, doubts) }
    let family = try builder.family(builder.operatorCoefficients, .problem)
    let space = builder.parameters
    var points = [space.reference]
    points += (try? Sampling.random.points(count: 64, seed: 1, in: space)) ?? []
    for corner in 0..<(1 << min(space.dimension, 8)) {
      points.append(
        space.parameter(
          at: (0..<space.dimension).map { $0 < 8 ? Double(corner >> $0 & 1) : 0.5 }))
    }
    for mu in points {
      if let k = family.values(at: mu).firstIndex(where: { $0 < 0 }) {
        return (
          nil,
          [
            "the coefficient of '\(names[k])' is negative at \(mu): solved as a general system, "
              + "not certified"
          ]
        )
      }
    }
    return (builder.operators.map { _ in true }, [])
  }

  /// The operator at the reference parameter, if it is symmetric positive definite.
  private static func energy(
    _ builder: MatrixBuilder<Double>
  ) throws(PhysicsError) -> InnerProduct<Double>? {
    let family = try builder.family(builder.operatorCoefficients, .problem)
    let theta = family.values(at: builder.parameters.reference)
    guard theta.allSatisfy(\.isFinite) else { return nil }
    let matrix = AffineSum(builder.operators).combined(with: theta)
    guard matrix.isSymmetric(tolerance: 1e-12), (try? SparseCholesky(matrix)) != nil else {
      return nil
    }
    return InnerProduct(matrix, name: "energy")
  }

  private static func decomposition(
    _ builder: MatrixBuilder<Double>, _ semidefinite: [Bool]
  ) throws(PhysicsError) -> AffineDecomposition {
    guard let energy = try energy(builder) else {
      throw PhysicsError(
        .problem,
        "the operator at the reference parameter \(builder.parameters.reference) is singular; "
          + "check the coefficients, or what holds the problem in place")
    }
    return AffineDecomposition(
      parameterSpace: builder.parameters, operatorSum: AffineSum(builder.operators),
      operatorCoefficients: try builder.family(builder.operatorCoefficients, .problem),
      loadSum: AffineSum(builder.loads),
      loadCoefficients: try builder.family(builder.loadCoefficients, .problem),
      innerProduct: try builder.givenProduct() ?? energy,
      coercivity: CoercivityConditions(
        semidefinite: semidefinite, reference: builder.parameters.reference),
      outputs: builder.outputs.map { .linear($0) })
  }

  private static func system(
    _ builder: MatrixBuilder<Double>, _ notes: [String]
  ) throws(PhysicsError) -> AffineSystem<Double> {
    let product: InnerProduct<Double>
    if let given = try builder.givenProduct() {
      product = given
    } else {
      product = try energy(builder) ?? InnerProduct(euclidean: builder.order)
    }
    return AffineSystem(
      parameterSpace: builder.parameters, operatorSum: AffineSum(builder.operators),
      operatorCoefficients: try builder.family(builder.operatorCoefficients, .problem),
      loadSum: AffineSum(builder.loads),
      loadCoefficients: try builder.family(builder.loadCoefficients, .problem),
      innerProduct: product, outputs: builder.outputs.map { .linear($0) },
      notes: notes)
  }

  private static func complexSystem(
    _ builder: MatrixBuilder<Complex<Double>>
  ) throws(PhysicsError) -> AffineSystem<Complex<Double>> {
    let parameters = builder.parameters
    return AffineSystem(
      parameterSpace: parameters, operatorSum: AffineSum(builder.operators),
      operatorCoefficients: try builder.family(builder.operatorCoefficients, .problem),
      loadSum: AffineSum(builder.loads),
      loadCoefficients: try builder.family(builder.loadCoefficients, .problem),
      innerProduct: try builder.givenProduct() ?? InnerProduct(euclidean: builder.order),
      outputs: builder.outputs.map { .linear($0) }, notes: ["complex: errors are indicated"])
  }
}
