/// Goes from one time of a grid to the next in parts of equal length: one if that succeeds, more where
/// it does not, fewer again where it does.
struct StepCutting {
  private let end: Double
  private let least: Double
  private var now: Double
  /// What a part is to be as long as at most.
  private(set) var length: Double

  /// - Parameters:
  ///   - length: Of the first part to try; nil for the whole step.
  ///   - cuts: How often the whole step may be halved.
  init(from start: Double, to end: Double, length: Double? = nil, cuts: Int) {
    let whole = end - start
    (now, self.end) = (start, end)
    least = whole * Double(sign: .plus, exponent: -cuts, significand: 1)
    self.length = max(least, length ?? whole)
  }

  /// The end of the part to try; nil at the end of the step.
  var next: Double? {
    guard now < end else { return nil }
    let parts = ((end - now) / length - 1e-9).rounded(.up)
    return parts <= 1 ? end : min(end, max(now.nextUp, now + (end - now) / parts))
  }

  /// The part went well.
  ///
  /// - Parameter growth: The length of the next one over that of this one.
  mutating func accept(growth: Double = 2) {
    guard let next else { return }
    let grown = growth * (next - now)
    // A part that the end of the step has shortened tells nothing against a longer one.
    length = growth >= 1 ? max(length, grown) : grown
    now = next
  }

  /// The part failed; false where it is too short to be cut.
  ///
  /// - Parameter factor: What it is to be shortened by.
  mutating func cut(_ factor: Double = 0.5) -> Bool {
    guard let next, next - now > least * (1 + 1e-9) else { return false }
    length = max(least, (next - now) * min(0.9, max(0.1, factor)))
    // Of halves too the end must lie behind the start.
    return now + length / 4 > now
  }
}
