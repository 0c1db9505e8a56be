internal import Foundation
internal import Krylov
internal import LinearAlgebra
internal import LinearSolvers

/// Sequences of related systems, recycled, beside PETSc on the same systems (W3).
///
/// The peer is the executable `w3_petsc` in the folder of drivers; both solve the fields that are
/// written for it, in the order of `SequenceOrder.nearest`, and times include the preconditioners.
public struct KrylovBenchmark: Sendable {
  /// A family of systems on Gaussian random fields.
  public enum Family: String, Sendable, CaseIterable {
    /// −div(exp(3 g) grad u) = 1.
    case darcy
    /// −Δu + 40 (∂g/∂y, −∂g/∂x) · grad u = 1, upwind.
    case convdiff
    /// −Δu − 4π² (1 + g/2) u = a bump: indefinite.
    case helmholtz
  }

  /// The nodes along each side.
  public let side: Int
  /// How many systems.
  public let count: Int

  /// A workload.
  public init(side: Int, count: Int) { (self.side, self.count) = (side, count) }

  /// Measures all families on one thread.
  public func section(
    peers: Peers?, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let grid = FivePointGrid(side: side)
    let fields = (0..<count).map { GaussianField(seed: UInt64($0 + 1)).values(on: grid) }
    let order = SequenceOrder.nearest.order(fields)
    let sequence = order.map { fields[$0] }
    var findings: [Finding] = []
    var remarks: [String] = []
    let petsc = try peers.map { try PETScSequence(folder: $0.folder, grid, sequence) }
    defer { petsc?.close() }
    for family in Family.allCases {
      progress("krylov \(family.rawValue), \(side)²")
      let systems = sequence.map { Self.system(family, grid, $0) }
      for row in Row.rows(family) {
        let mine = try measure(systems, row)
        let other = try row.peer.map { try petsc?.run(family, row.tolerance, $0) } ?? nil
        findings.append(finding(family, row, mine, other))
        if mine.failed > 0 { remarks.append("\(mine.failed) systems of \(row.name) failed") }
      }
    }
    if petsc == nil { remarks.append("no peer: --peers names no folder with w3_petsc") }
    return BenchmarkSection(
      title: "sequences of \(count) five-point systems, \(side)² nodes (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  /// One way to solve a family, and what the peer does.
  private struct Row {
    let name: String
    let tolerance: Double
    var method = SolverMethod.auto
    var preconditioner = PreconditionerKind.auto
    var recycle: Int?
    let peer: (name: String, options: [String])?
    /// At most this part of the peer's time.
    let limit: (Int) -> Double?

    static let gmres = ["-ksp_type", "gmres", "-ksp_gmres_restart", "30"]

    static func rows(_ family: Family) -> [Row] {
      func recycled(
        _ kind: PreconditionerKind, _ pc: String, _ tolerance: Double,
        limit: @escaping (Int) -> Double?
      ) -> Row {
        Row(
          name: "GCRO-DR(30, 10) with \(kind.rawValue), \(tolerance)", tolerance: tolerance,
          method: .gcroDR, preconditioner: kind, recycle: 10,
          peer: ("PETSc GMRES(30)", gmres + ["-pc_type", pc]), limit: limit)
      }
      func sensible(_ name: String, _ options: String, limit: Double) -> Row {
        Row(
          name: "auto against \(name)", tolerance: 1e-5,
          peer: ("PETSc \(name)", options.split(separator: " ").map(String.init)),
          limit: { _ in limit })
      }
      let direct = "-ksp_type preonly -pc_type"
      switch family {
      case .darcy:
        return [
          recycled(.jacobi, "jacobi", 1e-8) { _ in 1 / 1.6 },
          recycled(.incompleteLU, "ilu", 1e-5) { _ in 1 },
          sensible("CG + ICC", "-ksp_type cg -pc_type icc", limit: 1),
          sensible(
            "CHOLMOD", direct + " cholesky -pc_factor_mat_solver_type cholmod", limit: 1),
          sensible("CG + hypre", "-ksp_type cg -pc_type hypre", limit: 1),
        ]
      case .convdiff:
        return [
          recycled(.incompleteLU, "ilu", 1e-8) { _ in 1 },
          sensible("BiCGStab + ILU", "-ksp_type bcgs -pc_type ilu", limit: 1),
          sensible("UMFPACK", direct + " lu -pc_factor_mat_solver_type umfpack", limit: 1),
        ]
      case .helmholtz:
        return [
          recycled(.incompleteLU, "ilu", 1e-5) { $0 >= 128 ? 1.0 / 15 : 1.0 / 4 },
          sensible("UMFPACK", direct + " lu -pc_factor_mat_solver_type umfpack", limit: 1),
        ]
      }
    }
  }

  private struct Cost {
    var (seconds, iterations, failed) = (0.0, 0, 0)
    var means = ""
  }

  private func measure(
    _ systems: [(SparseMatrix<Double>, [Double])], _ row: Row
  ) throws -> Cost {
    var settings = SolverSettings()
    (settings.method, settings.preconditioner) = (row.method, row.preconditioner)
    settings.recycle = row.recycle
    settings.comparesRecycling = row.method == .auto
    settings.rule.relative = row.tolerance
    var solver = SequenceSolver<Double>(settings, systems: systems.count)
    var cost = Cost()
    for (a, b) in systems {
      var timing = Timing()
      let outcome = try timing.measure { try solver.solve(a, b) }
      cost.seconds += timing.leastCPU
      cost.iterations += outcome.report.iterations
      if !outcome.report.status.isConverged { cost.failed += 1 }
    }
    cost.means = solver.choice.map { "\($0.method.rawValue), \($0.preconditioner.rawValue)" } ?? ""
    return cost
  }

  private func finding(
    _ family: Family, _ row: Row, _ mine: Cost, _ other: PETScSequence.Record?
  ) -> Finding {
    let each = mine.seconds / Double(count)
    let iterations = fourDigits(Double(mine.iterations) / Double(count))
    var note = "\(mine.means), \(iterations) iterations"
    var comparisons: [Comparison] = []
    if let other {
      let theirs = 1e-3 * other.milliseconds
      note += "; \(row.peer?.name ?? "") \(handy(theirs, "s")), \(fourDigits(other.iterations))"
      if other.failed > 0 { note += ", \(other.failed) failed" }
      if let limit = row.limit(side) {
        comparisons.append(
          .peer(row.peer?.name ?? "", value: each, reference: theirs, atMost: limit))
      }
    }
    return Finding("\(family.rawValue): \(row.name)", each, unit: "s", note: note, comparisons)
  }

  private static func system(
    _ family: Family, _ grid: FivePointGrid, _ g: [Double]
  ) -> (SparseMatrix<Double>, [Double]) {
    let ones = [Double](repeating: 1, count: grid.count)
    switch family {
    case .darcy: return (grid.diffusion(g.map { Foundation.exp(3 * $0) }), ones)
    case .convdiff: return (grid.convection(stream: g.map { 40 * $0 }), ones)
    case .helmholtz:
      let bump = (0..<grid.count).map { node in
        let (x, y) = grid.point(node)
        return Foundation.exp(-64 * ((x - 0.3) * (x - 0.3) + (y - 0.4) * (y - 0.4)))
      }
      return (
        grid.helmholtz(squaredWaveNumber: g.map { 4 * Double.pi * Double.pi * (1 + 0.5 * $0) }),
        bump
      )
    }
  }
}

/// PETSc on a sequence of fields, through its driver.
struct PETScSequence {
  struct Record: Decodable {
    let milliseconds: Double
    let iterations: Double
    let failed: Int

    enum CodingKeys: String, CodingKey {
      case milliseconds = "ms_per_sys_cpu"
      case iterations = "iters_per_sys"
      case failed
    }
  }

  private let program: String
  private let fields: String
  private let count: Int

  /// - Throws: `BenchmarkError.peer` where there is no driver.
  init(folder: String, _ grid: FivePointGrid, _ sequence: [[Double]]) throws {
    program = "\(folder)/w3_petsc"
    count = sequence.count
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw BenchmarkError.peer("there is no driver \(program): compile w3_petsc.c")
    }
    fields = NSTemporaryDirectory() + "ritz-fields-\(ProcessInfo.processInfo.processIdentifier).bin"
    var data = Data()
    for number in [Int32(count), Int32(grid.side)] {
      data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }
    for value in sequence.joined() {
      data.append(
        contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) })
    }
    try data.write(to: URL(fileURLWithPath: fields))
  }

  func close() { try? FileManager.default.removeItem(atPath: fields) }

  func run(
    _ family: KrylovBenchmark.Family, _ tolerance: Double,
    _ peer: (name: String, options: [String])
  ) throws -> Record {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [fields, family.rawValue, "\(count)", "\(tolerance)"] + peer.options
    var environment = ProcessInfo.processInfo.environment
    for key in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] { environment[key] = "1" }
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") })
    else { throw BenchmarkError.peer("\(peer.name) ended with \(process.terminationStatus)") }
    return try JSONDecoder().decode(Record.self, from: Data(line.utf8))
  }
}
