internal import LinearAlgebra

/// The running sums behind the estimates of a trajectory.
struct ErrorSum {
  private let alpha: Double
  private let isProven: Bool
  private let initialProduct: Double
  /// ‖e_0‖²_M and what follows of Σ Δt (‖r‖ + δ)²/α.
  private var square: Double
  /// The same of δ alone.
  private var slackSquare: Double
  /// The same of ‖r‖ alone.
  private var residualSquare: Double
  /// Σ Δt (‖r‖ + δ)² with what interpolation adds.
  private var stepSquares = 0.0
  private var largest = 0.0
  private var largestSlack = 0.0

  init(
    _ model: ReducedEvolution, at mu: Parameter, massTheta: [Double], theta: [Double],
    initial: [Double], mass: DenseMatrix<Double>, matrix: DenseMatrix<Double>
  ) {
    let proven = model.coercivity?.value(for: theta)?.alpha
    let massIsEnergy = model.massConditions.hold(for: massTheta)
    isProven = proven != nil && model.scheme == .backwardEuler && massIsEnergy
    alpha =
      proven ?? ErrorSum.substitute(mass, matrix, duration: model.grid.duration)
    var energy = 0.0
    for (factor, gram) in zip(massTheta, model.initialErrorMass) {
      energy += max(0, factor * dot(initial, gram * initial))
    }
    initialProduct = max(0, dot(initial, model.initialErrorProduct * initial)).squareRoot()
    // The part of the initial state in the space is right to round-off of the whole state.
    let kept = model.initial * initial
    let size = max(0, dot(kept, mass * kept)) + energy
    let slack = (16 * Double.ulpOfOne) * (16 * Double.ulpOfOne) * size
    let bound = energy.squareRoot() + slack.squareRoot()
    (square, residualSquare, slackSquare) = (bound * bound, energy, slack)
  }

  /// Adds a step.
  ///
  /// - Parameter consistency: What interpolated coefficients add to the residual.
  mutating func add(residual: Double, slack: Double, consistency: Double, step: Double) {
    let bound = residual + slack + consistency
    square += step * bound * bound / alpha
    stepSquares += step * bound * bound
    residualSquare += step * residual * residual / alpha
    slackSquare += step * slack * slack / alpha
    largest = max(largest, bound)
    largestSlack = max(largestSlack, slack)
  }

  private func estimate(_ scale: Double) -> ErrorEstimate {
    let floor = 2 * slackSquare.squareRoot() * scale
    let value = square.squareRoot() * scale * (1 + 1e-12)
    guard value.isFinite else {
      return ErrorEstimate(value: .infinity, guarantee: .indicator, floor: floor)
    }
    if isProven, residualSquare <= slackSquare {
      return ErrorEstimate(value: max(floor, value), guarantee: .notCertified, floor: floor)
    }
    return ErrorEstimate(
      value: value, guarantee: isProven ? .upperBound : .indicator, floor: floor)
  }

  /// √(Σ Δt (‖r‖ + δ)²) so far.
  var residual: Double { stepSquares.squareRoot() }

  /// Of ‖e_k‖_M so far.
  var massNorm: ErrorEstimate { estimate(1) }

  /// Of √(Σ Δt ‖e‖²_X) so far.
  var trajectory: ErrorEstimate { estimate(1 / alpha.squareRoot()) }

  /// Of ‖e_k‖_X after a step of given size, 0 at the start: Δt α ‖e_k‖²_X ≤ ‖e_0‖²_M + Σ …
  func productNorm(step: Double) -> ErrorEstimate {
    if step == 0 {
      return ErrorEstimate(
        value: initialProduct * (1 + 1e-2), guarantee: isProven ? .upperBound : .indicator,
        floor: 0)
    }
    guard isProven else {
      // Without a proof the bound's 1/√Δt would only mislead: the quasi-steady error instead.
      return ErrorEstimate(
        value: max(largest / alpha, initialProduct), guarantee: .indicator,
        floor: 2 * largestSlack / alpha)
    }
    return estimate(1 / (alpha * step).squareRoot())
  }

  /// The least eigenvalue of the symmetric part of A + M/T, or what comes nearest.
  private static func substitute(
    _ mass: DenseMatrix<Double>, _ matrix: DenseMatrix<Double>, duration: Double
  ) -> Double {
    guard mass.rowCount > 0 else { return 1 }
    let shifted = matrix + (1 / duration) * mass
    let symmetric = 0.5 * (shifted + shifted.transposed())
    if let least = (try? SymmetricEigen(symmetric))?.values.first, least > 0 { return least }
    return (try? LU(shifted)).map { smallestSingularValue(of: $0) } ?? 0
  }
}
