import ComplexModule
import LinearAlgebra
import TestSupport
import Testing

@Suite struct SparseProductTests {
  /// A random matrix with whole groups of columns; some rows are empty, some equal in pattern.
  private func random<S: Scalar>(
    _ m: Int, _ n: Int, group: Int = 1, seed: UInt64, _ entry: (inout SeededRandom) -> S
  ) -> SparseMatrix<S> {
    var random = SeededRandom(seed: seed)
    var (rows, columns, entries): ([Int32], [Int32], [S]) = ([], [], [])
    for i in 0..<m where i % 7 != 3 {
      for j in stride(from: (i / 2) % 3, to: n / group, by: 4) {
        for c in 0..<group {
          rows.append(Int32(i))
          columns.append(Int32(j * group + c))
          entries.append(entry(&random))
        }
      }
    }
    return SparseMatrix(rowCount: m, columnCount: n, rows: rows, columns: columns, entries: entries)
  }

  private func dense<S: Scalar>(_ a: SparseMatrix<S>) -> DenseMatrix<S> {
    var result = DenseMatrix<S>(rowCount: a.rowCount, columnCount: a.columnCount)
    for k in a.values.indices {
      let (i, j) = a.pattern.place(ofEntry: k)
      result[i, j] = a.values[k]
    }
    return result
  }

  @Test func `the product is that of the dense matrices, real and complex`() {
    let real = random(70, 50, seed: 1) { $0.uniform() } * random(50, 40, seed: 2) { $0.uniform() }
    let a = dense(random(70, 50, seed: 1) { $0.uniform() })
    let b = dense(random(50, 40, seed: 2) { $0.uniform() })
    #expect((dense(real) - a * b).frobeniusNorm <= 1e-13)
    let c = random(30, 50, seed: 3) { Complex($0.uniform(), $0.uniform()) }
    let d = random(50, 20, seed: 4) { Complex($0.uniform(), $0.uniform()) }
    #expect((dense(c * d) - dense(c) * dense(d)).frobeniusNorm <= 1e-13)
  }

  @Test(arguments: [2, 3, 6])
  func `groups of columns change no bit`(group: Int) {
    let a = random(90, 50, seed: 5) { $0.uniform() }
    let b = random(50, 20 * group, group: group, seed: 6) { $0.uniform() }
    let product = SparseProduct(a.pattern, b.pattern, columnGroup: group)
    let plain = a * b
    #expect(product.pattern.column == plain.pattern.column)
    #expect(product.pattern.rowStart == plain.pattern.rowStart)
    #expect(product.multiply(a, b).values == plain.values)
  }

  @Test func `every number of threads gives the same bits`() {
    let a = random(9000, 700, seed: 7) { $0.uniform() }
    let b = random(700, 60, seed: 8) { $0.uniform() }
    expectSameBits { (a * b).values }
  }
}
