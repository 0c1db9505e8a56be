public import LinearAlgebra

/// A parametric model whose states are coordinates in a reduced basis.
public protocol ReducedModel: ParametricModel where State == ReducedState<Double> {
  /// The number of basis vectors.
  var size: Int { get }
}

/// The Galerkin projection of an affine coercive model: all it takes to answer queries and to bound
/// the error, and nothing of the size of the full model.
///
/// Every array is laid out so that the model of the first n basis vectors is a prefix of it.
public struct GalerkinReducedModel: ReducedModel, Equatable {
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
  /// vᵢᵀ A_q vⱼ, j ≤ i, row by row, one array per q.
  public let operators: [[Double]]
  /// f_p · vᵢ at p + i P.
  public let loads: [Double]
  /// The parts of the residual.
  public let residual: ResidualCoordinates
  /// α(μ).
  public let coercivity: CoercivityBound
  /// The quantities of interest.
  public internal(set) var outputs: [ReducedOutput]

  /// The model of the first n basis vectors: the same numbers, bit by bit, as if the projection had
  /// stopped there.
  ///
  /// - Precondition: 0 ≤ n ≤ N.
  public func truncated(to n: Int) -> GalerkinReducedModel {
    precondition(0...size ~= n, "a model of \(size) vectors cannot be cut to \(n)")
    return GalerkinReducedModel(
      parameterSpace: parameterSpace, size: n, productName: productName,
      operatorCoefficients: operatorCoefficients, loadCoefficients: loadCoefficients,
      operators: operators.map { Array($0.prefix(n * (n + 1) / 2)) },
      loads: Array(loads.prefix(n * loadCoefficients.count)),
      residual: residual.prefix(n + 1), coercivity: coercivity,
      outputs: outputs.map { $0.prefix(n) })
  }

  /// The reduced solution at μ.
  ///
  /// Makes its own workspace; keep an ``OnlineSolver`` for many queries.
  public func solve(at mu: Parameter) throws(ModelError) -> ReducedState<Double> {
    let solver = OnlineSolver(self)
    try solver.solve(at: mu)
    return ReducedState(solver.coordinates)
  }

  /// The reduced solution at μ with its error estimate and all outputs.
  ///
  /// Makes its own workspace; keep an ``OnlineSolver`` for many queries.
  public func answer(at mu: Parameter) throws(ModelError) -> ReducedAnswer {
    try OnlineSolver(self).answer(at: mu)
  }
}

/// Everything a reduced model says at one parameter.
public struct ReducedAnswer: Sendable, Equatable {
  /// μ.
  public let parameter: Parameter
  /// The coordinates.
  public let state: ReducedState<Double>
  /// ‖r‖ in the dual norm of the product, as computed.
  public let residual: Double
  /// The lower bound of the coercivity constant, nil where none is proven.
  public let coercivity: Double?
  /// The estimate of ‖u − u_N‖_X.
  public let estimate: ErrorEstimate
  /// One per output of the model, in its order.
  public let outputs: [OutputValue]
}

/// The value of an output with the estimate of its error.
public struct OutputValue: Sendable, Equatable {
  /// The output's name.
  public let name: String
  /// The value, corrected by the dual problem where there is one.
  public let value: Double
  /// The estimate of its distance to the full model's value.
  public let estimate: ErrorEstimate
}
