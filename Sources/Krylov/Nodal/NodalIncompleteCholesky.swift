public import LinearAlgebra

/// Incomplete Cholesky factors of a matrix with three unknowns at each node, on its 3 × 3 blocks.
///
/// M = L D Lᵀ with L where A has blocks: IC(0) of A with every block filled, the pivots of a block
/// taken together. One index serves nine numbers, and both sweeps read the same triangle. A pivot that
/// fails shifts A as in ``IncompleteCholesky``. Only the lower triangle of A is read.
///
/// - Complexity: Applied in two sweeps over the factor, on one thread.
/// - Source: As ``IncompleteCholesky``.
public struct NodalIncompleteCholesky: Preconditioner {
  private enum Triangle: Sendable {
    case single(NodalTriangle<Float>)
    case double(NodalTriangle<Double>)
  }

  private let triangle: Triangle
  /// α, zero where A itself could be factorized.
  public let shift: Double
  /// The order of A.
  public let rowCount: Int
  /// The order of A.
  public var columnCount: Int { rowCount }
  /// All pivots are positive.
  public var isDefinite: Bool { true }
  /// How the factor is stored.
  public var precision: FactorPrecision {
    if case .single = triangle { .single } else { .double }
  }

  /// Factorizes.
  ///
  /// - Parameters:
  ///   - a: A, symmetric positive definite.
  ///   - precision: How the factor is stored.
  /// - Precondition: A is square, its order a multiple of three.
  /// - Throws: `notFinite`; `notPositiveDefinite` with a row whose diagonal entry is not positive.
  public init(
    _ a: SparseMatrix<Double>, precision: FactorPrecision = .single
  ) throws(FactorizationError) {
    if let (row, column) = a.firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    if let row = a.diagonal.firstIndex(where: { !($0 > 0) }) {
      throw .notPositiveDefinite(pivot: row)
    }
    rowCount = a.rowCount
    let rows = NodalRows(a, isLower: true)
    var alpha = 0.0
    while true {
      if let factor = nodalFactor(rows, shift: alpha) {
        let fits = precision == .single && factor.values.allSatisfy(\.fitsSinglePrecision)
        triangle = fits ? .single(NodalTriangle(factor)) : .double(NodalTriangle(factor))
        break
      }
      // A diagonally dominant matrix cannot fail: α ends below the largest row sum over aᵢᵢ.
      alpha = alpha == 0 ? 1e-3 : 2 * alpha
      guard alpha.isFinite else { throw .notPositiveDefinite(pivot: 0) }
    }
    shift = alpha
  }

  /// z ← M⁻¹ r.
  public func apply(_ r: [Double], into z: inout [Double]) {
    requireOrder(r, z)
    switch triangle {
    case .single(let triangle): triangle.solve(r, into: &z)
    case .double(let triangle): triangle.solve(r, into: &z)
    }
  }
}
