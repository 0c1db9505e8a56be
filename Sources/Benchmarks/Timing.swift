/// Repeated measurements of one piece of work.
public struct Timing: Sendable, Equatable {
  /// Processor seconds, user and system, of all threads, one per repetition.
  public private(set) var cpu: [Double] = []
  /// Seconds that passed, one per repetition.
  public private(set) var wall: [Double] = []

  /// Nothing measured yet.
  public init() {}

  /// Does the work once and notes what it took.
  public mutating func measure<Value, Failure: Error>(
    _ work: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let (cpuStart, wallStart) = (ProcessCost.cpuSeconds, ProcessCost.wallSeconds)
    let value = try work()
    wall.append(ProcessCost.wallSeconds - wallStart)
    cpu.append(ProcessCost.cpuSeconds - cpuStart)
    return value
  }

  /// The least processor time.
  public var leastCPU: Double { cpu.min() ?? .nan }
  /// The least time that passed.
  public var leastWall: Double { wall.min() ?? .nan }
  /// The median of the processor times.
  public var medianCPU: Double { median(cpu) }
}

/// The middle of sorted numbers, the mean of the two middle ones where there are two.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let sorted = values.sorted()
  let half = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
}
