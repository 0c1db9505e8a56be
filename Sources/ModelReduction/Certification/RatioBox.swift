/// Bounds for one part of the form, ∫ κ(x; μ) … with κ = Σ θ_q(μ) g_q(x), against that part at μ̄:
/// lower_q ≤ g_q(x)/κ(x; μ̄) ≤ upper_q at every point x of the part.
///
/// Then κ(x; μ) ≥ Σ min(θ_q lower_q, θ_q upper_q) κ(x; μ̄) everywhere, whatever the signs of θ_q
/// and g_q. All boxes of a model together must cover its form. Ratios hold where κ(·; μ̄) > 0;
/// tensor coefficients enter through the extreme generalized eigenvalues.
public struct RatioBox: Sendable, Equatable {
  /// The operator terms q that this part contributes to.
  public let terms: [Int]
  /// The least ratio of each.
  public let lower: [Double]
  /// The largest ratio of each.
  public let upper: [Double]

  /// A box.
  ///
  /// - Precondition: A finite lower and upper bound per term, in order.
  public init(terms: [Int], lower: [Double], upper: [Double]) {
    precondition(
      terms.count == lower.count && terms.count == upper.count
        && zip(lower, upper).allSatisfy { $0 <= $1 && $0.isFinite && $1.isFinite },
      "a ratio box needs finite bounds, lower ≤ upper, for each of its terms")
    (self.terms, self.lower, self.upper) = (terms, lower, upper)
  }
}

extension [RatioBox] {
  /// The least of Σ min(θ_q lower_q, θ_q upper_q) over the parts; nil without any, or where it is not
  /// finite.
  func leastRatio(for theta: [Double]) -> Double? {
    guard !isEmpty else { return nil }
    var least = Double.infinity
    for box in self {
      var (sum, size) = (0.0, 0.0)
      for (k, q) in box.terms.enumerated() {
        sum += Swift.min(theta[q] * box.lower[k], theta[q] * box.upper[k])
        size += theta[q].magnitude * Swift.max(box.lower[k].magnitude, box.upper[k].magnitude)
      }
      guard sum.isFinite, size.isFinite else { return nil }
      // The sum's own rounding must not lift the bound.
      least = Swift.min(least, sum - Double(box.terms.count + 2) * Double.ulpOfOne * size)
    }
    return least
  }
}

/// What is known of the sign of a form Σ θ_q(μ) M_q before any computation.
public struct SemidefiniteConditions: Sendable, Equatable {
  /// For each term whether M_q is symmetric positive semidefinite for certain.
  public let terms: [Bool]
  /// Bounds of its coefficient's parts, one per part of the form, against any positive coefficient, such
  /// as one; empty where none are known.
  public let ratioBoxes: [RatioBox]

  /// Statements a model makes; nothing here is verified.
  public init(terms: [Bool], ratioBoxes: [RatioBox] = []) {
    (self.terms, self.ratioBoxes) = (terms, ratioBoxes)
  }

  /// Whether the form is positive semidefinite for certain: every term is and no θ_q is negative, or
  /// the boxes keep the whole coefficient from being negative anywhere.
  ///
  /// - Precondition: A coefficient per term.
  public func hold(for theta: [Double]) -> Bool {
    precondition(theta.count == terms.count, "\(theta.count) coefficients, \(terms.count) terms")
    return zip(theta, terms).allSatisfy { $0 >= 0 && $1 }
      || ratioBoxes.leastRatio(for: theta) ?? -1 >= 0
  }
}
