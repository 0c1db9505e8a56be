internal import Files
public import LinearAlgebra
internal import ModelReduction

/// Proper orthogonal decomposition of a file that exceeds the memory, against the rate of the disk
/// it stands on.
public struct OutOfCoreBenchmark: Sendable {
  /// N.
  public let rowCount: Int
  /// m.
  public let count: Int
  /// The order of the numbers in the file.
  public let order: NumpyOrder
  /// Bytes for snapshots at a time.
  public let memory: Int
  /// Where the file is made, and removed at the end.
  public let folder: String

  /// A file of about so many bytes, with an eighth of them as memory.
  ///
  /// - Parameter bytes: 4000 bytes at least are a row.
  public init(bytes: Int, count: Int = 500, order: NumpyOrder = .fortran, folder: String) {
    self.init(
      rowCount: max(count, bytes / (8 * count)), count: count, order: order,
      memory: max(1, bytes / 8), folder: folder)
  }

  /// A workload.
  public init(rowCount: Int, count: Int, order: NumpyOrder, memory: Int, folder: String) {
    (self.rowCount, self.count, self.order) = (rowCount, count, order)
    (self.memory, self.folder) = (memory, folder)
  }

  /// Measures on all threads: wall seconds, because reading and computing go on at the same time.
  public func section(progress: (String) -> Void = { _ in }) throws -> BenchmarkSection {
    let path = "\(folder)/ritz-bench.npy"
    progress("a file of \(handy(Double(8 * rowCount * count), "bytes"))")
    return try TemporaryFiles.withScratchFile(for: path) { scratch in
      try write(scratch)
      return try measure(scratch, progress)
    }
  }

  private func measure(
    _ path: String, _ progress: (String) -> Void
  ) throws -> BenchmarkSection {
    let file = try ReadableFile(path)
    progress("the disk's rate")
    let rate = try max(diskRate(file, direct: true), diskRate(file, direct: false))
    file.forgetCache()
    progress("POD from disk, \(rowCount) × \(count)")
    let source = try NumpySnapshots(reading: path)
    let options = PODOptions(
      tolerance: .energy(0), size: PODBenchmark.fastModes, memory: memory)
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    let before = ProcessCost.bytesFromDisk
    var timing = Timing()
    let pod = try timing.measure { try POD(of: source, options: options) }
    let peak = base.flatMap { base in ResidentMemory.peak.map { $0 - base } }
    guard let report = pod.report, let before, let after = ProcessCost.bytesFromDisk else {
      throw BenchmarkError.wrongResult("Linux does not say what was read")
    }
    let (seconds, read) = (timing.leastWall, Double(after - before))
    let size = Double(8 * rowCount * count)
    let reached = 1e-9 * read / seconds
    var findings = [
      Finding(
        "\(report.method), \(pod.basis.size) modes, verified on the data", seconds, unit: "s",
        note: "\(handy(timing.leastCPU, "s")) of processors, "
          + "\(fourDigits(read / size)) readings of the file"),
      Finding("the disk's own rate, file read from end to end", rate, unit: "GB/s"),
      Finding(
        "rate of reading", reached, unit: "GB/s",
        [.atLeast(0.8, value: reached / rate)]),
    ]
    if let peak {
      let modes = Double(8 * rowCount * pod.basis.size)
      findings.append(
        Finding(
          "memory over that of the modes", Double(peak) - modes, unit: "bytes",
          note: "\(handy(Double(memory), "bytes")) allowed for snapshots, 16 MB for the rest",
          [.atMost(1, value: (Double(peak) - modes) / (Double(memory) + 16e6))]))
    }
    return BenchmarkSection(
      title: "POD from disk, \(rowCount) × \(count), "
        + "\(order == .fortran ? "Fortran" : "C") order, with "
        + "\(handy(Double(memory), "bytes")) (wall seconds, \(suffix(Threads.count)))",
      findings: findings,
      remarks: ProcessCost.load > 1.5 * Double(Threads.count)
        ? ["the machine was busy with other work: a load of \(fourDigits(ProcessCost.load))"] : [])
  }

  /// GB/s of one reading in order, nothing of it in the system's cache.
  private func diskRate(_ file: ReadableFile, direct: Bool) throws -> Double {
    let pages = PageBuffer()
    file.forgetCache()
    let length = min(file.size, 4_000_000_000)
    let start = ProcessCost.wallSeconds
    for offset in stride(from: 0, to: length, by: 16 << 20) {
      let count = min(16 << 20, length - offset)
      if direct {
        _ = try unsafe file.readPastCache(at: offset, count: count, through: pages)
      } else {
        _ = try file.read(at: offset, count: count)
      }
    }
    return 1e-9 * Double(length) / (ProcessCost.wallSeconds - start)
  }

  private func write(_ path: String) throws(FileError) {
    let file = try UpdatableFile(path, .existing)
    try file.write(NumpyHead.bytes(shape: [rowCount, count], order: order), at: 0)
    var data = SnapshotData.Separable(rowCount: rowCount, count: count)
    let piece = order == .fortran ? 8 : max(1, 1_000_000 / count)
    let all = order == .fortran ? count : rowCount
    // By snapshots the same modes serve all pieces, by rows each piece has its own.
    let modes = order == .fortran ? data.modes(rows: 0..<rowCount) : nil
    for first in stride(from: 0, to: all, by: piece) {
      let range = first..<min(all, first + piece)
      let part: DenseMatrix<Double>
      if let modes {
        part = data.states(of: modes, snapshots: range)
      } else {
        part = data.states(of: data.modes(rows: range), snapshots: 0..<count).transposed()
      }
      try file.write(
        part.values[...],
        at: NumpyHead.size + 8 * first * (order == .fortran ? rowCount : count))
    }
    try file.synchronize()
  }
}
