public import LinearAlgebra

/// X⁻¹: from a functional ℓ to the state g with (g, v)_X = ℓ · v for all v.
public final class RieszMap: Sendable {
  /// X.
  public let product: InnerProduct<Double>
  private let factor: SparseCholesky?

  /// Factorizes the product once.
  ///
  /// - Throws: When X is not positive definite.
  public init(_ product: InnerProduct<Double>) throws(FactorizationError) {
    self.product = product
    factor = try product.matrix.map { matrix throws(FactorizationError) in
      try SparseCholesky(matrix)
    }
  }

  /// Representatives of functionals, one per column, as a factorization gives them.
  public func representatives(of functionals: DenseMatrix<Double>) -> DenseMatrix<Double> {
    factor?.solve(functionals) ?? functionals
  }

  /// Representatives after a step of refinement with residuals in twice the working precision:
  /// what remains is the rounding of the representatives themselves.
  public func refinedRepresentatives(of functionals: DenseMatrix<Double>) -> DenseMatrix<Double> {
    guard let matrix = product.matrix else { return functionals }
    let first = representatives(of: functionals)
    let defect = compensatedProduct(matrix, first, subtractedFrom: functionals)
    return first + representatives(of: defect)
  }

  /// ‖ℓ‖_{X'}, the dual norm of a functional.
  public func dualNorm(of functional: [Double]) -> Double {
    let column = DenseMatrix(
      rowCount: functional.count, columnCount: 1, values: functional)
    return max(0, dot(functional, representatives(of: column).values)).squareRoot()
  }

  /// ‖ℓ‖_{X'} for each column.
  public func dualNorms(of functionals: DenseMatrix<Double>) -> [Double] {
    let images = representatives(of: functionals)
    return (0..<functionals.columnCount).map {
      max(0, dot(functionals.column($0), images.column($0))).squareRoot()
    }
  }
}
