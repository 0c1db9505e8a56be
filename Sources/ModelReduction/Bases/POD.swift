public import LinearAlgebra

/// Proper orthogonal decomposition: of all n-dimensional spaces, the one that loses least snapshot
/// energy.
///
/// The snapshots are factored S = Q R with Q orthonormal in the product (block Gram–Schmidt with
/// repetition), and R decomposed: singular values are right to round-off relative to σ₁. The Gram
/// matrix of the method of snapshots would square them and lose all below √ε σ₁.
///
/// - Source: T. F. Chan, ACM TOMS 8 (1982), for the QR step; L. Sirovich, Q. Appl. Math. 45 (1987),
///   for the decomposition of snapshots.
public struct POD<S: Scalar>: Sendable {
  /// What ended the basis.
  public typealias Limit = PODLimit

  /// The modes, orthonormal in the product.
  public let basis: ReducedBasis<S>
  /// σ₁ ≥ σ₂ ≥ …, one per snapshot (or unknown, if these are fewer), those cut off included.
  public let singularValues: [Double]
  /// For n = 1, 2, … the fraction of Σ σ² in the first n, one per singular value.
  public let retainedEnergy: [Double]
  /// The number of singular values above `noiseFloor`.
  public let numericalRank: Int
  /// Singular values up to this are round-off; modes there would be noise and are never kept.
  public let noiseFloor: Double
  /// Why the basis has the size it has.
  public let limit: Limit
  /// Method, error bounds, mean, scales and notes; nil where states were decomposed as they are.
  public let report: PODReport?

  /// A decomposition whose parts were computed elsewhere; `selection` says how many modes are kept.
  init(
    basis: ReducedBasis<S>, singularValues sigma: [Double], selection: ModeSelection,
    report: PODReport
  ) {
    (self.basis, singularValues, self.report) = (basis, sigma, report)
    (numericalRank, noiseFloor) = (selection.rank, selection.floor)
    (limit, retainedEnergy) = (selection.limit, selection.retainedEnergy)
  }

  /// Decomposes.
  ///
  /// - Parameters:
  ///   - snapshots: One state per column.
  ///   - product: X, Hermitian positive definite; the modes are orthonormal in it.
  ///   - tolerance: Keeps the fewest modes with √(Σ_{k>n} σ_k² / Σ σ_k²) ≤ tolerance.
  ///   - size: Keeps no more than this.
  /// - Throws: When the singular value decomposition does not converge or meets NaN.
  /// - Complexity: About 4 n m² operations for n unknowns, m snapshots, most in matrix products.
  public init(
    of snapshots: SnapshotSet<S>, in product: InnerProduct<S>, tolerance: Double,
    size: Int = .max
  ) throws(FactorizationError) {
    let states = snapshots.states
    precondition(
      states.rowCount == product.dimension,
      "states of \(states.rowCount) entries in a product over \(product.dimension)")
    var columns = GramSchmidt(rowCount: product.dimension, product: product.matrix)
    // Only what vanishes to the last bit is left out: the decomposition decides about the rest.
    let r = try columns.append(states, tolerance: Double.ulpOfOne).coefficients
    let svd = try SVD(r)
    let missing = min(states.columnCount, states.rowCount) - svd.singularValues.count
    let sigma = svd.singularValues + [Double](repeating: 0, count: max(0, missing))
    let selection = ModeSelection(
      of: sigma, rowCount: states.rowCount, tolerance: .energy(tolerance), size: size)
    (singularValues, report) = (sigma, nil)
    (numericalRank, noiseFloor) = (selection.rank, selection.floor)
    (limit, retainedEnergy) = (selection.limit, selection.retainedEnergy)
    basis = ReducedBasis(
      orthonormal: columns.vectors * svd.leftVectors.columns(0..<selection.count), in: product)
  }
}
