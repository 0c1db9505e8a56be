/// R of A = Q R for a tall matrix that comes in blocks of rows, on all threads; Q is never formed.
///
/// In each segment of rows the triangle so far is put on top of the next rows and factorized again
/// (a chain); the triangles of the segments are stacked and factorized in their order (a tree).
/// RᵀR = AᵀA without anything being squared: singular values of R are those of A to a few ε σ₁,
/// however graded A is.
///
/// - Source: Demmel, Grigori, Hoemmen, Langou, *Communication-optimal parallel and sequential QR
///   and LU factorizations*, SIAM J. Sci. Comput. 34 (2012), for chain and tree; Elmroth,
///   Gustavson, IBM J. Res. Dev. 44 (2000), for the recursive panels.
public struct TallTriangle: Sendable {
  /// n.
  public let columnCount: Int
  /// R, with as many rows as have come, n at most; its diagonal may have any sign.
  public private(set) var r: DenseMatrix<Double>

  /// The triangle of no rows.
  public init(columnCount: Int) {
    self.columnCount = columnCount
    r = DenseMatrix(rowCount: 0, columnCount: columnCount)
  }

  /// Takes further rows in.
  ///
  /// - Precondition: The block has n columns.
  /// - Throws: `outOfMemory`.
  /// - Complexity: 2 to 2.5 n² operations per row.
  public mutating func append(_ block: TallBlock) throws(FactorizationError) {
    let n = columnCount
    precondition(block.matrix.columnCount == n, "\(block.matrix.columnCount) of \(n) columns")
    let (rows, segment) = (block.matrix.rowCount, TallBlock.segment(columns: n))
    guard n > 0, rows > 0 else { return }
    let segments = (rows + segment - 1) / segment
    let wave = TallBlock.wave(columns: n)
    for first in stride(from: 0, to: segments, by: wave) {
      let count = min(wave, segments - first)
      var parts = [DenseMatrix<Double>](repeating: r, count: count)
      unsafe parts.withDisjointWrites { parts in
        forEachChunk(of: count, size: 1, scratch: { PanelScratch(columns: n) }) { scratch, chunk in
          let start = (first + chunk.lowerBound) * segment
          let end = min(rows, start + segment)
          unsafe parts.base[chunk.lowerBound] = scratch.triangle(of: block, rows: start..<end)
        }
      }
      var stack = DenseMatrix<Double>(
        rowCount: r.rowCount + parts.reduce(0) { $0 + $1.rowCount }, columnCount: n)
      var row = 0
      for part in [r] + parts {
        stack.setRows(from: row, part)
        row += part.rowCount
      }
      var scratch = PanelScratch(columns: n)
      r = scratch.triangle(of: stack)
    }
  }
}

/// The memory of one thread for a chain of factorizations.
private struct PanelScratch {
  let n: Int
  let part: Int
  let width: Int
  var panel: [Double]
  var t: [Double]
  var work: [Double]

  init(columns n: Int) {
    // The triangle on top is work done again: with 16 n rows below it, which leave the nearest
    // caches, a factorization of 100 000 × 200 takes four fifths of the time it takes with 4 n.
    part = max(TallBlock.rowsInCache(columns: n), min(16 * n, 1_000_000 / n))
    (self.n, width) = (n, min(32, n))
    panel = [Double](repeating: 0, count: (part + n) * n)
    t = [Double](repeating: 0, count: width * n)
    work = t
  }

  /// The triangle of rows of a block.
  mutating func triangle(of block: TallBlock, rows: Range<Int>) -> DenseMatrix<Double> {
    var r = DenseMatrix<Double>(rowCount: 0, columnCount: n)
    for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
      let range = row..<min(rows.upperBound, row + part)
      let height = r.rowCount + range.count
      for j in 0..<n {
        for i in 0..<r.rowCount { panel[i + j * height] = r.values[i + j * r.rowCount] }
      }
      block.copy(range, into: &panel, leading: height, below: r.rowCount)
      r = factorize(height: height)
    }
    return r
  }

  /// The triangle of a matrix of any height.
  mutating func triangle(of a: DenseMatrix<Double>) -> DenseMatrix<Double> {
    triangle(of: TallBlock(a), rows: 0..<a.rowCount)
  }

  private mutating func factorize(height: Int) -> DenseMatrix<Double> {
    let k = min(height, n)
    // `width` may not exceed the smaller side.
    let status = unsafe Double.geqrt(height, n, min(width, k), &panel, height, &t, &work)
    precondition(status == 0, "geqrt refused argument \(-status)")
    var r = DenseMatrix<Double>(rowCount: k, columnCount: n)
    for j in 0..<n {
      for i in 0...min(j, k - 1) { r.values[i + j * k] = panel[i + j * height] }
    }
    return r
  }
}
