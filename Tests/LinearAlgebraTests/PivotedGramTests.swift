import LinearAlgebra
import TestSupport
import Testing

@Suite struct `Gram matrix by pivots` {
  /// A of 3000 × 60 whose columns are combinations of `rank`, with and without weights and a mean.
  private static func dependent(_ rank: Int) -> DenseMatrix<Double> {
    let left = DenseMatrix<Double>.random(3000, rank, seed: 11)
    let right = DenseMatrix<Double>.random(rank, 60, seed: 12)
    return left * right
  }

  /// The mass matrix of linear elements on a line of unit spacing.
  private static func mass(_ n: Int) -> SparseMatrix<Double> {
    var (rows, columns, entries) = ([Int32](), [Int32](), [Double]())
    for i in 0..<n {
      for j in max(0, i - 1)...min(n - 1, i + 1) {
        rows.append(Int32(i))
        columns.append(Int32(j))
        entries.append(i == j ? 4.0 / 6 : 1.0 / 6)
      }
    }
    return SparseMatrix(
      rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries)
  }

  private static func distance(
    _ gram: PivotedGram, _ block: TallBlock, _ x: SparseMatrix<Double>?
  ) -> Double {
    var whole = TallGram(columnCount: block.matrix.columnCount)
    if let x { whole.append(block, in: x) } else { whole.append(block) }
    let rest = whole.matrix - gram.triangle.adjointTimes(gram.triangle)
    return rest.frobeniusNorm / whole.matrix.frobeniusNorm
  }

  @Test(arguments: [false, true], [false, true])
  func `has hardly more pivots than independent columns and gives AᵀXA back`(
    isOblique: Bool, isMapped: Bool
  ) throws {
    let a = Self.dependent(20)
    let x = isOblique ? Self.mass(3000) : nil
    let map =
      isMapped
      ? RowMap(
        factors: (0..<3000).map { 1 + 0.5 * Double($0 % 7) },
        shift: (0..<3000).map { 0.1 * Double($0 % 3) })
      : .identity
    let block = TallBlock(a, map: map)
    let gram = try #require(PivotedGram(of: block, in: x))
    // A shift is one more direction; one or two may be made of round-off.
    #expect((isMapped ? 21...23 : 20...22).contains(gram.pivots.count))
    #expect(Set(gram.pivots).count == gram.pivots.count)
    #expect(Self.distance(gram, block, x) < 1e-14)
    #expect(gram.remainder <= 60 * 16 * 2.3e-16 * (gram.squares.max() ?? 0))
    for j in 0..<60 {
      let square = dot(block.mapped.column(j), block.mapped.column(j))
      #expect(abs(gram.entrySquares[j] - square) < 1e-13 * square)
    }
    // The pivots' columns times the coefficients of R are A.
    let chosen = DenseMatrix(
      rowCount: 3000, columns: gram.pivots.map { block.mapped.column($0) })
    let rest = chosen * gram.pivotCoefficients(of: gram.triangle) - block.mapped
    #expect(rest.frobeniusNorm < 1e-6 * a.frobeniusNorm)
  }

  @Test func `finds columns that the sums of rows do not show`() throws {
    var a = Self.dependent(20)
    // Three columns have entries of their own in rows between two strips that are summed.
    for (k, j) in [7, 30, 59].enumerated() { a[2000 + k, j] += 100 }
    let block = TallBlock(a)
    let shown = try #require(PivotedGram(of: TallBlock(Self.dependent(20))))
    let gram = try #require(PivotedGram(of: block))
    #expect(gram.pivots.count >= shown.pivots.count + 2)
    #expect(Set(gram.pivots).isSuperset(of: [7, 30, 59]))
    #expect(Self.distance(gram, block, nil) < 1e-14)
  }

  @Test func `leaves independent columns, NaN and squares that underflow to the whole one`() {
    #expect(PivotedGram(of: TallBlock(.random(3000, 60, seed: 13))) == nil)
    // One row is among those that are summed, the other is not.
    for (row, value) in [(10, Double.nan), (700, .nan), (10, .infinity)] {
      var a = Self.dependent(20)
      a[row, 5] = value
      #expect(PivotedGram(of: TallBlock(a)) == nil)
    }
    var tiny = Self.dependent(20)
    for k in tiny.values.indices { tiny.values[k] *= 1e-160 }
    #expect(PivotedGram(of: TallBlock(tiny)) == nil)
    #expect(PivotedGram(of: TallBlock(DenseMatrix(rowCount: 3000, columnCount: 60))) == nil)
  }

  @Test func `has the same bits on any number of threads`() throws {
    let (a, x) = (Self.dependent(15), Self.mass(3000))
    try expectSameBits {
      let plain = try #require(PivotedGram(of: TallBlock(a)))
      let oblique = try #require(PivotedGram(of: TallBlock(a), in: x))
      return plain.triangle.values + oblique.triangle.values
    }
  }
}
