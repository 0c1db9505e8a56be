internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// X = Q R of a tall block by the Cholesky factor of its Gram matrix, twice: a product with BLAS-3
/// where reflectors would pass over the columns one by one.
///
/// Columns without a direction of their own are dropped first by a pivoted factorization, if the
/// Gram matrix says that there may be some.
///
/// - Source: Yamamoto, Nakatsukasa, Yanagisawa, Fukaya, *Roundoff error analysis of the CholeskyQR2
///   algorithm*, ETNA 44 (2015).
struct GramOrthonormalization<S: Scalar> {
  /// Q.
  let q: DenseMatrix<S>
  /// T with Q = X T: what turns other vectors the same way.
  let transformation: DenseMatrix<S>

  /// - Returns: nil if no column is left or a number is not finite.
  init?(_ x: DenseMatrix<S>) {
    var t: DenseMatrix<S>
    if let scaled = Self.scaledFactor(x.gramian(), limit: 1e-12) {
      t = scaled
    } else {
      let lengths = (0..<x.columnCount).map { norm(x.column($0)) }
      guard lengths.allSatisfy(\.isFinite) else { return nil }
      t = DenseMatrix<S>(rowCount: x.columnCount, columnCount: x.columnCount)
      for (j, length) in lengths.enumerated() { t[j, j] = S(real: length > 0 ? 1 / length : 0) }
      // Keep what a pivoted factorization of the scaled columns finds independent.
      guard let pivoted = try? PivotedQR(x * t, tolerance: 1e-12), pivoted.rank > 0 else {
        return nil
      }
      var kept = DenseMatrix<S>(rowCount: x.columnCount, columnCount: pivoted.rank)
      for j in 0..<pivoted.rank { kept[pivoted.columnOrder[j], j] = 1 }
      let r = pivoted.r.rows(0..<pivoted.rank).columns(0..<pivoted.rank)
      t = t * kept * r.solvedUpper(.identity(pivoted.rank))
    }
    let first = x * t
    guard let second = Self.inverseFactor(of: first, limit: 1e-8) else { return nil }
    transformation = t * second
    q = first * second
  }

  /// D R⁻¹ with RᴴR = D XᴴX D of unit diagonal; nil where squares leave the range of numbers or a
  /// pivot, squared, is below the limit.
  static func scaledFactor(_ gram: DenseMatrix<S>, limit: Double) -> DenseMatrix<S>? {
    let n = gram.rowCount
    let squares = (0..<n).map { gram[$0, $0].realPart }
    guard squares.allSatisfy({ $0 > 1e-200 && $0 < 1e200 }) else { return nil }
    let d = squares.map { 1 / $0.squareRoot() }
    var scaled = gram
    for j in 0..<n { for i in 0..<n { scaled[i, j] = scaled[i, j] * S(real: d[i] * d[j]) } }
    guard var t = inverseFactor(ofGram: scaled, limit: limit) else { return nil }
    for j in 0..<n { for i in 0...j { t[i, j] = t[i, j] * S(real: d[i]) } }
    return t
  }

  /// Whether the Cholesky factor of a Gram matrix would lose half of its digits or fail.
  static func isIllConditioned(_ gram: DenseMatrix<S>) -> Bool {
    let n = gram.rowCount
    let d = (0..<n).map { gram[$0, $0].realPart }
    guard d.allSatisfy({ $0 > 0 }) else { return true }
    var scaled = gram.hermitianPart
    for j in 0..<n {
      for i in 0..<n { scaled[i, j] = scaled[i, j] * S(real: 1 / (d[i] * d[j]).squareRoot()) }
    }
    guard let factor = try? Cholesky(scaled) else { return true }
    return (0..<n).contains { factor.lower[$0, $0].realPart < 1e-8 }
  }

  /// R⁻¹ of XᴴX = RᴴR; nil if a pivot is below the limit, relative to unit columns.
  static func inverseFactor(of x: DenseMatrix<S>, limit: Double) -> DenseMatrix<S>? {
    inverseFactor(ofGram: x.gramian(), limit: limit)
  }

  /// The same of XᴴX.
  static func inverseFactor(ofGram gram: DenseMatrix<S>, limit: Double) -> DenseMatrix<S>? {
    guard let factor = try? Cholesky(gram) else { return nil }
    let n = factor.order
    guard (0..<n).allSatisfy({ factor.lower[$0, $0].realPart > limit.squareRoot() }) else {
      return nil
    }
    return factor.lower.adjoint().solvedUpper(.identity(n))
  }
}
