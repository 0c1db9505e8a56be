import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct `Rows of Gaussian elimination` {
  @Test func `are distinct, nested and largest in what is left of their column`() throws {
    let a = DenseMatrix<Double>.random(500, 12, seed: 3)
    let found = try RowPivots(a)
    #expect(Set(found.rows).count == 12)
    #expect(try RowPivots(a.columns(0..<7)).rows == Array(found.rows[..<7]))
    var rest = a
    for k in 0..<12 {
      let row = found.rows[k]
      let size = rest.column(k).reduce(0) { max($0, $1.magnitude) }
      #expect((rest[row, k].magnitude - size).magnitude < 1e-9 * size)
      #expect((found.sizes[k] - size).magnitude < 1e-9 * size)
      for j in (k + 1)..<12 as Range<Int> {
        let factor = rest[row, j] / rest[row, k]
        for i in 0..<500 { rest[i, j] -= factor * rest[i, k] }
      }
    }
  }

  @Test func `of symmetric fields do not depend on round-off`() throws {
    // Even and odd fields: every row has a mirror image that is as large.
    let n = 1000
    func fields(noise: Double) -> DenseMatrix<Double> {
      var random = SeededRandom(seed: 8)
      var a = DenseMatrix<Double>(rowCount: n, columnCount: 10)
      for j in 0..<10 {
        for i in 0..<n / 2 {
          let value = Double.cos(Double.pi * Double(j) * (Double(i) + 0.5) / Double(n))
          (a[i, j], a[n - 1 - i, j]) = (value, j % 2 == 0 ? value : -value)
        }
        for i in 0..<n { a[i, j] *= 1 + noise * random.uniform() }
      }
      return a
    }
    let clean = try RowPivots(fields(noise: 0)).rows
    for noise in [1e-16, 4e-16, 1e-15] {
      #expect(try RowPivots(fields(noise: noise)).rows == clean)
    }
  }

  @Test func `dependent columns leave nothing`() throws {
    var a = DenseMatrix<Double>.random(100, 5, seed: 4)
    for i in 0..<100 { a[i, 3] = a[i, 0] - 2 * a[i, 1] }
    #expect(try RowPivots(a).sizes[3] < 1e-14)
    #expect(try RowPivots(DenseMatrix(rowCount: 4, columnCount: 0)).rows.isEmpty)
  }

  @Test func `the sizes of the columns are told, and numbers that are not finite by NaN`() throws {
    // More rows than whole groups of eight; the largest stands once among those left over.
    var a = DenseMatrix<Double>.random(77, 4, seed: 6)
    (a[76, 0], a[3, 1]) = (-9, 7)
    let found = try RowPivots(a).largest
    for j in 0..<4 { #expect(found[j] == a.column(j).reduce(0) { max($0, $1.magnitude) }) }
    for (row, value) in [(0, Double.nan), (76, .infinity), (40, -.infinity), (75, .nan)] {
      var bad = a
      bad[row, 2] = value
      #expect(try RowPivots(bad).largest.map(\.isNaN) == [false, false, true, false])
    }
  }
}
