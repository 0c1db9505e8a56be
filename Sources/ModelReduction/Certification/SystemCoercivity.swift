internal import LinearAlgebra

extension CoercivityBound {
  /// The bound of a family that need not be symmetric, from the symmetric part of A(μ̄).
  ///
  /// - Returns: Nil where the conditions are nil, or where that part is not positive definite.
  /// - Throws: When a coefficient is not finite at μ̄, or for lack of memory.
  init?(
    conditions: CoercivityConditions?, operators: AffineSum<SparseMatrix<Double>>,
    coefficients: CoefficientFamily, in space: ParameterSpace, product: InnerProduct<Double>
  ) throws(ModelError) {
    guard let conditions else { return nil }
    let theta = try coefficients.checkedValues(at: conditions.reference, in: space)
    let matrix = operators.combined(with: theta)
    do throws(FactorizationError) {
      // 4 ε |a| of rounding in the sum does not matter to a constant lowered by 1 %.
      let symmetric = matrix.isSymmetric(tolerance: 1e-12) ? matrix : matrix.symmetricPart
      let x = product.matrix ?? identity(product.dimension)
      let constant = symmetric.isNear(x) ? 1 : try provenRatio(of: symmetric, to: x)
      self.init(
        conditions: conditions, referenceCoefficients: theta, constant: constant)
    } catch {
      if error.isIndefiniteness { return nil }
      throw .factorization(error, at: conditions.reference)
    }
  }
}

extension SparseMatrix<Double> {
  /// (A + Aᵀ)/2.
  var symmetricPart: SparseMatrix<Double> { 0.5 * (self + transposed()) }
}
