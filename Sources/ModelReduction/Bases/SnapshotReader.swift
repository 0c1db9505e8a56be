internal import LinearAlgebra

/// Goes through snapshots under a cap of memory: all at once where they fit, else by blocks of rows
/// or batches of snapshots, as the source allows.
struct SnapshotReader: Sendable {
  /// N.
  let dimension: Int
  /// m.
  let count: Int
  /// Bytes for parts in memory.
  let memory: Int
  private let source: any SnapshotSource
  /// All of them, if they are in memory or fit into it.
  let states: DenseMatrix<Double>?

  init(_ source: some SnapshotSource, memory: Int) throws(SnapshotError) {
    (dimension, count, self.memory, self.source) = (source.dimension, source.count, memory, source)
    guard count > 0 else { throw .empty(source: "the snapshots") }
    guard dimension > 0 else {
      throw .mismatch(
        source: "the snapshots", found: "snapshots of no entries", expected: "at least one entry")
    }
    guard memory > 0 else {
      throw .refused("a memory cap of \(memory) bytes; give a positive number of bytes")
    }
    if let set = source as? SnapshotSet<Double> {
      states = set.states
    } else if source.byteCount <= memory {
      states = try source.snapshots(0..<count)
    } else {
      states = nil
    }
  }

  /// A matrix in memory.
  init(_ states: DenseMatrix<Double>) {
    (dimension, count) = (states.rowCount, states.columnCount)
    (memory, source, self.states) = (.max, SnapshotSet(states: states), states)
  }

  var readsRows: Bool { states != nil || source.access != .wholeSnapshots }
  var readsSnapshots: Bool { states != nil || source.access != .wholeRows }

  /// Visits blocks of rows of all snapshots, from the first row on.
  ///
  /// - Parameter columns: The columns of the matrix whose segments the blocks should respect.
  func forEachRows(
    _ body: (DenseMatrix<Double>, Range<Int>) throws(SnapshotError) -> Void
  ) throws(SnapshotError) {
    if let states { return try body(states, 0..<dimension) }
    // Two blocks are in memory, and BLAS packs parts of one. Rows enough to read a quarter of a
    // megabyte of each snapshot at a time keep a disk at its rate.
    let most = min(memory / 4, max(64 << 20, (8 * count) << 15)) / (8 * count)
    let segment = TallBlock.segment(columns: count)
    let rows = most >= segment ? most / segment * segment : most
    guard rows > 0 else {
      throw .refused(
        "\(memory) bytes hold no block of rows of \(count) snapshots; "
          + "allow at least \(32 * count) bytes")
    }
    try readAhead(
      parts(of: dimension, rows),
      read: { [source, count] range, part throws(SnapshotError) in
        try source.refill(&part, rows: range, of: 0..<count)
      }, body)
  }

  /// Visits batches of whole snapshots in their order.
  ///
  /// - Parameter size: The number in a batch; what the memory allows where nil.
  func forEachBatch(
    of size: Int? = nil, _ body: (DenseMatrix<Double>, Range<Int>) throws(SnapshotError) -> Void
  ) throws(SnapshotError) {
    let batches = parts(of: count, min(size ?? .max, max(1, batchSize)))
    if let states {
      for range in batches { try body(states.columns(range), range) }
      return
    }
    try readAhead(
      batches,
      read: { [source, dimension] range, part throws(SnapshotError) in
        try source.refill(&part, rows: 0..<dimension, of: range)
      }, body)
  }

  /// Snapshots that fit into a quarter of the memory, 256 at most.
  var batchSize: Int { min(256, memory / 4 / (8 * dimension)) }

  /// The snapshots of one batch.
  func batch(_ range: Range<Int>) throws(SnapshotError) -> DenseMatrix<Double> {
    if let states { return states.columns(range) }
    return try source.snapshots(range)
  }

  private func parts(of count: Int, _ size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: max(1, size)).map { $0..<min(count, $0 + max(1, size)) }
  }

  /// The first NaN or infinity in memory, as the error it is; nil if there is none.
  var notFinite: SnapshotError? {
    guard let states, let (row, column) = states.firstNonFiniteEntry else { return nil }
    return .notFinite(
      value: states[row, column], row: row, snapshot: column, source: "the snapshots in memory")
  }
}
