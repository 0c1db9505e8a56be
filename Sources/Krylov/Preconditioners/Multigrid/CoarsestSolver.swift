internal import LinearAlgebra

/// A⁻¹ on the coarsest level, or the pseudo-inverse of a singular A.
enum CoarsestSolver: Sendable {
  case cholesky(SparseCholesky)
  case pseudoInverse(DenseMatrix<Double>)

  init(
    _ a: SparseMatrix<Double>, symbolic: SymbolicCholesky
  ) throws(FactorizationError) {
    do {
      self = .cholesky(try SparseCholesky(a, symbolic: symbolic))
    } catch {
      guard case .singular = error, a.rowCount <= 4000 else { throw error }
      self = .pseudoInverse(try Self.pseudoInverse(of: a))
    }
  }

  /// Eigenvalues below 10⁻¹⁰ of the largest count as zero.
  private static func pseudoInverse(
    of a: SparseMatrix<Double>
  ) throws(FactorizationError) -> DenseMatrix<Double> {
    let n = a.rowCount
    var dense = DenseMatrix<Double>(rowCount: n, columnCount: n)
    for i in 0..<n {
      for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
        let j = Int(a.pattern.column[k])
        dense[i, j] = (a.values[k] + a[j, i]) / 2
      }
    }
    let eigen = try SymmetricEigen(dense)
    let limit = 1e-10 * (eigen.values.last ?? 0)
    var scaled = eigen.vectors
    for (j, value) in eigen.values.enumerated() {
      guard value >= -limit else { throw .notPositiveDefinite(pivot: j) }
      for i in 0..<n { scaled[i, j] *= value > limit ? 1 / value : 0 }
    }
    return scaled * eigen.vectors.transposed()
  }

  func solve(_ r: [Double], into z: inout [Double]) {
    switch self {
    case .cholesky(let factor):
      copy(r, into: &z)
      factor.solve(inPlace: &z)
    case .pseudoInverse(let matrix): matrix.apply(r, into: &z)
    }
  }
}
