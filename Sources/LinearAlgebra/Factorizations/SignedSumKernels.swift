extension TallBlock {
  /// About `count` sums of mapped rows, each with a random sign in one of them: sixty-four
  /// rows of every 256.
  ///
  /// They keep the lengths of all combinations of the columns to a small factor, unless these live in
  /// the other rows: a pass over all would take a third of the time of the products that it is to save.
  ///
  /// - Complexity: n / 2 operations per row.
  /// - Source: Clarkson, Woodruff, *Low rank approximation and regression in input sparsity time*,
  ///   STOC (2013).
  func signedSums(count: Int) -> DenseMatrix<Double> {
    let n = matrix.columnCount
    let p = max(64, count / 64 * 64)
    var random = SplitMix64(seed: 1)
    let signs = (0..<matrix.rowCount).map { _ in random.sign() }
    var sums = [Double](repeating: 0, count: p * n)
    let part = 1024
    let segment = max(1, TallBlock.segment(columns: n) / part) * part
    unsafe addOrdered(
      to: &sums, rows: matrix.rowCount, segment: segment, wave: 4,
      scratch: { [Double](repeating: 0, count: map.isIdentity ? 0 : part * n) }
    ) { scratch, rows, sum in
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = start..<min(rows.upperBound, start + part)
        unsafe withRows(range, scratch: &scratch) { a, leading in
          unsafe signs.withUnsafeBufferPointer { signs in
            guard let signs = signs.baseAddress else { return }
            // Safe: p is a multiple of sixty-four, there are signs for all rows, and n columns. Column by
            // column, because each is in other pages of memory.
            for j in 0..<n {
              for first in stride(from: range.lowerBound, to: range.upperBound, by: 256) {
                unsafe addProducts(
                  signs + first, a + (j * leading + first - start),
                  count: min(64, range.upperBound - first), to: sum + (first / 4 % p + j * p))
              }
            }
          }
        }
      }
    }
    return DenseMatrix(rowCount: p, columnCount: n, values: sums)
  }
}

/// sᵢ ← sᵢ + dᵢ xᵢ.
private func addProducts(
  _ d: UnsafePointer<Double>, _ x: UnsafePointer<Double>, count: Int,
  to s: UnsafeMutablePointer<Double>
) {
  var i = 0
  // Safe: the caller has as many of each.
  while i &+ 8 <= count {
    let left = unsafe UnsafeRawPointer(d + i).loadUnaligned(as: SIMD8<Double>.self)
    let right = unsafe UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
    let target = unsafe UnsafeMutableRawPointer(s + i)
    let sum = unsafe target.loadUnaligned(as: SIMD8<Double>.self) + left * right
    unsafe target.storeBytes(of: sum, as: SIMD8<Double>.self)
    i &+= 8
  }
  while i < count {
    unsafe s[i] += d[i] * x[i]
    i &+= 1
  }
}
