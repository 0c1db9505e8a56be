internal import Expressions
internal import RealModule

/// The workspace of queries to one reduced model: allocated once, then solving allocates nothing.
///
/// One solver serves one thread. What the model does not know of the size of the full model, the
/// solver does not either: a query costs O(Q N² + N³) for the solution and O((Q N)²/2) for its
/// residual norm.
public final class OnlineSolver {
  /// The model queried.
  public let model: GalerkinReducedModel
  /// θ_q(μ) of the last query.
  public internal(set) var operatorCoefficients: [Double]
  /// θ_p(μ) of the last query.
  public internal(set) var loadCoefficients: [Double]
  private var scratch: [Double]
  private let operators: TiledCombination
  private let residualTiles: TiledTriangle
  private var matrix: [SIMD4<Double>]
  private var solution: [SIMD4<Double>]
  /// x_I: θ_p, then −θ_q γᵢ.
  private(set) var residualParts: [Double]
  private var smallestPivot = Double.infinity
  /// The parameter of the last query.
  public private(set) var parameter = Parameter([])
  private var hasSolution = false
  /// One solver per output with a dual correction.
  let duals: [OnlineSolver?]
  let duties: [OutputDuty]

  /// Allocates for a model.
  public init(_ model: GalerkinReducedModel) {
    self.model = model
    let (n, q) = (model.size, model.operatorCoefficients.count)
    operatorCoefficients = [Double](repeating: 0, count: q)
    loadCoefficients = [Double](repeating: 0, count: model.loadCoefficients.count)
    let scratchCount = max(
      model.operatorCoefficients.scratchCount, model.loadCoefficients.scratchCount)
    scratch = [Double](repeating: 0, count: scratchCount)
    let entryCount = BlockedTriangle.entryCount(n)
    operators = TiledCombination(
      model.operators.map { BlockedTriangle.blocks(of: $0, order: n) }, count: entryCount)
    residualTiles = TiledTriangle(model.residual)
    matrix = [SIMD4<Double>](repeating: .zero, count: entryCount / 4)
    solution = [SIMD4<Double>](repeating: .zero, count: BlockedTriangle.blockCount(n))
    residualParts = [Double](repeating: 0, count: model.residual.columnCount)
    duals = model.outputs.map { output in
      guard case .linear(let linear) = output else { return nil }
      return linear.dual.map { OnlineSolver($0.model) }
    }
    duties = model.outputs.map { OutputDuty($0, of: model) }
  }

  /// Finds the reduced solution at μ; the other members then speak of it.
  ///
  /// - Throws: When μ does not fit the space, a coefficient is not finite, or the reduced operator
  ///   is not positive definite.
  public func solve(at mu: Parameter) throws(ModelError) {
    hasSolution = false
    try model.parameterSpace.check(mu)
    parameter = mu
    let model = model
    model.operatorCoefficients.evaluate(
      at: mu.values, into: &operatorCoefficients, scratch: &scratch)
    model.loadCoefficients.evaluate(at: mu.values, into: &loadCoefficients, scratch: &scratch)
    try requireFinite(operatorCoefficients, model.operatorCoefficients)
    try requireFinite(loadCoefficients, model.loadCoefficients)
    let n = model.size
    fillLoad()
    let failedRow = unsafe matrix.withUnsafeMutableBufferPointer { matrix in
      unsafe solution.withUnsafeMutableBufferPointer { solution in
        guard let a = matrix.baseAddress, let x = solution.baseAddress else { return -1 }
        unsafe operators.combine(operatorCoefficients, into: a)
        let (pivot, failedRow) = unsafe blockedCholesky(a, order: n)
        smallestPivot = pivot
        if failedRow < 0 { unsafe blockedSolve(a, order: n, x) }
        return failedRow
      }
    }
    guard failedRow < 0 else { throw .notPositiveDefinite(pivot: failedRow, at: mu) }
    fillResidualParts()
    hasSolution = true
  }

  /// The coordinates of the solution.
  public var coordinates: [Double] { (0..<model.size).map { coordinate($0) } }

  /// Coordinate i of the solution.
  func coordinate(_ i: Int) -> Double { solution[i / 4][i % 4] }

  /// ‖u_N‖_X.
  public var solutionNorm: Double {
    var sum = SIMD4<Double>.zero
    for part in solution { sum += part * part }
    return sum.sum().squareRoot()
  }

  /// ‖r‖ in the dual norm of the product, and what round-off may have hidden of it.
  public func residualNorm() -> (norm: Double, slack: Double) {
    precondition(hasSolution, "residualNorm: no solution; call solve(at:) first")
    var slack = 0.0
    unsafe model.residual.slack.withUnsafeBufferPointer { weights in
      unsafe residualParts.withUnsafeBufferPointer { x in
        for i in 0..<x.count { unsafe slack += x[i].magnitude * weights[i] }
      }
    }
    return (residualTiles.norm(ofProductWith: residualParts), slack)
  }

  /// What interpolated coefficients add to the dual norm of the residual, see ``ConsistencyBound``.
  public var consistencyError: Double {
    model.coercivity.conditions.consistency.residualError(stateNorm: solutionNorm, at: parameter)
  }

  /// The estimate of ‖u − u_N‖_X.
  public func errorEstimate() -> ErrorEstimate {
    let (norm, slack) = residualNorm()
    return ErrorEstimate(
      residual: norm, slack: slack, consistency: consistencyError, alpha: coercivity,
      substitute: smallestPivot)
  }

  /// The proven lower bound of the coercivity constant at the last parameter, nil where none is.
  public var coercivity: Double? { model.coercivity.value(for: operatorCoefficients)?.alpha }

  /// Solves, estimates and evaluates all outputs.
  public func answer(at mu: Parameter) throws(ModelError) -> ReducedAnswer {
    try solve(at: mu)
    let (norm, slack) = residualNorm()
    let (alpha, consistency) = (coercivity, consistencyError)
    let estimate = ErrorEstimate(
      residual: norm, slack: slack, consistency: consistency, alpha: alpha,
      substitute: smallestPivot)
    return ReducedAnswer(
      parameter: mu, state: ReducedState(coordinates), residual: norm, coercivity: alpha,
      estimate: estimate,
      outputs: try outputValues(
        PrimalState(
          residual: norm, slack: slack, consistency: consistency, alpha: alpha,
          divisor: alpha ?? smallestPivot,
          estimate: estimate)))
  }

  private func requireFinite(
    _ values: [Double], _ family: CoefficientFamily
  ) throws(ModelError) {
    for i in values.indices where !values[i].isFinite {
      throw .notFinite(family.expressions[i], at: parameter, in: model.parameterSpace)
    }
  }

  /// solution ← Σ θ_p f_p.
  private func fillLoad() {
    let p = loadCoefficients.count
    for i in 0..<model.size {
      var sum = 0.0
      for k in 0..<p { sum += loadCoefficients[k] * model.loads[i * p + k] }
      solution[i / 4][i % 4] = sum
    }
    for i in model.size..<4 * solution.count { solution[i / 4][i % 4] = 0 }
  }

  private func fillResidualParts() {
    let (p, q) = (loadCoefficients.count, operatorCoefficients.count)
    unsafe residualParts.withUnsafeMutableBufferPointer { x in
      for k in 0..<p { unsafe x[k] = loadCoefficients[k] }
      unsafe operatorCoefficients.withUnsafeBufferPointer { theta in
        for i in 0..<model.size {
          let gamma = -coordinate(i)
          for k in 0..<q { unsafe x[p + i * q + k] = gamma * theta[k] }
        }
      }
    }
  }
}
