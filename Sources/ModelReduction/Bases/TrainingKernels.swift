internal import LinearAlgebra

/// The estimates of a reduced model over a whole training set, by matrix products.
///
/// Points are taken in chunks of fixed size, each on one thread: reduced matrices by one product
/// with the coefficients, a Cholesky factorization each, and the residual coordinates of all of the
/// chunk's points by products of strips of R, which skip its zeros.
struct TrainingSet: Sendable {
  /// The parameters.
  let points: [Parameter]
  /// θ_q, one column per point.
  private let theta: DenseMatrix<Double>
  /// θ_p, one column per point.
  private let phi: DenseMatrix<Double>
  /// α per point.
  private let alphas: [Double?]
  private let consistency: ConsistencyBound

  static let chunkSize = 64
  static let stripHeight = 48

  /// What a model says at one point.
  struct Estimate: Sendable {
    var estimate = ErrorEstimate(value: 0, guarantee: .upperBound, floor: 0)
    var solutionNorm = 0.0
    var residual = 0.0
    /// What interpolated coefficients add to the residual.
    var consistency = 0.0
    var failedRow = -1
  }

  /// - Throws: When a point does not fit the space or a coefficient is not finite there.
  init(
    _ points: [Parameter], of problem: AffineDecomposition, coercivity: CoercivityBound
  ) throws(ModelError) {
    self.points = points
    for mu in points {
      try problem.parameterSpace.check(mu)
    }
    theta = problem.operatorCoefficients.values(at: points)
    phi = problem.loadCoefficients.values(at: points)
    for (matrix, family) in [
      (theta, problem.operatorCoefficients), (phi, problem.loadCoefficients),
    ]
    where matrix.values.contains(where: { !$0.isFinite }) {
      for mu in points { _ = try family.checkedValues(at: mu, in: problem.parameterSpace) }
    }
    let theta = theta
    alphas = points.indices.map { coercivity.value(for: theta.column($0))?.alpha }
    consistency = coercivity.conditions.consistency
  }

  /// The estimates at all points, in their order.
  func estimates(of model: GalerkinReducedModel) -> [Estimate] {
    let n = model.size
    let blocks = DenseMatrix(
      rowCount: BlockedTriangle.entryCount(n),
      columns: model.operators.map { BlockedTriangle.blocks(of: $0, order: n) })
    let loads = DenseMatrix(
      rowCount: model.loadCoefficients.count, columnCount: n, values: model.loads)
    let strips = ResidualStrips(model.residual)
    var results = [Estimate](repeating: Estimate(), count: points.count)
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: points.count, size: TrainingSet.chunkSize) { range in
        let part = chunk(range, blocks, loads, strips, model)
        // Safe: the rows of `range` belong to this call alone.
        for (k, row) in range.enumerated() { unsafe results.base[row] = part[k] }
      }
    }
    return results
  }

  private func chunk(
    _ range: Range<Int>, _ blocks: DenseMatrix<Double>, _ loads: DenseMatrix<Double>,
    _ strips: ResidualStrips, _ model: GalerkinReducedModel
  ) -> [Estimate] {
    let (n, q, p) = (model.size, theta.rowCount, phi.rowCount)
    let matrices = blocks * theta.columns(range)
    let rightSides = loads.adjointTimes(phi.columns(range))
    var parts = DenseMatrix<Double>(rowCount: p + n * q, columnCount: range.count)
    var results = [Estimate](repeating: Estimate(), count: range.count)
    var pivots = [Double](repeating: .infinity, count: range.count)
    var matrix = [SIMD4<Double>](repeating: .zero, count: blocks.rowCount / 4)
    var x = [SIMD4<Double>](repeating: .zero, count: BlockedTriangle.blockCount(n))
    for (k, row) in range.enumerated() {
      let start = k * blocks.rowCount
      for i in matrix.indices {
        let j = start + 4 * i
        matrix[i] = SIMD4(
          matrices.values[j], matrices.values[j + 1], matrices.values[j + 2],
          matrices.values[j + 3])
      }
      for i in x.indices { x[i] = .zero }
      for i in 0..<n { x[i / 4][i % 4] = rightSides.values[k * n + i] }
      let (pivot, failedRow) = unsafe matrix.withUnsafeMutableBufferPointer { a in
        unsafe x.withUnsafeMutableBufferPointer { x in
          guard let a = a.baseAddress, let x = x.baseAddress else {
            return (smallestPivot: Double.infinity, failedRow: -1)
          }
          let result = unsafe blockedCholesky(a, order: n)
          if result.failedRow < 0 { unsafe blockedSolve(a, order: n, x) }
          return result
        }
      }
      results[k].failedRow = failedRow
      pivots[k] = pivot
      var squares = SIMD4<Double>.zero
      for part in x { squares += part * part }
      results[k].solutionNorm = squares.sum().squareRoot()
      let offset = k * parts.rowCount
      for i in 0..<p { parts.values[offset + i] = phi.values[row * p + i] }
      for i in 0..<n {
        let gamma = -x[i / 4][i % 4]
        for j in 0..<q {
          parts.values[offset + p + i * q + j] = gamma * theta.values[row * q + j]
        }
      }
    }
    let norms = strips.norms(ofProductWith: parts)
    for (k, row) in range.enumerated() {
      var slack = 0.0
      let offset = k * parts.rowCount
      for i in 0..<parts.rowCount {
        slack += parts.values[offset + i].magnitude * model.residual.slack[i]
      }
      results[k].consistency = consistency.residualError(
        stateNorm: results[k].solutionNorm, at: points[row])
      results[k].estimate = ErrorEstimate(
        residual: norms[k], slack: slack, consistency: results[k].consistency,
        alpha: alphas[row], substitute: pivots[k])
      results[k].residual = norms[k]
    }
    return results
  }
}

/// R in strips of consecutive rows, each with the columns that reach it.
private struct ResidualStrips: Sendable {
  private var strips: [(first: Int, matrix: DenseMatrix<Double>)] = []
  private let columnCount: Int

  init(_ coordinates: ResidualCoordinates) {
    columnCount = coordinates.columnCount
    for top in stride(from: 0, to: coordinates.rowCount, by: TrainingSet.stripHeight) {
      let height = min(TrainingSet.stripHeight, coordinates.rowCount - top)
      var (offset, column, first) = (0, 0, columnCount)
      var values: [Double] = []
      for (width, reach) in zip(coordinates.widths, coordinates.heights) {
        for _ in 0..<width {
          if reach > top {
            first = min(first, column)
            let end = min(reach, top + height)
            values += coordinates.values[offset + top..<offset + end]
            values += [Double](repeating: 0, count: top + height - end)
          }
          offset += reach
          column += 1
        }
      }
      strips.append(
        (first, DenseMatrix(rowCount: height, columnCount: columnCount - first, values: values)))
    }
  }

  /// ‖R x‖₂ for each column x.
  func norms(ofProductWith parts: DenseMatrix<Double>) -> [Double] {
    let (count, rows) = (parts.columnCount, parts.rowCount)
    var squares = [Double](repeating: 0, count: count)
    var image = [Double](repeating: 0, count: TrainingSet.stripHeight * count)
    for (first, matrix) in strips {
      let height = matrix.rowCount
      unsafe matrix.values.withUnsafeBufferPointer { a in
        unsafe parts.values.withUnsafeBufferPointer { x in
          unsafe image.withUnsafeMutableBufferPointer { y in
            guard let a = a.baseAddress, let x = x.baseAddress, let y = y.baseAddress else {
              return
            }
            unsafe Double.gemm(
              .plain, .plain, height, count, matrix.columnCount, 1, a, height, x + first, rows, 0,
              y, height)
          }
        }
      }
      for k in 0..<count {
        var sum = 0.0
        for i in k * height..<(k + 1) * height { sum += image[i] * image[i] }
        squares[k] += sum
      }
    }
    return squares.map { $0.squareRoot() }
  }
}
