internal import LinearAlgebra

extension FullSystemSolver {
  /// ‖u − V γ‖_X, computed without subtracting two nearly equal states: the error solves
  /// A e = f − A V γ, with the residual in twice the working precision.
  ///
  /// - Precondition: No more coordinates than basis vectors.
  /// - Throws: As ``solve(at:)-(Parameter)``.
  public func error(
    of state: ReducedState<S>, in basis: ReducedBasis<S>, at mu: Parameter
  ) throws(ModelError) -> Double {
    system.innerProduct.scalars(as: S.self).norm(try errorState(of: state, in: basis, at: mu))
  }

  /// u − V γ over the free unknowns, to the digits that rounding of V γ itself leaves.
  ///
  /// - Precondition: No more coordinates than basis vectors.
  /// - Throws: As ``solve(at:)-(Parameter)``.
  public func errorState(
    of state: ReducedState<S>, in basis: ReducedBasis<S>, at mu: Parameter
  ) throws(ModelError) -> [S] {
    let u = basis.state(state)
    let column = DenseMatrix(rowCount: u.count, columnCount: 1, values: u)
    var residual = try system.load(at: mu)
    let theta = try system.operatorCoefficients.checkedValues(
      at: mu, in: system.parameterSpace)
    for (factor, term) in zip(theta, system.operatorSum.terms) where factor != 0 {
      axpy(S(real: -factor), compensatedProduct(term, column).values, into: &residual)
    }
    return try withFactor(at: mu) { $0.solve(residual) }
  }
}
