public import LinearAlgebra
internal import ModelReduction

/// Proper orthogonal decomposition of snapshots in memory (W4): 50 modes by the accurate ways, and by
/// the method of snapshots the 45 that lie above its floor.
public struct PODBenchmark: Sendable {
  /// N.
  public let rowCount: Int
  /// m.
  public let count: Int
  /// How often everything is done.
  public let repetitions: Int
  static let modes = 50
  static let fastModes = 45

  /// A workload.
  public init(rowCount: Int, count: Int, repetitions: Int = 3) {
    (self.rowCount, self.count, self.repetitions) = (rowCount, count, repetitions)
  }

  /// Measures on one thread, then the accurate path on all, beside the peers where their driver is
  /// at hand.
  public func section(
    threads: Int = Threads.available, peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    progress("POD, \(rowCount) × \(count)")
    let snapshots = SnapshotSet(states: SnapshotData.bumps(rowCount: rowCount, count: count))
    var findings: [Finding] = []
    var remarks: [String] = []
    let fast = try measure(.snapshots, snapshots, InnerProduct(euclidean: rowCount))
    let mass = InnerProduct(SnapshotData.lineMass(rowCount), name: "mass")
    let weighted = try measure(.snapshots, snapshots, mass)
    let accurate = try measure(.tallSkinnyQR, snapshots, InnerProduct(euclidean: rowCount))
    let sketch = try measure(.randomized, snapshots, InnerProduct(euclidean: rowCount))
    func peer(_ name: String, _ result: Measured, _ limit: Double) -> [Comparison] {
      guard let peers else { return [] }
      progress("POD by \(name)")
      do {
        let record = try peers.pod(
          name, rowCount: rowCount, count: count, modes: result.pod.basis.size)
        guard let time = record.times["pod"] else { return [] }
        return [
          .peer(name, value: result.timing.leastCPU, reference: time.cpuMinimum, atMost: limit)
        ]
      } catch {
        remarks.append("\(name): \(error)")
        return []
      }
    }
    findings.append(
      finding("method of snapshots", fast, peer("pymor_mos", fast, 1 / 2.5)))
    findings.append(
      finding(
        "method of snapshots, mass matrix", weighted, peer("pymor_mos_mass", weighted, 1 / 5.0)))
    findings.append(
      finding(
        "QR, right to round-off", accurate,
        peer("svd_scipy_gesdd", accurate, rowCount >= 1_000_000 ? 1 / 6.0 : 1 / 3.5)
          + peer("pymor_qr", accurate, 1 / 20.0)))
    findings.append(
      finding("randomized, certified", sketch, peer("sklearn_randomized_qr", sketch, 1 / 2.0)))
    findings.append(limit)
    let reference = accurate.pod.singularValues
    findings.append(
      Finding(
        "σ₅₀/σ₁", reference[min(PODBenchmark.modes, reference.count) - 1] / reference[0], unit: ""))
    findings.append(
      Finding(
        "orthonormality of the accurate path", orthonormalityDefect(accurate.pod.basis), unit: "",
        [.atMost(1e-13, value: orthonormalityDefect(accurate.pod.basis))]))
    if threads > 1 {
      Threads.count = threads
      let parallel = try measure(.tallSkinnyQR, snapshots, InnerProduct(euclidean: rowCount))
      guard parallel.pod.singularValues == reference else {
        throw BenchmarkError.wrongResult("\(suffix(threads)) gave other singular values than one")
      }
      let gain = accurate.timing.leastWall / parallel.timing.leastWall
      findings.append(
        Finding("QR on \(suffix(threads)), gain in wall time", gain, unit: "×"))
    }
    return BenchmarkSection(
      title: "POD, \(rowCount) × \(count) (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  /// What the method of snapshots needs at least on this machine: half a product for the Gram
  /// matrix, one for the modes, and the snapshots read for each.
  private var limit: Finding {
    let size = Double(rowCount * count)
    return .machineLimit(
      bytes: 16 * size, operations: size * Double(count + 2 * PODBenchmark.fastModes),
      of: "the method of snapshots")
  }

  private struct Measured {
    var pod: POD<Double>
    var timing: Timing
    var memory: Int?
  }

  private func measure(
    _ method: PODMethod, _ snapshots: SnapshotSet<Double>, _ product: InnerProduct<Double>
  ) throws -> Measured {
    let options = PODOptions(
      method: method, tolerance: .energy(0),
      size: method == .snapshots ? PODBenchmark.fastModes : PODBenchmark.modes,
      verification: .byDecomposition)
    var timing = Timing()
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    var pod: POD<Double>?
    for _ in 0..<max(1, repetitions) {
      pod = nil
      pod = try timing.measure { try POD(of: snapshots, in: product, options: options) }
    }
    guard let pod else { throw BenchmarkError.wrongResult("no decomposition") }
    let memory = base.flatMap { base in ResidentMemory.peak.map { $0 - base } }
    return Measured(pod: pod, timing: timing, memory: memory)
  }

  private func finding(
    _ name: String, _ result: Measured, _ comparisons: [Comparison]
  ) -> Finding {
    let memory = result.memory.map { ", \(handy(Double($0), "bytes")) over the data" } ?? ""
    return Finding(
      name, result.timing.leastCPU, unit: "s",
      note:
        "median \(handy(result.timing.medianCPU, "s")), \(result.pod.basis.size) modes\(memory)",
      comparisons)
  }
}
