/// When a deflated space is renewed.
public enum SpaceRenewal: Sendable {
  /// After every solve.
  case always
  /// After the first six solves, and later where one took a tenth more iterations than the best.
  case whileItHelps
  /// Never: the space was given, or is good enough.
  case never
}

/// Says from the iterations so far whether a new space is worth its price.
struct RenewalHistory: Sendable {
  private var solves = 0
  private var best = Int.max

  mutating func wants(_ renewal: SpaceRenewal, after iterations: Int) -> Bool {
    solves += 1
    defer { best = min(best, iterations) }
    switch renewal {
    case .always: return true
    case .never: return false
    case .whileItHelps: return solves <= 6 || 10 * iterations > 11 * best
    }
  }
}
