internal import LinearAlgebra

extension UpdatedBasis {
  func check(_ block: DenseMatrix<Double>) throws(SnapshotError) {
    guard block.rowCount == product.dimension else {
      throw .mismatch(
        source: "block of snapshots", found: "\(block.rowCount) numbers in a snapshot",
        expected: "\(product.dimension), as in the product")
    }
    guard !(dot(block.values, block.values) < 1e280) else { return }
    if let (row, column) = block.firstNonFiniteEntry {
      throw .notFinite(
        value: block[row, column], row: row, snapshot: factors.count + column,
        source: "block of snapshots")
    }
    throw .refused("the squares of the snapshots overflow; scale them")
  }

  /// Wᵀ, if it is known and has all places, each named once.
  func coordinates(of places: [Int]) throws(SnapshotError) -> DenseMatrix<Double> {
    guard let right else {
      throw .refused(
        "the basis holds no coordinates of its snapshots, so none can be removed or replaced; make "
          + "it with 'ritz reduce -o basis.npz', which keeps them")
    }
    var seen = Set<Int>()
    for place in places {
      guard place >= 0, place < right.columnCount else {
        throw .refused(
          "snapshot \(place) is not there; "
            + (right.columnCount == 0 ? "there are none" : "they are 0 to \(right.columnCount - 1)")
        )
      }
      guard seen.insert(place).inserted else { throw .refused("snapshot \(place) is named twice") }
    }
    return right
  }

  /// B = T Pᵀ with orthonormal rows Pᵀ.
  static func orthonormal(
    rows b: DenseMatrix<Double>
  ) throws(FactorizationError) -> (small: DenseMatrix<Double>, rows: DenseMatrix<Double>) {
    var columns = GramSchmidt<Double>(rowCount: b.columnCount)
    let r = try columns.append(b.transposed()).coefficients
    return (r.transposed(), columns.vectors.transposed())
  }

  /// Takes Z M Pᵀ, centred, as the decomposition.
  ///
  /// - Parameters:
  ///   - z: Orthonormal in the product.
  ///   - rows: Pᵀ, orthonormal rows; nil where snapshots have no coordinates.
  ///   - isAppended: Whether all that was cut off before stays orthogonal to what is cut off now.
  mutating func settle(
    _ z: DenseMatrix<Double>, _ m: DenseMatrix<Double>, _ rows: DenseMatrix<Double>?,
    isAppended: Bool, tolerance: Double
  ) throws(FactorizationError) {
    var (small, rows, shifted) = (m, rows, mean)
    let length = norm(factors)
    if let mean, let given = rows, length > 0 {
      var rest = factors.map { $0 / length }
      var p = [Double](repeating: 0, count: given.rowCount)
      // Twice, so that q is orthogonal to P however little of f lies beside it.
      for _ in 0..<2 {
        let part = given * rest
        axpy(1, part, into: &p)
        axpy(-1, given.adjointTimes(part), into: &rest)
      }
      let move = small * p
      for j in 0..<small.columnCount { for i in 0..<move.count { small[i, j] -= move[i] * p[j] } }
      let beside = norm(rest)
      if beside > 1e-13 {
        small.appendColumn(move.map { -beside * $0 })
        var all = given.transposed()
        all.appendColumn(rest.map { $0 / beside })
        rows = all.transposed()
      }
      var next = mean
      axpy(1 / length, z * move, into: &next)
      shifted = next
    }
    let svd = try SVD(small)
    let n = kept(
      of: svd.singularValues, rowCount: max(small.rowCount, small.columnCount), tolerance)
    changes += 1
    var vectors = z * svd.leftVectors.columns(0..<n)
    // Each product leaves round-off in the modes; it is taken back long before it matters.
    if changes % 16 == 0, n > 0 { vectors = try CholeskyQR(vectors, in: matrix).q }
    right = rows.map { svd.rightVectorsAdjoint.rows(0..<n) * $0 }
    (modes, mean) = (vectors, shifted)
    singularValues = Array(svd.singularValues[..<n])
    let cut = svd.singularValues[n...].reversed().reduce(0) { $0 + $1 * $1 }
    cutSquares += cut
    if isAppended {
      openSquares += cut
    } else {
      (closedBound, openSquares) = (errorBound + cut.squareRoot(), 0)
    }
  }

  /// How many singular values stay: those above round-off, within the rank, and no more than the
  /// tolerance needs.
  private func kept(of sigma: [Double], rowCount: Int, _ tolerance: Double) -> Int {
    let floor = Double(max(64, rowCount)) * Double.ulpOfOne * (sigma.first ?? 0)
    var n = min(rankLimit, sigma.prefix { $0 > floor }.count)
    let all = cutSquares + sigma.reversed().reduce(0) { $0 + $1 * $1 }
    var lost = cutSquares + sigma[n...].reversed().reduce(0) { $0 + $1 * $1 }
    while n > 0 {
      lost += sigma[n - 1] * sigma[n - 1]
      guard lost <= tolerance * tolerance * all else { break }
      n -= 1
    }
    return n
  }
}
