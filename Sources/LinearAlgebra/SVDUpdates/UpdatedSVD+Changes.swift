/// Which factor.
enum FactorSide: Sendable { case left, right }

extension UpdatedSVD {
  /// Makes a change that has been checked.
  mutating func follow(_ update: SVDUpdate) throws(FactorizationError) {
    switch update {
    case .appendColumns(let c): try append(UpdateVectors(columnsOf: c), beside: .left)
    case .appendRows(let e): try append(UpdateVectors(rowsOf: e), beside: .right)
    case .removeColumns(let places): try remove(places, from: .right)
    case .removeRows(let places): try remove(places, from: .left)
    case .replaceColumns(let places, let c):
      // A + (C − A_J) E_Jᵀ: what is subtracted lies in the factors, so only coordinates change.
      try add(
        UpdateVectors(columnsOf: c), minus: right.map { scaled($0.rowsTransposed(places)) },
        times: .compressed(CompressedVectors(unitVectors: places), rowCount: columnCount ?? 0),
        minus: nil)
    case .replaceRows(let places, let e):
      try add(
        .compressed(CompressedVectors(unitVectors: places), rowCount: rowCount), minus: nil,
        times: UpdateVectors(rowsOf: e), minus: scaled(left.rowsTransposed(places)))
    case .addProduct(let d, let g):
      try add(
        UpdateVectors(columnsOf: d), minus: nil, times: UpdateVectors(columnsOf: g), minus: nil)
    case .decay(let factor):
      singularValues = singularValues.map { factor * $0 }
      account.scale(by: factor)
    }
  }

  /// Σ X.
  private func scaled(_ x: DenseMatrix<Double>) -> DenseMatrix<Double> {
    var result = x
    for j in 0..<x.columnCount { for i in 0..<rank { result[i, j] *= singularValues[i] } }
    return result
  }

  /// Vectors orthogonalised against one factor; the other grows by a row for each of them.
  private mutating func append(
    _ vectors: UpdateVectors, beside side: FactorSide
  ) throws(FactorizationError) {
    if method == .brand, vectors.count > 1 {
      for j in 0..<vectors.count { try append(vectors.vector(j), beside: side) }
      return
    }
    guard vectors.count > 0 else { return }
    guard let factor = side == .left ? left : right else { return }
    let found = try method.residualBasis(of: vectors, beside: factor)
    let (k, s, l) = (rank, vectors.count, found.outside.rowCount)
    // [Σ C; 0 R], U and V changing roles for rows.
    var small = DenseMatrix<Double>(rowCount: k + l, columnCount: k + s)
    for i in 0..<k { small[i, i] = singularValues[i] }
    for j in 0..<s {
      for i in 0..<k { small[i, k + j] = found.inside[i, j] }
      for i in 0..<l { small[k + i, k + j] = found.outside[i, j] }
    }
    let (f, g) = try decompose(small, from: side)
    account.add(lost: found.lost)
    switch side {
    case .left:
      left.extend(by: found.directions, rotation: f)
      right?.appendRows(rotation: g)
    case .right:
      right?.extend(by: found.directions, rotation: f)
      left.appendRows(rotation: g)
    }
  }

  /// A + (D − U X) (G − V Y)ᵀ, with X and Y coordinates in the factors.
  private mutating func add(
    _ d: UpdateVectors, minus x: DenseMatrix<Double>?, times g: UpdateVectors,
    minus y: DenseMatrix<Double>?
  ) throws(FactorizationError) {
    guard let factor = right, d.count > 0 else { return }
    let (leftFound, rightFound) = (
      try method.residualBasis(of: d, beside: left),
      try method.residualBasis(of: g, beside: factor)
    )
    let (p, q) = (stacked(leftFound, minus: x), stacked(rightFound, minus: y))
    var small = DenseMatrix.product(.plain, p, .adjoint, q)
    for i in 0..<rank { small[i, i] += singularValues[i] }
    // ‖D Gᵀ − D̂ Ĝᵀ‖ ≤ ‖D − D̂‖ ‖G‖ + ‖D̂‖ ‖G − Ĝ‖.
    let error =
      leftFound.lost.squareRoot() * (q.frobeniusNorm + rightFound.lost.squareRoot())
      + p.frobeniusNorm * rightFound.lost.squareRoot()
    let (f, h) = try decompose(small, from: nil)
    account.add(lost: error * error)
    left.extend(by: leftFound.directions, rotation: f)
    right?.extend(by: rightFound.directions, rotation: h)
  }

  /// [C − X; R].
  private func stacked(
    _ found: ResidualBasis, minus x: DenseMatrix<Double>?
  ) -> DenseMatrix<Double> {
    let inside = x.map { found.inside - $0 } ?? found.inside
    return DenseMatrix(
      rowCount: rank + found.outside.rowCount,
      columns: (0..<inside.columnCount).map { inside.column($0) + found.outside.column($0) })
  }

  /// Rows of one factor go: what is left of it is Q R, and R meets Σ.
  private mutating func remove(
    _ places: [Int], from side: FactorSide
  ) throws(FactorizationError) {
    guard !places.isEmpty, var factor = side == .left ? left : right else { return }
    let r = try factor.removeRows(places)
    var small = r
    for j in 0..<rank { for i in 0..<r.rowCount { small[i, j] *= singularValues[j] } }
    let (f, g) = try decompose(small, from: nil)
    factor.rotate(by: f)
    switch side {
    case .left:
      left = factor
      right?.rotate(by: g)
    case .right:
      right = factor
      left.rotate(by: g)
    }
  }

  /// The singular value decomposition of a small matrix, cut to the rank and to what is above
  /// round-off; takes its singular values, counts what is cut off, and hands back its factors.
  mutating func decompose(
    _ small: DenseMatrix<Double>, from side: FactorSide?
  ) throws(FactorizationError) -> (f: DenseMatrix<Double>, g: DenseMatrix<Double>) {
    let svd = try SVD(small)
    let sigma = svd.singularValues
    let floor =
      Double(max(small.rowCount, small.columnCount)) * Double.ulpOfOne * (sigma.first ?? 0)
    let kept = min(rankLimit, sigma.prefix { $0 > floor }.count)
    singularValues = Array(sigma[..<kept])
    account.add(cut: sigma[kept...].reversed().reduce(0) { $0 + $1 * $1 }, from: side)
    let g = svd.rightVectorsAdjoint.rows(0..<kept).transposed()
    return (svd.leftVectors.columns(0..<kept), g)
  }
}
