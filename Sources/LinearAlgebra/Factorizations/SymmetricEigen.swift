/// A V = V Λ of a Hermitian matrix (symmetric for real numbers), all eigenvalues real.
///
/// - Source: LAPACK's `syevd` and `heevd`; Cuppen, *A divide and conquer method for the symmetric
///   tridiagonal eigenproblem*, Numer. Math. 36 (1981).
public struct SymmetricEigen<S: Scalar>: Sendable {
  /// λ, in the order asked for.
  public let values: [Double]
  /// One eigenvector per column, orthonormal.
  public let vectors: DenseMatrix<S>

  /// Eigenvalues in ascending order.
  ///
  /// - Precondition: `a` is square.
  /// - Throws: `notFinite`; `notSymmetric`; `notConverged`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    try a.requireHermitian()
    let n = a.rowCount
    var (v, w) = (a, [Double](repeating: 0, count: n))
    if n > 0 {
      let info = unsafe S.heevd(n, &v.values, &w)
      if info > 0 {
        throw .notConverged(method: "the symmetric eigenvalue iteration", count: Int(info))
      }
      guard info == 0 else {
        throw FactorizationError(lapack: "heevd", info: info, bytes: 32 * n * n)
      }
    }
    (values, vectors) = (w, v)
  }

  /// Eigenvalues in descending order.
  ///
  /// - Precondition: `a` is square.
  /// - Throws: As the ascending one.
  public init(descending a: DenseMatrix<S>) throws(FactorizationError) {
    let ascending = try SymmetricEigen(a)
    values = ascending.values.reversed()
    vectors = ascending.vectors.reversingColumns()
  }
}

/// A V = B V Λ of Hermitian A and Hermitian positive definite B.
///
/// - Source: LAPACK's `sygvd` and `hegvd`; Golub, Van Loan, *Matrix Computations*, 4th ed. (2013),
///   §8.7. Errors grow with the condition number of B.
public struct GeneralizedEigen<S: Scalar>: Sendable {
  /// λ, ascending.
  public let values: [Double]
  /// One eigenvector per column, orthonormal in B: VᴴBV = I.
  public let vectors: DenseMatrix<S>

  /// Decomposes.
  ///
  /// - Precondition: `a` and `b` are square of one order.
  /// - Throws: `notFinite`; `notSymmetric`; `notPositiveDefinite` or `singular` with the pivot of
  ///   B; `notConverged`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>, _ b: DenseMatrix<S>) throws(FactorizationError) {
    precondition(a.rowCount == b.rowCount, "orders \(a.rowCount) and \(b.rowCount)")
    try a.requireHermitian()
    let n = a.rowCount
    _ = try Cholesky(b)
    var (v, work, w) = (a, b, [Double](repeating: 0, count: n))
    if n > 0 {
      let info = unsafe S.hegvd(n, &v.values, &work.values, &w)
      if info > n { throw .notPositiveDefinite(pivot: Int(info) - n - 1) }
      if info > 0 {
        throw .notConverged(method: "the symmetric eigenvalue iteration", count: Int(info))
      }
      guard info == 0 else {
        throw FactorizationError(lapack: "hegvd", info: info, bytes: 32 * n * n)
      }
    }
    (values, vectors) = (w, v)
  }
}

extension DenseMatrix {
  /// The columns from last to first.
  func reversingColumns() -> DenseMatrix {
    var result = DenseMatrix(rowCount: rowCount, columnCount: columnCount)
    for j in 0..<columnCount {
      let (from, to) = (j * rowCount, (columnCount - 1 - j) * rowCount)
      for i in 0..<rowCount { result.values[to + i] = values[from + i] }
    }
    return result
  }
}
