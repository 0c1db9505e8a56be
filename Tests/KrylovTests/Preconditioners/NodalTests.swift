import Krylov
import LinearAlgebra
import Meshes
import RealModule
import Testing

/// Matrices and factors in 3 × 3 blocks.
@Suite struct NodalTests {
  @Test(arguments: [true, false])
  func `blocks make the product of their entries`(isWhole: Bool) throws {
    var a = try ElasticMultigridTests.Body(6, .tetrahedron, slips: false).matrix
    if !isWhole { a = withoutZeros(a) }
    let x: [Double] = randomVector(a.rowCount, seed: 3)
    let (y, z) = (NodalMatrix(a).applied(to: x), a * x)
    #expect(distance(y, z) <= 1e-14)
  }

  @Test func `factors by blocks are those by entries where the blocks are full`() throws {
    let a = try ElasticMultigridTests.Body(6, .hexahedron, slips: false).matrix
    let nodal = try NodalIncompleteCholesky(a, precision: .double)
    let scalar = try IncompleteCholesky(a, precision: .double)
    #expect(nodal.shift == scalar.shift)
    let r: [Double] = randomVector(a.rowCount, seed: 4)
    #expect(distance(nodal.applied(to: r), scalar.applied(to: r)) <= 1e-10)
  }

  @Test func `it obeys the laws, in single precision too`() throws {
    let a = withoutZeros(try ElasticMultigridTests.Body(5, .tetrahedron, slips: false).matrix)
    let m = try NodalIncompleteCholesky(a)
    #expect(m.precision == .single)
    checkLaws(of: m)
    let (with, without) = iterations(a, m)
    #expect(3 * with < without)
  }

  @Test func `numbers beyond single precision are kept in double`() throws {
    var a = try ElasticMultigridTests.Body(3, .tetrahedron, slips: false).matrix
    // A tiny unknown: its row of the factor leaves the range of four bytes.
    for i in 0..<a.rowCount {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        for j in [i, Int(a.pattern.column[k])] where j < 3 { a.values[k] *= 1e-40 }
      }
    }
    let m = try NodalIncompleteCholesky(a)
    #expect(m.precision == .double)
    let r: [Double] = randomVector(a.rowCount, seed: 6)
    #expect(m.applied(to: r).allSatisfy { $0.isFinite })
  }

  @Test func `a pivot that fails shifts the matrix until none does`() throws {
    // Definite, with off-diagonal blocks so large that IC(0) breaks down (Kershaw's example).
    let kershaw: [[Double]] = [[3, -2, 0, 2], [-2, 3, -2, 0], [0, -2, 3, -2], [2, 0, -2, 3]]
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<4 {
      for j in 0..<4 where kershaw[i][j] != 0 {
        for c in 0..<3 {
          rows.append(Int32(3 * i + c))
          columns.append(Int32(3 * j + c))
          entries.append(kershaw[i][j])
        }
      }
    }
    let a = SparseMatrix(
      rowCount: 12, columnCount: 12, rows: rows, columns: columns, entries: entries)
    let m = try NodalIncompleteCholesky(a)
    #expect(m.shift > 0)
    checkLaws(of: m)
    var bad = a
    let place = try #require(a.pattern.index(row: 4, column: 4))
    bad.values[place] = -1
    #expect(throws: FactorizationError.notPositiveDefinite(pivot: 4)) {
      try NodalIncompleteCholesky(bad)
    }
  }

  /// Without entries at round-off: blocks with gaps.
  private func withoutZeros(_ a: SparseMatrix<Double>) -> SparseMatrix<Double> {
    var (start, column, values): ([Int], [Int32], [Double]) = ([0], [], [])
    for i in 0..<a.rowCount {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1]
      where abs(a.values[k]) > 1e-14 {
        column.append(a.pattern.column[k])
        values.append(a.values[k])
      }
      start.append(column.count)
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: a.rowCount, columnCount: a.columnCount, rowStart: start, column: column),
      values: values)
  }
}
