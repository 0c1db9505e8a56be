/// The times at which an evolution is computed: a start and the steps that follow.
///
/// Steps are kept as given, not as differences of times: equal steps are equal to the last bit, and
/// share a factorization.
public struct TimeGrid: Sendable, Equatable {
  /// t₀.
  public let start: Double
  /// Δt₁ … Δt_K, positive.
  public let steps: [Double]
  /// t₀ … t_K.
  public let times: [Double]

  /// K.
  public var stepCount: Int { steps.count }
  /// t_K.
  public var end: Double { times[times.count - 1] }
  /// t_K − t₀.
  public var duration: Double { end - start }
  /// The step sizes that differ, in the order they first occur.
  public var distinctSteps: [Double] {
    var found = Set<Double>()
    return steps.filter { found.insert($0).inserted }
  }

  /// Listed steps.
  ///
  /// - Throws: When there is none, or one is not positive and finite.
  public init(start: Double = 0, steps: [Double]) throws(TimeGridError) {
    guard !steps.isEmpty else { throw .empty }
    guard start.isFinite else { throw .invalidEnd(start, start: start) }
    if let k = steps.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .invalidStep(steps[k], index: k)
    }
    (self.start, self.steps) = (start, steps)
    var (times, isEqual) = ([start], true)
    for (k, step) in steps.enumerated() {
      isEqual = isEqual && step == steps[0]
      // A multiple is right to half an ulp where a sum would drift.
      times.append(isEqual ? start + Double(k + 1) * step : times[k] + step)
    }
    self.times = times
  }

  /// Steps and times as read from a file; nil if they contradict each other.
  init?(steps: [Double], times: [Double]) {
    guard let first = times.first, times.count == steps.count + 1, !steps.isEmpty,
      steps.allSatisfy({ $0 > 0 && $0.isFinite }), times.allSatisfy(\.isFinite),
      zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    (start, self.steps, self.times) = (first, steps, times)
  }

  /// Steps of one size up to `end`; the last one is shorter where they do not fit.
  ///
  /// - Throws: When a number is not finite, the step not positive, or nothing fits in between.
  public init(start: Double = 0, end: Double, step: Double) throws(TimeGridError) {
    guard step > 0, step.isFinite else { throw .invalidStep(step, index: 0) }
    guard end.isFinite, start.isFinite, end > start else {
      throw .invalidEnd(end, start: start)
    }
    let ratio = (end - start) / step
    guard ratio < 1e9 else { throw .tooMany(ratio) }
    let whole = Int((ratio + 1e-9).rounded(.down))
    var steps = [Double](repeating: step, count: whole)
    let rest = end - start - Double(whole) * step
    if whole == 0 || rest > 1e-9 * step { steps.append(rest) }
    try self.init(start: start, steps: steps)
  }

  /// Listed times, the first of them the start; steps equal to one part in 10⁹ become one size.
  ///
  /// - Throws: When there are fewer than two or they do not ascend.
  public init(times: [Double]) throws(TimeGridError) {
    guard times.count > 1 else { throw .empty }
    var (steps, known) = ([Double](), [Double]())
    for (k, (a, b)) in zip(times, times.dropFirst()).enumerated() {
      let step = b - a
      guard step > 0, step.isFinite else { throw .invalidStep(step, index: k) }
      // Times written in decimals: their differences are off by the rounding of the times.
      let tolerance = max(1e-9 * step, 4 * max(a.magnitude, b.magnitude).ulp)
      if let same = known.first(where: { ($0 - step).magnitude <= tolerance }) {
        steps.append(same)
      } else {
        known.append(step)
        steps.append(step)
      }
    }
    (start, self.steps, self.times) = (times[0], steps, times)
  }
}

/// Why a list of times or steps is no time grid.
public enum TimeGridError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No step at all.
  case empty
  /// A step that is not positive and finite; `index` counts from zero.
  case invalidStep(Double, index: Int)
  /// An end that does not come after the start.
  case invalidEnd(Double, start: Double)
  /// More steps than can be computed.
  case tooMany(Double)

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .empty: "a time grid needs at least one step"
    case .invalidStep(let step, let index):
      "time step \(index + 1) is \(step); steps must be positive and finite, times must ascend"
    case .invalidEnd(let end, let start):
      "the end \(end) does not come after the start \(start)"
    case .tooMany(let count): "\(count) time steps are more than can be computed; enlarge the step"
    }
  }
}
