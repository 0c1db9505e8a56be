internal import LinearAlgebra

/// Columns that are orthonormal in a product, and grow by blocks.
///
/// Block Gram–Schmidt with repetition: a block is projected until its columns stop shrinking, in
/// matrix products; then its columns are orthogonalised among themselves. The coordinates of what
/// was appended come back, so that `block = vectors · coordinates` to round-off. The number of
/// columns added depends on the block's rank only.
///
/// - Source: Giraud, Langou, Rozložník, van den Eshof, Numer. Math. 101 (2005): twice is enough.
struct OrthonormalColumns<S: Scalar>: Sendable {
  let product: InnerProduct<S>
  private(set) var vectors: DenseMatrix<S>

  var count: Int { vectors.columnCount }

  init(in product: InnerProduct<S>) {
    self.product = product
    vectors = DenseMatrix(rowCount: product.dimension, columnCount: 0)
  }

  /// Adds the directions of `block` that are new.
  ///
  /// - Parameter tolerance: A column whose part outside of what is spanned already is at most this
  ///   fraction of its norm adds nothing.
  /// - Returns: Coordinates of the block's columns in all vectors after the call,
  ///   (old + new) × columns, and for each column the norm of its new part.
  mutating func append(
    _ block: DenseMatrix<S>, tolerance: Double
  ) -> (coordinates: DenseMatrix<S>, remainders: [Double]) {
    let (old, width) = (count, block.columnCount)
    var (w, scales, shrunk) = (block, [Double](repeating: 1, count: width), true)
    let norms = normalise(&w, scaling: &scales)
    var c = DenseMatrix<S>(rowCount: old + width, columnCount: width)
    var pass = 0
    while old > 0, shrunk, pass < 4 {
      let before = scales
      let part = vectors.adjointTimes(product.apply(w))
      subtractProduct(vectors, part, from: &w)
      for j in 0..<width {
        for i in 0..<old { c[i, j] += S(real: scales[j]) * part[i, j] }
      }
      normalise(&w, scaling: &scales)
      pass += 1
      shrunk = (0..<width).contains {
        scales[$0] > tolerance * norms[$0] && scales[$0] < 0.5 * before[$0]
      }
      // The first projection leaves errors relative to the whole column in the remainder.
      if pass == 1 { shrunk = true }
    }
    var remainders = scales
    for j in 0..<width {
      guard scales[j] > tolerance * norms[j], norms[j] > 0 else {
        remainders[j] = 0
        continue
      }
      let (column, left) = orthogonalised(w.column(j), after: old, of: &c, j, scale: scales[j])
      remainders[j] = left
      guard left > tolerance * norms[j] else { continue }
      vectors.appendColumn(column)
      c[count - 1, j] = S(real: left)
    }
    var coordinates = DenseMatrix<S>(rowCount: count, columnCount: width)
    for j in 0..<width { for i in 0..<count { coordinates[i, j] = c[i, j] } }
    return (coordinates, remainders)
  }

  /// A unit column made orthogonal to the vectors the block has added so far.
  ///
  /// - Returns: The unit column and its norm times `scale`.
  private func orthogonalised(
    _ column: [S], after old: Int, of c: inout DenseMatrix<S>, _ j: Int, scale: Double
  ) -> (column: [S], norm: Double) {
    guard count > old else { return (column, scale) }
    var (w, length) = (column, scale)
    for _ in 0..<4 {
      // All vectors, not only the new ones: cancellation within the block brings old ones back.
      let part = vectors.adjointTimes(product.apply(w))
      for i in part.indices {
        c[i, j] += S(real: length) * part[i]
        axpy(-part[i], vectors.values, column: i, of: vectors.rowCount, into: &w)
      }
      let norm = product.norm(w)
      guard norm > 0 else { return (w, 0) }
      LinearAlgebra.scale(S(real: 1 / norm), &w)
      length *= norm
      if norm > 0.5 { break }
    }
    return (w, length)
  }

  /// Scales each column to norm one and multiplies its norm into `scales`; the norms come back.
  @discardableResult
  private func normalise(_ w: inout DenseMatrix<S>, scaling scales: inout [Double]) -> [Double] {
    let image = product.apply(w)
    return (0..<w.columnCount).map { j in
      let norm = columnDot(w, image, j).squareRoot()
      guard norm > 0 else {
        scales[j] = 0
        return 0
      }
      scaleColumn(&w, j, by: S(real: 1 / norm))
      scales[j] *= norm
      return norm
    }
  }
}
