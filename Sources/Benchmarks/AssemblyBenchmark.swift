internal import FiniteElements
public import LinearAlgebra
internal import Meshes

/// Stiffness matrices on the unit cube cut into 6 n³ tetrahedra (W1).
public struct AssemblyBenchmark: Sendable {
  /// Which matrix is assembled.
  public enum Form: Sendable, CaseIterable {
    /// The Laplacian with linear and with quadratic elements.
    case poisson1, poisson2
    /// Isotropic elasticity with linear elements and λ = μ = 1.
    case elasticity1

    /// Its name in a title.
    var title: String {
      switch self {
      case .poisson1: "P1"
      case .poisson2: "P2"
      case .elasticity1: "elasticity P1"
      }
    }
  }

  /// Which matrix is assembled.
  public let form: Form
  /// The number of cubes along each edge.
  public let cubes: Int
  /// How often everything is done.
  public let repetitions: Int
  /// Whether to report peak memory: meaningful only where nothing larger was measured before in
  /// this process, because freed memory is not always reused.
  public let isMemoryTold: Bool

  /// A workload.
  public init(_ form: Form, cubes: Int, repetitions: Int = 5, isMemoryTold: Bool = true) {
    (self.form, self.cubes, self.repetitions) = (form, cubes, repetitions)
    self.isMemoryTold = isMemoryTold
  }

  /// What one number of threads took.
  struct Costs {
    /// Numbering the unknowns.
    var space = Timing()
    /// Pattern, plan and values.
    var first = Timing()
    /// Values into the pattern.
    var again = Timing()
  }

  /// Measures on one and on more threads, and against peers where there are some.
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
    let name = "\(form.title), n = \(cubes)"
    progress("assembly \(name), 1 thread")
    Threads.count = 1
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    let mesh = Box(size: [1, 1, 1], cells: [cubes, cubes, cubes]).mesh()
    ResidentMemory.forgetPeak()
    var costs = Costs()
    let (matrix, x, peak) = try measure(mesh, &costs)
    let matrixBytes = matrix.byteCount
    let meshBytes = mesh.byteCount
    var findings = [
      timeFinding("first: plan, pattern and values", costs.first, mesh.cellCount),
      timeFinding("again: values into the pattern", costs.again, mesh.cellCount),
      Finding(
        "numbering the unknowns", costs.space.leastCPU, unit: "s",
        note: "counted neither here nor by the peers"),
    ]
    if isMemoryTold, let base, let peak {
      let ratio = Double(peak - base) / Double(matrixBytes + meshBytes)
      findings.append(
        Finding(
          "peak memory over matrix + mesh", ratio, unit: "×",
          note: "\(handy(Double(peak - base), "bytes")) over "
            + "\(handy(Double(matrixBytes), "bytes")) + \(handy(Double(meshBytes), "bytes"))",
          [.atMost(1.6, value: ratio)]))
    }
    if threads > 1 {
      progress("assembly \(name), \(suffix(threads))")
      Threads.count = threads
      var parallel = Costs()
      let (other, _, _) = try measure(mesh, &parallel)
      for (label, one, many) in [
        ("first", costs.first, parallel.first), ("again", costs.again, parallel.again),
      ] {
        let gain = one.leastWall / many.leastWall
        findings.append(
          Finding(
            "\(label) on \(suffix(threads)), gain in wall time", gain, unit: "×",
            note: "\(handy(one.leastWall, "s")) → \(handy(many.leastWall, "s")), CPU "
              + "\(handy(one.leastCPU, "s")) → \(handy(many.leastCPU, "s"))",
            label == "again" ? [.atLeast(1.8, value: gain)] : []))
      }
      guard matrix.values == other.values else {
        throw BenchmarkError.wrongResult("\(suffix(threads)) assembled other bits than one")
      }
    }
    let energy = matrix.bilinear(x, x)
    var remarks = peers == nil ? ["no peer was measured: --peers names no drivers"] : []
    if let peers {
      for peer in peers.assemblyPeers {
        progress("assembly \(name), \(peer.name)")
        compare(peer, peers, energy, costs, &findings, &remarks)
      }
    }
    return BenchmarkSection(
      title: "assembly \(name): \(mesh.cellCount) tetrahedra, \(matrix.rowCount) unknowns, "
        + "\(matrix.pattern.entryCount) entries; xᵀAx = \(energy) (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  /// The matrix, a vector to test it with, and the peak of resident memory.
  private func measure(
    _ mesh: Mesh, _ costs: inout Costs
  ) throws -> (matrix: SparseMatrix<Double>, probe: [Double], peak: Int?) {
    let whole = mesh.topology.everything(ofDimension: 3)
    if form == .elasticity1 {
      let terms = [VectorBilinearTerm.elasticity(.constant(1, 1), on: whole)]
      let (matrix, space, peak) = try measure(&costs) {
        VectorSpace(try FunctionSpace(mesh, degree: 1), components: 3)
      } plan: {
        VectorAssemblyPlan($0)
      } first: {
        try $0.assemble(terms)
      } again: {
        try $0.assemble(terms, into: &$1)
      }
      return (matrix, space.interpolate { Point($0.y, $0.x * $0.x, $0.z * $0.z) }, peak)
    }
    let terms = [BilinearTerm.stiffness(.constant(1), on: whole)]
    let (matrix, space, peak) = try measure(&costs) {
      try FunctionSpace(mesh, degree: form == .poisson1 ? 1 : 2)
    } plan: {
      AssemblyPlan($0)
    } first: {
      try $0.assemble(terms)
    } again: {
      try $0.assemble(terms, into: &$1)
    }
    return (matrix, space.interpolate { $0.x * $0.x + 2 * $0.y * $0.z }, peak)
  }

  private func measure<Space, Plan>(
    _ costs: inout Costs, space makeSpace: () throws -> Space, plan makePlan: (Space) -> Plan,
    first: (Plan) throws -> SparseMatrix<Double>,
    again: (Plan, inout SparseMatrix<Double>) throws -> Void
  ) throws -> (matrix: SparseMatrix<Double>, space: Space, peak: Int?) {
    var peak: Int?
    var result: (SparseMatrix<Double>, Space)?
    for repetition in 0..<max(1, repetitions) {
      result = nil
      let space = try costs.space.measure { try makeSpace() }
      var (plan, matrix) = try costs.first.measure {
        let plan = makePlan(space)
        return (plan, try first(plan))
      }
      for _ in 0..<(form == .poisson1 ? 4 : 2) {
        try costs.again.measure { try again(plan, &matrix) }
      }
      if repetition == 0 { peak = ResidentMemory.peak }
      // The plan's storage goes before the next repetition, as a user's would.
      withExtendedLifetime(plan) {}
      result = (matrix, space)
    }
    guard let (matrix, space) = result else { throw BenchmarkError.wrongResult("nothing measured") }
    return (matrix, space, peak)
  }

  private func timeFinding(_ name: String, _ timing: Timing, _ cells: Int) -> Finding {
    Finding(
      name, timing.leastCPU, unit: "s",
      note: "median \(handy(timing.medianCPU, "s")), "
        + "\(fourDigits(1e6 * timing.leastCPU / Double(cells))) µs a tetrahedron")
  }

  private func compare(
    _ peer: Peers.AssemblyPeer, _ peers: Peers, _ energy: Double, _ costs: Costs,
    _ findings: inout [Finding], _ remarks: inout [String]
  ) {
    do {
      let record = try peers.assembly(peer, form, cubes: cubes)
      guard let first = record.times["first"], let again = record.times["again"] else {
        remarks.append("\(peer.name): its record names no times")
        return
      }
      // The drivers print five digits.
      if let check = record.check, abs(check - energy) > 1e-4 * abs(energy) {
        remarks.append("\(peer.name): xᵀAx is \(check) there, so its times do not count")
        return
      }
      for (label, timing, theirs, limit) in [
        ("again", costs.again, again, peer.againLimit(form)),
        ("first", costs.first, first, peer.firstLimit(form)),
      ] {
        let value = timing.leastCPU
        let comparison = limit.map {
          Comparison.peer(peer.name, value: value, reference: theirs.cpuMinimum, atMost: $0)
        }
        findings.append(
          Finding(
            "\(label), Ritz over \(peer.name)", value / theirs.cpuMinimum, unit: "×",
            note: "\(handy(value, "s")) over \(handy(theirs.cpuMinimum, "s"))"
              + " (medians \(handy(timing.medianCPU, "s")), \(handy(theirs.cpuMedian, "s")))",
            comparison.map { [$0] } ?? []))
      }
    } catch { remarks.append("\(peer.name) was not measured: \(error)") }
  }
}

extension SparseMatrix<Double> {
  /// Bytes of pattern and values.
  var byteCount: Int { 12 * pattern.entryCount + 8 * (rowCount + 1) }
}

extension Mesh {
  /// Bytes of points, cells and the cell lists of the regions.
  var byteCount: Int {
    8 * coordinates.count + 4 * blocks.reduce(0) { $0 + $1.connectivity.count }
      + 4 * regions.reduce(0) { $0 + $1.cellCount }
  }
}

/// Why a benchmark cannot be trusted or taken.
public enum BenchmarkError: Error, CustomStringConvertible {
  /// A check of the result failed.
  case wrongResult(String)
  /// A peer's driver did not give a record.
  case peer(String)

  /// What is wrong.
  public var description: String {
    switch self {
    case .wrongResult(let text): text
    case .peer(let text): text
    }
  }
}
