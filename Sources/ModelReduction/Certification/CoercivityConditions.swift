/// What a model knows about a(v, v; μ) = Σ θ_q(μ) vᵀ A_q v before any computation.
public struct CoercivityConditions: Sendable, Equatable {
  /// For each operator term whether A_q is positive semidefinite for certain.
  public let semidefinite: [Bool]
  /// The parameter μ̄ at which a(·, ·; μ̄) is the energy that bounds refer to.
  public let reference: Parameter
  /// Bounds of coefficient ratios, one per part of the form; empty where none are known.
  public let ratioBoxes: [RatioBox]
  /// How far the form and its load are from those that were asked for.
  public let consistency: ConsistencyBound

  /// Statements a model makes; nothing here is verified.
  public init(
    semidefinite: [Bool], reference: Parameter, ratioBoxes: [RatioBox] = [],
    consistency: ConsistencyBound = .exact
  ) {
    self.semidefinite = semidefinite
    (self.reference, self.ratioBoxes) = (reference, ratioBoxes)
    self.consistency = consistency
  }

  /// The same with another statement on how far form and load are from those asked for.
  public func with(_ consistency: ConsistencyBound) -> CoercivityConditions {
    CoercivityConditions(
      semidefinite: semidefinite, reference: reference, ratioBoxes: ratioBoxes,
      consistency: consistency)
  }
}

/// α(μ) with a(v, v; μ) ≥ α(μ) ‖v‖²_X, from coefficients alone.
///
/// The largest of up to four lower bounds counts. Min-θ: if all A_q are positive semidefinite and no θ_q
/// negative at μ or at μ̄, then min θ_q(μ)/θ_q(μ̄) over the terms present at μ̄. Ratio boxes: the least, over the parts of the
/// form, of Σ min(θ_q lower_q, θ_q upper_q). Both refer to the energy at μ̄; `constant` σ, with
/// a(v, v; μ̄) ≥ σ ‖v‖²_X, carries them over to X. Further references and successive constraints, where
/// they were computed, speak of X directly. Where coefficients were interpolated, the error
/// of the form is taken off: α then belongs to the form that was asked for.
///
/// - Source: Quarteroni, Manzoni, Negri, *Reduced Basis Methods for Partial Differential
///   Equations*, Springer 2016, section 3.7 (min-θ).
public struct CoercivityBound: Sendable, Equatable {
  /// Which argument gives the value at some parameter.
  public enum Argument: String, Sendable {
    /// Positive coefficients in front of semidefinite terms.
    case minTheta = "min-theta"
    /// Bounds of the coefficient functions.
    case ratioBoxes = "ratio-boxes"
    /// Eigenproblems at some parameters.
    case successiveConstraints = "successive-constraints"
    /// As min-θ, from the nearest of several parameters.
    case multiParameterMinTheta = "multi-parameter-min-theta"
  }

  /// What the model knows.
  public let conditions: CoercivityConditions
  /// θ_q(μ̄).
  public let referenceCoefficients: [Double]
  /// σ; 1 where X is the energy at μ̄.
  public let constant: Double
  /// Of a(v, v; μ)/‖v‖²_X, where they were asked for.
  public internal(set) var constraints: SuccessiveConstraints?
  /// Further parameters with their constants, where they were asked for.
  public internal(set) var references: MultiParameterMinTheta?

  /// The bound of a family.
  ///
  /// - Precondition: σ ≥ 0; a coefficient per term.
  public init(
    conditions: CoercivityConditions, referenceCoefficients: [Double], constant: Double
  ) {
    precondition(constant >= 0, "a coercivity constant of \(constant)")
    precondition(
      referenceCoefficients.count == conditions.semidefinite.count,
      "\(referenceCoefficients.count) coefficients, \(conditions.semidefinite.count) terms")
    (self.conditions, self.constant) = (conditions, constant)
    self.referenceCoefficients = referenceCoefficients
  }

  /// α(μ) and the argument for it, from the coefficients θ(μ); nil when no argument applies or
  /// what it gives is not positive.
  ///
  /// - Precondition: A coefficient per term.
  public func value(for theta: [Double]) -> (alpha: Double, argument: Argument)? {
    let ratio = minTheta(theta) ?? 0
    let boxes = conditions.ratioBoxes.leastRatio(for: theta) ?? 0
    let fromCoefficients = max(ratio, boxes) * constant
    let fromEigenproblems = constraints?.lowerBound(for: theta) ?? 0
    let fromReferences = references?.lowerBound(for: theta) ?? 0
    let largest = max(fromCoefficients, fromEigenproblems, fromReferences)
    let alpha = largest - conditions.consistency.operatorError
    guard alpha > 0, alpha.isFinite else { return nil }
    if largest > max(fromCoefficients, fromReferences) { return (alpha, .successiveConstraints) }
    if largest > fromCoefficients { return (alpha, .multiParameterMinTheta) }
    return (alpha, ratio >= boxes ? .minTheta : .ratioBoxes)
  }

  private func minTheta(_ theta: [Double]) -> Double? {
    guard conditions.semidefinite.allSatisfy({ $0 }) else { return nil }
    return leastRatio(of: theta, to: referenceCoefficients)
  }
}
