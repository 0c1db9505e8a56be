internal import LinearAlgebra

extension PreparedSnapshots {
  /// ‖b_j − V VᵀX̃ b_j‖ of every snapshot, computed.
  ///
  /// `unit` is the largest norm of a snapshot. With coefficients C known, ‖B − V C‖ is an upper
  /// bound whatever C is, and needs one pass, or none where that of the modes has measured it.
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

  /// For n = 0, 1, … the largest ‖b_j − V VᵀX̃ b_j‖ / ‖b_j‖ with the first n of the modes V, by one
  /// more pass over the snapshots.
  func worstErrors(of modes: DenseMatrix<Double>) throws(SnapshotError) -> [Double] {
    let k = modes.columnCount
    func length(_ a: DenseMatrix<Double>) -> [Double] {
      let image = correlation.map { $0 * a } ?? a
      return (0..<a.columnCount).map {
        max(0, dot(a.column($0), image.column($0))).squareRoot()
      }
    }
    // What counts is told by the largest snapshot, known at the end only: all that may is kept.
    var errors: [(norm: Double, worst: [Double])] = []
    var largest = 0.0
    try forEachBatch(of: 64) { batch, _ in
      let norms = length(batch)
      var (rest, c) = (batch, DenseMatrix<Double>(rowCount: k, columnCount: batch.columnCount))
      for _ in 0..<2 {
        let part = modes.adjointTimes(correlation.map { $0 * rest } ?? rest)
        c = c + part
        rest = rest - modes * part
      }
      let distances = length(rest)
      for j in norms.indices where norms[j] > negligible([largest]) {
        largest = max(largest, norms[j])
        var squares = (distances[j] / norms[j]) * (distances[j] / norms[j])
        var relative = [Double](repeating: squares.squareRoot(), count: k + 1)
        for n in (0..<k).reversed() {
          squares += (c[n, j] / norms[j]) * (c[n, j] / norms[j])
          relative[n] = squares.squareRoot()
        }
        errors.append((norms[j], relative))
      }
    }
    let limit = negligible([largest])
    return (0...k).map { n in
      errors.reduce(0) { $1.norm > limit ? max($0, $1.worst[n]) : $0 }
    }
  }

  /// Distances of snapshots that come by rows only and a product without a matrix.
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
