public import LinearAlgebra

extension Communicator {
  /// From whole columns to rows of all columns: solutions that the ranks computed apart become the
  /// rows that ``DistributedPOD`` takes; collective.
  ///
  /// - Parameter columns: The columns of this rank, of m entries on all ranks; perhaps none.
  /// - Returns: The rows k m / p ..< (k + 1) m / p on rank k of p, of the columns of all ranks in the
  ///   order of the ranks.
  public func rows<S: Scalar>(ofColumns columns: DenseMatrix<S>) -> DenseMatrix<S> {
    let m = columns.rowCount
    let shapes = gather([m, columns.columnCount])
    precondition(
      shapes.allSatisfy { $0[0] == m }, "columns of \(shapes.map { $0[0] }) entries on the ranks")
    let received = distribute((0..<size).map { columns.rows(rowRange(of: $0, m)).values })
    let height = rowRange(of: rank, m).count
    return DenseMatrix(
      rowCount: height, columnCount: shapes.reduce(0) { $0 + $1[1] },
      values: received.flatMap { $0 })
  }

  private func rowRange(of rank: Int, _ m: Int) -> Range<Int> {
    rank * m / size..<(rank + 1) * m / size
  }
}
