public import LinearAlgebra

/// A reduced system prepared for many queries; any number of threads may ask.
public struct SystemQuery<S: Scalar>: Sendable {
  /// The model queried.
  public let model: ReducedSystem<S>
  private let residualMatrix: DenseMatrix<S>
  // One per output.
  private let duals: [SystemDualQuery<S>?]

  /// Prepares a model.
  public init(_ model: ReducedSystem<S>) {
    self.model = model
    residualMatrix = model.residual.matrix
    duals = model.outputs.map { SystemDualQuery($0) }
  }

  /// A reduced solution with all that its estimate needs.
  struct Solution {
    var state: ReducedState<S>
    var theta: [Double]
    var phi: [Double]
    var matrix: LU<S>
  }

  func solution(at mu: Parameter) throws(ModelError) -> Solution {
    let space = model.parameterSpace
    let theta = try model.operatorCoefficients.checkedValues(at: mu, in: space)
    let phi = try model.loadCoefficients.checkedValues(at: mu, in: space)
    let n = model.size
    var matrix = DenseMatrix<S>(rowCount: n, columnCount: n)
    for (factor, term) in zip(theta, model.operators) {
      axpy(S(real: factor), term.values, into: &matrix.values)
    }
    let right = model.loads * phi.map { S(real: $0) }
    do throws(FactorizationError) {
      let factor = try LU(matrix)
      return Solution(
        state: ReducedState(factor.solve(right)), theta: theta, phi: phi, matrix: factor)
    } catch { throw .factorization(error, at: mu) }
  }

  /// Solves and estimates.
  ///
  /// - Throws: When μ does not fit, a coefficient is not finite, or the reduced operator singular.
  public func estimate(
    at mu: Parameter
  ) throws(ModelError) -> (estimate: ErrorEstimate, solutionNorm: Double) {
    let solution = try solution(at: mu)
    return (judged(solution, at: mu).estimate, solution.state.norm)
  }

  /// Solves, estimates and evaluates all outputs.
  ///
  /// - Throws: As ``estimate(at:)``.
  public func answer(at mu: Parameter) throws(ModelError) -> SystemAnswer<S> {
    let solution = try solution(at: mu)
    let (residual, scale, estimate) = judged(solution, at: mu)
    let consistency = consistency(of: solution, at: mu)
    var outputs: [SystemOutputValue<S>] = []
    for (output, dual) in zip(model.outputs, duals) {
      guard case .functional(let functional) = output, let dual else {
        outputs.append(
          output.value(of: solution.state.coordinates, at: mu, stateError: estimate))
        continue
      }
      outputs.append(
        try dual.corrected(
          functional.value(of: solution.state.coordinates, at: mu), solution, at: mu,
          stateError: estimate, consistency: consistency))
    }
    return SystemAnswer(
      parameter: mu, state: solution.state, residual: residual, scale: scale, estimate: estimate,
      outputs: outputs)
  }

  /// ‖r‖ of a reduced solution as computed, its round-off, and what interpolated coefficients add.
  func residual(
    of solution: Solution, at mu: Parameter
  ) -> (residual: Double, slack: Double, consistency: Double) {
    var parts = solution.phi.map { S(real: $0) }
    for gamma in solution.state.coordinates {
      for factor in solution.theta { parts.append(S(real: -factor) * gamma) }
    }
    return (
      norm(residualMatrix * parts),
      zip(parts, model.residual.slack).reduce(0) { $0 + $1.0.absolute * $1.1 },
      consistency(of: solution, at: mu)
    )
  }

  private func consistency(of solution: Solution, at mu: Parameter) -> Double {
    model.coercivity?.conditions.consistency.residualError(
      stateNorm: solution.state.norm, at: mu) ?? 0
  }

  private func judged(
    _ solution: Solution, at mu: Parameter
  ) -> (residual: Double, scale: ErrorScale, estimate: ErrorEstimate) {
    let (residual, slack, consistency) = residual(of: solution, at: mu)
    let scale: ErrorScale
    if let alpha = model.coercivity?.value(for: solution.theta)?.alpha {
      scale = .coercivity(alpha)
    } else if let beta = model.infSup?.value(for: solution.theta) {
      scale = .infSup(beta)
    } else if let beta = model.referenceStability {
      scale = .reference(beta)
    } else {
      scale = .reduced(smallestSingularValue(of: solution.matrix))
    }
    return (
      residual, scale,
      ErrorEstimate(residual: residual, slack: slack, consistency: consistency, scale: scale)
    )
  }
}

/// σ_min(A) from above by a few inverse iterations; 1 for the empty matrix.
func smallestSingularValue<S: Scalar>(of factor: LU<S>) -> Double {
  let n = factor.order
  guard n > 0 else { return 1 }
  // No component is zero, nor in any simple ratio to another.
  var v = (0..<n).map { S(real: 1 + 0.6180339887498949 * Double(($0 * 7) % 11) / 11) }
  var growth = 0.0
  for _ in 0..<5 {
    let length = norm(v)
    guard length > 0, length.isFinite else { return 0 }
    scale(S(real: 1 / length), &v)
    let image = factor.solve(v)
    growth = max(growth, norm(image))
    v = factor.solve(DenseMatrix(rowCount: n, columnCount: 1, values: image), .adjoint).values
  }
  return growth.isFinite && growth > 0 ? 1 / growth : 0
}
