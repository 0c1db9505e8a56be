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
  private let operatorCoefficients: CoefficientFamily
  private let loadCoefficients: CoefficientFamily

  /// The expansion for the basis of a projection; (P + Q N)² numbers.
  public init(_ projection: GalerkinProjection) {
    let problem = projection.problem
    operatorCoefficients = problem.operatorCoefficients
    loadCoefficients = problem.loadCoefficients
    let v = projection.basis.vectors
    var functionals = problem.loadSum.terms
    for i in 0..<projection.size {
      let vector = v.column(i)
      functionals += problem.operatorSum.terms.map { $0 * vector }
    }
    let matrix = DenseMatrix(rowCount: problem.dofCount, columns: functionals)
    gram = matrix.adjointTimes(projection.riesz.representatives(of: matrix))
  }

  /// The expansion that a reduced model would have had, G = RᵀR from its residual coordinates: no
  /// further solution of full size, and the same cancellation.
  public init(_ model: GalerkinReducedModel) {
    operatorCoefficients = model.operatorCoefficients
    loadCoefficients = model.loadCoefficients
    let coordinates = model.residual.matrix
    gram = coordinates.adjointTimes(coordinates)
  }

  /// ‖r‖² as it comes out, perhaps negative.
  ///
  /// - Precondition: As many coordinates as the basis had, or fewer.
  public func squaredNorm(of state: ReducedState<Double>, at mu: Parameter) -> Double {
    let theta = operatorCoefficients.values(at: mu)
    var x = loadCoefficients.values(at: mu)
    for gamma in state.coordinates { x += theta.map { -$0 * gamma } }
    x += [Double](repeating: 0, count: gram.rowCount - x.count)
    return dot(x, gram * x)
  }
}
