// Long columns are touched here and nowhere else in the active-set method.

/// A thin factorization A_P = Q R that columns join and leave, with Qᵀb and b − Q Qᵀb.
///
/// A column that joins is projected twice (twice is enough); one that leaves is taken out of R, and
/// Givens rotations make R triangular again. Nothing is squared, so the solution is as accurate as
/// that of a fresh QR factorization.
///
/// - Source: Daniel, Gragg, Kaufman, Stewart, *Reorthogonalization and stable algorithms for
///   updating the Gram–Schmidt QR factorization*, Math. Comp. 30 (1976).
struct PassiveFactor: Sendable {
  let rowCount: Int
  let b: [Double]
  /// Q, column by column.
  private var q: [Double] = []
  /// Column k of R: its k + 1 entries.
  private var r: [[Double]] = []
  /// Qᵀb.
  private var image: [Double] = []
  /// b − Q Qᵀb.
  private(set) var residual: [Double]

  init(_ b: [Double]) { (rowCount, self.b, residual) = (b.count, b, b) }

  /// p.
  var count: Int { r.count }

  /// Adds a column behind the others, unless less than 10⁻¹² of its length is new: such a column
  /// cannot lower the residual by more than round-off, and R would lose all digits.
  mutating func append(_ column: [Double]) -> Bool {
    let length = norm(column)
    guard length > 0, count < rowCount else { return false }
    var rest = column
    var entries = [Double](repeating: 0, count: count + 1)
    for _ in 0..<2 {
      let part = coordinates(of: rest)
      subtractImage(of: part, from: &rest)
      for (k, value) in part.enumerated() { entries[k] += value }
    }
    let new = norm(rest)
    guard new > 1e-12 * length else { return false }
    scale(1 / new, &rest)
    entries[count] = new
    // What is left of b tells more digits of its part along the new column than b itself.
    let share = dot(rest, residual)
    axpy(-share, rest, into: &residual)
    image.append(share)
    q.append(contentsOf: rest)
    r.append(entries)
    return true
  }

  /// Takes column j out.
  mutating func remove(_ j: Int) {
    r.remove(at: j)
    for k in j..<r.count {
      let (a, c) = (r[k][k], r[k][k + 1])
      let length = (a * a + c * c).squareRoot()
      let (cosine, sine) = length > 0 ? (a / length, c / length) : (1, 0)
      for l in k..<r.count {
        let (upper, lower) = (r[l][k], r[l][k + 1])
        r[l][k] = cosine * upper + sine * lower
        r[l][k + 1] = cosine * lower - sine * upper
      }
      r[k].removeLast()
      let (upper, lower) = (image[k], image[k + 1])
      image[k] = cosine * upper + sine * lower
      image[k + 1] = cosine * lower - sine * upper
      rotate(k, cosine, sine)
    }
    // What the last direction carried of b returns to the residual.
    let last = Array(q[(q.count - rowCount)...])
    axpy(image.removeLast(), last, into: &residual)
    q.removeLast(rowCount)
  }

  /// R⁻¹ Qᵀ b, the unconstrained solution on the columns present.
  func solution() -> [Double] {
    var z = image
    for k in stride(from: count - 1, through: 0, by: -1) {
      let column = r[k]
      z[k] /= column[k]
      let value = z[k]
      for i in 0..<k { z[i] -= value * column[i] }
    }
    return z
  }

  /// Qᵀ x.
  private func coordinates(of x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: count)
    guard count > 0 else { return y }
    // Safe: Q has `count` columns of `rowCount` entries, x as many.
    unsafe q.withUnsafeBufferPointer { q in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe Double.gemv(
          .transposed, rowCount, count, 1, q.baseAddress.unsafelyUnwrapped, rowCount,
          x.baseAddress.unsafelyUnwrapped, 0, &y)
      }
    }
    return y
  }

  /// x ← x − Q y.
  private func subtractImage(of y: [Double], from x: inout [Double]) {
    guard count > 0 else { return }
    // Safe: as above.
    unsafe q.withUnsafeBufferPointer { q in
      unsafe y.withUnsafeBufferPointer { y in
        unsafe Double.gemv(
          .plain, rowCount, count, -1, q.baseAddress.unsafelyUnwrapped, rowCount,
          y.baseAddress.unsafelyUnwrapped, 1, &x)
      }
    }
  }

  /// Rotates columns k and k + 1 of Q.
  private mutating func rotate(_ k: Int, _ cosine: Double, _ sine: Double) {
    let n = rowCount
    // Safe: both columns lie in Q.
    unsafe q.withUnsafeMutableBufferPointer { q in
      let first = k * n
      for i in first..<(first &+ n) {
        let (left, right) = unsafe (q[i], q[i &+ n])
        unsafe q[i] = cosine * left + sine * right
        unsafe q[i &+ n] = cosine * right - sine * left
      }
    }
  }
}
