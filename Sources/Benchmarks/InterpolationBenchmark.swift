public import LinearAlgebra
internal import ModelReduction
internal import RealModule

/// Empirical interpolation of 1/√(|x − μ|² + 10⁻³) on the unit square (W6): the greedy, DEIM with its
/// modes, and what a query costs.
public struct InterpolationBenchmark: Sendable {
  /// Points along each edge.
  public let edge: Int
  /// Training parameters along each axis.
  public let parameters: Int
  /// Points of the interpolation.
  public let size: Int
  /// How often everything is done.
  public let repetitions: Int

  /// A workload.
  public init(edge: Int = 316, parameters: Int, size: Int = 40, repetitions: Int = 3) {
    (self.edge, self.parameters, self.size) = (edge, parameters, size)
    self.repetitions = repetitions
  }

  private var rowCount: Int { edge * edge }
  private var count: Int { parameters * parameters }

  /// Measures on one thread, then the greedy on all, beside the peers where their driver is at hand.
  public func section(
    threads: Int = Threads.available, peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    progress("interpolation, \(rowCount) × \(count)")
    let snapshots = training()
    Threads.count = 1
    var remarks: [String] = []
    func record(_ what: String) -> Peers.Record? {
      guard let peers else { return nil }
      progress("\(what) by pyMOR")
      do {
        return try peers.interpolation(what, rowCount: rowCount, count: count, size: size)
      } catch {
        remarks.append("pyMOR: \(error)")
        return nil
      }
    }
    let (peer, deimPeer) = (record("ei"), record("deim"))
    func comparison(_ name: String, _ time: Double, _ record: Peers.Record?, _ limit: Double)
      -> [Comparison]
    {
      guard let reference = record?.times[name] else { return [] }
      return [.peer(name, value: time, reference: reference.cpuMinimum, atMost: limit)]
    }
    let options = InterpolationOptions(tolerance: 1e-12, size: size)
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    let (eim, greedy) = try measure { try EIM(of: snapshots, options: options) }
    let peak = base.flatMap { base in ResidentMemory.peak.map { $0 - base } }
    var findings = [
      Finding(
        "EIM, \(eim.size) points", greedy.leastCPU, unit: "s",
        note:
          "median \(handy(greedy.medianCPU, "s")), last error \(handy(eim.errors.last ?? 0, ""))",
        comparison("pymor", greedy.leastCPU, peer, 1 / 6.5)
          + comparison("numpy", greedy.leastCPU, peer, 1 / 4.0)),
      .machineLimit(
        bytes: Double(8 * rowCount * count), operations: 0, of: "one reading of the data"),
    ]
    if let peak {
      let ratio = Double(peak) / Double(8 * rowCount * size)
      findings.append(
        Finding(
          "memory of the greedy over that of the modes", ratio, unit: "×",
          note: handy(Double(peak), "bytes"), [.atMost(1.5, value: ratio)]))
    }
    if threads > 1 {
      Threads.count = threads
      let (parallel, timing) = try measure { try EIM(of: snapshots, options: options) }
      guard parallel.modes == eim.modes, parallel.points == eim.points else {
        throw BenchmarkError.wrongResult("\(suffix(threads)) gave another interpolation than one")
      }
      findings.append(
        Finding(
          "EIM on \(suffix(threads)), gain in wall time", greedy.leastWall / timing.leastWall,
          unit: "×"))
      Threads.count = 1
    }
    let (modes, decomposition) = try measure {
      try POD(
        of: SnapshotSet(states: snapshots),
        options: PODOptions(
          method: .snapshots, tolerance: .energy(0), size: size, verification: .byDecomposition)
      ).basis.vectors
    }
    for method in [InterpolationMethod.deim, .qdeim, .sopt] {
      let (found, timing) = try measure { try EmpiricalInterpolation(modes, by: method) }
      let total = decomposition.leastCPU + timing.leastCPU
      findings.append(
        Finding(
          "\(method.name) with its \(modes.columnCount) modes", total, unit: "s",
          note: "points \(handy(timing.leastCPU, "s")), ‖(PᵀΨ)⁻¹‖ \(fourDigits(found.inverseNorm))",
          method == .deim ? comparison("pymor", total, deimPeer, 1 / 2.2) : []))
    }
    findings += queries(of: try EmpiricalInterpolation(eim), eim)
    return BenchmarkSection(
      title: "interpolation, \(rowCount) × \(count) (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  private func measure<Value>(_ work: () throws -> Value) throws -> (Value, Timing) {
    var timing = Timing()
    var value: Value?
    for _ in 0..<max(1, repetitions) {
      value = nil
      value = try timing.measure(work)
    }
    guard let value else { throw BenchmarkError.wrongResult("no interpolation") }
    return (value, timing)
  }

  /// Coefficients from values at the points, the field from these, and how right it is.
  private func queries(
    of found: EmpiricalInterpolation<Double>, _ eim: EIM<Double>
  ) -> [Finding] {
    var random = SplitMix64(seed: 1)
    let fields = DenseMatrix(
      rowCount: rowCount,
      columns: (0..<20).map { _ in
        field(-Double.exp10(2 * random.unit() - 2), -Double.exp10(2 * random.unit() - 2))
      })
    let samples = (0..<20).map { j in found.points.map { fields[$0, j] } }
    var z = [Double](repeating: 0, count: found.modes.columnCount)
    let (rounds, sum) = (500, samples.count)
    var (online, whole) = (Timing(), Timing())
    for _ in 0..<max(1, repetitions) {
      online.measure { for _ in 0..<rounds { for s in samples { found.solve(s, into: &z) } } }
      whole.measure { for s in samples { z[0] += found.field(of: s)[0] } }
    }
    let error = found.errors(of: fields).worst
    return [
      Finding(
        "coefficients from \(found.points.count) values",
        online.leastCPU / Double(rounds * sum) * 1e6, unit: "µs", note: "",
        [.atMost(3, value: online.leastCPU / Double(rounds * sum) * 1e6)]),
      Finding(
        "a whole field", whole.leastCPU / Double(sum) * 1e3, unit: "ms", note: "",
        [.atMost(2, value: whole.leastCPU / Double(sum) * 1e3)]),
      Finding(
        "largest relative error of 20 unseen fields", error, unit: "", note: "",
        [.atMost(1e-4, value: error)]),
      Finding("Lebesgue constant", eim.lebesgueConstant(), unit: ""),
    ]
  }

  private func field(_ u: Double, _ v: Double) -> [Double] {
    (0..<rowCount).map { i in
      let x = (Double(i % edge) + 0.5) / Double(edge) - u
      let y = (Double(i / edge) + 0.5) / Double(edge) - v
      return 1 / (x * x + y * y + 1e-3).squareRoot()
    }
  }

  private func training() -> DenseMatrix<Double> {
    let k = parameters
    let mu = (0..<k).map { -0.01 * Double.pow(100, Double($0) / Double(max(1, k - 1))) }
    return DenseMatrix(
      rowCount: rowCount, columns: mu.flatMap { u in mu.map { v in field(u, v) } })
  }
}
