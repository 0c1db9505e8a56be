internal import LinearAlgebra

extension StreamingPOD {
  /// Ranks up to this have the memory of their columns set aside from the start.
  private static let foreseenRank = 1024

  /// The columns B may have while blocks of s come: room for a block behind k, a tenth of k at least
  /// and `partWidth` at most.
  ///
  /// To fold a column in costs the same whenever it is done. So narrow blocks need no more room than
  /// they take, and only wide ones would be cut into parts by too little of it.
  private func capacity(modes k: Int, block s: Int) -> Int {
    k + min(partWidth, max(s, k / 10, 4))
  }

  /// Snapshots decomposed at a time: a fifth of the modes there are or, where the memory for them is
  /// set aside, may be; eight where that is little.
  var partWidth: Int {
    max(8, (rankLimit <= StreamingPOD.foreseenRank ? rankLimit : rank) / 5)
  }

  /// The parts of the tolerance for what is not taken up and for what is truncated.
  private var neglectable: Double { 0.1 * tolerance }
  private var truncatable: Double { 0.9 * tolerance }

  /// Decomposes [U Σ Wᵀ, C] anew.
  mutating func takeUp(_ block: DenseMatrix<Double>) throws(FactorizationError) {
    let s = block.columnCount
    guard s > 0 else { return }
    let turn = makeRoom(for: s)
    let (w, k) = (turn?.columnCount ?? columns.width, rank)
    let part = try columns.append(block, turningBy: turn, tolerance: neglectable)
    let l = part.outside.rowCount
    // [X Q] [K Σ, D; 0, R] blkdiag(W, I)ᵀ, the bracket decomposed.
    var small = DenseMatrix<Double>(rowCount: w + l, columnCount: k + s)
    for j in 0..<k { for i in 0..<w { small[i, j] = rotation[i, j] * singularValues[j] } }
    for j in 0..<s {
      for i in 0..<w { small[i, k + j] = part.inside[i, j] }
      for i in 0..<l { small[w + i, k + j] = part.outside[i, j] }
    }
    let svd = try SVD(small)
    count += s
    totalEnergy += part.energies.reduce(0, +)
    neglectedEnergy += part.dropped
    let kept = modesKept(of: svd.singularValues, roundOff: Double(max(w + l, k + s)))
    truncatedEnergy += svd.singularValues[kept...].reversed().reduce(0) { $0 + $1 * $1 }
    singularValues = Array(svd.singularValues[..<kept])
    rotation = svd.leftVectors.columns(0..<kept)
    if let right = rightTransposed {
      let g = svd.rightVectorsAdjoint.rows(0..<kept)
      rightTransposed = (g.columns(0..<k) * right).appendingColumns(of: g.columns(k..<k + s))
    }
  }

  /// How many singular values stay: those above round-off, within the rank, and no more than the
  /// tolerance needs.
  private func modesKept(of sigma: [Double], roundOff: Double) -> Int {
    let floor = roundOff * Double.ulpOfOne * (sigma.first ?? 0)
    var kept = min(rankLimit, sigma.prefix { $0 > floor }.count)
    let budget = truncatable * truncatable * totalEnergy
    var lost = truncatedEnergy + sigma[kept...].reversed().reduce(0) { $0 + $1 * $1 }
    while kept > 0 {
      lost += sigma[kept - 1] * sigma[kept - 1]
      guard lost <= budget else { break }
      kept -= 1
    }
    return kept
  }

  /// Sees that s columns fit behind the basis.
  ///
  /// - Returns: By what X is to be turned into the modes first, where they do not fit.
  private mutating func makeRoom(for s: Int) -> DenseMatrix<Double>? {
    var turn: DenseMatrix<Double>?
    if columns.width + s > capacity(modes: rank, block: s) {
      // Every turn leaves round-off in the tall columns; it is taken back long before it reaches
      // 1e-14.
      turnsSincePolish += 1
      if turnsSincePolish >= 16 {
        columns.polish()
        turnsSincePolish = 0
      }
      turn = rotation
      rotation = .identity(rank)
    }
    // All that is ever needed, where that is no great demand: untouched pages cost nothing.
    let foreseen = rankLimit <= StreamingPOD.foreseenRank
    let all = foreseen ? columns.rowCount * capacity(modes: rankLimit, block: .max) : .max
    let needed = columns.rowCount * max(columns.width, (turn?.columnCount ?? columns.width) + s)
    if columns.values.capacity < needed {
      columns.values.reserveCapacity(all < 1 << 27 ? max(all, needed) : needed * 13 / 10)
    }
    return turn
  }
}
