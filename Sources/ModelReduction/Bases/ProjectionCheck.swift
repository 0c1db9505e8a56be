internal import LinearAlgebra

extension PreparedSnapshots {
  /// ‖b_j − V VᵀX̃ b_j‖ of every snapshot, computed.
  ///
  /// `unit` is the largest norm of a snapshot. With coefficients C known, ‖B − V C‖ is an upper bound whatever C is, and needs one pass.
  func distances(
    to modes: SnapshotDecomposition.Modes, unit: Double
  ) throws(SnapshotError) -> [Double] {
    if let distances = modes.distances { return distances }
    if correlation == nil, let c = modes.coefficients, reader.readsRows {
      // In units of the largest snapshot, so that no square overflows.
      let unit = unit > 0 ? unit : 1
      var squares = [Double](repeating: 0, count: count)
      try forEachBlock { block in
        axpy(1, block.squaredDistances(to: modes.vectors, c, unit: unit), into: &squares)
      }
      return squares.map { unit * $0.squareRoot() }
    }
    if let x = correlation, let c = modes.coefficients, reader.states != nil {
      let unit = unit > 0 ? unit : 1
      var squares = [Double](repeating: 0, count: count)
      try forEachBlock { block in
        squares = block.squaredDistances(to: modes.vectors, c, unit: unit, in: x)
      }
      return squares.map { unit * max(0, $0).squareRoot() }
    }
    guard reader.readsSnapshots else { return try distancesByRows(to: modes, unit: unit) }
    var result = [Double](repeating: 0, count: count)
    try forEachBatch(of: 64) { batch, range in
      let v = modes.vectors
      var rest = batch
      // Twice, so that the error of a snapshot in the space is round-off of round-off.
      for _ in 0..<2 {
        rest = rest - v * v.adjointTimes(correlation.map { $0 * rest } ?? rest)
      }
      let image = correlation.map { $0 * rest } ?? rest
      for j in 0..<range.count {
        result[range.lowerBound + j] =
          max(0, dot(rest.column(j), image.column(j))).squareRoot()
      }
    }
    return result
  }

  /// The same for snapshots that come by rows only and a product without a matrix.
  private func distancesByRows(
    to modes: SnapshotDecomposition.Modes, unit: Double
  ) throws(SnapshotError) -> [Double] {
    var c = DenseMatrix<Double>(rowCount: modes.vectors.columnCount, columnCount: count)
    try forEachBlock { block in c = c + block.adjointProduct(of: modes.vectors) }
    return try distances(to: .init(vectors: modes.vectors, coefficients: c), unit: unit)
  }
}

extension ProjectionError {
  /// The error from the distances of all snapshots.
  init(distances: [Double], norms: [Double], verification: ErrorVerification) {
    let limit = negligible(norms)
    var (worst, index) = (0.0, 0)
    for j in norms.indices where norms[j] > limit {
      let relative = distances[j] / norms[j]
      if relative > worst { (worst, index) = (relative, j) }
    }
    let (lost, total) = (norm(distances), norm(norms))
    self.init(
      frobenius: lost, relative: total > 0 ? lost / total : 0, worst: worst, worstSnapshot: index,
      verification: verification)
  }
}
