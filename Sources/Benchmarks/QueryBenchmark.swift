internal import LinearAlgebra
internal import ModelReduction

/// How the cost of a certified query grows with the basis and with the number of terms (W5).
public struct QueryBenchmark: Sendable {
  /// The benchmark.
  public init() {}

  /// Measures on one thread.
  public func section(progress: (String) -> Void = { _ in }) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    var findings: [Finding] = []
    for (blocks, sizes) in [(2, [10, 20, 40]), (3, [20, 40]), (4, [40])] {
      progress("queries, \(blocks) × \(blocks) blocks")
      let block = try ThermalBlock(blocks: blocks, cells: 72)
      var ledger = CostLedger()
      let greedy = try WeakGreedy(
        of: FullOrderSolver(block.problem), over: block.training(),
        options: .init(tolerance: 0, size: sizes.max() ?? 1, measure: .absolute),
        ledger: &ledger)
      let points = try Sampling.random.points(
        count: 100, seed: 7, in: block.problem.parameterSpace)
      // Round-off ends a basis before some sizes.
      for size in sizes where size <= greedy.model.size {
        let times = try ReductionBenchmark.queryTimes(greedy.model.truncated(to: size), points)
        findings.append(
          Finding(
            "certified query, Q = \(blocks * blocks), N = \(size)", times.certified, unit: "s",
            note: "solution alone \(handy(times.solve, "s"))"))
      }
    }
    return BenchmarkSection(
      title: "certified queries (seconds that passed, median of 100 parameters, 1 thread)",
      findings: findings, remarks: [])
  }
}
