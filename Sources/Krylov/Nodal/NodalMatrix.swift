public import LinearAlgebra

/// A matrix with three unknowns at each node, such as that of elasticity in space, in 3 × 3 blocks:
/// 76 bytes for nine entries instead of 108, for products at the speed of memory.
public struct NodalMatrix: LinearOperator {
  private let rows: NodalRows
  /// The order of A.
  public let rowCount: Int
  /// The order of A.
  public var columnCount: Int { rowCount }

  /// The blocks of A; entries that a block lacks count as zero.
  ///
  /// - Complexity: About as long as ten products, and once more the memory of A.
  /// - Precondition: A is square, its order a multiple of three.
  public init(_ a: SparseMatrix<Double>) {
    rows = NodalRows(a, isLower: false)
    rowCount = a.rowCount
  }

  /// The stored entries, those counted that were added as zeros: with 1.4 times those of A the blocks
  /// take as many bytes as A.
  public var entryCount: Int { rows.values.count }

  /// y ← A x.
  public func apply(_ x: [Double], into y: inout [Double]) {
    precondition(
      x.count == rowCount && y.count == rowCount,
      "product of order \(rowCount) with \(x.count) into \(y.count) entries")
    nodalProduct(rows, x, into: &y)
  }
}
