internal import LinearAlgebra

/// X = B T, orthonormal in a product M: tall columns B as they came, and a small matrix T that makes
/// them orthonormal.
///
/// A block is projected twice. The first projection is foreseen by a sketch of the basis where there
/// is one (``BasisSketch``), so that one pass over B subtracts it and finds the second. That one is
/// not subtracted from the tall columns: the correction is known, so it goes into T. This loses
/// nothing as long as the correction is a part of the column it belongs to; where it is nearly the
/// whole, another pass subtracts it.
///
/// A change of basis X ← X F goes into T too, as far as it can: see ``TallTurn``.
///
/// - Source: Barlow, Smoktunowicz, *Reorthogonalized block classical Gram–Schmidt*, Numer. Math.
///   123 (2013), for the two projections of a block.
struct DeferredBasis: Sendable {
  /// How a column is weighed.
  enum Weighting: Sendable {
    case euclidean
    case diagonal([Double])
    case matrix(SparseMatrix<Double>)
  }

  /// n.
  let rowCount: Int
  let weighting: Weighting
  /// w, the number of columns of X.
  var width = 0
  /// T, w × w.
  var transform = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
  /// ‖bⱼ‖ of every column of B, roughly.
  var lengths: [Double] = []
  /// B, and behind it the columns of a block at work, without gaps.
  var values: [Double] = []

  /// What foresees the coordinates of a block, where rows are many and the product is diagonal.
  var sketch: BasisSketch?

  /// The columns at work.
  var pending: Int { rowCount > 0 ? values.count / rowCount - width : 0 }

  /// No column yet.
  init(in product: InnerProduct<Double>) {
    rowCount = product.dimension
    weighting = Weighting(of: product)
  }

  /// What became of a block: C = X D + Q R with X the basis before, Q its new columns.
  struct Coordinates {
    /// D, w × s.
    var inside: DenseMatrix<Double>
    /// R, l × s.
    var outside: DenseMatrix<Double>
    /// ‖cⱼ‖² in the product.
    let energies: [Double]
    /// Σ of the squared lengths that were left out as negligible.
    var dropped: Double
  }

  /// Adds the directions of a block that are not negligible, after X ← X F where F is given.
  ///
  /// - Parameters:
  ///   - f: F with orthonormal columns, w × k; X then has k columns.
  ///   - tolerance: A column whose part outside the basis is at most this fraction of its length
  ///     adds no direction.
  mutating func append(
    _ block: DenseMatrix<Double>, turningBy f: DenseMatrix<Double>? = nil, tolerance: Double
  ) throws(FactorizationError) -> Coordinates {
    let s = block.columnCount
    var (inside, found) = projection(of: block, turningBy: f)
    let energies = (0..<s).map { j in
      max(0, found.rest(j)) + squaredNorm((inside + found.coordinates).column(j))
    }
    // Round-off of a column of the span is about this large; it is no direction.
    let limit = max(tolerance, 64 * Double.ulpOfOne)
    func isNegligible(_ square: Double, _ j: Int) -> Bool {
      !(square > 0 && square.isNormal && square > limit * limit * energies[j])
    }
    let isClear = (0..<s).allSatisfy {
      found.isClear($0) || isNegligible(found.gram[$0, $0], $0)
    }
    if !isClear {
      inside = inside + found.coordinates
      found = projection(subtracting: found.coordinates)
    }
    let kept = (0..<s).filter { !isNegligible(found.rest($0), $0) }
    var lost = 0.0
    for j in 0..<s where isNegligible(found.rest(j), j) {
      lost += max(0, found.rest(j))
      for i in 0..<width { inside[i, j] += found.coordinates[i, j] }
    }
    var result = Coordinates(
      inside: inside, outside: DenseMatrix(rowCount: 0, columnCount: s), energies: energies,
      dropped: lost)
    keepPending(kept)
    guard !kept.isEmpty else { return result }
    found = found.selecting(kept)
    let (correction, triangle) = try orthonormalize(found)
    result.outside = DenseMatrix(rowCount: triangle.rowCount, columnCount: s)
    for (k, j) in kept.enumerated() {
      for i in 0..<triangle.rowCount { result.outside[i, j] = triangle[i, k] }
      for i in 0..<correction.rowCount { result.inside[i, j] += correction[i, k] }
    }
    return result
  }

  /// Makes the columns at work orthonormal and takes them into the basis: C = X D + Q R.
  ///
  /// Each round divides the columns by the Cholesky factor of the Gram matrix of what is left of
  /// them, which repeats until that is near the identity. Columns that nearly depend on each other
  /// need it explicitly; those whose rest was near the round-off of the whole need another pass
  /// over the basis; and where squares lose too much, Gram–Schmidt goes column by column.
  ///
  /// - Returns: What more of them lies in the basis than `found` says, and R.
  private mutating func orthonormalize(
    _ found: Projection
  ) throws(FactorizationError) -> (correction: DenseMatrix<Double>, r: DenseMatrix<Double>) {
    var correction = DenseMatrix<Double>(rowCount: width, columnCount: pending)
    var (found, total) = (found, DenseMatrix<Double>.identity(pending))
    var tolerance = 1e-13
    var isSubtracted = false
    // C = X (D + correction) + C′ total with C′ the columns at work, of which `found` knows the
    // part in the basis that is still to be taken out.
    for _ in 0..<8 {
      let isClear = (0..<pending).allSatisfy(found.isClear)
      let factor = isClear ? found.restFactor() : nil
      if let factor, factor.smallestPivot > 0.05 {
        take(found, factor.r)
        return (correction + found.coordinates * total, factor.r * total)
      }
      if let factor, factor.smallestPivot > 1e-4 {
        // What lies in the basis is known to ε/√pivot, which is enough: no pass over it.
        let inverse = factor.r.invertedTriangle()
        total = factor.r * total
        found = divide(by: inverse, found.coordinates * inverse)
        isSubtracted = false
        continue
      }
      if !isClear, !isSubtracted {
        // Divided, what was a part of a column can be most of it.
        correction = correction + found.coordinates * total
        found = projection(subtracting: found.coordinates)
        isSubtracted = true
        continue
      }
      correction = correction + found.coordinates * total
      subtract(found.coordinates)
      if let factor, factor.smallestPivot > 1e-10 {
        total = factor.r * total
        multiplyPending(by: factor.r.invertedTriangle())
      } else {
        var columns = GramSchmidt<Double>(rowCount: rowCount, product: sparseProduct)
        let r = try columns.append(takePending(), tolerance: tolerance).coefficients
        values.append(contentsOf: columns.vectors.values)
        total = r * total
        // From now on the columns are unit vectors, and what of them mostly vanishes is noise.
        tolerance = 0.01
      }
      found = projection()
      // Unit vectors that turn out to lie in the basis were made of round-off.
      let kept = (0..<pending).filter { found.inside($0) <= 0.9999 * found.gram[$0, $0] }
      if kept.count < pending {
        let gone = (0..<pending).filter { !kept.contains($0) }
        correction = correction + found.selecting(gone).coordinates * total.selectingRows(gone)
        keepPending(kept)
        (found, total) = (found.selecting(kept), total.selectingRows(kept))
      }
      if pending == 0 { break }
    }
    // Only noise resists: it has no part outside the basis.
    _ = takePending()
    return (correction, DenseMatrix(rowCount: 0, columnCount: total.columnCount))
  }

  /// Takes the columns at work into the basis: C = X D + Q R, without touching C.
  private mutating func take(_ found: Projection, _ r: DenseMatrix<Double>) {
    let (w, s) = (width, pending)
    let inverse = r.invertedTriangle()
    // The new columns of T: [−T D; I] R⁻¹.
    let above = transform * (found.coordinates * inverse)
    var next = DenseMatrix<Double>(rowCount: w + s, columnCount: w + s)
    for j in 0..<w { for i in 0..<w { next[i, j] = transform[i, j] } }
    for j in 0..<s {
      for i in 0..<w { next[i, w + j] = -above[i, j] }
      for i in 0...j { next[w + i, w + j] = inverse[i, j] }
    }
    let columns = sketch?.knowsPending == false ? pendingColumns : nil
    sketch?.take(columns)
    (transform, width) = (next, w + s)
    lengths += (0..<s).map { found.gram[$0, $0].squareRoot() }
  }

  /// Takes back what round-off has done to the orthonormality of X.
  ///
  /// One step of Newton's iteration for the polar factor, I − (XᵀMX − I) / 2, whose error is the
  /// square of what it corrects.
  mutating func polish() {
    guard width > 0 else { return }
    let image = gramian() * transform
    var step = transform.adjointTimes(image)
    for j in 0..<width {
      for i in 0..<j {
        let half = -(step[i, j] + step[j, i]) / 4
        (step[i, j], step[j, i]) = (half, half)
      }
      step[j, j] = 1.5 - step[j, j] / 2
    }
    transform = transform * step
  }

  /// M for algorithms that want a sparse matrix.
  private var sparseProduct: SparseMatrix<Double>? {
    switch weighting {
    case .euclidean: nil
    case .matrix(let m): m
    case .diagonal(let weights):
      SparseMatrix(
        pattern: SparsityPattern(
          rowCount: rowCount, columnCount: rowCount, rowStart: Array(0...rowCount),
          column: (0..<rowCount).map { Int32($0) }),
        values: weights)
    }
  }
}

extension DeferredBasis.Weighting {
  init(of product: InnerProduct<Double>) {
    guard let m = product.matrix else {
      self = .euclidean
      return
    }
    let isDiagonal =
      m.pattern.entryCount == m.rowCount
      && (0..<m.rowCount).allSatisfy {
        m.pattern.rowStart[$0] == $0 && Int(m.pattern.column[$0]) == $0
      }
    self = isDiagonal ? .diagonal(m.values) : .matrix(m)
  }
}

/// What a pass over the basis finds about the columns C at work.
struct Projection {
  /// XᵀMC.
  let coordinates: DenseMatrix<Double>
  /// CᵀMC.
  let gram: DenseMatrix<Double>

  /// ‖cⱼ − X XᵀM cⱼ‖².
  func rest(_ j: Int) -> Double {
    gram[j, j] - inside(j)
  }

  /// ‖X XᵀM cⱼ‖².
  func inside(_ j: Int) -> Double { squaredNorm(coordinates.column(j)) }

  /// Whether column j is mostly outside the basis, so that hardly a digit of its rest cancels in the
  /// difference of squares, and what is inside may be taken out by T.
  func isClear(_ j: Int) -> Bool { inside(j) <= 0.25 * gram[j, j] }

  /// R with RᵀR the Gram matrix of what is left of the columns, by Cholesky with the columns scaled
  /// to unit length, and the smallest pivot it then meets; nil where one is not positive.
  func restFactor() -> (r: DenseMatrix<Double>, smallestPivot: Double)? {
    let rest = gram - coordinates.adjointTimes(coordinates)
    let n = rest.rowCount
    guard (0..<n).allSatisfy({ rest[$0, $0] > 0 }) else { return nil }
    let lengths = (0..<n).map { rest[$0, $0].squareRoot() }
    var r = DenseMatrix<Double>(rowCount: n, columnCount: n)
    var smallest = 1.0
    for j in 0..<n {
      for i in 0...j {
        var sum = rest[i, j] / (lengths[i] * lengths[j])
        for k in 0..<i { sum -= r[k, i] * r[k, j] }
        if i < j {
          r[i, j] = sum / r[i, i]
        } else {
          smallest = min(smallest, sum)
          guard sum > 0 else { return nil }
          r[j, j] = sum.squareRoot()
        }
      }
    }
    for j in 0..<n { for i in 0...j { r[i, j] *= lengths[j] } }
    return (r, smallest)
  }

  /// The same of some of the columns.
  func selecting(_ kept: [Int]) -> Projection {
    Projection(
      coordinates: DenseMatrix(
        rowCount: coordinates.rowCount, columns: kept.map { coordinates.column($0) }),
      gram: DenseMatrix(
        rowCount: gram.rowCount, columns: kept.map { gram.column($0) }
      ).selectingRows(kept))
  }
}

private func squaredNorm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

extension DenseMatrix where S == Double {
  /// Some rows, in the order listed.
  fileprivate func selectingRows(_ rows: [Int]) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: rows.count,
      columns: (0..<columnCount).map { j in rows.map { self[$0, j] } })
  }

  /// R⁻¹ of an upper triangle, column by column.
  func invertedTriangle() -> DenseMatrix<Double> {
    let n = rowCount
    var inverse = DenseMatrix<Double>(rowCount: n, columnCount: n)
    for j in 0..<n {
      inverse[j, j] = 1 / self[j, j]
      for i in (0..<j).reversed() {
        let sum = (i + 1...j).reduce(0.0) { $0 + self[i, $1] * inverse[$1, j] }
        inverse[i, j] = -sum / self[i, i]
      }
    }
    return inverse
  }
}
