/// Goes from one time of a grid to the next: at once where that succeeds, else in halves that grow
/// again by doubling.
struct StepCutting {
  private let end: Double
  private let least: Double
  private var now: Double
  private var length: Double

  /// - Parameter cuts: How often the whole step may be halved.
  init(from start: Double, to end: Double, cuts: Int) {
    (now, self.end, length) = (start, end, end - start)
    least = (end - start) * Double(sign: .plus, exponent: -cuts, significand: 1)
  }

  /// The end of the part to try; nil at the end of the step.
  var next: Double? {
    guard now < end else { return nil }
    return now + length * (1 + 1e-9) >= end ? end : now + length
  }

  /// The part went well.
  mutating func accept() {
    if let next { now = next }
    length *= 2
  }

  /// The part failed; false where it is too short to be cut.
  ///
  /// - Parameter factor: What a law wants the part shortened by.
  mutating func cut(_ factor: Double?) -> Bool {
    guard let next else { return false }
    length = (next - now) * min(0.5, max(0.1, factor ?? 0.5))
    return length >= least * (1 - 1e-9) && now + length > now
  }
}
