internal import LinearAlgebra

/// B = U Σ Wᵀ of prepared snapshots, the left factor known by how it can be computed.
struct SnapshotDecomposition {
  /// Modes in the coordinates of the prepared snapshots, orthonormal in X̃.
  struct Modes {
    var vectors: DenseMatrix<Double>
    /// Their products with all snapshots, n × m, where they are known.
    let coefficients: DenseMatrix<Double>?
    /// The distances of all snapshots from their span, where they were computed on the way.
    var distances: [Double]? = nil

    /// The vectors, moved out so that they can be changed in place.
    mutating func takeVectors() -> DenseMatrix<Double> {
      let taken = vectors
      vectors = DenseMatrix(rowCount: taken.rowCount, columnCount: 0)
      return taken
    }
  }

  /// The method that computed it.
  let method: PODMethod
  /// min(N, m) singular values, descending.
  let sigma: [Double]
  /// A bound of the error of each.
  let bounds: [Double]
  /// Modes below this are not to be trusted; zero where round-off of σ₁ is the only limit.
  let trustedDownTo: Double
  /// ‖b_j‖.
  let norms: [Double]
  /// max_j ‖b_j‖ in the Euclidean norm, for the noise of the source.
  let largestEntryNorm: Double
  /// For n = 0, 1, … the largest ‖b_j − projection‖ / ‖b_j‖, by the decomposition.
  let worst: () throws(SnapshotError) -> [Double]
  /// The first n modes.
  let modes: (Int) throws(SnapshotError) -> Modes
  /// The norm of what was left out before these singular values were computed.
  var remainder = 0.0

  var total: Double { norm(norms) }
}

extension SnapshotDecomposition {
  /// By the triangle of the snapshots, or its Gram matrix.
  init(
    tall snapshots: PreparedSnapshots, method: PODMethod
  ) throws(SnapshotError) {
    let factor = try TallFactor(of: snapshots, method: method)
    if let correlation = snapshots.correlation, method != .snapshots {
      try self.init(oblique: snapshots, factor, in: correlation)
      return
    }
    let (sigma, right, norms) = (factor.sigma, factor.rightAdjoint, factor.norms)
    self.init(
      method: method, sigma: sigma, bounds: factor.bounds, trustedDownTo: factor.trustedDownTo,
      norms: norms, largestEntryNorm: factor.largestEntryNorm,
      worst: { worstErrors(sigma, right, norms) },
      modes: { n throws(SnapshotError) in try factor.leftVectors(n, of: snapshots) },
      remainder: factor.remainder)
  }

  /// By Euclidean modes first, whose small Gram matrix in X̃ does the rest.
  ///
  /// Where the Gram matrix of the snapshots themselves would lose half of the digits, that of
  /// orthonormal vectors loses the logarithm of the condition number of X̃.
  ///
  /// - Source: Lowery, Langou, *Stability analysis of QR factorization in an oblique inner
  ///   product*, arXiv:1401.5171 (2014), pre-Cholesky QR.
  private init(
    oblique snapshots: PreparedSnapshots, _ factor: TallFactor, in x: SparseMatrix<Double>
  ) throws(SnapshotError) {
    let first = factor.sigma.first ?? 0
    let r = factor.sigma.prefix { $0 > Double.ulpOfOne * first }.count
    let euclidean = try factor.leftVectors(r, of: snapshots)
    let q = euclidean.vectors
    let svd: SVD<Double>
    let lower: Cholesky<Double>
    let triangle: DenseMatrix<Double>
    var gram = TallGram(columnCount: r)
    gram.append(TallBlock(q), in: x)
    do throws(FactorizationError) {
      lower = try Cholesky(gram.matrix)
      triangle = lower.lower.transposed() * (euclidean.coefficients ?? q.adjointTimes(q))
      svd = try SVD(triangle)
    } catch { throw .factorization(error) }
    let missing = min(snapshots.count, snapshots.dimension) - svd.singularValues.count
    let sigma = svd.singularValues + [Double](repeating: 0, count: max(0, missing))
    let right = svd.rightVectorsAdjoint
    let norms = columnNorms(triangle)
    self.init(
      method: factor.method, sigma: sigma, bounds: roundOffBounds(sigma), trustedDownTo: 0,
      norms: norms, largestEntryNorm: factor.largestEntryNorm,
      worst: { worstErrors(sigma, right, norms) },
      modes: { n throws(SnapshotError) in
        do throws(FactorizationError) {
          let turn = lower.solveAdjoint(svd.leftVectors.columns(0..<n))
          var products = right.rows(0..<n)
          for j in 0..<products.columnCount { for i in 0..<n { products[i, j] *= sigma[i] } }
          return Modes(
            vectors: try CholeskyQR(q * turn, in: x).q, coefficients: products)
        } catch { throw .factorization(error) }
      })
  }

  /// Of more snapshots than unknowns: the snapshots are the rows of a tall matrix, whose right
  /// vectors are the modes.
  init(
    wide snapshots: PreparedSnapshots, method: PODMethod
  ) throws(SnapshotError) {
    guard snapshots.reader.readsSnapshots else {
      throw .refused(
        "\(snapshots.count) snapshots of \(snapshots.dimension) entries that are stored by rows "
          + "exceed the memory of \(snapshots.reader.memory) bytes; allow more, or store them by "
          + "snapshots")
    }
    var lower: Cholesky<Double>?
    if let x = snapshots.correlation {
      do throws(FactorizationError) {
        lower = try Cholesky(x * DenseMatrix<Double>.identity(snapshots.dimension))
      } catch { throw .factorization(error) }
    }
    let triangle = lower?.lower
    var (norms, entries) = ([Double](), 0.0)
    let factor = try TallFactor.make(
      columns: snapshots.dimension, method, snapshots.reader
    ) { take throws(SnapshotError) in
      try snapshots.forEachBatch { batch, _ throws(SnapshotError) in
        let turned = triangle.map { $0.adjointTimes(batch) } ?? batch
        entries = columnNorms(batch).reduce(entries, max)
        norms += columnNorms(turned)
        try take(TallBlock(turned.transposed()))
      }
    }
    let (turn, lengths, choleskyFactor) = (factor.rightAdjoint, norms, lower)
    self.init(
      method: method, sigma: factor.sigma, bounds: factor.bounds,
      trustedDownTo: factor.trustedDownTo, norms: norms, largestEntryNorm: entries,
      worst: { () throws(SnapshotError) in
        var worst = [Double](repeating: 0, count: factor.sigma.count + 1)
        let limit = negligible(lengths)
        try snapshots.forEachBatch { batch, range in
          let c = turn * (triangle.map { $0.adjointTimes(batch) } ?? batch)
          for j in 0..<range.count where lengths[range.lowerBound + j] > limit {
            raise(&worst, by: c.column(j), norm: lengths[range.lowerBound + j])
          }
        }
        return worst
      },
      modes: { n throws(SnapshotError) in
        let vectors = turn.rows(0..<n).transposed()
        do throws(FactorizationError) {
          let modes = try CholeskyQR(
            choleskyFactor.map { $0.solveAdjoint(vectors) } ?? vectors,
            in: snapshots.correlation)
          return Modes(vectors: modes.q, coefficients: nil)
        } catch { throw .factorization(error) }
      })
  }
}

/// A step that can fail in linear algebra.
func factorizing<Result>(
  _ body: () throws(FactorizationError) -> Result
) throws(SnapshotError) -> Result {
  do throws(FactorizationError) { return try body() } catch { throw .factorization(error) }
}

/// For n = 0, 1, …, the largest relative part of a snapshot beyond the first n modes.
private func worstErrors(
  _ sigma: [Double], _ right: DenseMatrix<Double>, _ norms: [Double]
) -> [Double] {
  var worst = [Double](repeating: 0, count: right.rowCount + 1)
  let limit = negligible(norms)
  for j in norms.indices where norms[j] > limit {
    let c = (0..<right.rowCount).map { sigma[$0] * right[$0, j] }
    raise(&worst, by: c, norm: norms[j])
  }
  return worst
}

/// Snapshots up to this norm are round-off: their relative error says nothing.
func negligible(_ norms: [Double]) -> Double { 1e-14 * (norms.max() ?? 0) }

/// Takes one snapshot with coefficients `c` in all modes into the worst relative errors.
private func raise(_ worst: inout [Double], by c: [Double], norm: Double) {
  var tail = 0.0
  for n in c.indices.reversed() {
    tail += (c[n] / norm) * (c[n] / norm)
    worst[n] = max(worst[n], tail.squareRoot())
  }
}

/// √Σ of the squares in each column.
func columnNorms(_ a: DenseMatrix<Double>) -> [Double] {
  (0..<a.columnCount).map { norm(a.column($0)) }
}

/// The error of singular values of a triangle: some units in the last place of the largest, more where
/// the triangle is large.
///
/// Measured on equal snapshots, of which all but one value is round-off: at most 4 units for 100
/// values and 42 for 300, under weights over twelve decades and whatever the kernels of BLAS.
func roundOffBounds(_ sigma: [Double]) -> [Double] {
  let units = max(32, 3 * Double(sigma.count).squareRoot())
  return [Double](repeating: units * Double.ulpOfOne * (sigma.first ?? 0), count: sigma.count)
}
