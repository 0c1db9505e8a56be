internal import RealModule

/// A = L Lᴴ of a dense Hermitian positive definite matrix.
///
/// - Source: Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §4.2.
public struct Cholesky<S: Scalar>: Sendable {
  /// L, zero above the diagonal.
  public let lower: DenseMatrix<S>

  /// n.
  public var order: Int { lower.rowCount }

  /// Factorizes.
  ///
  /// - Precondition: `a` is square.
  /// - Throws: `notFinite`; `notSymmetric`; `notPositiveDefinite`; `singular` where no more than
  ///   8 (k + 1) ε of the diagonal entry is left in pivot k.
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    try a.requireHermitian()
    let n = a.rowCount
    var l = a
    if n > 0 {
      let info = unsafe S.potrf(n, &l.values, n)
      guard info >= 0 else {
        throw FactorizationError(lapack: "potrf", info: info, bytes: 16 * n * n)
      }
      if info > 0 { throw Cholesky.verdict(on: a, pivot: Int(info) - 1) }
    }
    l.keepTriangle(upper: false)
    if let j = Cholesky.firstVanishingPivot(of: l, a) { throw .singular(pivot: j) }
    lower = l
  }

  /// ln det A.
  public var logDeterminant: Double {
    (0..<order).reduce(0) { $0 + 2 * Double.log(lower[$1, $1].realPart) }
  }

  /// A⁻¹ b.
  public func solve(_ b: [S]) -> [S] {
    solve(DenseMatrix(rowCount: b.count, columnCount: 1, values: b)).values
  }

  /// A⁻¹ B.
  ///
  /// - Precondition: `b` has n rows.
  public func solve(_ b: DenseMatrix<S>) -> DenseMatrix<S> { solveAdjoint(solveLower(b)) }

  /// L⁻¹ B.
  public func solveLower(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    lower.solvedTriangular(upper: false, .plain, b)
  }

  /// L⁻ᴴ B.
  public func solveAdjoint(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    lower.solvedTriangular(upper: false, .adjoint, b)
  }

  /// Says whether the pivot that stopped the factorization is at round-off or truly negative.
  private static func verdict(on a: DenseMatrix<S>, pivot k: Int) -> FactorizationError {
    let diagonal = a[k, k].realPart
    var value = diagonal
    if k > 0 {
      var leading = a.rows(0..<k).columns(0..<k)
      guard unsafe S.potrf(k, &leading.values, k) == 0 else {
        return .notPositiveDefinite(pivot: k)
      }
      // A pivot at round-off may come out positive and let a later one fail: the first counts.
      if let j = firstVanishingPivot(of: leading, a) { return .singular(pivot: j) }
      let row = DenseMatrix(
        rowCount: k, columnCount: 1, values: (0..<k).map { a[k, $0].conjugate })
      let l = norm(leading.solvedTriangular(upper: false, .plain, row).values)
      value -= l * l
    }
    return diagonal >= 0 && value.magnitude <= noise(ofPivot: k, diagonal: diagonal)
      ? .singular(pivot: k) : .notPositiveDefinite(pivot: k)
  }

  /// The first pivot of the factor (of a leading block) of A that is nothing but round-off.
  private static func firstVanishingPivot(
    of l: DenseMatrix<S>, _ a: DenseMatrix<S>
  ) -> Int? {
    (0..<l.columnCount).first { j in
      let pivot = l[j, j].realPart
      return pivot * pivot <= noise(ofPivot: j, diagonal: a[j, j].realPart)
    }
  }

  /// The round-off in pivot k: a sum of k products, each no larger than the diagonal entry.
  private static func noise(ofPivot k: Int, diagonal: Double) -> Double {
    8 * Double(k + 1) * Double.ulpOfOne * diagonal
  }
}
