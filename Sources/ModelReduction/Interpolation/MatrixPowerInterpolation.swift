public import LinearAlgebra
internal import RealModule

/// h(A(μ)) ≈ Σ_r λ_r(μ) h(A(μ_r)) for every h that is a limit of polynomials, such as inverse and
/// logarithm of the determinant, and every A(μ) that depends linearly on its parameters.
///
/// The entries of A(μ)^q are polynomials of degree q in the parameters. The λ interpolate all
/// polynomials of total degree at most p in nodal form, at parameters that elimination chooses, and
/// know nothing of the matrices: the same λ serve every h, every output and every size. Seen
/// otherwise, polynomial interpolation at greedily chosen, Leja-like points.
///
/// The method is polynomial: for wide ranges split the box or take logarithms of parameters, and do
/// not expect it to beat a reduced basis where dependence is not smooth.
///
/// - Source: Casenave, Akkari, Charles, Rey, *Nonintrusive approximation of parametrized limits of
///   matrix power algorithms: application to matrix inverses and log-determinants*,
///   arXiv:1710.02488 (2017).
public struct MatrixPowerInterpolation: Sendable {
  /// The functions h with a known remainder.
  public enum Function: Sendable, Equatable {
    /// A⁻¹, in the operator norm.
    case inverse
    /// log det A of a matrix of this order.
    case logDeterminant(order: Int)
  }

  /// p.
  public let degree: Int
  /// μ_1 … μ_d, d = C(p + k, p) for k parameters.
  public let parameters: [Parameter]
  /// Λ = max Σ |λ_r| over the training grid.
  public let lebesgueConstant: Double
  private let basis: TotalDegreeBasis
  private let eim: EIM<Double>

  /// Chooses parameters.
  ///
  /// - Parameters:
  ///   - box: An interval for each parameter, in which A is linear (or affine).
  ///   - degree: p.
  ///   - grid: Training points along each parameter; at least p + 1.
  /// - Throws: `refused` for an empty box or too coarse a grid, or one of more than 10⁷ points.
  public init(
    box: [ClosedRange<Double>], degree: Int, grid: Int = 30
  ) throws(HyperReductionError) {
    guard degree >= 0, grid > degree, grid > 1 else {
      throw .refused(
        "a grid of \(grid) points a parameter does not tell polynomials of degree \(degree) apart; "
          + "take at least \(max(2, degree + 1))")
    }
    let ends = box.flatMap { [$0.lowerBound, $0.upperBound] }
    guard !box.isEmpty, ends.allSatisfy(\.isFinite),
      box.allSatisfy({ $0.lowerBound < $0.upperBound })
    else { throw .refused("the box needs an interval of positive length for each parameter") }
    guard Double.pow(Double(grid), Double(box.count)) <= 1e7 else {
      throw .refused("a grid of \(grid) points for \(box.count) parameters; take fewer")
    }
    let basis = TotalDegreeBasis(box: box, degree: degree)
    var training = [Parameter([])]
    for range in box {
      training = training.flatMap { mu in
        (0..<grid).map { i in
          let t = Double(i) / Double(grid - 1)
          return Parameter(
            mu.values + [range.lowerBound + t * (range.upperBound - range.lowerBound)])
        }
      }
    }
    let points = training
    let table = DenseMatrix(
      rowCount: basis.exponents.count,
      columns: parallelMap(points.count, chunk: 64) { basis.values(at: points[$0]) })
    // The constant first: then the λ add up to one to round-off.
    eim = try EIM(of: table, options: InterpolationOptions(given: [0]))
    (self.basis, self.degree) = (basis, degree)
    parameters = eim.chosenSnapshots.map { points[$0] }
    let eim = self.eim
    let sums = parallelMap(points.count, chunk: 64) { k in
      eim.nodalCoefficients(of: eim.points.map { table[$0, k] }).reduce(0) { $0 + $1.magnitude }
    }
    lebesgueConstant = sums.max() ?? 0
  }

  /// λ(μ).
  ///
  /// - Complexity: O(d²), whatever the size of the matrices.
  public func coefficients(at mu: Parameter) -> [Double] {
    precondition(
      mu.count == basis.box.count, "\(mu.count) numbers for \(basis.box.count) parameters")
    let values = basis.values(at: mu)
    return eim.nodalCoefficients(of: eim.points.map { values[$0] })
  }

  /// Σ λ_r(μ) h_r from h_r = h(A(μ_r)): numbers.
  public func value(of samples: [Double], at mu: Parameter) -> Double {
    precondition(samples.count == parameters.count, "\(samples.count) values of h")
    return zip(coefficients(at: mu), samples).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Σ λ_r(μ) h_r: vectors or matrices, one per column, such as A(μ_r)⁻¹ b.
  public func value(of samples: DenseMatrix<Double>, at mu: Parameter) -> [Double] {
    precondition(samples.columnCount == parameters.count, "\(samples.columnCount) values of h")
    return samples * coefficients(at: mu)
  }

  /// What the error cannot exceed on the training grid: all degrees up to p are exact, of the others
  /// at most (1 + Λ) Σ_{q > p} |c_q| ρ^q is left.
  ///
  /// - Parameters:
  ///   - function: h.
  ///   - contraction: ρ with ‖I − s A(μ)‖ ≤ ρ < 1 on the box.
  ///   - scale: s > 0.
  /// - Returns: In the units of h; infinite for ρ ≥ 1.
  public func errorBound(
    of function: Function, contraction: Double, scale: Double = 1
  ) -> Double {
    guard contraction < 1, scale > 0 else { return .infinity }
    let tail = Double.pow(contraction, Double(degree + 1)) / (1 - contraction)
    switch function {
    case .inverse: return (1 + lebesgueConstant) * scale * tail
    case .logDeterminant(let order):
      return (1 + lebesgueConstant) * Double(order) * tail / Double(degree + 1)
    }
  }
}
