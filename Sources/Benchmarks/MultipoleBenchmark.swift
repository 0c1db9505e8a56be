public import LinearAlgebra
internal import ModelReduction

/// Sums of 1/r over points spread evenly in the unit cube, to six digits, against direct sums.
public struct MultipoleBenchmark: Sendable {
  /// Numbers of points, ascending.
  public let sizes: [Int]
  /// Asked of ‖error‖₂/‖K q‖₂.
  public let tolerance: Double
  /// How often each sum is done.
  public let repetitions: Int

  /// A workload.
  public init(
    sizes: [Int] = [10_000, 100_000, 1_000_000], tolerance: Double = 1e-6, repetitions: Int = 3
  ) {
    (self.sizes, self.tolerance, self.repetitions) = (sizes, tolerance, repetitions)
  }

  /// Targets that are summed term by term; their time is scaled to all.
  private static let directCount = 1000

  /// Measures on one thread, then the gain of several.
  public func section(
    threads: Int = Threads.available, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    var findings: [Finding] = []
    var last: (size: Int, seconds: Double)?
    for size in sizes {
      progress("kernel sums, \(size) points")
      let (seconds, found) = try measure(size, threads: threads)
      findings += found
      if let last, size == 10 * last.size {
        let growth = seconds / last.seconds
        findings.append(
          Finding(
            "growth from \(last.size) to \(size) points", growth, unit: "×",
            last.size == 10_000 ? [.atMost(13, value: growth)] : []))
      }
      last = (size, seconds)
    }
    return BenchmarkSection(
      title: "kernel sums, 1/r in the unit cube, tolerance \(tolerance) (CPU seconds, 1 thread)",
      findings: findings)
  }

  private func measure(_ size: Int, threads: Int) throws -> (Double, [Finding]) {
    var random = SplitMix64(seed: 1)
    let points = DenseMatrix(
      rowCount: 3, columnCount: size, values: (0..<3 * size).map { _ in random.unit() })
    let charges = (0..<size).map { _ in 2 * random.unit() - 1 }
    var values = [Double](repeating: 0, count: size)
    Threads.count = 1
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    var (preparation, sum, direct) = (Timing(), Timing(), Timing())
    let operation = try preparation.measure {
      try FastMultipole(
        LaplaceKernel(), over: points, options: FastMultipoleOptions(tolerance: tolerance))
    }
    for _ in 0..<max(1, repetitions) {
      sum.measure { operation.apply(charges, into: &values) }
    }
    let peak = base.flatMap { base in ResidentMemory.peak.map { $0 - base } }
    let rows = (0..<min(size, Self.directCount)).map { _ in
      Int(random.next() % UInt64(size))
    }
    let exact = direct.measure { operation.directSums(of: charges, at: rows) }
    let error = norm(zip(rows, exact).map { values[$0] - $1 }) / norm(exact)
    let whole = direct.leastCPU * Double(size) / Double(rows.count)
    let levels = operation.levelFacts
    var findings = [
      Finding("\(size) points, preparation", preparation.leastCPU, unit: "s"),
      Finding(
        "\(size) points, one sum", sum.leastCPU, unit: "s",
        note: "median \(handy(sum.medianCPU, "s")), \(levels.first?.rank ?? 0) nodes, "
          + "\(levels.map(\.farPairCount).reduce(0, +)) pairs of cells, "
          + "\(fourDigits(Double(operation.nearPairCount))) pairs of points"),
      Finding(
        "\(size) points, direct sums over it", whole / sum.leastCPU, unit: "×",
        note: "\(rows.count) targets \(handy(direct.leastCPU, "s")), all \(handy(whole, "s"))"),
      Finding(
        "\(size) points, error at these targets", error, unit: "",
        note: "foreseen \(fourDigits(operation.errorEstimate.value))",
        [.atMost(tolerance, value: error)]),
    ]
    if let peak {
      findings.append(
        Finding(
          "\(size) points, memory", Double(peak), unit: "bytes",
          note: "\(peak / size) bytes for each point, the points themselves 24"))
    }
    if threads > 1 {
      Threads.count = threads
      var parallel = Timing()
      var again = values
      for _ in 0..<max(1, repetitions) {
        parallel.measure { operation.apply(charges, into: &again) }
      }
      guard again == values else {
        throw BenchmarkError.wrongResult("\(threads) threads gave another sum than one")
      }
      findings.append(
        Finding(
          "\(size) points, gain in wall time of \(threads) threads",
          sum.leastWall / parallel.leastWall, unit: "×"))
    }
    return (sum.leastCPU, findings)
  }
}
