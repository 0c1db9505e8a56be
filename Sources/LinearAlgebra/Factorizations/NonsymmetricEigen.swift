public import ComplexModule
public import RealModule

/// A V = V Λ of a matrix without symmetry: eigenvalues may be complex for real A.
///
/// - Source: LAPACK's `geev`; Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §7.5.
public struct NonsymmetricEigen<S: Scalar>: Sendable {
  /// λ, in the order the QR iteration finds them; conjugate pairs of a real matrix stand side by
  /// side, the one with positive imaginary part first.
  public let values: [Complex<Double>]
  /// Vectors as LAPACK stores them: one a column, but for a conjugate pair of a real matrix its
  /// first column is Re v and its second Im v. The columns of complete pairs span an invariant
  /// subspace in either case.
  public let vectors: DenseMatrix<S>

  /// Decomposes.
  ///
  /// - Precondition: `a` is square.
  /// - Throws: `notFinite`; `notConverged`; `outOfMemory`.
  /// - Complexity: About 25 n³ operations.
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    precondition(a.rowCount == a.columnCount, "eigenvalues of \(a.rowCount) × \(a.columnCount)")
    try a.requireFinite()
    let n = a.rowCount
    var (copy, v) = (a, DenseMatrix<S>(rowCount: n, columnCount: n))
    var w = [Complex<Double>](repeating: .zero, count: n)
    if n > 0 {
      let info = unsafe S.geev(n, &copy.values, &w, &v.values)
      if info > 0 {
        throw .notConverged(method: "the eigenvalue iteration", count: Int(info))
      }
      guard info == 0 else {
        throw FactorizationError(lapack: "geev", info: info, bytes: 32 * n * n)
      }
    }
    (values, vectors) = (w, v)
  }
}
