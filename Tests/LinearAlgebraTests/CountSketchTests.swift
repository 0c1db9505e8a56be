import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Count sketch` {
  @Test func `keeps the lengths of all combinations of columns to a small factor`() throws {
    let q = try QR(DenseMatrix<Double>.random(20_000, 20, seed: 1)).q
    let sums = CountSketch(size: 320, seed: 4).sums(of: TallBlock(q))
    let lengths = try SVD(sums).singularValues
    #expect(lengths[0] < 1.5 && lengths[19] > 0.6)
  }

  @Test func `a row alone keeps its length wherever it stands`() {
    let sketch = CountSketch(size: 100, seed: 4)
    #expect(sketch.size == 128)
    for row in [0, 63, 64, 777, 999] {
      var unit = DenseMatrix<Double>(rowCount: 1000, columnCount: 1)
      unit[row, 0] = 3
      let sums = sketch.sums(of: TallBlock(unit)).values
      #expect(sums.filter { $0 != 0 }.map(\.magnitude) == [3])
    }
  }

  @Test func `two rows at any distance hardly ever share a sum`() {
    for distance in [64, 128, 256, 1024] {
      var shared = 0
      for seed in 0..<200 as Range<UInt64> {
        var two = DenseMatrix<Double>(rowCount: 2000, columnCount: 1)
        (two[100, 0], two[100 + distance, 0]) = (1, 1)
        let sums = CountSketch(size: 128, seed: seed).sums(of: TallBlock(two)).values
        shared += sums.filter { $0 != 0 }.count == 2 ? 0 : 1
      }
      // One in 128 is expected.
      #expect(shared <= 8)
    }
  }

  @Test func `blocks of rows sketched apart add up, and columns stand for themselves`() {
    let a = DenseMatrix<Double>.random(3000, 7, seed: 2)
    let map = RowMap(factors: (0..<3000).map { 1 + Double($0 % 5) })
    let sketch = CountSketch(size: 64, seed: 8)
    let whole = sketch.sums(of: TallBlock(a, map: map))
    let parts =
      sketch.sums(of: TallBlock(a.rows(0..<1234), map: map))
      + sketch.sums(of: TallBlock(a.rows(1234..<3000), firstRow: 1234, map: map))
    #expect((parts - whole).frobeniusNorm < 1e-13 * whole.frobeniusNorm)
    #expect(sketch.sums(of: TallBlock(a, map: map), columns: 2..<5) == whole.columns(2..<5))
    let plain = sketch.sums(of: TallBlock(a))
    #expect(sketch.sums(of: TallBlock(a), columns: 3..<7) == plain.columns(3..<7))
  }

  @Test func `in strips it is the sketch of the strips alone`() {
    var a = DenseMatrix<Double>.random(5000, 4, seed: 6)
    let sketch = CountSketch(size: 64, seed: 2, period: 4)
    let map = RowMap(factors: (0..<5000).map { 1 + Double($0 % 3) })
    let (plain, mapped) = (
      sketch.sums(of: TallBlock(a)), sketch.sums(of: TallBlock(a, map: map))
    )
    for i in 0..<5000 where i / 256 % 4 != 0 { for j in 0..<4 { a[i, j] = 0 } }
    let whole = CountSketch(size: 64, seed: 2)
    let (first, second) = (whole.sums(of: TallBlock(a)), whole.sums(of: TallBlock(a, map: map)))
    #expect((first - plain).frobeniusNorm < 1e-13 * plain.frobeniusNorm)
    #expect((second - mapped).frobeniusNorm < 1e-13 * mapped.frobeniusNorm)
  }

  @Test func `has the same bits on any number of threads`() {
    let a = DenseMatrix<Double>.random(50_000, 40, seed: 3)
    expectSameBits { CountSketch(size: 128, seed: 5).sums(of: TallBlock(a)).values }
  }
}
