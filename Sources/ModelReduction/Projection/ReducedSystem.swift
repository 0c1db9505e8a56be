public import LinearAlgebra

/// The Galerkin projection of an ``AffineSystem``: all it takes to answer queries, and nothing of
/// the size of the full model.
public struct ReducedSystem<S: Scalar>: ParametricModel, Equatable {
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// N.
  public let size: Int
  /// The name of the product in which errors are measured and the basis is orthonormal.
  public let productName: String
  /// θ_q of the operator.
  public let operatorCoefficients: CoefficientFamily
  /// θ_p of the load.
  public let loadCoefficients: CoefficientFamily
  /// Vᴴ A_q V, N × N.
  public let operators: [DenseMatrix<S>]
  /// Vᴴ f_p, N × P.
  public let loads: DenseMatrix<S>
  /// The parts of the residual.
  public let residual: ResidualFactor<S>
  /// α(μ) of the symmetric part, where one is proven.
  public let coercivity: CoercivityBound?
  /// β(μ), where it was computed.
  public let infSup: InfSupBound?
  /// A stability constant that the model declares typical.
  public let referenceStability: Double?
  /// The quantities of interest.
  public internal(set) var outputs: [ReducedSystemOutput<S>]

  /// The model of the first n basis vectors.
  ///
  /// - Precondition: 0 ≤ n ≤ N.
  public func truncated(to n: Int) -> ReducedSystem {
    precondition(0...size ~= n, "a model of \(size) vectors cannot be cut to \(n)")
    return ReducedSystem(
      parameterSpace: parameterSpace, size: n, productName: productName,
      operatorCoefficients: operatorCoefficients, loadCoefficients: loadCoefficients,
      operators: operators.map { $0.leading(n, n) }, loads: loads.leading(n, loads.columnCount),
      residual: residual.prefix(n + 1), coercivity: coercivity,
      infSup: infSup, referenceStability: referenceStability, outputs: outputs.map { $0.prefix(n) })
  }

  /// The reduced solution at μ.
  ///
  /// - Throws: When μ does not fit, a coefficient is not finite, or the reduced operator singular.
  public func solve(at mu: Parameter) throws(ModelError) -> ReducedState<S> {
    try SystemQuery(self).solution(at: mu).state
  }

  /// The reduced solution at μ with its error estimate and all outputs.
  ///
  /// Prepares the residual each time; keep a ``SystemQuery`` for many queries.
  ///
  /// - Throws: As ``solve(at:)``.
  public func answer(at mu: Parameter) throws(ModelError) -> SystemAnswer<S> {
    try SystemQuery(self).answer(at: mu)
  }
}

/// Everything a reduced system says at one parameter.
public struct SystemAnswer<S: Scalar>: Sendable, Equatable {
  /// μ.
  public let parameter: Parameter
  /// The coordinates.
  public let state: ReducedState<S>
  /// ‖r‖ in the dual norm of the product, as computed.
  public let residual: Double
  /// What the residual norm was divided by.
  public let scale: ErrorScale
  /// The estimate of ‖u − u_N‖_X.
  public let estimate: ErrorEstimate
  /// One per output of the model, in its order.
  public let outputs: [SystemOutputValue<S>]
}

extension DenseMatrix {
  /// The first rows and columns.
  func leading(_ rows: Int, _ columns: Int) -> DenseMatrix {
    self.columns(0..<columns).rows(0..<rows)
  }
}
