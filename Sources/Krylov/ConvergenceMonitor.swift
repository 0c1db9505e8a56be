/// Follows the observed quantity through a solve: the one place where iterations are judged.
struct ConvergenceMonitor {
  let rule: StoppingRule
  /// What the quantity is relative to.
  private(set) var scale: Double
  private(set) var history: [Double] = []
  private var best = Double.infinity
  private var sinceBest = 0

  init(_ rule: StoppingRule, scale: Double) {
    self.rule = rule
    self.scale = scale
    history.reserveCapacity(min(rule.iterations, 4096) + 1)
  }

  /// The largest value that counts as converged.
  var limit: Double { rule.limit(scale: scale) }
  var iterations: Int { max(0, history.count - 1) }

  /// The scale of the energy error grows while it is found.
  mutating func rescale(_ scale: Double) { self.scale = scale }

  /// Takes the next value; a status if the iteration must end here.
  mutating func record(_ value: Double) -> SolveReport.Status? {
    history.append(scale > 0 ? value / scale : value)
    guard value.isFinite else { return .notFinite }
    if value <= limit { return .converged }
    if value < 0.99 * best {
      best = value
      sinceBest = 0
    } else {
      sinceBest += 1
    }
    if iterations >= rule.iterations { return .iterationLimit }
    return sinceBest >= rule.patience ? .stagnated : nil
  }
}
