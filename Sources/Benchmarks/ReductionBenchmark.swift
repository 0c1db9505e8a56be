public import LinearAlgebra
internal import ModelReduction

/// The certified greedy algorithm and its queries on a thermal block (W5).
public struct ReductionBenchmark: Sendable {
  /// Blocks along each edge.
  public let blocks: Int
  /// Squares along each edge.
  public let cells: Int
  /// The size of the basis.
  public let size: Int
  /// How often the greedy algorithm runs.
  public let repetitions: Int

  /// A workload; 72 cells make 10 513 unknowns.
  public init(blocks: Int, cells: Int = 72, size: Int, repetitions: Int = 3) {
    (self.blocks, self.cells, self.size) = (blocks, cells, size)
    self.repetitions = repetitions
  }

  /// Microseconds that a query may take, without and with its bound, where a target is set.
  private var queryLimits: (solve: Double?, certified: Double?) {
    switch (blocks, size) {
    case (2, 20): (8e-6, 12e-6)
    case (3, 40): (nil, 30e-6)
    default: (nil, nil)
    }
  }

  /// Measures on one thread, and against pyMOR where its driver is at hand.
  public func section(
    threads: Int = Threads.available, peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    let name = "\(blocks) × \(blocks) blocks"
    progress("greedy, \(name)")
    let block = try ThermalBlock(blocks: blocks, cells: cells)
    let training = try block.training()
    var (greedyTime, fullTime) = (Timing(), Timing())
    var greedy: WeakGreedy?
    for _ in 0..<max(1, repetitions) {
      greedy = try greedyTime.measure { try run(block, training, size: size) }
    }
    guard let greedy, let last = greedy.steps.last, let first = greedy.steps.first else {
      throw BenchmarkError.wrongResult("the greedy algorithm found no basis")
    }
    let solver = FullOrderSolver(block.problem)
    for mu in training.prefix(4) { _ = try fullTime.measure { try solver.solve(at: mu) } }
    progress("queries, \(name)")
    let points = try Sampling.random.points(
      count: 200, seed: 7, in: block.problem.parameterSpace)
    let query = try ReductionBenchmark.queryTimes(greedy.model, points)
    let certified = try effectivities(greedy, solver, points.prefix(10), sizes: [greedy.model.size])
    let limits = queryLimits
    var findings = [
      Finding(
        "greedy, \(training.count) training points, N = \(greedy.model.size)", greedyTime.leastCPU,
        unit: "s",
        note:
          "median \(handy(greedyTime.medianCPU, "s")); largest bound \(fourDigits(last.estimate))"
          + ", \(fourDigits(last.estimate / first.estimate)) of the first"),
      Finding("full solution", fullTime.leastCPU, unit: "s"),
      Finding(
        "query: solution", query.solve, unit: "s", note: "median of \(points.count) parameters",
        limits.solve.map { [.atMost($0, value: query.solve)] } ?? []),
      Finding(
        "query: solution and certified bound", query.certified, unit: "s",
        note: "median of \(points.count) parameters",
        limits.certified.map { [.atMost($0, value: query.certified)] } ?? []),
      effectivityFinding("effectivity at N = \(greedy.model.size)", certified),
    ]
    progress("offline cost of the bound, \(name)")
    findings += try offlineFindings(block, greedy, greedySeconds: greedyTime.leastCPU)
    if threads > 1 {
      progress("greedy, \(name), \(suffix(threads))")
      Threads.count = threads
      var parallel = Timing()
      for _ in 0..<max(1, repetitions) {
        let other = try parallel.measure { try run(block, training, size: size) }
        guard other.model == greedy.model else {
          throw BenchmarkError.wrongResult("\(suffix(threads)) gave another reduced model than one")
        }
      }
      Threads.count = 1
      findings.append(
        Finding(
          "greedy on \(suffix(threads)), gain in wall time",
          greedyTime.leastWall / parallel.leastWall, unit: "×",
          note: "\(handy(greedyTime.leastWall, "s")) → \(handy(parallel.leastWall, "s")), CPU "
            + "\(handy(greedyTime.leastCPU, "s")) → \(handy(parallel.leastCPU, "s"))"))
    }
    if blocks == 2 {
      progress("down to round-off, \(name)")
      findings.append(try deepFinding(block, training, solver, Array(points.prefix(10))))
    }
    var remarks: [String] = []
    if let peers {
      progress("greedy, \(name), pyMOR")
      compare(peers, block, greedyTime, query, &findings, &remarks)
    }
    return BenchmarkSection(
      title: "thermal block, \(name), \(block.dofCount) unknowns (CPU seconds, 1 thread; queries: "
        + "seconds that passed)",
      findings: findings, remarks: remarks)
  }

  /// What the residual's range costs over what its expanded square would: representatives of all parts,
  /// orthonormal and with measured round-off, against representatives and their Gram matrix.
  private func offlineFindings(
    _ block: ThermalBlock, _ greedy: WeakGreedy, greedySeconds: Double
  ) throws -> [Finding] {
    var (range, square) = (Timing(), Timing())
    for _ in 0..<3 {
      let projection = try range.measure {
        try GalerkinProjection(
          of: block.problem, onto: greedy.basis, riesz: greedy.projection.riesz,
          coercivity: greedy.projection.coercivity)
      }
      _ = square.measure { ExpandedResidualNorm(projection) }
    }
    let ratio = range.leastCPU / square.leastCPU
    let classical = greedySeconds - range.leastCPU + square.leastCPU
    return [
      Finding(
        "offline: projection with the residual's range over the expanded square alone", ratio,
        unit: "×",
        note:
          "\(handy(range.leastCPU, "s")) against \(handy(square.leastCPU, "s")); the former grows "
          + "vector by vector and includes the reduced operators"),
      Finding(
        "offline: the greedy over what it would take with the expanded square",
        greedySeconds / classical, unit: "×",
        note: "\(handy(greedySeconds, "s")) against \(handy(classical, "s")), the difference of "
          + "the two projections taken off", [.atMost(2, value: greedySeconds / classical)]),
    ]
  }

  private func run(
    _ block: ThermalBlock, _ training: [Parameter], size: Int
  ) throws -> WeakGreedy {
    var ledger = CostLedger()
    return try WeakGreedy(
      of: FullOrderSolver(block.problem), over: training,
      options: .init(tolerance: 0, size: size, measure: .absolute), ledger: &ledger)
  }

  /// Each query is timed alone, round after round over all parameters.
  static func queryTimes(
    _ model: GalerkinReducedModel, _ points: [Parameter]
  ) throws -> (solve: Double, certified: Double) {
    let online = OnlineSolver(model)
    var sum = 0.0
    let rounds = 25
    var (solve, certified) = ([Double](), [Double]())
    solve.reserveCapacity(rounds * points.count)
    certified.reserveCapacity(rounds * points.count)
    for _ in 0..<rounds {
      for mu in points {
        let start = ProcessCost.wallSeconds
        try online.solve(at: mu)
        let solved = ProcessCost.wallSeconds
        sum += online.errorEstimate().value
        let done = ProcessCost.wallSeconds
        solve.append(solved - start)
        certified.append(done - start)
      }
    }
    guard sum.isFinite, sum > 0 else {
      throw BenchmarkError.wrongResult("the bounds of \(points.count) queries add up to \(sum)")
    }
    return (median(solve), median(certified))
  }

  /// Bounds against true errors.
  struct Effectivities {
    var (least, largest) = (Double.infinity, 0.0)
    var smallestError = Double.infinity
    var count = 0
  }

  private func effectivities(
    _ greedy: WeakGreedy, _ solver: FullOrderSolver, _ points: some Sequence<Parameter>,
    sizes: [Int], downTo relative: Double = 0
  ) throws -> Effectivities {
    var result = Effectivities()
    for size in sizes {
      let online = OnlineSolver(greedy.model.truncated(to: size))
      for mu in points {
        let answer = try online.answer(at: mu)
        guard answer.estimate.guarantee == .upperBound else { continue }
        let error = try solver.trueError(of: answer.state, in: greedy.basis, at: mu)
        let relativeError = error / online.solutionNorm
        let effectivity = answer.estimate.value / error
        guard effectivity >= 1 else {
          throw BenchmarkError.wrongResult(
            "at N = \(size) the bound \(answer.estimate.value) is below the true error \(error)")
        }
        guard relativeError >= relative else { continue }
        result.least = min(result.least, effectivity)
        result.largest = max(result.largest, effectivity)
        result.smallestError = min(result.smallestError, relativeError)
        result.count += 1
      }
    }
    guard result.count > 0 else { throw BenchmarkError.wrongResult("no query was certified") }
    return result
  }

  private func effectivityFinding(_ name: String, _ found: Effectivities) -> Finding {
    Finding(
      name, found.largest, unit: "",
      note: "\(fourDigits(found.least)) to \(fourDigits(found.largest)) in \(found.count) queries, "
        + "least relative error \(fourDigits(found.smallestError))",
      [.atMost(10, value: found.largest)])
  }

  /// All basis sizes until bounds reach the round-off floor; effectivities down to relative errors
  /// of 10⁻⁹, and how far below that anything is certified.
  private func deepFinding(
    _ block: ThermalBlock, _ training: [Parameter], _ solver: FullOrderSolver, _ points: [Parameter]
  ) throws -> Finding {
    let deep = try run(block, training, size: 90)
    let sizes = Array(stride(from: 2, through: deep.model.size, by: 2))
    let found = try effectivities(deep, solver, points, sizes: sizes, downTo: 1e-9)
    let all = try effectivities(deep, solver, points, sizes: sizes)
    return Finding(
      "effectivity down to 1e-9 relative, N ≤ \(deep.model.size)", found.largest, unit: "",
      note: "\(fourDigits(found.least)) to \(fourDigits(found.largest)) in \(found.count) queries; "
        + "certified down to \(fourDigits(all.smallestError)), "
        + "\(fourDigits(all.least)) to \(fourDigits(all.largest))",
      [.atMost(10, value: found.largest)])
  }

  private func compare(
    _ peers: Peers, _ block: ThermalBlock, _ greedyTime: Timing,
    _ query: (solve: Double, certified: Double), _ findings: inout [Finding],
    _ remarks: inout [String]
  ) {
    do {
      let record = try peers.reduction(blocks: blocks, cells: cells, size: size)
      guard let greedy = record.times["greedy"], let online = record.onlineMilliseconds,
        let certified = record.certifiedMilliseconds
      else {
        remarks.append("pyMOR: its record names no times")
        return
      }
      guard record.dofCount == block.dofCount, record.basis == size else {
        remarks.append(
          "pyMOR solved another problem (\(record.dofCount ?? 0) unknowns, basis of "
            + "\(record.basis ?? 0)), so its times do not count")
        return
      }
      let rows = [
        ("greedy", greedyTime.leastCPU, greedy.cpuMinimum, blocks == 3 ? 0.1 : 0.125),
        ("query: solution", query.solve, 1e-3 * online, 0.04),
        (
          "query: solution and bound", query.certified, 1e-3 * certified,
          blocks == 3 ? 1.0 / 14 : 0.04
        ),
      ]
      for (label, mine, theirs, limit) in rows {
        findings.append(
          Finding(
            "\(label), Ritz over pyMOR", mine / theirs, unit: "×",
            note: "\(handy(mine, "s")) over \(handy(theirs, "s"))",
            [.peer("pyMOR", value: mine, reference: theirs, atMost: limit)]))
      }
    } catch { remarks.append("pyMOR was not measured: \(error)") }
  }
}
