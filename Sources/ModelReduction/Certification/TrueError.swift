public import LinearAlgebra

extension FullOrderSolver {
  /// The solution at μ to the last digits: what an output's bound is held against must not be off by
  /// more than the bound.
  ///
  /// A direct solution is wrong by ε times the condition of A(μ); each of the two corrections, with
  /// its residual in twice the working precision, takes that factor off again.
  public func refinedSolution(at mu: Parameter) throws(ModelError) -> [Double] {
    let problem = decomposition
    let theta = try problem.operatorCoefficients.checkedValues(at: mu, in: problem.parameterSpace)
    let phi = try problem.loadCoefficients.checkedValues(at: mu, in: problem.parameterSpace)
    let load = try problem.load(at: mu)
    return try withFactor(at: mu) { factor in
      var u = factor.solve(load)
      let nothing = [Double](repeating: 0, count: u.count)
      for _ in 0..<2 {
        let residual = compensatedResidual(
          operators: problem.operatorSum.terms, theta, loads: problem.loadSum.terms, phi, at: u,
          plus: nothing)
        axpy(1, factor.solve(residual), into: &u)
      }
      return u
    }
  }

  /// ‖u − V γ‖_X, computed without subtracting two nearly equal states.
  ///
  /// The error solves A e = f − A V γ; the residual is accumulated in twice the working precision
  /// with V γ as an unevaluated sum, so that the error is right to some digits even where it is
  /// 10⁻¹⁵ of the state.
  ///
  /// - Parameters:
  ///   - state: Coordinates in `basis`; may be fewer than the basis has vectors.
  ///   - basis: Of this problem.
  ///   - mu: The parameter of the state.
  public func trueError(
    of state: ReducedState<Double>, in basis: ReducedBasis<Double>, at mu: Parameter
  ) throws(ModelError) -> Double {
    basis.product.norm(try errorState(of: state, in: basis, at: mu))
  }

  /// ‖u − V γ‖_X for several reduced states at one parameter, with a single factorization.
  ///
  /// - Parameters:
  ///   - states: Coordinates in `basis`, of any numbers of vectors.
  ///   - basis: Of this problem.
  ///   - mu: The parameter of the states.
  public func trueErrors(
    of states: [ReducedState<Double>], in basis: ReducedBasis<Double>, at mu: Parameter
  ) throws(ModelError) -> [Double] {
    var residuals: [[Double]] = []
    for state in states { residuals.append(try residual(of: state, in: basis, at: mu)) }
    let errors = try withFactor(at: mu) { factor in residuals.map { factor.solve($0) } }
    return errors.map { basis.product.norm($0) }
  }

  /// u − V γ over the free unknowns, as ``trueError(of:in:at:)`` measures it.
  public func errorState(
    of state: ReducedState<Double>, in basis: ReducedBasis<Double>, at mu: Parameter
  ) throws(ModelError) -> [Double] {
    let residual = try residual(of: state, in: basis, at: mu)
    return try withFactor(at: mu) { $0.solve(residual) }
  }

  /// ‖f − A V γ‖_{X'} from the residual of full size, in twice the working precision, and one solution
  /// with X.
  ///
  /// - Throws: As ``trueError(of:in:at:)``.
  public func residualNorm(
    of state: ReducedState<Double>, in basis: ReducedBasis<Double>, at mu: Parameter,
    riesz: RieszMap
  ) throws(ModelError) -> Double {
    let residual = try residual(of: state, in: basis, at: mu)
    let column = DenseMatrix(rowCount: residual.count, columnCount: 1, values: residual)
    let representative = riesz.refinedRepresentatives(of: column).values
    return max(0, dot(residual, representative)).squareRoot()
  }

  /// f − A V γ, accumulated in twice the working precision.
  private func residual(
    of state: ReducedState<Double>, in basis: ReducedBasis<Double>, at mu: Parameter
  ) throws(ModelError) -> [Double] {
    precondition(
      state.coordinates.count <= basis.size,
      "\(state.coordinates.count) coordinates for \(basis.size) vectors")
    let problem = decomposition
    let theta = try problem.operatorCoefficients.checkedValues(at: mu, in: problem.parameterSpace)
    let phi = try problem.loadCoefficients.checkedValues(at: mu, in: problem.parameterSpace)
    let (high, low) = compensatedCombination(basis.vectors, state.coordinates)
    return compensatedResidual(
      operators: problem.operatorSum.terms, theta, loads: problem.loadSum.terms, phi,
      at: high, plus: low)
  }
}
