import Foundation
import LinearAlgebra
import ModelReduction
import Testing

/// Measurements beside their targets; run with RITZ_MEASURE=1, for a quiet machine.
@Suite(
  .serialized, .enabled(if: ProcessInfo.processInfo.environment["RITZ_MEASURE"] != nil))
struct `Speed of certified reduction` {
  @Test(arguments: [(2, 102, 625, 20), (3, 102, 2000, 40)])
  func `greedy and queries take what they should`(
    blocks: Int, cells: Int, count: Int, size: Int
  ) throws {
    let block = try ThermalBlock(blocks: blocks, cells: cells)
    let training = try Sampling.random.points(count: count, seed: 1, in: block.space)
    let clock = ContinuousClock()
    let threads = Threads.count
    defer { Threads.count = threads }
    for used in [1, 2] {
      Threads.count = used
      var ledger = CostLedger()
      let (start, processor) = (clock.now, Foundation.clock())
      let greedy = try WeakGreedy(
        of: block.solver, over: training, options: .init(tolerance: 0, size: size),
        ledger: &ledger)
      print(
        "\(blocks)x\(blocks)", block.problem.dofCount, "threads", used, "greedy",
        clock.now - start, "CPU s",
        Double(Foundation.clock() - processor) / Double(CLOCKS_PER_SEC), "steps",
        greedy.steps.count, "last", greedy.steps.last?.estimate ?? 0)
      print(
        "  solve", ledger.seconds(in: .solve), "reduction", ledger.seconds(in: .reduction),
        "certified down to", greedy.certifiedDownTo)
      let solver = OnlineSolver(greedy.model)
      for estimates in [false, true] {
        var best = Double.infinity
        for _ in 0..<20 {
          let begin = clock.now
          for mu in training.prefix(200) {
            try solver.solve(at: mu)
            if estimates { _ = solver.errorEstimate() }
          }
          let spent = (clock.now - begin) / 200
          best = min(best, Double(spent.components.attoseconds) * 1e-12)
        }
        print("  N", greedy.model.size, estimates ? "solve + bound" : "solve", best, "µs")
      }
    }
  }
}
