/// AᵀXA = RᵀR of a tall matrix whose columns nearly depend on each other, from as many columns of
/// the Gram matrix as are independent.
///
/// Snapshots do: of 200, perhaps 60 are independent to the round-off of their Gram matrix, and A is a
/// combination of these columns. A few rows of A say which they may be; a Cholesky decomposition
/// with diagonal pivoting of the true products decides. Columns that are found to have more outside
/// the span than round-off join the pivots in a second pass over A, so that a sample that
/// misled costs time and no accuracy.
///
/// - Source: Harbrecht, Peters, Schneider, *On the low-rank approximation by the pivoted Cholesky
///   decomposition*, Appl. Numer. Math. 62 (2012).
public struct PivotedGram: Sendable {
  /// The columns that span all, in the order they were taken.
  public let pivots: [Int]
  /// R, a row for each pivot and a column for each column of A.
  public let triangle: DenseMatrix<Double>
  /// The trace of AᵀXA − RᵀR: round-off, at most 8 ε of the largest square for each column.
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
      let missed = (0..<n).filter { weights[$0] == 0 && cholesky.remainder[$0] > round }
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
    let square = DenseMatrix(
      rowCount: pivots.count, columns: pivots.map { triangle.column($0) })
    return square.solvedTriangular(upper: true, .plain, v)
  }

  /// Beyond this many pivots a symmetric product of all columns is cheaper.
  private static func most(of n: Int) -> Int { n * 3 / 5 }

  /// The pivots of a few rows of A, taken all over it, and some more columns; nil where they are too
  /// many.
  private static func foreseenPivots(of block: TallBlock) -> [Int]? {
    let n = block.matrix.columnCount
    let sample = block.sampledRows(count: 4 * n)
    var gram = TallGram(columnCount: n)
    gram.append(TallBlock(sample))
    let squares = gram.matrix
    let diagonal = (0..<n).map { squares[$0, $0] }
    guard
      let cholesky = try? PivotedCholesky(
        diagonal: diagonal, weights: [Double](repeating: 1, count: n), tolerance: 0, rank: n,
        floor: 2 * Double.ulpOfOne * (diagonal.max() ?? 0), column: { squares.column($0) })
    else { return nil }
    let count = cholesky.pivots.count
    let wanted = count + count / 16 + 4
    guard count > 0, wanted <= PivotedGram.most(of: n) else { return nil }
    // Those of which most is left in the sample, though it is hardly more than round-off.
    let taken = Set(cholesky.pivots)
    let rest = (0..<n).filter { !taken.contains($0) }.sorted {
      (cholesky.remainder[$1], $0) < (cholesky.remainder[$0], $1)
    }
    return cholesky.pivots + rest.prefix(wanted - count)
  }
}

extension TallBlock {
  /// About as many mapped rows, in strips of eight that are spread evenly.
  fileprivate func sampledRows(count: Int) -> DenseMatrix<Double> {
    let strips = max(1, min(count, matrix.rowCount) / 8)
    let height = min(8, matrix.rowCount)
    var result = DenseMatrix<Double>(
      rowCount: strips * height, columnCount: matrix.columnCount)
    for k in 0..<strips {
      let first = (matrix.rowCount - height) * k / max(1, strips - 1)
      copy(
        first..<first + height, into: &result.values, leading: strips * height, below: k * height)
    }
    return result
  }
}
