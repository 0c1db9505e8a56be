internal import RealModule

// Small symmetric systems, of order 1 to a few hundred, where calling a library costs as much as the
// work. The lower triangle is kept in blocks of 4 × 4, columns within a block, block rows one after
// another: block (I, J), J ≤ I, starts at 16 (I (I + 1)/2 + J). The last block row is padded with
// the identity. Every entry is computed by the same operations whatever the order of the system.

/// The places of a lower triangle in blocks.
enum BlockedTriangle {
  /// The number of block rows of order n.
  @inline(__always) static func blockCount(_ n: Int) -> Int { (n + 3) / 4 }

  /// The number of stored numbers of order n.
  @inline(__always) static func entryCount(_ n: Int) -> Int {
    let m = blockCount(n)
    return 8 * m * (m + 1)
  }

  /// Where entry (i, j), j ≤ i, stands.
  @inline(__always) static func place(_ i: Int, _ j: Int) -> Int {
    let (row, column) = (i / 4, j / 4)
    return 16 * (row * (row + 1) / 2 + column) + 4 * (j % 4) + i % 4
  }

  /// A triangle given row by row, in blocks; entries above the diagonal of diagonal blocks and the
  /// padding are zero.
  static func blocks(of rows: [Double], order n: Int) -> [Double] {
    var result = [Double](repeating: 0, count: entryCount(n))
    var k = 0
    for i in 0..<n {
      for j in 0...i {
        result[place(i, j)] = rows[k]
        k += 1
      }
    }
    return result
  }
}

/// Replaces A by its factor L, with 1/Lᵢᵢ on the diagonal.
///
/// - Parameter a: The blocks; the padding's diagonal is set here.
/// - Returns: The smallest Lᵢᵢ², and the first row whose pivot is not positive, or −1.
func blockedCholesky(
  _ a: UnsafeMutablePointer<SIMD4<Double>>, order n: Int
) -> (smallestPivot: Double, failedRow: Int) {
  let blockCount = BlockedTriangle.blockCount(n)
  var smallest = Double.infinity
  for i in n..<max(n, 4 * blockCount) {
    let place = BlockedTriangle.place(i, i)
    unsafe a[place / 4][place % 4] = 1
  }
  for row in 0..<blockCount {
    let rowStart = unsafe a + 2 * row * (row + 1)
    for column in 0...row {
      let columnStart = unsafe a + 2 * column * (column + 1)
      let block = unsafe rowStart + 4 * column
      unsafe subtractRowProduct(rowStart, columnStart, count: column, from: block)
      if column < row {
        unsafe divideByTransposed(columnStart + 4 * column, block)
        continue
      }
      for j in 0..<4 {
        let pivot = unsafe block[j][j]
        guard pivot > 0 else { return (pivot, 4 * row + j) }
        if 4 * row + j < n { smallest = min(smallest, pivot) }
        let inverse = 1 / pivot.squareRoot()
        var l = unsafe block[j] * inverse
        for k in j + 1..<4 where k < 4 { unsafe block[k] -= l * l[k] }
        l[j] = inverse
        for i in 0..<j { l[i] = 0 }
        unsafe block[j] = l
      }
    }
  }
  return (smallest, -1)
}

/// block ← block − Σ_k L(row, k) L(column, k)ᵀ over the first `count` blocks of both rows.
@inline(__always)
private func subtractRowProduct(
  _ row: UnsafeMutablePointer<SIMD4<Double>>, _ column: UnsafeMutablePointer<SIMD4<Double>>,
  count: Int, from block: UnsafeMutablePointer<SIMD4<Double>>
) {
  var (c0, c1, c2, c3) = unsafe (block[0], block[1], block[2], block[3])
  for k in 0..<4 * count {
    let (l, m) = unsafe (row[k], column[k])
    c0 -= l * m[0]
    c1 -= l * m[1]
    c2 -= l * m[2]
    c3 -= l * m[3]
  }
  unsafe (block[0], block[1], block[2], block[3]) = (c0, c1, c2, c3)
}

/// block ← block D⁻ᵀ with the factored diagonal block D.
@inline(__always)
private func divideByTransposed(
  _ d: UnsafeMutablePointer<SIMD4<Double>>, _ block: UnsafeMutablePointer<SIMD4<Double>>
) {
  let (d0, d1, d2, d3) = unsafe (d[0], d[1], d[2], d[3])
  let x0 = unsafe block[0] * d0[0]
  let x1 = unsafe (block[1] - x0 * d0[1]) * d1[1]
  let x2 = unsafe (block[2] - x0 * d0[2] - x1 * d1[2]) * d2[2]
  let x3 = unsafe (block[3] - x0 * d0[3] - x1 * d1[3] - x2 * d2[3]) * d3[3]
  unsafe (block[0], block[1], block[2], block[3]) = (x0, x1, x2, x3)
}

/// x ← L⁻ᵀ L⁻¹ x with the factor of `blockedCholesky`; the padding of x must be zero.
func blockedSolve(
  _ l: UnsafePointer<SIMD4<Double>>, order n: Int, _ x: UnsafeMutablePointer<SIMD4<Double>>
) {
  let blockCount = BlockedTriangle.blockCount(n)
  for row in 0..<blockCount {
    let start = unsafe l + 2 * row * (row + 1)
    var y = unsafe x[row]
    for column in 0..<row {
      let (block, z) = unsafe (start + 4 * column, x[column])
      unsafe y -= block[0] * z[0]
      unsafe y -= block[1] * z[1]
      unsafe y -= block[2] * z[2]
      unsafe y -= block[3] * z[3]
    }
    let d = unsafe start + 4 * row
    for j in 0..<4 {
      let value = unsafe y[j] * d[j][j]
      unsafe y -= d[j] * value
      y[j] = value
    }
    unsafe x[row] = y
  }
  for row in (0..<blockCount).reversed() {
    var (s0, s1, s2, s3) = (
      SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
    )
    for below in row + 1..<max(row + 1, blockCount) {
      let (block, z) = unsafe (l + 2 * below * (below + 1) + 4 * row, x[below])
      unsafe s0 += block[0] * z
      unsafe s1 += block[1] * z
      unsafe s2 += block[2] * z
      unsafe s3 += block[3] * z
    }
    let d = unsafe l + 2 * row * (row + 1) + 4 * row
    var y = unsafe x[row] - SIMD4(s0.sum(), s1.sum(), s2.sum(), s3.sum())
    for j in (0..<4).reversed() {
      var value = y[j]
      for k in j + 1..<max(j + 1, 4) { unsafe value -= d[j][k] * y[k] }
      unsafe y[j] = value * d[j][j]
    }
    unsafe x[row] = y
  }
}
