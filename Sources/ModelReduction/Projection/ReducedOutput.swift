/// An output of a reduced model: everything it needs, nothing of the size of the full model.
public enum ReducedOutput: Sendable, Equatable {
  /// Linear in the state.
  case linear(ReducedLinearOutput)
  /// Quadratic in the state, or its root.
  case quadratic(ReducedQuadraticOutput)
  /// Largest or smallest value at some unknowns.
  case extremum(ReducedExtremumOutput)

  /// The output's name.
  public var name: String {
    switch self {
    case .linear(let output): output.name
    case .quadratic(let output): output.name
    case .extremum(let output): output.name
    }
  }

  func prefix(_ n: Int) -> ReducedOutput {
    switch self {
    case .linear(let output): .linear(output.prefix(n))
    case .quadratic(let output): .quadratic(output.prefix(n))
    case .extremum(let output): .extremum(output.prefix(n))
    }
  }
}

/// Σ θ_q ℓ_q · V γ + Σ θ_j o_j, with what its error bounds need.
public struct ReducedLinearOutput: Sendable, Equatable {
  /// How results call it.
  public let name: String
  /// θ_q.
  public let coefficients: CoefficientFamily
  /// The part without free unknowns.
  public let offset: AffineConstant
  /// ℓ_q · vᵢ at q + i Q.
  public internal(set) var functionals: [Double]
  /// The functionals in an orthonormal basis of their representatives: ‖ℓ(μ)‖_{X'} = ‖R θ‖.
  public let dualNorm: ResidualCoordinates
  /// c where ℓ(μ) = κ(μ) f(μ), κ = c or c θ₁/θ_f: the compliant case; nil otherwise.
  public let compliance: Compliance?
  /// The correction by the dual problem, once it has been reduced.
  public internal(set) var dual: DualCorrection?

  /// How a functional is a multiple of the load.
  public enum Compliance: Sendable, Equatable {
    /// ℓ = c f term by term, with equal coefficients.
    case constant(Double)
    /// One term each: ℓ₁ = c f₁, so that κ = c θ₁(ℓ)/θ₁(f).
    case ratio(Double)
  }

  func prefix(_ n: Int) -> ReducedLinearOutput {
    var result = self
    result.functionals = Array(functionals.prefix(n * coefficients.count))
    result.dual = dual?.prefix(n)
    return result
  }
}

/// The reduced dual problem of a linear output, and how the primal residual acts on its basis.
public struct DualCorrection: Sendable, Equatable {
  /// The reduced A(μ) z = ℓ(μ).
  public let model: GalerkinReducedModel
  /// f_p · w_k at k + p M.
  public let loads: [Double]
  /// w_k · A_q vᵢ at k + (q + i Q) M.
  public internal(set) var operators: [Double]

  func prefix(_ n: Int) -> DualCorrection {
    var result = self
    let group = model.size * model.operatorCoefficients.count
    result.operators = Array(operators.prefix(n * group))
    return result
  }
}

/// γᵀ M γ + Σ θ_q ℓ_q · V γ + Σ θ_j o_j, or its root.
public struct ReducedQuadraticOutput: Sendable, Equatable {
  /// How results call it.
  public let name: String
  /// vᵢᵀ M vⱼ, j ≤ i, row by row.
  public internal(set) var matrix: [Double]
  /// θ_q.
  public let linearCoefficients: CoefficientFamily
  /// ℓ_q · vᵢ at q + i Q.
  public internal(set) var linear: [Double]
  /// The part without free unknowns.
  public let constant: AffineConstant
  /// Form or root.
  public let value: QuadraticOutput.Value
  /// λ with vᵀMv ≤ λ ‖v‖²_X for all v, proven; nil where the form is not known to be a seminorm.
  public let normBound: Double?

  func prefix(_ n: Int) -> ReducedQuadraticOutput {
    var result = self
    result.matrix = Array(matrix.prefix(n * (n + 1) / 2))
    result.linear = Array(linear.prefix(n * linearCoefficients.count))
    return result
  }
}

/// The extremum of m values Σ γᵢ vᵢ(row) + Σ θ_d w_d(row).
public struct ReducedExtremumOutput: Sendable, Equatable {
  /// How results call it.
  public let name: String
  /// Largest or smallest.
  public let kind: ExtremumOutput.Kind
  /// m.
  public let rowCount: Int
  /// The basis at the rows, m numbers per basis vector.
  public internal(set) var vectors: [Double]
  /// The lifts at the rows, m numbers per lift.
  public let lifts: [Double]
  /// θ_d.
  public let liftCoefficients: CoefficientFamily
  /// max √(X⁻¹)ᵣᵣ over the rows looked at: a value differs by no more than this times ‖e‖_X.
  public let rowNorm: Double
  /// Whether all rows were looked at for `rowNorm`.
  public let rowNormIsBound: Bool

  func prefix(_ n: Int) -> ReducedExtremumOutput {
    var result = self
    result.vectors = Array(vectors.prefix(n * rowCount))
    return result
  }
}
