internal import RealModule

/// A standard normal number that is cut off at both ends of an interval.
struct TruncatedNormal {
  let range: ClosedRange<Double>

  /// The probability that a standard normal number lies in the interval up to `x`.
  ///
  /// Each case subtracts numbers of the size of the smaller tail: far out, where erf is one, the
  /// complement still has all its digits. Between the tails the odd function erf makes the median of a
  /// symmetric interval zero to the last bit.
  func probability(upTo x: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    let root = 0.5.squareRoot()
    if low >= 0 { return (Double.erfc(low * root) - Double.erfc(x * root)) / 2 }
    if high <= 0 { return (Double.erfc(-x * root) - Double.erfc(-low * root)) / 2 }
    return (Double.erf(x * root) - Double.erf(low * root)) / 2
  }

  /// The probability of the whole interval; zero where it is too far out for a number to hold it.
  var probability: Double { probability(upTo: range.upperBound) }

  /// The number below which the part `s` of the distribution lies, `s` in [0, 1].
  ///
  /// Newton's method kept inside a bracket: it cannot leave the interval.
  func quantile(_ s: Double) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    if s <= 0 { return low }
    if s >= 1 { return high }
    let target = s * probability
    var x = range.contains(0) ? 0 : low / 2 + high / 2
    for _ in 0..<200 {
      let excess = probability(upTo: x) - target
      if excess == 0 { return x }
      if excess > 0 { high = x } else { low = x }
      let density = Double.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      var next = x - excess / density
      if !(next > low && next < high) { next = low / 2 + high / 2 }
      if abs(next - x) <= Double.ulpOfOne * abs(next) { return next }
      x = next
    }
    return x
  }
}
