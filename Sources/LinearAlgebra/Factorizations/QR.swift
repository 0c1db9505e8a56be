/// A = Q R: orthonormal columns and an upper triangle, both thin.
///
/// With k = min(m, n), Q is m × k and R is k × n. The diagonal of R is real and not negative,
/// which makes the factorization of a matrix of full column rank unique.
///
/// - Source: Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §5.2.
public struct QR<S: Scalar>: Sendable {
  /// Q.
  public let q: DenseMatrix<S>
  /// R.
  public let r: DenseMatrix<S>

  /// Factorizes by Householder reflectors.
  ///
  /// - Throws: `notFinite`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    let reflectors = try Reflectors(a)
    (q, r) = (try reflectors.orthonormalColumns(), reflectors.r)
  }

  /// The x that minimises ‖A x − b‖₂, for each column of B.
  ///
  /// - Precondition: m ≥ n; `b` has m rows.
  /// - Throws: `singular` with the first column that depends on those before it.
  public func solveLeastSquares(_ b: DenseMatrix<S>) throws(FactorizationError) -> DenseMatrix<S> {
    precondition(q.rowCount >= r.columnCount, "least squares with more unknowns than equations")
    let n = r.columnCount
    for j in 0..<n {
      let length = norm(r.column(j))
      if r[j, j].absolute <= Double(q.rowCount) * Double.ulpOfOne * length {
        throw .singular(pivot: j)
      }
    }
    return r.solvedTriangular(upper: true, .plain, q.adjointTimes(b))
  }
}

/// A P = Q R with the columns taken in the order of what is left of them, largest first.
///
/// - Source: Businger, Golub, *Linear least squares solutions by Householder transformations*,
///   Numer. Math. 7 (1965).
public struct PivotedQR<S: Scalar>: Sendable {
  /// Q, m × min(m, n).
  public let q: DenseMatrix<S>
  /// R, min(m, n) × n, its columns in the order of `columnOrder`; |R₀₀| ≥ |R₁₁| ≥ ….
  public let r: DenseMatrix<S>
  /// Column k of A P is column `columnOrder[k]` of A.
  public let columnOrder: [Int]
  /// The number of |Rₖₖ| above `tolerance` · |R₀₀|.
  public let rank: Int

  /// Factorizes.
  ///
  /// - Parameter tolerance: What counts as zero against |R₀₀|; max(m, n) ε where nil.
  /// - Throws: `notFinite`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>, tolerance: Double? = nil) throws(FactorizationError) {
    let (reflectors, order) = try Reflectors.pivoted(a)
    let triangle = reflectors.r
    let sizes = (0..<triangle.rowCount).map { triangle[$0, $0].absolute }
    let limit = tolerance ?? Double(max(a.rowCount, a.columnCount)) * Double.ulpOfOne
    rank = sizes.prefix { $0 > limit * sizes[0] }.count
    (q, r, columnOrder) = (try reflectors.orthonormalColumns(), triangle, order)
  }
}
