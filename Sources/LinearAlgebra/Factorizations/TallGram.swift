/// AᵀA of a tall matrix that comes in blocks of rows, or AᵀXA of one that is given whole, on all
/// threads.
///
/// Segments of rows, cut by the shape alone, are summed in their order: any number of threads gives
/// the same bits. Half the operations of a product, by symmetry.
public struct TallGram: Sendable {
  /// n.
  public let columnCount: Int
  var lower: [Double]

  /// The Gram matrix of no rows.
  public init(columnCount: Int) {
    self.columnCount = columnCount
    lower = [Double](repeating: 0, count: columnCount * columnCount)
  }

  /// Adds the products of further rows.
  ///
  /// - Precondition: The block has n columns.
  /// - Complexity: n² operations per row.
  public mutating func append(_ block: TallBlock) {
    let n = columnCount
    precondition(block.matrix.columnCount == n, "\(block.matrix.columnCount) of \(n) columns")
    let part = TallBlock.rowsInCache(columns: n)
    unsafe LinearAlgebra.addOrdered(
      to: &lower, rows: block.matrix.rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n),
      scratch: { [Double](repeating: 0, count: block.map.isIdentity ? 0 : part * n) }
    ) { scratch, rows, sum in
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = row..<min(rows.upperBound, row + part)
        unsafe block.withRows(range, scratch: &scratch) { a, leading in
          unsafe Double.syrk(n, range.count, a, leading, 1, sum, n)
        }
      }
    }
  }

  /// AᵀA, symmetric to the last bit.
  public var matrix: DenseMatrix<Double> {
    var g = DenseMatrix(rowCount: columnCount, columnCount: columnCount, values: lower)
    for j in 0..<columnCount { for i in 0..<j { g[i, j] = g[j, i] } }
    return g
  }
}
