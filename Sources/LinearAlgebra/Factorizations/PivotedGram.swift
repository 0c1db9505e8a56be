/// AᵀXA = RᵀR of a tall matrix whose columns nearly depend on each other, from as many columns of
/// the Gram matrix as are independent.
///
/// Snapshots do: of 200, perhaps 60 are independent to the round-off of their Gram matrix, and A is a
/// combination of these columns. A sketch says which they may be; a Cholesky decomposition with
/// diagonal pivoting of the true products decides. Columns that are found to have more outside the
/// span than round-off join the pivots in a second pass over A, so that a sketch that misled costs
/// time and no accuracy.
///
/// - Source: Harbrecht, Peters, Schneider, *On the low-rank approximation by the pivoted Cholesky
///   decomposition*, Appl. Numer. Math. 62 (2012), for the decomposition.
public struct PivotedGram: Sendable {
  /// The columns that span all, in the order they were taken.
  public let pivots: [Int]
  /// R, a row for each pivot and a column for each column of A.
  public let triangle: DenseMatrix<Double>
  /// The trace of AᵀXA − RᵀR: round-off, at most 16 ε of the largest square for each column.
  public let remainder: Double
  /// For each column a of A, aᵀXa.
  public let squares: [Double]
  /// For each column a of A, aᵀa.
  public let entrySquares: [Double]

  /// Decomposes, or returns nil where the whole Gram matrix is the cheaper way: few columns, more
  /// than three fifths of them independent, or squares that are not finite or underflow.
  ///
  /// - Parameters:
  ///   - block: All rows of A.
  ///   - x: X, symmetric positive definite; the identity where nil.
  /// - Complexity: 2 r n operations per row of A for r pivots.
  public init?(of block: TallBlock, in x: SparseMatrix<Double>? = nil) {
    let n = block.matrix.columnCount
    guard n >= 32, block.matrix.rowCount >= 16 * n else { return nil }
    guard let foreseen = PivotedGram.foreseenPivots(of: block) else { return nil }
    let known = GramColumns(foreseen, of: block, in: x)
    let (squares, largest) = (known.squares, known.squares.max() ?? 0)
    guard squares.allSatisfy(\.isFinite), largest > 1e-250 else { return nil }
    let round = 8 * Double.ulpOfOne * largest
    var candidates = foreseen
    var products = known.products
    for pass in 0..<2 {
      var weights = [Double](repeating: 0, count: n)
      var row = [Int](repeating: 0, count: n)
      for (k, j) in candidates.enumerated() { (weights[j], row[j]) = (1, k) }
      guard
        let cholesky = try? PivotedCholesky(
          diagonal: squares, weights: weights, tolerance: 0, rank: candidates.count,
          floor: round / 2, column: { products.column(row[$0]) })
      else { return nil }
      // Round-off of another column may come to light beside new pivots; twice as much is not more.
      let limit = pass == 0 ? round : 2 * round
      let missed = (0..<n).filter { weights[$0] == 0 && cholesky.remainder[$0] > limit }
      if missed.isEmpty {
        (pivots, triangle) = (cholesky.pivots, cholesky.factor.transposed())
        remainder = cholesky.remainder.reduce(0, +)
        (self.squares, entrySquares) = (squares, known.entrySquares)
        return
      }
      guard pass == 0, candidates.count + missed.count <= PivotedGram.most(of: n) else { break }
      let further = GramColumns(missed, of: block, in: x).products
      products = products.appendingColumns(of: further)
      candidates += missed
    }
    return nil
  }

  /// R_J⁻¹ V, where R_J are the columns of R that belong to the pivots: A ≈ A_J R_J⁻¹ R, so that
  /// A_J R_J⁻¹ V stands for V in the columns of R.
  ///
  /// - Precondition: V has as many rows as there are pivots.
  public func pivotCoefficients(of v: DenseMatrix<Double>) -> DenseMatrix<Double> {
    triangle.columns(pivots).solvedTriangular(upper: true, .plain, v)
  }

  /// Beyond this many pivots a symmetric product of all columns is cheaper.
  private static func most(of n: Int) -> Int { n * 3 / 5 }

  /// The pivots of a few sums of the rows of A, and some more columns; nil where they are too many.
  ///
  /// In two rounds, because a Gram matrix loses sight of its own last pivots: what the first leaves
  /// of the sums is computed before it is squared.
  private static func foreseenPivots(of block: TallBlock) -> [Int]? {
    let n = block.matrix.columnCount
    var rows = CountSketch(size: n + n / 4, seed: 1, period: 4).sums(of: block)
    var (pivots, left, largest) = ([Int](), [Double](), 0.0)
    for floor in [64, 0.5] {
      var gram = TallGram(columnCount: n)
      gram.append(TallBlock(rows))
      let squares = gram.matrix
      let diagonal = (0..<n).map { squares[$0, $0] }
      if pivots.isEmpty { largest = diagonal.max() ?? 0 }
      guard
        let cholesky = try? PivotedCholesky(
          diagonal: diagonal, weights: [Double](repeating: 1, count: n), tolerance: 0, rank: n,
          floor: floor * Double.ulpOfOne * largest, column: { squares.column($0) })
      else { return nil }
      pivots += cholesky.pivots
      left = cholesky.remainder
      guard floor > 1 else { break }
      guard let span = try? QR(rows.columns(cholesky.pivots)).q else { return nil }
      for _ in 0..<2 { rows = rows - span * span.adjointTimes(rows) }
    }
    let wanted = pivots.count + 6
    guard !pivots.isEmpty, wanted <= PivotedGram.most(of: n) else { return nil }
    // Those of which most is left, though it is hardly more than round-off.
    let taken = Set(pivots)
    let rest = (0..<n).filter { !taken.contains($0) }.sorted {
      (left[$1], $0) < (left[$0], $1)
    }
    return pivots + rest.prefix(wanted - pivots.count)
  }
}

extension DenseMatrix<Double> {
  /// The columns that are listed, in their order.
  fileprivate func columns(_ chosen: [Int]) -> DenseMatrix {
    DenseMatrix(rowCount: rowCount, columns: chosen.map { column($0) })
  }
}
