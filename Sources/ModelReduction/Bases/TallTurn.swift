internal import LinearAlgebra

/// What a change of basis X ← X F of X = B T does to the tall columns.
///
/// B ← B (T F) with T ← I costs 2 n w k operations. But X F = B₁ F₁ + B₂ F₂ for any k of the w
/// columns, F₁ and F₂ their rows of T F, and
///
///     X F = (B₁ + B₂ F₂ F₁⁻¹) F₁,
///
/// so that it is enough to fold the other w − k columns into those, 2 n k (w − k) operations, and to
/// let T be F₁: a fifth of the work where a basis has a fifth of room for new columns. The columns
/// to stay are the pivots of the rows of T F, each scaled by the length of its column of B: they keep
/// F₁ as far from singular as any choice within a small factor, so that hardly a digit is lost. What
/// still adds up over many changes is seen in the lengths of B and T, and ends in a full product.
///
/// - Source: Businger, Golub, Numer. Math. 7 (1965), for the pivots.
enum TallTurn: Sendable {
  /// B ← B F.
  case product(DenseMatrix<Double>)
  /// B₁ ← B₁ + B₂ W.
  case folding(Folding)

  /// Which columns are folded into which.
  struct Folding: Sendable {
    /// The columns of B₂.
    let removed: [Int]
    /// Columns of B₁ that stand among the last, and the places of removed ones they move to.
    let moves: [(from: Int, to: Int)]
    /// W, a row for each removed column.
    let weights: DenseMatrix<Double>
  }

  /// How the change is made, and what T and the lengths of the columns of B then are.
  ///
  /// - Parameters:
  ///   - f: T F.
  ///   - lengths: ‖bⱼ‖.
  static func plan(
    _ f: DenseMatrix<Double>, lengths: [Double]
  ) -> (turn: TallTurn, transform: DenseMatrix<Double>, lengths: [Double]) {
    fold(f, lengths)
      ?? (
        .product(f), .identity(f.columnCount), [Double](repeating: 1, count: f.columnCount)
      )
  }

  private static func fold(
    _ f: DenseMatrix<Double>, _ lengths: [Double]
  ) -> (turn: TallTurn, transform: DenseMatrix<Double>, lengths: [Double])? {
    let (w, k) = (f.rowCount, f.columnCount)
    guard k > 0, k < w else { return nil }
    var rows = DenseMatrix<Double>(rowCount: k, columnCount: w)
    for j in 0..<k { for i in 0..<w { rows[j, i] = lengths[i] * f[i, j] } }
    guard let qr = try? PivotedQR(rows, tolerance: 1e-3), qr.rank == k else { return nil }
    // The rows scaled, F₁ᵀ = Q R₁ and F₂ᵀ = Q R₂: F₂ F₁⁻¹ is the transpose of R₁⁻¹ R₂, and column
    // j of F₁⁻¹, which is that of B expressed in X, has the length of row j of R₁⁻¹.
    let triangle = qr.r.columns(0..<k)
    let inverse = triangle.invertedTriangle()
    let spread = (0..<k).map { i in norm((i..<k).map { inverse[i, $0] }) }
    let growth = (0..<k).reduce(0.0) { sum, i in
      let part = spread[i] * norm(triangle.column(i))
      return sum + part * part
    }
    guard growth < mostGrowth * Double(k) else { return nil }
    let order = qr.columnOrder
    let removed = Array(order[k...])
    let holes = removed.filter { $0 < k }.sorted()
    let moves = zip(order[..<k].filter { $0 >= k }.sorted(), holes).map { (from: $0, to: $1) }
    let factors = inverse * qr.r.columns(k..<w)
    var weights = DenseMatrix<Double>(rowCount: w - k, columnCount: k)
    var transform = DenseMatrix<Double>(rowCount: k, columnCount: k)
    var newLengths = [Double](repeating: 0, count: k)
    for (i, column) in order[..<k].enumerated() {
      let place = moves.first { $0.from == column }?.to ?? column
      for (j, other) in removed.enumerated() {
        weights[j, place] = factors[i, j] * (lengths[column] / lengths[other])
      }
      for j in 0..<k { transform[place, j] = f[column, j] }
      newLengths[place] = lengths[column] * spread[i]
    }
    return (
      .folding(Folding(removed: removed, moves: moves, weights: weights)), transform, newLengths
    )
  }

  /// The most that Σ‖bⱼ‖² ‖tⱼ‖², tⱼ the rows of T, may be of its least value k: round-off of
  /// X grows by the root of it and adds up. With 64 in its place blocks with little new left 1e-12 of
  /// orthogonality behind, with 8 they leave 3e-14 for a twentieth more time.
  private static let mostGrowth = 8.0
}
