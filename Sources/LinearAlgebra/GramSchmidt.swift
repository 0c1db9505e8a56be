/// A set of vectors kept orthonormal in an inner product while it grows, by block Gram–Schmidt
/// with re-orthogonalisation.
///
/// Every vector is projected twice, and again for as long as a projection still takes a
/// noticeable part of it, so that QᴴXQ = I holds to round-off even when nearly dependent vectors
/// are added.
///
/// - Source: Giraud, Langou, Rozložník, *The loss of orthogonality in the Gram–Schmidt
///   orthogonalization process*, Comput. Math. Appl. 50 (2005) (twice is enough).
public struct GramSchmidt<S: Scalar>: Sendable {
  /// X, Hermitian positive definite; the identity where nil.
  public let product: SparseMatrix<S>?
  /// Q, its columns orthonormal in X.
  public private(set) var vectors: DenseMatrix<S>

  /// What became of the columns A that were added: A = Q R to round-off, Q the basis afterwards.
  public struct Extension: Sendable {
    /// R, one row for each vector of the basis after the extension.
    public let coefficients: DenseMatrix<S>
    /// The columns that brought a new direction, ascending.
    public let kept: [Int]
  }

  /// An empty basis of vectors with `rowCount` entries.
  ///
  /// - Precondition: `product` is square of that order.
  public init(rowCount: Int, product: SparseMatrix<S>? = nil) {
    if let product {
      precondition(
        product.rowCount == rowCount && product.columnCount == rowCount,
        "a product of order \(product.rowCount) for vectors of \(rowCount) entries")
    }
    self.product = product
    vectors = DenseMatrix(rowCount: rowCount, columnCount: 0)
  }

  /// Continues from vectors that are orthonormal in the product already.
  public init(orthonormal vectors: DenseMatrix<S>, product: SparseMatrix<S>? = nil) {
    self.init(rowCount: vectors.rowCount, product: product)
    self.vectors = vectors
  }

  /// √(xᴴXx).
  public func length(of x: [S]) -> Double {
    dot(x, product.map { $0 * x } ?? x).realPart.clamped.squareRoot()
  }

  /// Adds one vector if it brings a new direction.
  ///
  /// - Parameters:
  ///   - x: The vector.
  ///   - tolerance: The vector counts as dependent if less than this part of its length is
  ///     orthogonal to the basis.
  /// - Returns: The coefficients of `x` in the basis afterwards, and whether it was kept.
  /// - Throws: `notFinite`.
  @discardableResult
  public mutating func append(
    _ x: [S], tolerance: Double = 1e-14
  ) throws(FactorizationError) -> (coefficients: [S], isKept: Bool) {
    let result = try append(
      DenseMatrix(rowCount: x.count, columnCount: 1, values: x), tolerance: tolerance)
    return (result.coefficients.values, !result.kept.isEmpty)
  }

  /// Adds the columns of A that bring new directions, in their order.
  ///
  /// - Parameters:
  ///   - a: The columns.
  ///   - tolerance: A column counts as dependent if less than this part of its length is
  ///     orthogonal to the basis and the columns before it.
  /// - Throws: `notFinite` with the entry of A.
  @discardableResult
  public mutating func append(
    _ a: DenseMatrix<S>, tolerance: Double = 1e-14
  ) throws(FactorizationError) -> Extension {
    precondition(
      a.rowCount == vectors.rowCount,
      "columns of \(a.rowCount) entries beside vectors of \(vectors.rowCount)")
    try a.requireFinite()
    var columns: [[S]] = []
    var kept: [Int] = []
    for first in stride(from: 0, to: a.columnCount, by: 16) {
      let panel = a.columns(first..<min(a.columnCount, first + 16))
      let (coefficients, new) = extend(by: panel, tolerance: tolerance)
      columns += (0..<panel.columnCount).map { coefficients.column($0) }
      kept += new.map { first + $0 }
    }
    var r = DenseMatrix<S>(rowCount: vectors.columnCount, columnCount: a.columnCount)
    for (j, column) in columns.enumerated() {
      for (i, value) in column.enumerated() { r[i, j] = value }
    }
    return Extension(coefficients: r, kept: kept)
  }

  private mutating func extend(
    by panel: DenseMatrix<S>, tolerance: Double
  ) -> (coefficients: DenseMatrix<S>, kept: [Int]) {
    let image = product.map { $0 * panel } ?? panel
    let limits = (0..<panel.columnCount).map {
      tolerance * dot(panel.column($0), image.column($0)).realPart.clamped.squareRoot()
    }
    var rest = panel
    var old = removeBasis(from: &rest, image: image)
    let second = removeBasis(from: &rest)
    old = old + second
    var (new, r, kept) = orthonormalize(rest, limits: limits)
    // Where the second projection took less than it left, and the columns are far from dependent on
    // each other, twice was enough.
    let isClear = (0..<kept.count).allSatisfy { k in
      let (left, column) = (r[k, kept[k]].absolute, kept[k])
      return norm(second.column(column)) <= left && norm(r.column(column)) <= 10 * left
    }
    // A direction of which little was left holds round-off in the span of the basis. Projecting
    // the unit vectors again takes it out; one that nearly vanishes was nothing but round-off.
    for _ in 0..<4 where !isClear && new.columnCount > 0 && vectors.columnCount > 0 {
      let correction = removeBasis(from: &new)
      let (again, change, survivors) = orthonormalize(
        new, limits: [Double](repeating: 0.01, count: new.columnCount))
      old = old + correction * r
      r = change * r
      new = again
      kept = survivors.map { kept[$0] }
      if (0..<survivors.count).allSatisfy({ change[$0, survivors[$0]].absolute > 0.7 }) { break }
    }
    vectors.appendColumns(of: new)
    var coefficients = DenseMatrix<S>(rowCount: vectors.columnCount, columnCount: panel.columnCount)
    coefficients.setRows(from: 0, old)
    coefficients.setRows(from: old.rowCount, r)
    return (coefficients, kept)
  }

  /// W ← W − Q (QᴴXW); the coefficients.
  ///
  /// - Parameter image: X W, where it is known.
  private func removeBasis(
    from w: inout DenseMatrix<S>, image: DenseMatrix<S>? = nil
  ) -> DenseMatrix<S> {
    guard vectors.columnCount > 0 else {
      return DenseMatrix(rowCount: 0, columnCount: w.columnCount)
    }
    let h = vectors.adjointTimes(image ?? product.map { $0 * w } ?? w)
    w = w - vectors * h
    return h
  }

  /// W = P R column by column, leaving out columns whose remainder is not above its limit.
  ///
  /// The images X p are kept: what a projection changes little has its image changed with it, and only
  /// where much was taken away is X multiplied with again, because digits would cancel.
  private func orthonormalize(
    _ w: DenseMatrix<S>, limits: [Double]
  ) -> (vectors: DenseMatrix<S>, coefficients: DenseMatrix<S>, kept: [Int]) {
    var p = DenseMatrix<S>(rowCount: w.rowCount, columnCount: 0)
    var images = p
    let all = product.map { $0 * w }
    var coefficients: [[S]] = []
    var kept: [Int] = []
    for j in 0..<w.columnCount {
      var x = w.column(j)
      var c = [S](repeating: S.zero, count: p.columnCount)
      var image = all?.column(j) ?? x
      var rest = dot(x, image).realPart.clamped.squareRoot()
      if p.columnCount > 0 {
        // Twice, and again while that takes a noticeable part: what is left of a dependent column
        // is round-off, far from orthogonal until it has been projected as often as it shrinks.
        for pass in 0..<6 {
          let before = rest
          let h = p.adjointTimes(image)
          axpy(-1, p * h, into: &x)
          axpy(1, h, into: &c)
          if let product {
            if norm(h) < 0.1 * before {
              axpy(-1, images * h, into: &image)
            } else {
              image = product * x
            }
          } else {
            image = x
          }
          rest = dot(x, image).realPart.clamped.squareRoot()
          if pass > 0, !(rest < 0.7 * before) || rest <= limits[j] { break }
        }
      }
      if rest > limits[j], rest.isNormal {
        scale(S(real: 1 / rest), &x)
        p.appendColumn(x)
        if product != nil {
          scale(S(real: 1 / rest), &image)
          images.appendColumn(image)
        }
        c.append(S(real: rest))
        kept.append(j)
      }
      coefficients.append(c)
    }
    var r = DenseMatrix<S>(rowCount: p.columnCount, columnCount: w.columnCount)
    for (j, c) in coefficients.enumerated() {
      for (i, value) in c.enumerated() { r[i, j] = value }
    }
    return (p, r, kept)
  }
}

extension Double {
  /// The number, or zero where round-off made it negative.
  fileprivate var clamped: Double { max(0, self) }
}
