public import LinearAlgebra

extension DenseMatrix where S == Double {
  /// The matrix itself, if all its numbers are finite.
  ///
  /// - Parameters:
  ///   - firstRow: The row of the snapshots that is the first one here, for the error.
  ///   - firstSnapshot: The snapshot that is the first column here.
  ///   - source: The name of the source.
  /// - Throws: `SnapshotError.notFinite` at the first other number.
  public func checkedFinite(
    firstRow: Int, firstSnapshot: Int, source: String
  ) throws(SnapshotError) -> DenseMatrix {
    guard let bad = values.firstNotFinite else { return self }
    throw .notFinite(
      value: values[bad], row: firstRow + bad % rowCount,
      snapshot: firstSnapshot + bad / rowCount, source: source)
  }
}
