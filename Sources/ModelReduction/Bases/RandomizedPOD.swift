internal import LinearAlgebra
internal import RealModule

extension SnapshotDecomposition {
  /// By a random sketch: Q spans B Ω after power iterations, each orthonormalised by QR, and the
  /// decomposition of the small QᵀX̃B is that of its projection.
  ///
  /// B = Q QᵀX̃B + E with Q ⊥ E, so that each λ(BᵀX̃B) lies between that of the projection and that
  /// plus ‖E‖²: with E computed, √(σ̂² + ‖E‖²) − σ̂ certifies every σ̂, whatever the random numbers
  /// were. The sketch is doubled until it meets what is asked for.
  ///
  /// - Source: Halko, Martinsson, Tropp, SIAM Review 53 (2011); the certificate is Weyl's
  ///   inequality.
  static func randomized(
    _ snapshots: PreparedSnapshots, _ options: PODOptions
  ) throws(SnapshotError) -> SnapshotDecomposition {
    guard snapshots.reader.readsRows,
      snapshots.correlation == nil || snapshots.reader.states != nil
    else {
      throw .refused(
        "the randomized method goes through rows of all snapshots several times; allow "
          + "\(8 * snapshots.dimension * snapshots.count) bytes, or use hierarchical")
    }
    let full = min(snapshots.count, snapshots.dimension)
    var width = min(full, max(1, min(options.size, 54) + max(0, options.sketch.oversampling)))
    while true {
      let sketch = try Sketch(of: snapshots, width: width, options.sketch)
      let decomposition = SnapshotDecomposition(sketch)
      let selection = try decomposition.select(options, snapshots)
      // Enough when the modes asked for are there, or nothing but round-off was left out.
      if width == full || selection.limit != .rank || decomposition.remainder <= selection.floor {
        return decomposition
      }
      width = min(full, 2 * width)
    }
  }

  private init(_ sketch: Sketch) {
    let (sigma, right) = (sketch.svd.singularValues, sketch.svd.rightVectorsAdjoint)
    let (rest, lost) = (sketch.distances, norm(sketch.distances))
    let roundOff = roundOffBounds(sigma)
    let distances = { @Sendable (n: Int) in
      rest.indices.map { j in
        norm(sigma.indices.dropFirst(n).map { sigma[$0] * right[$0, j] } + [rest[j]])
      }
    }
    let norms = distances(0)
    self.init(
      method: .randomized, sigma: sigma,
      bounds: sigma.indices.map { growth(sigma[$0], lost) + roundOff[$0] }, trustedDownTo: 0,
      norms: norms, largestEntryNorm: sketch.largestEntryNorm,
      worst: {
        (0...sigma.count).map { n in
          ProjectionError(distances: distances(n), norms: norms, verification: .onData).worst
        }
      },
      modes: { n throws(SnapshotError) in
        let vectors = try factorizing { () throws(FactorizationError) in
          try CholeskyQR(
            sketch.q * sketch.svd.leftVectors.columns(0..<n), in: sketch.correlation
          ).q
        }
        return Modes(vectors: vectors, coefficients: nil, distances: distances(n))
      },
      remainder: lost)
  }
}

/// √(σ² + e²) − σ without cancellation: by how much a singular value may exceed σ if e was left out.
func growth(_ sigma: Double, _ e: Double) -> Double {
  e > 0 ? e * (e / (Double.hypot(sigma, e) + sigma)) : 0
}

/// A basis of a sketch, and what it makes of the snapshots.
private struct Sketch: Sendable {
  /// Q, orthonormal in X̃.
  let q: DenseMatrix<Double>
  let correlation: SparseMatrix<Double>?
  /// Of QᵀX̃B.
  let svd: SVD<Double>
  /// ‖b_j − Q QᵀX̃b_j‖, computed.
  let distances: [Double]
  /// The largest Euclidean norm of a snapshot.
  let largestEntryNorm: Double

  init(
    of snapshots: PreparedSnapshots, width: Int, _ options: RandomSketch
  ) throws(SnapshotError) {
    correlation = snapshots.correlation
    var squares = [Double](repeating: 0, count: snapshots.count)
    try snapshots.forEachBlock { block in axpy(1, block.squaredNorms, into: &squares) }
    let largest = squares.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    guard largest.isFinite, largest == 0 || largest > 1e-250 else {
      throw snapshots.reader.notFinite
        ?? .refused("the squares of the snapshots overflow or underflow; scale the snapshots")
    }
    largestEntryNorm = largest.squareRoot()
    let iterations = max(0, options.powerIterations)
    var q = try snapshots.orthonormalImage(
      of: Sketch.gaussian(snapshots.count, width, seed: options.seed), isLast: iterations == 0)
    for iteration in 0..<iterations {
      let image = try snapshots.products(with: q).transposed()
      let right = try factorizing { () throws(FactorizationError) in try QR(image).q }
      // The last basis is done with; its memory is not.
      var storage = DenseMatrix<Double>(rowCount: 0, columnCount: 0)
      swap(&storage, &q)
      q = try snapshots.orthonormalImage(
        of: right, in: consume storage, isLast: iteration == iterations - 1)
    }
    let small = try snapshots.products(with: q)
    svd = try factorizing { () throws(FactorizationError) in try SVD(small) }
    distances = try snapshots.distances(
      to: .init(vectors: q, coefficients: small), unit: largestEntryNorm)
    self.q = q
  }

  /// Independent standard normal numbers.
  ///
  /// - Source: Box, Muller, Ann. Math. Stat. 29 (1958).
  private static func gaussian(_ m: Int, _ n: Int, seed: UInt64) -> DenseMatrix<Double> {
    var random = SplitMix64(seed: seed)
    var result = DenseMatrix<Double>(rowCount: m, columnCount: n)
    for k in result.values.indices {
      let radius = (-2 * Double.log(1 - random.unit())).squareRoot()
      result.values[k] = radius * Double.cos(2 * Double.pi * random.unit())
    }
    return result
  }
}

extension PreparedSnapshots {
  /// An orthonormal basis of the span of B Ω; directions at round-off are left out.
  ///
  /// - Parameters:
  ///   - storage: Is overwritten, where it has the size of the basis.
  ///   - isLast: Whether the basis is kept. For another power iteration it need be orthonormal to
  ///     ε σ₁/σ only, which is as independent.
  fileprivate func orthonormalImage(
    of omega: DenseMatrix<Double>, in storage: consuming DenseMatrix<Double>? = nil, isLast: Bool
  ) throws(SnapshotError) -> DenseMatrix<Double> {
    var image =
      storage ?? DenseMatrix<Double>(rowCount: dimension, columnCount: omega.columnCount)
    if image.columnCount != omega.columnCount {
      image = DenseMatrix(rowCount: dimension, columnCount: omega.columnCount)
    }
    try forEachBlock { block in block.times(omega, into: &image) }
    if correlation == nil {
      var triangle = TallTriangle(columnCount: image.columnCount)
      let (small, all): (SVD<Double>, Int)
      do throws(FactorizationError) {
        try triangle.append(TallBlock(image))
        (small, all) = (try SVD(triangle.r), image.columnCount)
      } catch { throw .factorization(error) }
      let floor = 16 * Double.ulpOfOne * (small.singularValues.first ?? 0)
      if small.singularValues.prefix(while: { $0 > floor }).count == all {
        // All directions are there: the sketch becomes its basis where it stands.
        var turn = small.rightVectors
        for j in 0..<all { for i in 0..<all { turn[i, j] /= small.singularValues[j] } }
        image.multiplyRows(by: turn)
        guard isLast else { return image }
        do throws(FactorizationError) { return try CholeskyQR(consume image).q } catch {
          throw .factorization(error)
        }
      }
    }
    let decomposition = try SnapshotDecomposition(
      tall: PreparedSnapshots(states: image, correlation), method: .tallSkinnyQR)
    let floor = 16 * Double.ulpOfOne * (decomposition.sigma.first ?? 0)
    return try decomposition.modes(decomposition.sigma.prefix { $0 > floor }.count).vectors
  }

  /// QᵀX̃B.
  fileprivate func products(
    with q: DenseMatrix<Double>
  ) throws(SnapshotError) -> DenseMatrix<Double> {
    let image = correlation.map { $0 * q } ?? q
    var result = DenseMatrix<Double>(rowCount: q.columnCount, columnCount: count)
    try forEachBlock { block in result = result + block.adjointProduct(of: image) }
    return result
  }
}
