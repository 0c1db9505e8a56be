public import LinearAlgebra

/// The coordinates of a real residual.
public typealias ResidualCoordinates = ResidualFactor<Double>

/// Coordinates of all parts of the residual in an orthonormal basis of their Riesz representatives.
///
/// The residual of a reduced solution is Σ x_I a_I with functionals a_I (loads f_p, then A_q vᵢ for
/// each basis vector) and numbers x_I (θ_p, then −θ_q γᵢ). With X⁻¹ a_I = Σ_k R_kI b_k + d_I, (b_k)
/// orthonormal in X, its dual norm is ‖R x‖₂ up to Σ |x_I| ‖d_I‖_X. Nothing is squared, so nothing
/// cancels; what is left over is measured, not guessed: `slack` holds ‖d_I‖_X, computed with
/// products in twice the working precision, plus the rounding of the sum itself.
///
/// Columns come in groups: the loads, then the Q columns of each basis vector. A group reaches only
/// as many rows as the basis had after it, so any smaller model is a prefix of the arrays.
///
/// - Source: Buhr, Engwer, Ohlberger, Rave, *A numerically stable a posteriori error estimator for
///   reduced basis approximations of elliptic equations*, WCCM XI (2014).
public struct ResidualFactor<S: Scalar>: Sendable, Equatable {
  /// Columns of each group.
  public private(set) var widths: [Int] = []
  /// Rows reached by each group, ascending.
  public private(set) var heights: [Int] = []
  /// The entries, group by group, by columns within a group.
  public private(set) var values: [S] = []
  /// For each column a bound of what its coordinates leave out of ‖X⁻¹ a_I‖_X and lose in a sum.
  public private(set) var slack: [Double] = []

  /// The number of columns.
  public var columnCount: Int { slack.count }
  /// The number of rows.
  public var rowCount: Int { heights.last ?? 0 }

  /// No column.
  public init() {}

  /// Arrays as read from a file; nil if their lengths contradict each other.
  init?(widths: [Int], heights: [Int], values: [S], slack: [Double]) {
    guard widths.count == heights.count, widths.allSatisfy({ 0...slack.count ~= $0 }),
      heights.allSatisfy({ 0...max(values.count, slack.count) ~= $0 }),
      zip(heights, heights.dropFirst()).allSatisfy({ $0 <= $1 }),
      widths.reduce(0, +) == slack.count,
      zip(widths, heights).reduce(0, { $0 + $1.0 * $1.1 }) == values.count
    else { return nil }
    (self.widths, self.heights) = (widths, heights)
    (self.values, self.slack) = (values, slack)
  }

  /// Adds a group.
  mutating func append(_ group: DenseMatrix<S>, slack: [Double]) {
    widths.append(group.columnCount)
    heights.append(group.rowCount)
    values += group.values
    self.slack += slack
  }

  /// The first groups.
  func prefix(_ groups: Int) -> ResidualFactor {
    var result = ResidualFactor()
    result.widths = Array(widths.prefix(groups))
    result.heights = Array(heights.prefix(groups))
    let entries = zip(result.widths, result.heights).reduce(0) { $0 + $1.0 * $1.1 }
    result.values = Array(values.prefix(entries))
    result.slack = Array(slack.prefix(result.widths.reduce(0, +)))
    return result
  }

  /// R as a full matrix with zeros below the groups.
  public var matrix: DenseMatrix<S> {
    var matrix = DenseMatrix<S>(rowCount: rowCount, columnCount: columnCount)
    var (offset, column) = (0, 0)
    for (width, height) in zip(widths, heights) {
      for _ in 0..<width {
        for i in 0..<height { matrix[i, column] = values[offset + i] }
        offset += height
        column += 1
      }
    }
    return matrix
  }
}

/// The growing orthonormal basis behind ``ResidualCoordinates``.
struct ResidualRange<S: Scalar>: Sendable {
  let riesz: RieszMap
  private(set) var basis: GramSchmidt<S>
  private(set) var coordinates = ResidualFactor<S>()
  private(set) var rieszSolves = 0

  init(riesz: RieszMap) {
    self.riesz = riesz
    basis = GramSchmidt(
      rowCount: riesz.product.dimension, product: riesz.product.matrix?.scalars(as: S.self))
  }

  /// Adds a group of functionals, one per column.
  ///
  /// - Parameter functionals: Rounded once, not accumulated: their own rounding must not matter.
  /// - Throws: `notFinite` where a representative overflows.
  mutating func append(_ functionals: DenseMatrix<S>) throws(FactorizationError) {
    let width = functionals.columnCount
    let representatives = riesz.refinedRepresentatives(of: functionals)
    var r = try basis.append(representatives, tolerance: 1e-15).coefficients
    // Coordinates against the functionals themselves, whatever rounding has done to the basis.
    var rest = defect(of: functionals, r)
    let correction = basis.vectors.adjointTimes(rest)
    r = r + correction
    // The correction is round-off of R: what it adds needs no more than the working precision.
    rest = rest - image(of: basis.vectors * correction)
    let left = riesz.dualNorms(of: rest)
    rieszSolves += 3 * width
    // Rounding of Σ R_kI x_I: each term passes through at most as many additions as there are
    // columns; their errors are independent enough to add like a random walk.
    let slack = (0..<width).map { left[$0] + 8 * Double.ulpOfOne * norm(r.column($0)) }
    coordinates.append(r, slack: slack)
  }

  /// X V.
  private func image(of v: DenseMatrix<S>) -> DenseMatrix<S> {
    basis.product.map { $0 * v } ?? v
  }

  /// a − X B R in twice the working precision but for B R itself.
  private func defect(
    of functionals: DenseMatrix<S>, _ r: DenseMatrix<S>
  ) -> DenseMatrix<S> {
    let image = basis.vectors * r
    guard let matrix = riesz.product.matrix else { return functionals - image }
    return compensatedDefect(matrix, image, of: functionals)
  }
}
