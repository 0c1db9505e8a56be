import LinearAlgebra
import ModelReduction
import Testing

@Suite struct SnapshotSourceTests {
  @Test func `a set in memory hands out any rectangle of its matrix`() throws {
    let states = DenseMatrix<Double>(rows: [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let source = SnapshotSet(states: states)
    #expect(source.dimension == 3 && source.count == 3 && source.byteCount == 72)
    #expect(try source.read(rows: 1..<3, of: 0..<2) == DenseMatrix(rows: [[4, 5], [7, 8]]))
    #expect(try source.snapshots(2..<3) == DenseMatrix(rows: [[3], [6], [9]]))
  }

  @Test func `no reader of a set in memory meets NaN`() throws {
    let source = SnapshotSet(states: DenseMatrix<Double>(rows: [[1, 2], [3, .infinity]]))
    #expect(
      throws: SnapshotError.notFinite(
        value: .infinity, row: 1, snapshot: 1, source: "the snapshots in memory")
    ) { try source.read(rows: 1..<2, of: 0..<2) }
    #expect(try source.read(rows: 0..<1, of: 0..<2).values == [1, 2])
  }
}
