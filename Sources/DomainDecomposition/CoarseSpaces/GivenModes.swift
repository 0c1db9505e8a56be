public import LinearAlgebra

extension CoarseSpace {
  /// One vector for each subdomain, its partition of unity.
  ///
  /// Makes a scalable method of scalar elliptic problems whose coefficient varies little within a
  /// subdomain; see ``GenEO`` where it jumps.
  ///
  /// - Source: Nicolaides, *Deflation of conjugate gradients with applications to boundary value
  ///   problems*, SIAM J. Numer. Anal. 24 (1987).
  public static func nicolaides(_ decomposition: OverlappingDecomposition) -> CoarseSpace {
    CoarseSpace(
      decomposition,
      blocks: decomposition.subdomains.map { part in
        DenseMatrix(
          rowCount: part.count, columnCount: 1, values: part.weights.map { S(real: $0) })
      })
  }

  /// Vectors that A hardly sees, such as rigid motions, cut into pieces by the partition of unity.
  ///
  /// - Parameter modes: The vectors, n × k.
  /// - Throws: `notFinite`.
  public static func nearNullSpace(
    _ modes: DenseMatrix<S>, _ decomposition: OverlappingDecomposition
  ) throws(FactorizationError) -> CoarseSpace {
    precondition(
      modes.rowCount == decomposition.order,
      "modes of \(modes.rowCount) entries for \(decomposition.order) unknowns")
    return try CoarseSpace(
      weighting: decomposition.subdomains.map { modes.gathering(rows: $0.unknowns.map(Int.init)) },
      decomposition)
  }

  /// The leading left singular vectors of snapshots on each subdomain, times the partition of
  /// unity: a second level made of solutions that were computed before.
  ///
  /// - Parameters:
  ///   - snapshots: The snapshots, n × s.
  ///   - largest: At most so many vectors for a subdomain.
  ///   - tolerance: Vectors with singular values up to this part of the largest are left out.
  /// - Throws: As ``SVD``.
  /// - Source: Locally restricted modes of a parametric problem as a coarse space: the idea of
  ///   Spillane et al. (2014), the spectral problem replaced by proper orthogonal decomposition.
  ///   Nothing is guaranteed for solutions unlike the snapshots.
  public static func localPOD(
    snapshots: DenseMatrix<S>, _ decomposition: OverlappingDecomposition, atMost largest: Int,
    tolerance: Double = 1e-8
  ) throws(FactorizationError) -> CoarseSpace {
    precondition(
      snapshots.rowCount == decomposition.order,
      "snapshots of \(snapshots.rowCount) entries for \(decomposition.order) unknowns")
    precondition(largest >= 0, "at most \(largest) vectors")
    let subdomains = decomposition.subdomains
    let modes = try concurrently(subdomains.count) { j throws(FactorizationError) in
      let svd = try SVD(snapshots.gathering(rows: subdomains[j].unknowns.map(Int.init)))
      return svd.leftVectors.columns(0..<min(largest, svd.rank(tolerance: tolerance)))
    }
    return try CoarseSpace(weighting: modes, decomposition)
  }
}
