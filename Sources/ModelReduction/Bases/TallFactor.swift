internal import LinearAlgebra

/// Σ and the right vectors of a tall matrix that comes in blocks of rows.
struct TallFactor: Sendable {
  let method: PODMethod
  /// Descending, one per column (or row, if these are fewer).
  let sigma: [Double]
  /// Wᵀ.
  let rightAdjoint: DenseMatrix<Double>
  let bounds: [Double]
  let trustedDownTo: Double
  /// The norms of the columns.
  let norms: [Double]
  /// The largest of their Euclidean norms.
  var largestEntryNorm: Double
  /// √ of the trace that is not in the singular values.
  private(set) var remainder = 0.0
  /// J and V with U = A_J V, where some columns J span all of them but for the remainder.
  private var spanning: (columns: [Int], weights: DenseMatrix<Double>)?

  /// Hands over the blocks in their order.
  typealias Blocks = ((TallBlock) throws(SnapshotError) -> Void) throws(SnapshotError) -> Void

  /// Of prepared snapshots.
  init(of snapshots: PreparedSnapshots, method: PODMethod) throws(SnapshotError) {
    if method == .snapshots, let factor = try TallFactor(nearlyDependent: snapshots) {
      self = factor
      return
    }
    if method == .tallSkinnyQR, let factor = try TallFactor(preconditioned: snapshots) {
      self = factor
      return
    }
    if method == .snapshots, let x = snapshots.correlation {
      var gram = TallGram(columnCount: snapshots.count)
      var entries = 0.0
      // All rows are there at once: a product with a matrix is chosen for nothing else.
      try snapshots.forEachBlock { block in
        entries = gram.append(block, in: x).max() ?? 0
      }
      self = try TallFactor(
        gram: gram.matrix, rows: snapshots.dimension, snapshots.reader,
        vanishes: entries == 0)
      largestEntryNorm = entries.squareRoot()
      return
    }
    self = try TallFactor.make(columns: snapshots.count, method, snapshots.reader) {
      take throws(SnapshotError) in try snapshots.forEachBlock(take)
    }
  }

  private init(
    method: PODMethod, sigma: [Double], rightAdjoint: DenseMatrix<Double>, bounds: [Double],
    trustedDownTo: Double, norms: [Double]
  ) {
    (self.method, self.sigma, self.rightAdjoint) = (method, sigma, rightAdjoint)
    (self.bounds, self.trustedDownTo, self.norms) = (bounds, trustedDownTo, norms)
    largestEntryNorm = norms.max() ?? 0
  }

  /// By the method that is named, `snapshots` or `tallSkinnyQR`.
  static func make(
    columns n: Int, _ method: PODMethod, _ reader: SnapshotReader, blocks: Blocks
  ) throws(SnapshotError) -> TallFactor {
    try method == .snapshots
      ? gram(columns: n, reader, blocks) : triangle(columns: n, reader, blocks)
  }

  private static func gram(
    columns n: Int, _ reader: SnapshotReader, _ blocks: Blocks
  ) throws(SnapshotError) -> TallFactor {
    var gram = TallGram(columnCount: n)
    var rows = 0
    try blocks { block in
      gram.append(block)
      rows += block.matrix.rowCount
    }
    let g = gram.matrix
    var vanishes = g.values.allSatisfy { $0 == 0 }
    if vanishes {
      // Squares of tiny numbers vanish too.
      try blocks { block in vanishes = vanishes && block.mapped.values.allSatisfy { $0 == 0 } }
    }
    return try TallFactor(gram: g, rows: rows, reader, vanishes: vanishes)
  }

  /// By the eigenvalues of a Gram matrix.
  private init(
    gram g: DenseMatrix<Double>, rows: Int, _ reader: SnapshotReader, vanishes: Bool
  ) throws(SnapshotError) {
    let n = g.columnCount
    let largest = g.values.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1.magnitude) }
    guard vanishes || (largest.isFinite && largest > 1e-250) else {
      throw reader.notFinite
        ?? .refused(
          "the squares of the snapshots overflow or underflow; use tallSkinnyQR, or scale the "
            + "snapshots")
    }
    let eigen = try factorizing { () throws(FactorizationError) in
      try SymmetricEigen(descending: g)
    }
    let k = min(n, rows)
    let noise = TallFactor.gramNoise * max(0, eigen.values.first ?? 0)
    let sigma = eigen.values.prefix(k).map { max(0, $0).squareRoot() }
    let bounds = sigma.map { TallFactor.bound(of: $0, below: noise, above: noise) }
    self.init(
      method: .snapshots, sigma: sigma, rightAdjoint: eigen.vectors.columns(0..<k).transposed(),
      bounds: bounds, trustedDownTo: PODMethod.gramFloor * (sigma.first ?? 0),
      norms: (0..<n).map { max(0, g[$0, $0]).squareRoot() })
  }

  /// By the Gram matrix of those snapshots in memory that span all, to round-off; nil where it would
  /// cost more than that of all.
  private init?(nearlyDependent snapshots: PreparedSnapshots) throws(SnapshotError) {
    guard let states = snapshots.reader.states,
      let gram = PivotedGram(of: TallBlock(states, map: snapshots.map), in: snapshots.correlation)
    else { return nil }
    let svd = try factorizing { () throws(FactorizationError) in try SVD(gram.triangle) }
    let k = min(snapshots.count, snapshots.dimension)
    let sigma =
      svd.singularValues + [Double](repeating: 0, count: k - svd.singularValues.count)
    let largest = sigma.first ?? 0
    let noise = TallFactor.gramNoise * largest * largest
    self.init(
      method: .snapshots, sigma: sigma, rightAdjoint: svd.rightVectorsAdjoint,
      bounds: sigma.map { TallFactor.bound(of: $0, below: noise, above: noise + gram.remainder) },
      trustedDownTo: PODMethod.gramFloor * largest, norms: gram.squares.map { $0.squareRoot() })
    largestEntryNorm = (gram.entrySquares.max() ?? 0).squareRoot()
    remainder = gram.remainder.squareRoot()
    // A = A_J R_J⁻¹ R and R = V Σ Wᵀ. What A_J leaves out of the other columns, round-off of their
    // squares, is missing in the vectors too: its norm over σ_k bounds how far vector k is turned,
    // and it adds to the projection error as any remainder does.
    spanning = (gram.pivots, gram.pivotCoefficients(of: svd.leftVectors))
  }

  /// By a Gram matrix of directions that a sketch made nearly orthonormal; nil where snapshots are
  /// not in memory or the squares would lose more than reflectors do.
  private init?(preconditioned snapshots: PreparedSnapshots) throws(SnapshotError) {
    guard let states = snapshots.reader.states,
      let gram = PreconditionedGram(of: TallBlock(states, map: snapshots.map))
    else { return nil }
    let svd = try factorizing { () throws(FactorizationError) in try SVD(gram.factor) }
    let (sigma, noise) = (svd.singularValues, TallFactor.gramNoise * gram.squaredRest)
    let lost = sigma.map { TallFactor.bound(of: $0, below: noise, above: noise) }
    guard let most = lost.max(), most <= 8 * Double.ulpOfOne * sigma[0] else { return nil }
    self.init(
      method: .tallSkinnyQR, sigma: sigma, rightAdjoint: svd.rightVectorsAdjoint,
      bounds: zip(roundOffBounds(sigma), lost).map { $0 + $1 }, trustedDownTo: 0,
      norms: columnNorms(gram.factor))
  }

  /// How far σ may be from a value whose square is λ − `below` … λ + `above`, λ = σ².
  private static func bound(of sigma: Double, below: Double, above: Double) -> Double {
    let square = sigma * sigma
    return max(
      (square + above).squareRoot() - sigma, sigma - max(0, square - below).squareRoot())
  }

  private static func triangle(
    columns n: Int, _ reader: SnapshotReader, _ blocks: Blocks
  ) throws(SnapshotError) -> TallFactor {
    var triangle = TallTriangle(columnCount: n)
    try blocks { block throws(SnapshotError) in
      try factorizing { () throws(FactorizationError) in try triangle.append(block) }
    }
    let svd: SVD<Double>
    do throws(FactorizationError) { svd = try SVD(triangle.r) } catch {
      throw reader.notFinite ?? .factorization(error)
    }
    return TallFactor(
      method: .tallSkinnyQR, sigma: svd.singularValues, rightAdjoint: svd.rightVectorsAdjoint,
      bounds: roundOffBounds(svd.singularValues), trustedDownTo: 0,
      norms: columnNorms(triangle.r))
  }

  /// The relative round-off of the eigenvalues of a Gram matrix, in units of the first.
  static let gramNoise = 16 * Double.ulpOfOne

  /// The first n left vectors B W Σ⁻¹, orthonormalised in their order, and their products Σ Wᵀ with
  /// B.
  ///
  /// Rounding leaves ε σ₁/σ_k of the leading vectors in B w_k / σ_k; to orthonormalise takes it out,
  /// so that the products are right to a few ε σ₁ although the vectors moved.
  ///
  /// Where the projection error is to be found on the data, the pass that makes the vectors measures
  /// ‖B − U Σ Wᵀ‖ as well, block by block: with the vectors as they stand in memory before they are
  /// orthonormalised. They span the same space afterwards, to round-off, so this is an upper bound
  /// of the distances from it, and no further pass is needed.
  func leftVectors(
    _ n: Int, of snapshots: PreparedSnapshots
  ) throws(SnapshotError) -> SnapshotDecomposition.Modes {
    var turn = rightAdjoint.rows(0..<n)
    var products = turn
    for j in 0..<turn.columnCount {
      for i in 0..<n {
        turn[i, j] /= sigma[i]
        products[i, j] *= sigma[i]
      }
    }
    let weights = spanning?.weights.columns(0..<n) ?? turn.transposed()
    var vectors = DenseMatrix<Double>(rowCount: snapshots.dimension, columnCount: n)
    let measures = snapshots.verification == .onData && snapshots.correlation == nil
    let largest = norms.max() ?? 0
    // In units of the largest snapshot, so that no square overflows.
    let unit = largest > 0 ? largest : 1
    var squares = [Double](repeating: 0, count: measures ? snapshots.count : 0)
    try snapshots.forEachBlock { block in
      block.times(weights, into: &vectors, columns: spanning?.columns)
      guard measures else { return }
      axpy(1, block.squaredDistances(to: vectors, products, unit: unit), into: &squares)
    }
    // Consumed, so that the modes are in memory once.
    let qr: CholeskyQR
    do throws(FactorizationError) {
      qr = try CholeskyQR(
        consume vectors, in: method == .snapshots ? snapshots.correlation : nil)
    } catch { throw .factorization(error) }
    var modes = SnapshotDecomposition.Modes(vectors: qr.q, coefficients: products)
    // Vectors that had to be turned far are too near to each other to say what they span.
    if measures, (qr.t - .identity(n)).frobeniusNorm < 0.5 {
      modes.distances = squares.map { unit * $0.squareRoot() }
    }
    return modes
  }
}

extension PODMethod {
  /// The method of snapshots is trusted with singular values down to this part of the first: there
  /// λ = σ² still has a digit.
  static let gramFloor = 1e-7
}
