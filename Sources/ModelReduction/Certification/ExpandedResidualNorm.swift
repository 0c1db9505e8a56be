public import LinearAlgebra

/// The residual norm by expanding its square, ‖r‖² = xᵀ G x: kept for comparison only.
///
/// Numbers of the size of ‖f‖² cancel, so the root stalls near √ε ‖f‖ and the square may come out
/// negative. ``ResidualCoordinates`` does not have this defect.
///
/// - Source: Prud'homme et al., J. Fluids Eng. 124 (2002).
public struct ExpandedResidualNorm: Sendable {
  /// G_IJ = (X⁻¹ a_I) · a_J.
  public let gram: DenseMatrix<Double>
  private let problem: AffineDecomposition

  /// The expansion for the basis of a projection; (P + Q N)² numbers.
  public init(_ projection: GalerkinProjection) {
    problem = projection.problem
    let v = projection.basis.vectors
    var functionals = problem.loadSum.terms
    for i in 0..<projection.size {
      let vector = v.column(i)
      functionals += problem.operatorSum.terms.map { $0 * vector }
    }
    let matrix = DenseMatrix(rowCount: problem.dofCount, columns: functionals)
    gram = matrix.adjointTimes(projection.riesz.representatives(of: matrix))
  }

  /// ‖r‖² as it comes out, perhaps negative.
  ///
  /// - Precondition: As many coordinates as the basis had, or fewer.
  public func squaredNorm(of state: ReducedState<Double>, at mu: Parameter) -> Double {
    let theta = problem.operatorCoefficients.values(at: mu)
    var x = problem.loadCoefficients.values(at: mu)
    for gamma in state.coordinates { x += theta.map { -$0 * gamma } }
    x += [Double](repeating: 0, count: gram.rowCount - x.count)
    return dot(x, gram * x)
  }
}
