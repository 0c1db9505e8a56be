internal import LinearAlgebra
internal import ModelReduction

/// A truncated decomposition that follows snapshots block by block (W7).
public struct UpdateBenchmark: Sendable {
  /// N.
  public let rowCount: Int
  /// Snapshots of a block.
  public let block: Int
  /// Modes kept.
  public let rank: Int
  /// Blocks.
  public let blocks: Int

  /// A workload.
  public init(rowCount: Int, block: Int, rank: Int, blocks: Int = 100) {
    (self.rowCount, self.block, self.rank, self.blocks) = (rowCount, block, rank, blocks)
  }

  /// Measures on one thread, beside the peers where their driver is at hand.
  public func section(
    peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    progress("streaming POD, blocks of \(block), rank \(rank)")
    let states = SnapshotData.waves(rowCount: rowCount, count: block * blocks)
    var timing = Timing()
    ResidentMemory.forgetPeak()
    let base = ResidentMemory.now
    var pod = try StreamingPOD(in: InnerProduct(euclidean: rowCount), rank: rank)
    for b in 0..<blocks {
      let part = states.columns(b * block..<(b + 1) * block)
      try timing.measure { try pod.append(part) }
    }
    let peak = base.flatMap { base in ResidentMemory.peak.map { $0 - base } }
    let total = timing.cpu.reduce(0, +)
    var remarks: [String] = []
    var comparisons: [Comparison] = []
    for (name, limit) in [("brand_numpy", 1 / 6.0), ("pymor_inc_hapod", 1 / 4.0)] {
      guard let peers else { break }
      progress("updates by \(name)")
      do {
        let record = try peers.update(
          name, rowCount: rowCount, block: block, rank: rank, blocks: blocks)
        if let reference = record.totalCPU {
          comparisons.append(.peer(name, value: total, reference: reference, atMost: limit))
        }
      } catch { remarks.append("\(name): \(error)") }
    }
    let defect = orthonormalityDefect(pod.basis)
    var findings = [
      Finding(
        "\(blocks) blocks", total, unit: "s",
        note: "median of a block \(handy(timing.medianCPU, "s"))", comparisons),
      limit,
      Finding("orthonormality", defect, unit: "", [.atMost(1e-12, value: defect)]),
      Finding("energy retained", pod.retainedEnergy, unit: ""),
    ]
    if let peak {
      let ratio = Double(peak) / Double(8 * rowCount * rank)
      findings.append(
        Finding(
          "memory over that of the modes", ratio, unit: "×",
          note: handy(Double(peak), "bytes") + ", a block and its copy included",
          [.atMost(1.3, value: ratio)]))
    }
    return BenchmarkSection(
      title: "streaming POD, \(rowCount) rows, blocks of \(block), rank \(rank) (CPU seconds, "
        + "1 thread)", findings: findings, remarks: remarks)
  }

  /// What this machine needs at least: a reading of the modes a block, to subtract what is foreseen of
  /// it and to find what is left.
  private var limit: Finding {
    let size = Double(rowCount * rank * blocks)
    return .machineLimit(bytes: 8 * size, operations: 4 * size * Double(block))
  }
}

/// Clusters of many snapshots.
public struct ClusterBenchmark: Sendable {
  /// Snapshots.
  public let count: Int
  /// Clusters.
  public let clusters: Int

  /// A workload.
  public init(count: Int = 10_000, clusters: Int = 10) {
    (self.count, self.clusters) = (count, clusters)
  }

  /// Measures on all threads.
  public func section(progress: (String) -> Void = { _ in }) throws -> BenchmarkSection {
    progress("clusters, \(count) snapshots")
    let snapshots = SnapshotSet(states: SnapshotData.bumps(rowCount: 200, count: count))
    var (distances, search) = (Timing(), Timing())
    let dissimilarities = try distances.measure {
      try DissimilarityMatrix(of: snapshots, in: InnerProduct(euclidean: 200), measure: .sine)
    }
    let medoids = try search.measure {
      try KMedoids(of: dissimilarities, count: clusters, starts: 1)
    }
    return BenchmarkSection(
      title: "clusters, \(count) snapshots of 200 numbers, sine (wall seconds, all threads)",
      findings: [
        Finding("dissimilarities", distances.leastWall, unit: "s"),
        Finding(
          "k-medoids, k = \(clusters), one start", search.leastWall, unit: "s",
          note: "cost \(fourDigits(medoids.cost))", [.atMost(10, value: search.leastWall)]),
      ])
  }
}
