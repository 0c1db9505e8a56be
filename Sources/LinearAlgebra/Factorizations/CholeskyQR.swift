/// V = Q T for columns that are nearly orthonormal already, such as modes computed as S W Σ⁻¹.
///
/// Cholesky QR is repeated until QᵀXQ = I to round-off, which takes one pass for columns that are
/// orthonormal to a tenth: its error is round-off times the square of their condition number, 1.2
/// then, and need not be looked at. Where the columns are too far from it for a Cholesky
/// factorization, reflectors (Gram–Schmidt with repetition in a product) take over. T is upper
/// triangular: the first k columns keep their span for every k.
///
/// - Source: Yamamoto, Nakatsukasa, Yanagisawa, Fukaya, *Roundoff error analysis of the
///   CholeskyQR2 algorithm*, ETNA 44 (2015).
public struct CholeskyQR: Sendable {
  /// Q, m × n.
  public let q: DenseMatrix<Double>
  /// T, n × n.
  public let t: DenseMatrix<Double>

  /// Orthonormalises.
  ///
  /// - Parameters:
  ///   - v: The columns; consumed, so that no copy is made.
  ///   - x: The product, symmetric positive definite; the identity where nil.
  /// - Throws: `notFinite`; `singular` where columns are dependent to round-off.
  public init(
    _ v: consuming DenseMatrix<Double>, in x: SparseMatrix<Double>? = nil
  ) throws(FactorizationError) {
    let n = v.columnCount
    var total = DenseMatrix<Double>.identity(n)
    for pass in 0..<4 {
      let gram = CholeskyQR.gram(v, x)
      let distance = (gram - .identity(n)).frobeniusNorm
      guard distance.isFinite else { throw .notFinite(row: 0, column: 0) }
      if distance <= (pass == 0 ? 4e-15 : 2e-14) * Double(n).squareRoot() { break }
      guard distance < 0.5, pass < 3 else {
        let (q, t) = try CholeskyQR.fallback(v, x)
        (self.q, self.t) = (q, t * total)
        return
      }
      let lower = try Cholesky(gram).lower
      v.multiplyRows(
        by: lower.solvedTriangular(upper: false, .plain, .identity(n)).transposed(), upper: true)
      total = lower.transposed() * total
      if distance <= 0.1 { break }
    }
    (q, t) = (v, total)
  }

  private static func gram(
    _ v: DenseMatrix<Double>, _ x: SparseMatrix<Double>?
  ) -> DenseMatrix<Double> {
    var gram = TallGram(columnCount: v.columnCount)
    if let x { gram.append(TallBlock(v), in: x) } else { gram.append(TallBlock(v)) }
    return gram.matrix
  }

  private static func fallback(
    _ v: DenseMatrix<Double>, _ x: SparseMatrix<Double>?
  ) throws(FactorizationError) -> (DenseMatrix<Double>, DenseMatrix<Double>) {
    if x == nil, v.rowCount >= v.columnCount {
      let qr = try TallSkinnyQR(v)
      return (qr.q, qr.r)
    }
    var columns = GramSchmidt<Double>(rowCount: v.rowCount, product: x)
    let result = try columns.append(v, tolerance: Double.ulpOfOne)
    guard result.kept.count == v.columnCount else {
      let missing = (0..<v.columnCount).first { !result.kept.contains($0) }
      throw .singular(pivot: missing ?? 0)
    }
    return (columns.vectors, result.coefficients)
  }
}

extension DenseMatrix where S == Double {
  /// Replaces every row a by a B, in place, block by block.
  ///
  /// - Parameters:
  ///   - b: B.
  ///   - upper: Whether B is upper triangular, which saves a quarter of the operations.
  /// - Precondition: B is square, of the order of this matrix's columns.
  public mutating func multiplyRows(by b: DenseMatrix<Double>, upper: Bool = false) {
    let (m, n) = (rowCount, columnCount)
    precondition(b.rowCount == n && b.columnCount == n, "\(b.rowCount) × \(b.columnCount) for \(n)")
    guard m > 0, n > 0 else { return }
    let part = TallBlock.rowsOfProduct(columns: n, of: m)
    unsafe values.withDisjointWrites { v in
      forEachChunk(of: m, size: part, scratch: { [Double](repeating: 0, count: part * n) }) {
        scratch, rows in
        guard let base = unsafe v.base.baseAddress else { return }
        let (first, height) = (unsafe base + rows.lowerBound, rows.count)
        unsafe scratch.withUnsafeMutableBufferPointer { out in
          unsafe b.values.withUnsafeBufferPointer { b in
            guard let out = out.baseAddress, let b = b.baseAddress else { return }
            // The left half of the columns of a triangle has zeros below its diagonal block.
            let half = upper ? n / 2 : 0
            if half > 0 {
              unsafe Double.gemm(
                .plain, .plain, height, half, half, 1, first, m, b, n, 0, out, height)
            }
            unsafe Double.gemm(
              .plain, .plain, height, n - half, n, 1, first, m, b + half * n, n, 0,
              out + half * height, height)
            for j in 0..<n {
              unsafe (first + j * m).update(from: out + j * height, count: height)
            }
          }
        }
      }
    }
  }
}
