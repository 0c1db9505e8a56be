public import LinearAlgebra

/// The Galerkin projection of an ``AffineEvolution``: all it takes to step through time in reduced
/// coordinates and to estimate the error, and nothing of the size of the full model.
public struct ReducedEvolution: Sendable, Equatable {
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// How time is stepped.
  public let scheme: TimeScheme
  /// The steps.
  public let grid: TimeGrid
  /// N.
  public let size: Int
  /// The name of the product in which the basis is orthonormal and errors are measured.
  public let productName: String
  /// θ_q(μ) of the mass.
  public let massCoefficients: CoefficientFamily
  /// θ_q(μ) of the operator.
  public let operatorCoefficients: CoefficientFamily
  /// θ_p(μ, t) of the load.
  public let loadCoefficients: CoefficientFamily
  /// θ_d(μ, t) of the lifts.
  public let liftCoefficients: CoefficientFamily
  /// θ_k(μ) of the initial state.
  public let initialCoefficients: CoefficientFamily
  /// Vᵀ M_q V.
  public let mass: [DenseMatrix<Double>]
  /// Vᵀ A_q V.
  public let operators: [DenseMatrix<Double>]
  /// Vᵀ applied to what stands on the right: N × (P + D Q_M + D Q_A), the loads, then for each lift
  /// M_q w_d, then for each lift A_q w_d.
  public let functionals: DenseMatrix<Double>
  /// Vᵀ X u_k, N × K.
  public let initial: DenseMatrix<Double>
  /// eᵢᵀ M_q eⱼ of the initial states' parts outside the space, K × K.
  public let initialErrorMass: [DenseMatrix<Double>]
  /// eᵢᵀ X eⱼ of the same.
  public let initialErrorProduct: DenseMatrix<Double>
  /// The parts of the residual: the functionals, then M_q vᵢ and A_q vᵢ for each i.
  public let residual: ResidualCoordinates
  /// α(μ) of A, where one is proven.
  public let coercivity: CoercivityBound?
  /// Where the mass is positive semidefinite for certain.
  public let massConditions: SemidefiniteConditions
  /// The quantities of interest, over (μ, t).
  public let outputs: [ReducedSystemOutput<Double>]
  /// The dual evolutions that correct outputs at the end.
  public internal(set) var duals: [EvolutionDualCorrection] = []

  /// The model of the first n basis vectors, but for the initial error, which grows.
  ///
  /// - Precondition: 0 ≤ n ≤ N.
  public func truncated(to n: Int) -> ReducedEvolution {
    precondition(0...size ~= n, "a model of \(size) vectors cannot be cut to \(n)")
    // What the vectors left out hold of the initial states becomes part of the initial error; it
    // lies in the space of all N, so its energies are sums over coordinates.
    let (k, count) = (initial.columnCount, size)
    var left = initial
    for j in 0..<k { for i in 0..<n { left[i, j] = 0 } }
    return ReducedEvolution(
      parameterSpace: parameterSpace, scheme: scheme, grid: grid, size: n,
      productName: productName, massCoefficients: massCoefficients,
      operatorCoefficients: operatorCoefficients, loadCoefficients: loadCoefficients,
      liftCoefficients: liftCoefficients, initialCoefficients: initialCoefficients,
      mass: mass.map { $0.leading(n, n) }, operators: operators.map { $0.leading(n, n) },
      functionals: functionals.leading(n, functionals.columnCount),
      initial: initial.leading(n, k),
      initialErrorMass: zip(initialErrorMass, mass).map {
        // (a + b)ᵀM(a + b) ≤ 2 aᵀMa + 2 bᵀMb: the mixed terms are not kept.
        n == count ? $0 : 2.0 * ($0 + left.adjointTimes($1 * left))
      },
      initialErrorProduct: initialErrorProduct + left.adjointTimes(left),
      residual: residual.prefix(n + 1), coercivity: coercivity,
      massConditions: massConditions, outputs: outputs.map { $0.prefix(n) },
      duals: duals.map { $0.prefix(n, left: left) })
  }

  /// The trajectory at μ with its error estimates and the outputs at all times.
  ///
  /// Prepares the residual each time; keep an ``EvolutionQuery`` for many queries.
  ///
  /// - Throws: When μ does not fit, a coefficient is not finite, or a reduced step singular.
  public func answer(at mu: Parameter) throws(ModelError) -> EvolutionAnswer {
    try EvolutionQuery(self).answer(at: mu)
  }
}

/// Everything a reduced evolution says at one parameter.
public struct EvolutionAnswer: Sendable, Equatable {
  /// μ.
  public let parameter: Parameter
  /// One per time of the grid, the initial one first.
  public let steps: [EvolutionStep]
  /// The estimate of √(Σ Δt_k ‖u(t_k) − u_N(t_k)‖²_X), k from 1.
  public let trajectory: ErrorEstimate
  /// √(Σ Δt_k ‖u_N(t_k)‖²_X).
  public let norm: Double
  /// √(Σ Δt_k (‖r_k‖ + δ_k)²) of the residuals of the steps, with the round-off in them.
  public let residual: Double
  /// Dense factorizations made: one per distinct matrix of a step.
  public let factorizations: Int
}

/// A reduced evolution at one time.
public struct EvolutionStep: Sendable, Equatable {
  /// t.
  public let time: Double
  /// The coordinates.
  public let state: ReducedState<Double>
  /// ‖r‖ of the step that led here, 0 at the start.
  public let residual: Double
  /// The estimate of ‖u(t) − u_N(t)‖ in the norm of M(μ).
  public let estimate: ErrorEstimate
  /// One per output of the model, in its order; at the end corrected by a dual evolution where there is
  /// one.
  public let outputs: [OutputValue]
}
