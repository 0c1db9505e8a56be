public import LinearAlgebra
internal import RealModule

/// The residual norm of a reduced model from its values at chosen parameters alone.
///
/// ‖r(μ)‖² = Σ G_IJ x_I x_J is linear in the products X̂_p = x_I x_J of the coefficients θ_p and −θ_q γᵢ.
/// Empirical interpolation of (p, μ) ↦ X̂_p(μ) finds parameters μ_r and numbers λ_r(μ) with
/// ‖r(μ)‖² ≈ Σ λ_r(μ) ‖r(μ_r)‖². Nothing of size ‖f‖² cancels, because the norms at μ_r are themselves
/// small; the floor is that of the sum, κ ε Σ |λ_r| ‖r(μ_r)‖². Only norms of residuals are asked of the
/// full model, however it computes them.
///
/// With s = P + Q N coefficients there are s (s + 1)/2 products: for small models.
///
/// - Source: Casenave, Ern, Lelièvre, *Accurate and online-efficient evaluation of the a posteriori error
///   bound in the reduced basis method*, ESAIM: M2AN 48 (2014).
public struct InterpolatedResidualNorm: Sendable {
  /// What the sum gave at a parameter.
  public struct Value: Sendable, Equatable {
    /// Σ λ_r ‖r(μ_r)‖², perhaps negative.
    public let square: Double
    /// What round-off may have hidden of the square.
    public let floor: Double
    /// The norm, or that of the floor where the square is below it.
    public var norm: Double { max(square, floor).squareRoot() }
    /// Whether the square carries any information.
    public var isAboveFloor: Bool { square > floor }
  }

  /// μ_r.
  public let parameters: [Parameter]
  /// The number of products.
  public let productCount: Int
  private let squares: [Double]
  private let interpolation: EIM<Double>
  /// I and J of each interpolation point, and what its product is divided by.
  private let products: [(i: Int, j: Int, scale: Double)]
  private let operatorCoefficients: CoefficientFamily
  private let loadCoefficients: CoefficientFamily

  /// The number of products of a model.
  public static func productCount(of model: GalerkinReducedModel) -> Int {
    let s = model.loadCoefficients.count + model.operatorCoefficients.count * model.size
    return s * (s + 1) / 2
  }

  /// Chooses parameters and asks for the residual norms there.
  ///
  /// - Parameters:
  ///   - model: The reduced model.
  ///   - training: What to choose from; three times as many as products are plenty.
  ///   - tolerance: Of the interpolation: a loose one, 1e-8, since small pivots make |λ_r| large.
  ///   - residualNorm: ‖r‖ of a reduced state at a parameter, as accurate as can be.
  /// - Throws: Where the reduced model has no solution, and as `residualNorm`.
  public init(
    of model: GalerkinReducedModel, over training: [Parameter], tolerance: Double = 1e-8,
    residualNorm: (ReducedState<Double>, Parameter) throws -> Double
  ) throws {
    productCount = InterpolatedResidualNorm.productCount(of: model)
    (operatorCoefficients, loadCoefficients) = (
      model.operatorCoefficients, model.loadCoefficients
    )
    let online = OnlineSolver(model)
    var columns: [[Double]] = []
    var states: [ReducedState<Double>] = []
    for mu in training {
      try online.solve(at: mu)
      columns.append(InterpolatedResidualNorm.products(of: online.residualParts))
      states.append(ReducedState(online.coordinates))
    }
    // Products of small coefficients would never be chosen beside those of large ones.
    var scales = [Double](repeating: 0, count: productCount)
    for column in columns { for p in scales.indices { scales[p] = max(scales[p], abs(column[p])) } }
    for p in scales.indices where scales[p] == 0 { scales[p] = 1 }
    for k in columns.indices {
      for p in scales.indices { columns[k][p] /= scales[p] }
    }
    interpolation = try EIM(
      of: DenseMatrix(rowCount: productCount, columns: columns),
      options: InterpolationOptions(tolerance: tolerance, size: productCount))
    let s = online.residualParts.count
    let pairs = (0..<s).flatMap { j in (0...j).map { (i: $0, j: j) } }
    products = interpolation.points.map { (pairs[$0].i, pairs[$0].j, scales[$0]) }
    parameters = interpolation.chosenSnapshots.map { training[$0] }
    var squares: [Double] = []
    for k in interpolation.chosenSnapshots {
      let norm = try residualNorm(states[k], training[k])
      squares.append(norm * norm)
    }
    self.squares = squares
  }

  /// x_I x_J, I ≤ J, column by column of the upper triangle.
  private static func products(of parts: [Double]) -> [Double] {
    parts.indices.flatMap { j in (0...j).map { parts[$0] * parts[j] } }
  }

  /// The residual norm of a reduced solution at μ.
  ///
  /// - Precondition: As many coordinates as the model has vectors.
  /// - Complexity: O(d²) with d chosen parameters.
  public func value(of state: ReducedState<Double>, at mu: Parameter) -> Value {
    let theta = operatorCoefficients.values(at: mu)
    var parts = loadCoefficients.values(at: mu)
    for gamma in state.coordinates { parts += theta.map { -$0 * gamma } }
    let lambda = interpolation.nodalCoefficients(
      of: products.map { parts[$0.i] * parts[$0.j] / $0.scale })
    var (sum, size) = (0.0, 0.0)
    for (factor, square) in zip(lambda, squares) {
      sum += factor * square
      size += (factor * square).magnitude
    }
    return Value(square: sum, floor: 16 * Double.ulpOfOne * size)
  }
}
