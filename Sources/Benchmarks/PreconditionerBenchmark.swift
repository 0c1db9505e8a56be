internal import Krylov
public import LinearAlgebra

/// One sparse symmetric system by conjugate gradients with incomplete factors and with multigrid,
/// against memory traffic and other programs (W2).
public struct PreconditionerBenchmark: Sendable {
  /// Which system.
  public let system: SolveBenchmark.System
  /// The number of cubes along each edge.
  public let cubes: Int
  /// How often everything is done.
  public let repetitions: Int

  /// A workload.
  public init(_ system: SolveBenchmark.System, cubes: Int, repetitions: Int = 3) {
    (self.system, self.cubes, self.repetitions) = (system, cubes, repetitions)
  }

  /// What one preconditioner took.
  private struct Costs {
    var (setup, again, apply, solve) = (Timing(), Timing(), Timing(), Timing())
    var iterations = 0
    var residual = Double.infinity

    var total: Double { setup.leastCPU + solve.leastCPU }
  }

  /// Measures on one thread, with the wall time on more.
  ///
  /// - Parameters:
  ///   - threads: How many threads to compare with one.
  ///   - peers: The peers' drivers; nil measures Ritz alone.
  ///   - progress: Told what is being measured.
  public func section(
    threads: Int = Threads.available, peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let name = "\(system.rawValue), n = \(cubes)"
    progress("iterative solution \(name)")
    let problem = SolveBenchmark(system, cubes: cubes)
    let (a, b) = try problem.assembled()
    let factors = try measureFactors(a, b)
    let multigrid = try measureMultigrid(a, b, problem, .gaussSeidel)
    let modified = system == .poisson ? try measureFactors(a, b, modification: 0.99) : nil
    var findings = costFindings("CG + IC(0)", factors, perStep: 3.6e-3)
    if system == .poisson { findings.append(stepLimit(a, factors)) }
    if let modified { findings += costFindings("CG + MIC(0)", modified, perStep: 3.6e-3) }
    findings += costFindings("CG + smoothed aggregation", multigrid.costs, perStep: nil)
    findings.append(
      Finding(
        "operator complexity", multigrid.m.operatorComplexity, unit: "",
        note: "levels of \(multigrid.m.levelSizes)"))
    if threads > 1 {
      progress("iterative solution \(name), \(suffix(threads))")
      findings += try parallelFindings(a, b, problem, threads)
    }
    var remarks = peers == nil ? ["no peer was measured: --peers names no drivers"] : []
    if let peers {
      for (peer, costs, what, limit) in [
        ("petsc_icc", factors, "CG + IC(0)", 1 / 1.5),
        ("petsc_gamg", multigrid.costs, "smoothed aggregation", system == .poisson ? 0.15 : 0.42),
        ("pyamg_sa", multigrid.costs, "smoothed aggregation", 1.0 / 3),
      ] {
        progress("iterative solution \(name), \(peer)")
        do {
          let record = try peers.solution(peer, system, cubes: cubes)
          compare(peer, record, costs, what, atMost: limit, a, &findings, &remarks)
          guard peer == "petsc_icc", let modified else { continue }
          compare(
            peer, record, modified, "CG + MIC(0)", atMost: limit, a, &findings, &remarks)
          // Multigrid is to be level with incomplete factors there and well ahead with a million.
          if a.rowCount > 250_000 {
            compare(
              peer, record, multigrid.costs, "smoothed aggregation",
              atMost: a.rowCount > 900_000 ? 0.7 : 1, a, &findings, &remarks)
          }
        } catch {
          remarks.append("\(peer) was not measured: \(error)")
        }
      }
    }
    return BenchmarkSection(
      title: "iterative solution to 1e-8, \(name): \(a.rowCount) unknowns, "
        + "\(a.pattern.entryCount) entries (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  /// How the iterations and the time of multigrid grow with the system, on one thread.
  ///
  /// - Parameters:
  ///   - system: The system.
  ///   - cubes: Cubes along each edge, ascending.
  public static func growth(
    _ system: SolveBenchmark.System = .poisson, cubes: [Int] = [44, 63, 99],
    progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    var findings: [Finding] = []
    var first: (iterations: Int, perUnknown: Double)?
    for n in cubes {
      progress("multigrid \(system.rawValue), n = \(n)")
      let workload = PreconditionerBenchmark(system, cubes: n, repetitions: 1)
      let problem = SolveBenchmark(system, cubes: n)
      let (a, b) = try problem.assembled()
      let (m, costs) = try workload.measureMultigrid(a, b, problem, .gaussSeidel)
      let factors = try workload.measureFactors(a, b)
      let modified =
        try system == .poisson ? workload.measureFactors(a, b, modification: 0.99) : nil
      let perUnknown = costs.total / Double(a.rowCount)
      let start = first ?? (costs.iterations, perUnknown)
      first = start
      let growth = Double(costs.iterations) / Double(start.iterations)
      findings.append(
        Finding(
          "iterations for \(a.rowCount) unknowns", Double(costs.iterations), unit: "",
          note:
            "\(handy(costs.setup.leastCPU, "s")) + \(handy(costs.solve.leastCPU, "s")), an unknown "
            + "\(fourDigits(perUnknown / start.perUnknown)) × as long as at first, complexity "
            + "\(fourDigits(m.operatorComplexity))",
          [.atMost(1.2, value: growth)]))
      findings.append(
        Finding(
          "multigrid over CG + IC(0) for \(a.rowCount) unknowns", costs.total / factors.total,
          unit: "×",
          note: "\(handy(costs.total, "s")) over \(handy(factors.total, "s")), "
            + "\(factors.iterations) iterations"
            + (modified.map {
              "; modified \(handy($0.total, "s")), \($0.iterations) iterations"
            } ?? "")))
    }
    return BenchmarkSection(
      title:
        "growth of smoothed aggregation beside incomplete factors, \(system.rawValue) (CPU seconds, 1 thread; iterations "
        + "over those of the first)", findings: findings)
  }

  /// With the blocks of nodes where there are three unknowns at each.
  private func measureFactors(
    _ a: SparseMatrix<Double>, _ b: [Double], modification omega: Double = 0
  ) throws -> Costs {
    var costs = Costs()
    for _ in 0..<max(1, repetitions) {
      switch system {
      case .poisson:
        var m = try costs.setup.measure { try IncompleteCholesky(a, modification: omega) }
        try costs.again.measure { try m.refactorize(a) }
        try solve(a, b, m, &costs)
      case .elasticity:
        let (blocks, m) = try costs.setup.measure {
          (NodalMatrix(a), try NodalIncompleteCholesky(a))
        }
        _ = try costs.again.measure { try NodalIncompleteCholesky(a) }
        try solve(blocks, b, m, &costs)
      }
    }
    return costs
  }

  private func measureMultigrid(
    _ a: SparseMatrix<Double>, _ b: [Double], _ problem: SolveBenchmark,
    _ smoother: SmoothedAggregation.Smoother
  ) throws -> (m: SmoothedAggregation, costs: Costs) {
    var options = SmoothedAggregation.Options()
    options.smoother = smoother
    var space: DenseMatrix<Double>?
    let nodes = NodeBlocks(unknowns: a.rowCount, perNode: system == .elasticity ? 3 : 1)
    if system == .elasticity {
      space = RigidBodyModes.displacements(of: try problem.freePoints())
    }
    var costs = Costs()
    var m = try SmoothedAggregation(a, nodes: nodes, nearNullSpace: space, options)
    for _ in 0..<max(1, repetitions) {
      m = try costs.setup.measure {
        try SmoothedAggregation(a, nodes: nodes, nearNullSpace: space, options)
      }
      try costs.again.measure { try m.refresh(a) }
      try solve(a, b, m, &costs)
    }
    return (m, costs)
  }

  private func solve<A: LinearOperator<Double>, M: Preconditioner<Double>>(
    _ a: A, _ b: [Double], _ m: M, _ costs: inout Costs
  ) throws {
    var z = b
    for _ in 0..<3 { costs.apply.measure { m.apply(b, into: &z) } }
    var solver = ConjugateGradients<Double>(order: a.rowCount)
    let report = costs.solve.measure { solver.solve(a, b, preconditioner: m).report }
    guard report.status == .converged, report.residual <= 2e-8 else {
      throw BenchmarkError.wrongResult("\(report.status), a residual of \(report.residual)")
    }
    (costs.iterations, costs.residual) = (report.iterations, report.residual)
  }

  private func costFindings(_ label: String, _ costs: Costs, perStep: Double?) -> [Finding] {
    let step = costs.solve.leastCPU / Double(max(1, costs.iterations))
    // The targets are those of Poisson's equation with 258 048 unknowns.
    let isReference = system == .poisson && cubes == 63
    let total = perStep == nil ? 0.7 : 0.47
    return [
      Finding(
        "\(label): total", costs.total, unit: "s",
        note: "\(costs.iterations) iterations, residual \(fourDigits(costs.residual))",
        isReference ? [.atMost(total, value: costs.total)] : []),
      Finding(
        "\(label): set-up", costs.setup.leastCPU, unit: "s",
        note: "\(handy(costs.again.leastCPU, "s")) for new values of the same pattern",
        isReference && perStep == nil ? [.atMost(0.4, value: costs.setup.leastCPU)] : []),
      Finding(
        "\(label): an iteration", step, unit: "s",
        note: "\(handy(costs.apply.leastCPU, "s")) for the preconditioner",
        isReference ? perStep.map { [.atMost($0, value: step)] } ?? [] : []),
    ]
  }

  /// An iteration with incomplete factors against the bytes it moves: A once, the factor in single
  /// precision twice, and its vectors.
  private func stepLimit(_ a: SparseMatrix<Double>, _ costs: Costs) -> Finding {
    let (n, entries) = (Double(a.rowCount), Double(a.pattern.entryCount))
    let product = 12 * entries + 24 * n
    // 8 bytes for each entry of the strict triangles, starts and chains; r, D⁻¹ and z thrice.
    let sweeps = 8 * (entries - n) + 16 * n + 40 * n
    let passes = 13 * 8 * n
    let limit = Finding.machineLimit(
      bytes: product + sweeps + passes, operations: 4 * entries + 10 * n,
      of: "an iteration of CG + IC(0)")
    let step = costs.solve.leastCPU / Double(max(1, costs.iterations))
    return Finding(
      "CG + IC(0): an iteration over the limit of memory", step / limit.value, unit: "×",
      note: limit.note)
  }

  private func parallelFindings(
    _ a: SparseMatrix<Double>, _ b: [Double], _ problem: SolveBenchmark, _ threads: Int
  ) throws -> [Finding] {
    var walls: [(setup: Double, solve: Double)] = []
    var images: [[Double]] = []
    for count in [1, threads] {
      Threads.count = count
      let (m, costs) = try measureMultigrid(a, b, problem, .chebyshev(degree: 2, ratio: 0.1))
      walls.append((costs.setup.leastWall, costs.solve.leastWall))
      images.append(m.applied(to: b))
    }
    Threads.count = 1
    guard images[0] == images[1] else {
      throw BenchmarkError.wrongResult("\(suffix(threads)) gave other bits than one")
    }
    return [
      ("set-up", walls[0].setup, walls[1].setup), ("solution", walls[0].solve, walls[1].solve),
    ]
    .map { label, one, many in
      Finding(
        "aggregation with Chebyshev smoothing: \(label) on \(suffix(threads)), gain in wall time",
        one / many, unit: "×", note: "\(handy(one, "s")) → \(handy(many, "s"))")
    }
  }

  private func compare(
    _ peer: String, _ record: Peers.Record, _ costs: Costs, _ what: String, atMost limit: Double,
    _ a: SparseMatrix<Double>, _ findings: inout [Finding], _ remarks: inout [String]
  ) {
    guard let setup = record.times["setup"], let solve = record.times["solve"] else {
      remarks.append("\(peer) reported no times")
      return
    }
    let theirs = setup.cpuMinimum + solve.cpuMinimum
    findings.append(
      Finding(
        "\(what), Ritz over \(peer)", costs.total / theirs, unit: "×",
        note: "\(handy(costs.total, "s")) over \(handy(setup.cpuMinimum, "s")) + "
          + "\(handy(solve.cpuMinimum, "s")), \(record.iterations ?? 0) iterations",
        [.peer(peer, value: costs.total, reference: theirs, atMost: limit)]))
    if let entries = record.entryCount, entries != a.pattern.entryCount {
      let remark =
        "\(peer) solved a matrix of \(entries) entries: its driver keeps entries at round-off that "
        + "are left out here"
      if !remarks.contains(remark) { remarks.append(remark) }
    }
  }
}
