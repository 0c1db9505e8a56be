/// How M u' + A u = f is stepped through time.
public enum TimeScheme: String, Sendable, CaseIterable {
  /// First order, damps everything: no oscillation after a jump.
  case backwardEuler = "backward-euler"
  /// Second order, keeps energy: jumps ring on unless the steps are small.
  case crankNicolson = "crank-nicolson"
  /// Second order, damps; the first step is backward Euler.
  case bdf2

  /// The formal order in the step size.
  public var order: Int { self == .backwardEuler ? 1 : 2 }

  /// The formula of step k of a grid, from 0.
  ///
  /// - Precondition: The grid has that step.
  public func formula(ofStep k: Int, in grid: TimeGrid) -> StepFormula {
    let step = grid.steps[k]
    switch self {
    case .crankNicolson:
      return StepFormula(
        derivative: [1 / step, -1 / step, 0], weights: [0.5, 0.5])
    case .bdf2 where k > 0:
      let omega = step / grid.steps[k - 1]
      return StepFormula(
        derivative: [
          (1 + 2 * omega) / ((1 + omega) * step), -(1 + omega) / step,
          omega * omega / ((1 + omega) * step),
        ], weights: [1, 0])
    case .backwardEuler, .bdf2:
      return StepFormula(derivative: [1 / step, -1 / step, 0], weights: [1, 0])
    }
  }
}

/// M (d₀ u⁰ + d₁ u¹ + d₂ u²) + A (w₀ u⁰ + w₁ u¹) = w₀ f⁰ + w₁ f¹, counting back from the new time.
///
/// - Source: Hairer, Wanner, *Solving Ordinary Differential Equations II*, Springer 1996, sections
///   IV.3 and V.1; variable steps after *… I*, section III.5.
public struct StepFormula: Sendable, Hashable {
  /// d₀, d₁, d₂.
  public let derivative: [Double]
  /// w₀, w₁.
  public let weights: [Double]

  /// What the matrix d₀ M + w₀ A depends on: steps that agree here share a factorization.
  public var matrix: StepMatrix { StepMatrix(mass: derivative[0], operator: weights[0]) }
}

/// The coefficients of the matrix of a step.
public struct StepMatrix: Sendable, Hashable {
  /// d₀.
  public let mass: Double
  /// w₀.
  public let `operator`: Double
}
