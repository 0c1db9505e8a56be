internal import LinearAlgebra

/// A source that can read a part into memory that was used before.
///
/// Passes over snapshots beyond the memory would otherwise ask the system for fresh memory, cleared
/// page by page, for each block.
protocol RefillableSource: SnapshotSource {
  /// As `read(rows:of:)`, with the memory of `part` where it has the right size.
  func readAgain(
    _ part: inout DenseMatrix<Double>, rows: Range<Int>, of snapshots: Range<Int>
  ) throws(SnapshotError)
}

extension SnapshotSource {
  /// Replaces a part by another, in its memory if the source can.
  func refill(
    _ part: inout DenseMatrix<Double>, rows: Range<Int>, of snapshots: Range<Int>
  ) throws(SnapshotError) {
    if let source = self as? any RefillableSource {
      try source.readAgain(&part, rows: rows, of: snapshots)
    } else {
      part = try read(rows: rows, of: snapshots)
    }
  }
}

extension NumpySnapshots: RefillableSource {
  func readAgain(
    _ part: inout DenseMatrix<Double>, rows: Range<Int>, of snapshots: Range<Int>
  ) throws(SnapshotError) {
    do throws(NumpyFile.Failure) {
      try array.read(rows: rows, columns: snapshots, into: &part)
    } catch { throw SnapshotError(error, source: facts.source) }
  }
}

extension JoinedSnapshots: RefillableSource {
  func readAgain(
    _ part: inout DenseMatrix<Double>, rows: Range<Int>, of snapshots: Range<Int>
  ) throws(SnapshotError) {
    if files.count == 1 {
      try files[0].refill(&part, rows: rows, of: snapshots)
    } else {
      part = try read(rows: rows, of: snapshots)
    }
  }
}
