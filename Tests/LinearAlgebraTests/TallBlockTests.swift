import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Tall blocks` {
  /// Rows handed over in blocks of whole segments, as a reader of files does.
  @Test(arguments: [(100, 33), (300, 10), (300, 1), (400, 33)])
  func `products of blocks have the bits of the product of the whole`(n: Int, k: Int) {
    let segment = TallBlock.segment(columns: n)
    let rows = 2 * segment + 101
    let a = DenseMatrix<Double>.random(rows, n, seed: 3)
    let b = DenseMatrix<Double>.random(n, k, seed: 4)
    var whole = DenseMatrix<Double>(rowCount: rows, columnCount: k)
    TallBlock(a).times(b, into: &whole)
    var blocks = DenseMatrix<Double>(rowCount: rows, columnCount: k)
    for first in stride(from: 0, to: rows, by: segment) {
      let end = min(rows, first + segment)
      let part = DenseMatrix(
        rowCount: end - first, columns: (0..<n).map { Array(a.column($0)[first..<end]) })
      TallBlock(part, firstRow: first).times(b, into: &blocks)
    }
    #expect(blocks == whole)
    #expect((whole - a * b).values.allSatisfy { abs($0) < 1e-11 })
  }
}
