public import LinearAlgebra
internal import ModelReduction

/// One step of the greedy algorithm over a large training set: estimates at all points (W5).
public struct TrainingBenchmark: Sendable {
  /// Blocks along each edge.
  public let blocks: Int
  /// Training points.
  public let count: Int
  /// The size of the basis.
  public let size: Int

  /// A workload.
  public init(blocks: Int, count: Int, size: Int) {
    (self.blocks, self.count, self.size) = (blocks, count, size)
  }

  /// Measures on one thread and on many.
  public func section(
    threads: Int = Threads.available, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let limits = MachineLimits(threads: 1, order: 1024, triadBytes: 100_000_000)
    progress("basis of \(size)")
    let block = try ThermalBlock(blocks: blocks, cells: 72)
    let space = block.problem.parameterSpace
    var ledger = CostLedger()
    let options = WeakGreedy.Options(tolerance: 0, size: size, measure: .absolute)
    let greedy = try WeakGreedy(
      of: FullOrderSolver(block.problem),
      over: try Sampling.logRandom.points(count: 500, seed: 1, in: space), options: options,
      ledger: &ledger)
    let points = try Sampling.logRandom.points(count: count, seed: 3, in: space)
    var findings: [Finding] = []
    var timings: [Timing] = []
    for used in distinct([1, threads]) {
      progress("\(count) points, \(suffix(used))")
      Threads.count = used
      var timing = Timing()
      for _ in 0..<3 {
        // Nothing exceeds an infinite tolerance: only the estimates are made.
        let missed = try timing.measure {
          try greedy.points(
            among: points, notServedBy: .init(tolerance: .infinity, size: size))
        }
        guard missed.isEmpty else {
          throw BenchmarkError.wrongResult("\(missed.count) points exceed infinity")
        }
      }
      timings.append(timing)
    }
    let rate = operations(greedy.model) * Double(count) / timings[0].leastWall * 1e-9
    findings.append(
      Finding(
        "estimates at \(count) points, N = \(greedy.model.size), Q = \(blocks * blocks)",
        timings[0].leastCPU, unit: "s",
        note: "\(handy(timings[0].leastCPU / Double(count), "s")) a point"))
    findings.append(
      Finding(
        "rate of that, of dgemm on one thread", rate / limits.productGigaflops, unit: "",
        note: "\(fourDigits(rate)) of \(fourDigits(limits.productGigaflops)) GFLOP/s"))
    if timings.count > 1 {
      findings.append(
        Finding(
          "gain in wall time on \(suffix(threads))", timings[0].leastWall / timings[1].leastWall,
          unit: "×"))
    }
    return BenchmarkSection(
      title: "a greedy step, \(blocks) × \(blocks) blocks (CPU seconds)", findings: findings,
      remarks: [])
  }

  /// Additions and multiplications a point: the reduced operator, its Cholesky factor, the product with
  /// the coordinates of the residual.
  private func operations(_ model: GalerkinReducedModel) -> Double {
    let (n, q) = (Double(model.size), Double(blocks * blocks))
    let residual = zip(model.residual.widths, model.residual.heights)
      .reduce(0) { $0 + 2 * $1.0 * $1.1 }
    return n * (n + 1) * q + n * n * n / 3 + Double(residual)
  }
}
