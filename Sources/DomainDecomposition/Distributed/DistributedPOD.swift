public import LinearAlgebra

/// Proper orthogonal decomposition of snapshots whose rows are spread over ranks.
public struct DistributedPOD<S: Scalar>: Sendable {
  /// The rows of the modes that belong to this rank, one mode per column.
  public let modes: DenseMatrix<S>
  /// The singular values of all columns, descending; the same on all ranks.
  public let singularValues: [Double]
  /// The right singular vectors, one per column; the same on all ranks.
  public let rightVectors: DenseMatrix<S>

  /// Decomposes; collective.
  ///
  /// - Parameters:
  ///   - snapshots: The rows of this rank, the same number of columns on all.
  ///   - largest: At most so many modes.
  ///   - tolerance: Modes with singular values up to this part of the largest are left out.
  ///   - communicator: The ranks.
  /// - Throws: On all ranks if a factorization fails on one.
  public init<C: Communicator>(
    _ snapshots: DenseMatrix<S>, atMost largest: Int = .max, tolerance: Double = 1e-12,
    _ communicator: C
  ) throws(DistributedFailure) {
    let qr = try DistributedQR(snapshots, communicator)
    let svd = try communicator.together { () throws(FactorizationError) in try SVD(qr.r) }
    let count = min(largest, svd.rank(tolerance: tolerance))
    modes = qr.times(svd.leftVectors.columns(0..<count))
    singularValues = svd.singularValues
    rightVectors = svd.rightVectors.columns(0..<count)
  }

  /// Decomposes in an inner product: modes with MᴴXM = I; collective.
  ///
  /// Directions are taken from Gram matrices, which see no singular value below the root of the
  /// round-off; what they leave is decomposed again, so that singular values are right to round-off
  /// against the largest, as without a product.
  ///
  /// - Parameters:
  ///   - snapshots: The rows of the unknowns of this rank, the same number of columns on all.
  ///   - x: X, Hermitian positive definite.
  ///   - largest: At most so many modes.
  ///   - tolerance: Modes with singular values up to this part of the largest are left out.
  /// - Throws: On all ranks if a factorization fails, for example where X is not definite.
  public init<C: Communicator>(
    _ snapshots: DenseMatrix<S>, in x: DistributedMatrix<S, C>, atMost largest: Int = .max,
    tolerance: Double = 1e-12
  ) throws(DistributedFailure) {
    precondition(
      snapshots.rowCount == x.rowCount,
      "snapshots of \(snapshots.rowCount) rows on a rank of \(x.rowCount) unknowns")
    let q = try SpreadBasis(spanning: snapshots, x).vectors
    let coefficients = x.gram(q, snapshots)
    let svd = try x.communicator.together { () throws(FactorizationError) in
      try SVD(coefficients)
    }
    let count = min(largest, svd.singularValues.isEmpty ? 0 : svd.rank(tolerance: tolerance))
    modes = q * svd.leftVectors.columns(0..<count)
    let rest = snapshots.columnCount - svd.singularValues.count
    singularValues = svd.singularValues + [Double](repeating: 0, count: rest)
    rightVectors = svd.rightVectors.columns(0..<count)
  }
}
