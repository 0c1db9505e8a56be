public import LinearAlgebra
internal import RealModule

/// Interpolation points of a set of modes by QR with column pivoting: rows of Ψ whose square matrix
/// PᵀΨ is well conditioned.
///
/// The interpolant Ψ (PᵀΨ)⁻¹ Pᵀ f of modes with orthonormal columns is at most ‖(PᵀΨ)⁻¹‖ times as
/// far from f as its best approximation.
///
/// - Source: Drmač, Gugercin, *A new selection operator for the discrete empirical interpolation
///   method*, SIAM J. Sci. Comput. 38 (2016).
public struct QDEIM: Sendable {
  /// As many rows as modes, in the order of the pivots.
  public let points: [Int]
  /// ‖(PᵀΨ)⁻¹‖₂.
  public let inverseNorm: Double
  /// What `inverseNorm` cannot exceed for orthonormal modes: √(n − r + 1) √(4ʳ + 6r − 1) / 3.
  public let bound: Double

  /// Selects.
  ///
  /// - Parameters:
  ///   - modes: Ψ, n × r.
  ///   - candidates: The rows that may be selected; all where nil.
  /// - Throws: `mismatch` for fewer rows than modes; `notFinite`; `factorization(.singular)` with
  ///   the first mode that depends on others, as far as the candidates show.
  public init<S: Scalar>(
    _ modes: DenseMatrix<S>, among candidates: [Int]? = nil
  ) throws(HyperReductionError) {
    let r = modes.columnCount
    let rows = try modes.interpolationRows(candidates)
    guard r > 0 else {
      (points, inverseNorm, bound) = ([], 0, 0)
      return
    }
    do throws(FactorizationError) {
      let chosen: [Int]
      if let rows = rows.pivotRows() { chosen = rows } else { chosen = try QDEIM.pivotsOfQR(rows) }
      let sigma = try SVD.singularValues(of: rows.gathering(rows: chosen))
      points = chosen.map { candidates?[$0] ?? $0 }
      inverseNorm = 1 / sigma[r - 1]
    } catch {
      throw .factorization(error)
    }
    let k = Double(r)
    bound =
      Double(rows.rowCount - r + 1).squareRoot()
      * (Double.pow(4, k) + 6 * k - 1).squareRoot() / 3
  }

  /// The pivots by reflectors, right where the modes are nearly dependent.
  private static func pivotsOfQR<S: Scalar>(
    _ rows: DenseMatrix<S>
  ) throws(FactorizationError) -> [Int] {
    let (qr, r) = (try PivotedQR(rows.transposed()), rows.columnCount)
    guard qr.rank == r else { throw .singular(pivot: qr.rank) }
    return Array(qr.columnOrder[..<r])
  }
}
