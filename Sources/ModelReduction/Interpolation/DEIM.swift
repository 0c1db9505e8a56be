public import LinearAlgebra
internal import RealModule

/// Interpolation points of a set of modes, one after the other: where the interpolant of the next
/// mode by those before is farthest from it.
///
/// The same as the pivots of Gaussian elimination with row exchanges. Points are nested: the first
/// k belong to the first k modes.
///
/// - Source: Chaturantabut, Sorensen, *Nonlinear model reduction via discrete empirical
///   interpolation*, SIAM J. Sci. Comput. 32 (2010).
public struct DEIM: Sendable {
  /// As many rows as modes.
  public let points: [Int]
  /// ‖(PᵀΨ)⁻¹‖₂.
  public let inverseNorm: Double
  /// What `inverseNorm` cannot exceed for orthonormal modes and all rows: √(n r / 3) 2ʳ.
  ///
  /// - Source: Sorensen, Embree, *A DEIM induced CUR factorization*, SIAM J. Sci. Comput. 38 (2016).
  public let bound: Double

  /// Selects.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r.
  ///   - candidates: The rows that may be selected; all where nil.
  /// - Throws: As ``QDEIM``.
  /// - Complexity: O(n r²).
  public init<S: Scalar>(
    _ modes: DenseMatrix<S>, among candidates: [Int]? = nil
  ) throws(HyperReductionError) {
    let rows = try modes.candidateRows(candidates)
    let places: [Int]
    if let real = rows as? DenseMatrix<Double> {
      places = try DEIM.pivots(of: real, candidates)
    } else {
      try rows.requireFinite(candidates)
      places = try DEIM.eliminated(rows)
    }
    points = places.map { candidates?[$0] ?? $0 }
    inverseNorm = try GappyPOD(modes, points: points).inverseNorm
    let r = Double(modes.columnCount)
    bound = (Double(rows.rowCount) * r / 3).squareRoot() * Double.pow(2, r)
  }

  /// By the library, in blocks of columns.
  private static func pivots(
    of rows: DenseMatrix<Double>, _ candidates: [Int]?
  ) throws(HyperReductionError) -> [Int] {
    let found: RowPivots
    do throws(FactorizationError) { found = try RowPivots(rows) } catch {
      throw .factorization(error)
    }
    if found.largest.contains(where: \.isNaN) { try rows.requireFinite(candidates) }
    for (k, (size, largest)) in zip(found.sizes, found.largest).enumerated() {
      guard size > roundOff(of: k) * largest else { throw .factorization(.singular(pivot: k)) }
    }
    return found.rows
  }

  /// Column by column: the library compares complex numbers by |Re| + |Im|, to which the bound does
  /// not apply.
  private static func eliminated<S: Scalar>(
    _ rows: DenseMatrix<S>
  ) throws(HyperReductionError) -> [Int] {
    var elimination = PointElimination<S>(rowCount: rows.rowCount, capacity: rows.columnCount)
    for k in 0..<rows.columnCount {
      let left = try elimination.residual(of: k, in: rows)
      guard let point = left.largestPlace(nil)?.place else {
        throw .factorization(.singular(pivot: k))
      }
      elimination.take(left, at: point)
    }
    return elimination.points
  }

  /// What of a column counts as nothing after k modes.
  fileprivate static func roundOff(of k: Int) -> Double { Double(8 * (k + 1)) * Double.ulpOfOne }
}

extension PointElimination {
  /// What the modes so far miss of a column; eliminated twice where little is left.
  ///
  /// - Throws: `singular` where that is round-off.
  func residual(of k: Int, in rows: DenseMatrix<S>) throws(HyperReductionError) -> [S] {
    var left = rows.column(k)
    let size = left.largestPlace(nil)?.magnitude ?? 0
    if k > 0 { _ = eliminate(&left) }
    var rest = left.largestPlace(nil)?.magnitude ?? 0
    if k > 0, rest < 1e-4 * size {
      _ = eliminate(&left)
      rest = left.largestPlace(nil)?.magnitude ?? 0
    }
    guard rest > DEIM.roundOff(of: k) * size else {
      throw .factorization(.singular(pivot: k))
    }
    return left
  }
}

extension DenseMatrix {
  /// The rows that may become points, all of them finite.
  func interpolationRows(_ candidates: [Int]?) throws(HyperReductionError) -> DenseMatrix {
    let rows = try candidateRows(candidates)
    try rows.requireFinite(candidates)
    return rows
  }

  /// The rows that may become points: there are such, and enough.
  fileprivate func candidateRows(
    _ candidates: [Int]?
  ) throws(HyperReductionError) -> DenseMatrix {
    if let candidates, !candidates.allSatisfy({ $0 >= 0 && $0 < rowCount }) {
      throw .mismatch(
        what: "interpolation points",
        found: "candidate \(candidates.max() ?? -1) or a negative one",
        expected: "rows 0 to \(rowCount - 1)")
    }
    let rows = candidates.map { gathering(rows: $0) } ?? self
    guard rows.rowCount >= columnCount else {
      throw .mismatch(
        what: "interpolation points", found: "\(rows.rowCount) candidates",
        expected: "at least \(columnCount), one for each mode")
    }
    return rows
  }

  /// Refuses NaN and infinities among rows that may become points.
  fileprivate func requireFinite(_ candidates: [Int]?) throws(HyperReductionError) {
    if let (row, column) = firstNonFiniteEntry {
      throw .notFinite(what: "modes", row: column, point: candidates?[row] ?? row)
    }
  }
}
