/// What is claimed about a number that estimates an error.
public enum Guarantee: String, Sendable, CaseIterable {
  /// The error is not larger: in exact arithmetic by proof; for round-off by an allowance that is
  /// measured for each column of the residual and, in the sums of a query, statistical (8 ε per
  /// column, 16 ε in outputs), which tests hold against errors in twice the precision.
  case upperBound
  /// The error is of this size; nothing is proven.
  case indicator
  /// The error is below what double precision can certify; the number is the floor.
  case notCertified
}

/// An estimate of an error that says what it is.
public struct ErrorEstimate: Sendable, Equatable {
  /// Bound, indicator or floor, in the norm (or the unit of the output) it belongs to.
  public let value: Double
  /// What `value` is.
  public let guarantee: Guarantee
  /// The smallest number that could have been certified here.
  public let floor: Double

  /// An estimate of given parts.
  public init(value: Double, guarantee: Guarantee, floor: Double) {
    (self.value, self.guarantee, self.floor) = (value, guarantee, floor)
  }

  /// The estimate of ‖u − u_N‖_X from the residual: (‖r‖ + δ + c)/α.
  ///
  /// δ bounds the round-off in the computed ‖r‖. Below δ the residual carries no information: the
  /// estimate is then (2 δ + c)/α, which the true error does not exceed, and is called a floor unless
  /// c is more than round-off.
  ///
  /// - Parameters:
  ///   - residual: ‖r‖ as computed.
  ///   - slack: δ.
  ///   - consistency: c, what interpolated coefficients add to the residual; see
  ///     ``ConsistencyBound``.
  ///   - alpha: A proven lower bound of the coercivity constant, or nil.
  ///   - substitute: What to divide by without a proven bound.
  init(
    residual: Double, slack: Double, consistency: Double = 0, alpha: Double?, substitute: Double
  ) {
    let divisor = alpha ?? substitute
    floor = (2 * slack + consistency) / divisor
    let claim: Guarantee = alpha == nil ? .indicator : .upperBound
    if residual.isNaN || slack.isNaN {
      (value, guarantee) = (.infinity, .indicator)
    } else if residual + consistency <= slack {
      (value, guarantee) = (floor, alpha == nil ? .indicator : .notCertified)
    } else {
      // One part in 10¹² for rounding that is relative to the norm itself.
      (value, guarantee) = ((residual + slack + consistency) / divisor * (1 + 1e-12), claim)
    }
  }

  /// The estimate of an output's error from the bound of exact arithmetic and the round-off of its
  /// value, below which nothing is certified.
  init(output main: Double, roundoff: Double, isProven: Bool) {
    floor = 2 * roundoff
    guard isProven, main.isFinite else {
      (value, guarantee) = (main + roundoff, .indicator)
      return
    }
    value = max(floor, main + roundoff)
    guarantee = main <= roundoff ? .notCertified : .upperBound
  }
}
