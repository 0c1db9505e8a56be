import Krylov
import LinearAlgebra

/// The matrix of an operator, column by column.
func dense<A: LinearOperator>(_ a: A) -> DenseMatrix<A.Element> {
  DenseMatrix(
    rowCount: a.rowCount,
    columns: (0..<a.columnCount).map { j in
      var unit = [A.Element](repeating: A.Element.zero, count: a.columnCount)
      unit[j] = 1
      return a.applied(to: unit)
    })
}

/// The eigenvalues of M⁻¹ A, ascending, from those of Lᵀ M⁻¹ L with A = L Lᵀ.
func preconditionedEigenvalues(
  _ a: SparseMatrix<Double>, _ m: some Preconditioner<Double>
) throws -> [Double] {
  let lower = try Cholesky(dense(a)).lower
  let product = lower.adjointTimes(dense(m) * lower)
  return try SymmetricEigen(0.5 * (product + product.transposed())).values
}

/// The largest |aᵢⱼ − conj(aⱼᵢ)| relative to the largest entry.
func asymmetry<S: Scalar>(_ a: DenseMatrix<S>) -> Double {
  let largest = a.values.map(\.absolute).max() ?? 0
  return ((a - a.adjoint()).values.map(\.absolute).max() ?? 0) / largest
}

func difference<S: Scalar>(_ x: [S], _ y: [S]) -> Double {
  norm(zip(x, y).map { $0 - $1 }) / norm(y)
}
