internal import FiniteElements
public import LinearAlgebra
internal import Meshes

/// One sparse symmetric system by a direct solver, beside CHOLMOD called without Ritz (W2).
public struct SolveBenchmark: Sendable {
  /// Which system is solved, on the unit cube cut into 6 n³ tetrahedra, one side clamped.
  public enum System: String, Sendable, CaseIterable {
    /// −Δu = 1 with linear elements; entries that cancel on this mesh are left out.
    case poisson
    /// Elasticity with linear elements, ν = 0.3, under its own weight.
    case elasticity
  }

  /// Which system.
  public let system: System
  /// The number of cubes along each edge.
  public let cubes: Int
  /// How often everything is done.
  public let repetitions: Int

  /// A workload.
  public init(_ system: System, cubes: Int, repetitions: Int = 3) {
    (self.system, self.cubes, self.repetitions) = (system, cubes, repetitions)
  }

  /// Processor and wall times of the stages.
  private struct Costs {
    var (analysis, factor, refactor, solve) = (Timing(), Timing(), Timing(), Timing())

    var total: Double { analysis.leastCPU + factor.leastCPU + solve.leastCPU }
  }

  /// Measures on one thread, then what more threads add.
  ///
  /// - Parameters:
  ///   - threads: How many threads to compare with one.
  ///   - progress: Told what is being measured.
  public func section(
    threads: Int = Threads.available, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let name = "\(system.rawValue), n = \(cubes)"
    progress("solve \(name)")
    let (matrix, load) = try assembled()
    var (bare, ritz) = (Costs(), Costs())
    var (expected, actual): ([Double], [Double]) = ([], [])
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    var (bytes, peak) = (0, Int?.none)
    for _ in 0..<max(1, repetitions) {
      ResidentMemory.forgetPeak()
      let symbolic = try ritz.analysis.measure { try SymbolicCholesky(matrix.pattern) }
      let factor = try ritz.factor.measure { try SparseCholesky(matrix, symbolic: symbolic) }
      try ritz.refactor.measure { try factor.refactorize(matrix) }
      for _ in 0..<3 { actual = ritz.solve.measure { factor.solve(load) } }
      peak = ResidentMemory.peak
      bytes = factor.bytes
      try compareBare(matrix, load, &bare, &expected)
    }
    for (who, x) in [("CHOLMOD", expected), ("Ritz", actual)] {
      let residual = relativeResidual(matrix, x, load)
      guard residual <= 1e-8 else {
        throw BenchmarkError.wrongResult("\(who) left a residual of \(residual)")
      }
    }
    func over(_ label: String, _ mine: Double, _ theirs: Double) -> Finding {
      Finding(
        "\(label), Ritz over bare CHOLMOD", mine / theirs, unit: "×",
        note: "\(handy(mine, "s")) over \(handy(theirs, "s"))",
        [.peer("CHOLMOD", value: mine, reference: theirs, atMost: 1.1)])
    }
    var findings = [
      over("analysis + factor + solution", ritz.total, bare.total),
      over("analysis", ritz.analysis.leastCPU, bare.analysis.leastCPU),
      over("factor", ritz.factor.leastCPU, bare.factor.leastCPU),
      over("factor of a same-pattern matrix", ritz.refactor.leastCPU, bare.refactor.leastCPU),
      over("solution", ritz.solve.leastCPU, bare.solve.leastCPU),
    ]
    if let base, let peak {
      findings.append(
        Finding(
          "peak memory over the factor", Double(peak - base) / Double(bytes), unit: "×",
          note: "\(handy(Double(peak - base), "bytes")) over \(handy(Double(bytes), "bytes"))"))
    }
    var remarks: [String] = []
    if threads > 1 {
      progress("solve \(name), \(suffix(threads))")
      findings += try parallelFindings(matrix, load, threads, &remarks)
    }
    return BenchmarkSection(
      title: "direct solution, \(name): \(matrix.rowCount) unknowns, "
        + "\(matrix.pattern.entryCount) entries (CPU seconds, 1 thread, METIS, supernodes)",
      findings: findings, remarks: remarks)
  }

  private func compareBare(
    _ matrix: SparseMatrix<Double>, _ load: [Double], _ costs: inout Costs, _ x: inout [Double]
  ) throws {
    guard let bare = BareCHOLMOD(matrix) else { throw BenchmarkError.peer("CHOLMOD: no memory") }
    costs.analysis.measure { bare.analyze() }
    guard costs.factor.measure({ bare.factorize() }),
      costs.refactor.measure({ bare.factorize() })
    else { throw BenchmarkError.peer("CHOLMOD: no factor") }
    for _ in 0..<3 {
      guard let solution = costs.solve.measure({ bare.solve(load) }) else {
        throw BenchmarkError.peer("CHOLMOD: no solution")
      }
      x = solution
    }
  }

  /// What threads give: members of a family and columns of right-hand sides go side by side, each
  /// with the bits it has alone.
  private func parallelFindings(
    _ matrix: SparseMatrix<Double>, _ load: [Double], _ threads: Int,
    _ remarks: inout [String]
  ) throws -> [Finding] {
    let symbolic = try SymbolicCholesky(matrix.pattern)
    let factors = try (0..<threads).map { _ in try SparseCholesky(matrix, symbolic: symbolic) }
    let columns = DenseMatrix(
      rowCount: load.count, columnCount: 8 * threads,
      values: (0..<8 * threads).flatMap { _ in load })
    var (family, block) = ((one: Timing(), many: Timing()), (one: Timing(), many: Timing()))
    for _ in 0..<2 {
      for count in [1, threads] {
        Threads.count = count
        let factorize: () -> Void = {
          forEachChunk(of: threads, size: 1) { range in
            for k in range { try? factors[k].refactorize(matrix) }
          }
        }
        let solve: () -> Void = { _ = factors[0].solve(columns) }
        if count == 1 {
          family.one.measure(factorize)
          block.one.measure(solve)
        } else {
          family.many.measure(factorize)
          block.many.measure(solve)
        }
      }
    }
    Threads.count = 1
    let serial = factors[0].solve(columns).values
    Threads.count = threads
    guard factors[0].solve(columns).values == serial else {
      throw BenchmarkError.wrongResult("\(suffix(threads)) gave other bits than one")
    }
    if let bare = BareCHOLMOD(matrix) {
      bare.analyze()
      var (one, many) = (Timing(), Timing())
      _ = bare.factorize()
      _ = one.measure { bare.factorize() }
      let first = bare.solve(load)
      _ = BLASThreads.with(threads) { many.measure { bare.factorize() } }
      let same = bare.solve(load) == first
      remarks.append(
        "Ritz keeps BLAS on one thread: on \(threads), bare CHOLMOD factorizes "
          + "\(fourDigits(one.leastWall / many.leastWall)) × as fast and its solution has "
          + (same ? "the same bits here" : "other bits"))
    }
    func gain(_ label: String, _ timing: (one: Timing, many: Timing)) -> Finding {
      let gain = timing.one.leastWall / timing.many.leastWall
      return Finding(
        "\(label) on \(suffix(threads)), gain in wall time", gain, unit: "×",
        note: "\(handy(timing.one.leastWall, "s")) → \(handy(timing.many.leastWall, "s"))")
    }
    return [
      gain("\(threads) members of a family factorized", family),
      gain("\(8 * threads) right-hand sides", block),
    ]
  }

  private func relativeResidual(
    _ a: SparseMatrix<Double>, _ x: [Double], _ b: [Double]
  ) -> Double {
    var residual = a * x
    axpy(-1, b, into: &residual)
    return norm(residual) / norm(b)
  }

  /// The matrix of the free unknowns and its load.
  func assembled() throws -> (SparseMatrix<Double>, [Double]) {
    let mesh = Box(size: [1, 1, 1], cells: [cubes, cubes, cubes]).mesh()
    let whole = mesh.topology.everything(ofDimension: 3)
    guard let side = mesh.region(named: "left") else {
      throw BenchmarkError.wrongResult("the box has no left side")
    }
    let space = try FunctionSpace(mesh, degree: 1)
    let clamped = Set(space.dofs(on: side))
    switch system {
    case .poisson:
      let plan = AssemblyPlan(space)
      let free = (0..<Int32(space.dofCount)).filter { !clamped.contains($0) }
      let a = try plan.assemble([.stiffness(.constant(1), on: whole)])
      let f = try plan.assemble([LinearTerm.value(.constant(1), on: whole)])
      let restriction = SparsityRestriction(plan.pattern, rows: free, columns: free)
      return (withoutZeros(restriction.apply(a)), free.map { f[Int($0)] })
    case .elasticity:
      let vectors = VectorSpace(space, components: 3)
      let plan = VectorAssemblyPlan(vectors)
      let free = (0..<Int32(vectors.dofCount)).filter { !clamped.contains($0 / 3) }
      // E = 1 and ν = 0.3.
      let (lambda, mu) = (0.3 / (1.3 * 0.4), 0.5 / 1.3)
      let a = try plan.assemble([.elasticity(.constant(lambda, mu), on: whole)])
      let f = try plan.assemble([VectorLinearTerm.force(.constant(0, 0, -1), on: whole)])
      let restriction = SparsityRestriction(plan.pattern, rows: free, columns: free)
      return (withoutZeros(restriction.apply(a)), free.map { f[Int($0)] })
    }
  }

  /// The coordinates of the nodes whose unknowns are free, a row each.
  func freePoints() throws -> DenseMatrix<Double> {
    let mesh = Box(size: [1, 1, 1], cells: [cubes, cubes, cubes]).mesh()
    let space = try FunctionSpace(mesh, degree: 1)
    guard let side = mesh.region(named: "left") else {
      throw BenchmarkError.wrongResult("the box has no left side")
    }
    let clamped = Set(space.dofs(on: side))
    let places = VectorSpace(space, components: 3).interpolate { $0 }
    let free = (0..<space.dofCount).filter { !clamped.contains(Int32($0)) }
    var points = DenseMatrix<Double>(rowCount: free.count, columnCount: 3)
    for (row, node) in free.enumerated() {
      for c in 0..<3 { points[row, c] = places[3 * node + c] }
    }
    return points
  }

  /// The matrix without entries at round-off of its largest.
  private func withoutZeros(_ a: SparseMatrix<Double>) -> SparseMatrix<Double> {
    let tiny = 1e-14 * a.values.reduce(0) { max($0, $1.magnitude) }
    var (start, column, values): ([Int], [Int32], [Double]) = ([0], [], [])
    for i in 0..<a.rowCount {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]
      where a.values[k].magnitude > tiny {
        column.append(a.pattern.column[k])
        values.append(a.values[k])
      }
      start.append(column.count)
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: a.rowCount, columnCount: a.columnCount, rowStart: start, column: column),
      values: values)
  }
}
