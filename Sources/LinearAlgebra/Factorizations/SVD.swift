/// A = U Σ Vᴴ, thin: with k = min(m, n), U is m × k and V is n × k.
///
/// Every singular value is right to a few ε σ₁, also the small ones of a graded matrix.
///
/// - Source: Gu, Eisenstat, *A divide-and-conquer algorithm for the bidiagonal SVD*, SIAM J.
///   Matrix Anal. Appl. 16 (1995), as in LAPACK's `gesdd`; where it does not converge, QR
///   iteration (`gesvd`).
public struct SVD<S: Scalar>: Sendable {
  /// U.
  public let leftVectors: DenseMatrix<S>
  /// σ₁ ≥ σ₂ ≥ … ≥ 0.
  public let singularValues: [Double]
  /// Vᴴ, k × n.
  public let rightVectorsAdjoint: DenseMatrix<S>

  /// V, n × k.
  public var rightVectors: DenseMatrix<S> { rightVectorsAdjoint.adjoint() }

  /// Decomposes.
  ///
  /// - Throws: `notFinite`; `notConverged`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    (leftVectors, singularValues, rightVectorsAdjoint) = try SVD.decompose(a, vectors: true)
  }

  /// The singular values alone, descending.
  ///
  /// - Throws: `notFinite`; `notConverged`; `outOfMemory`.
  public static func singularValues(of a: DenseMatrix<S>) throws(FactorizationError) -> [Double] {
    try decompose(a, vectors: false).1
  }

  /// The number of singular values above `tolerance` · σ₁; max(m, n) ε where nil.
  public func rank(tolerance: Double? = nil) -> Int {
    let size = max(leftVectors.rowCount, rightVectorsAdjoint.columnCount)
    let limit = tolerance ?? Double(size) * Double.ulpOfOne
    return singularValues.prefix { $0 > limit * singularValues[0] }.count
  }

  private static func decompose(
    _ a: DenseMatrix<S>, vectors: Bool
  ) throws(FactorizationError) -> (DenseMatrix<S>, [Double], DenseMatrix<S>) {
    try a.requireFinite()
    let (m, n) = (a.rowCount, a.columnCount)
    let k = min(m, n)
    var u = DenseMatrix<S>(rowCount: vectors ? m : 1, columnCount: vectors ? k : 1)
    var vt = DenseMatrix<S>(rowCount: vectors ? k : 1, columnCount: vectors ? n : 1)
    var sigma = [Double](repeating: 0, count: k)
    guard k > 0 else { return (u, sigma, vt) }
    let job = vectors ? "S" : "N"
    var copy = a
    var info = unsafe S.gesdd(job, m, n, &copy.values, &sigma, &u.values, &vt.values)
    if info > 0 {
      var rest = [Double](repeating: 0, count: k)
      copy = a
      info = unsafe S.gesvd(job, m, n, &copy.values, &sigma, &u.values, &vt.values, &rest)
      if info > 0 { throw .notConverged(method: "the singular value iteration", count: Int(info)) }
    }
    guard info == 0 else {
      throw FactorizationError(lapack: "gesdd", info: info, bytes: 16 * a.values.count)
    }
    return (u, sigma, vt)
  }
}
