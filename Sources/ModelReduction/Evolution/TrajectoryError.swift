public import LinearAlgebra

/// The true error of a reduced trajectory.
public struct TrajectoryError: Sendable, Equatable {
  /// ‖u(t_k) − u_N(t_k)‖_M in the norm of M(μ), one per time.
  public let massNorms: [Double]
  /// ‖u(t_k) − u_N(t_k)‖_X, one per time.
  public let norms: [Double]
  /// √(Σ Δt_k ‖u(t_k) − u_N(t_k)‖²_X), k from 1.
  public let trajectory: Double
  /// √(Σ Δt_k ‖u(t_k)‖²_X).
  public let solutionNorm: Double
  /// max_k ‖u(t_k) − u_N(t_k)‖_X.
  public var largest: Double { norms.max() ?? 0 }
}

extension FullEvolutionSolver {
  /// The error of a reduced trajectory against the full one, which is computed for it.
  ///
  /// The states are subtracted: below some 10⁻¹³ of their size the result is round-off.
  ///
  /// - Precondition: The answer has a step per time of the evolution's grid.
  /// - Throws: As ``trajectory(at:_:)``.
  public func error(
    of answer: EvolutionAnswer, in basis: ReducedBasis<Double>
  ) throws(ModelError) -> TrajectoryError {
    precondition(
      answer.steps.count == evolution.grid.times.count, "an answer over another time grid")
    let mass = try evolution.mass(at: answer.parameter)
    let product = evolution.innerProduct
    var (massNorms, norms) = ([Double](), [Double]())
    var (square, size) = (0.0, 0.0)
    try trajectory(at: answer.parameter) { full in
      var error = full.state
      axpy(-1, basis.state(answer.steps[full.index].state), into: &error)
      massNorms.append(max(0, mass.bilinear(error, error)).squareRoot())
      let norm = product.norm(error)
      norms.append(norm)
      guard full.index > 0 else { return }
      let step = evolution.grid.steps[full.index - 1]
      square += step * norm * norm
      let length = product.norm(full.state)
      size += step * length * length
    }
    return TrajectoryError(
      massNorms: massNorms, norms: norms, trajectory: square.squareRoot(),
      solutionNorm: size.squareRoot())
  }
}
