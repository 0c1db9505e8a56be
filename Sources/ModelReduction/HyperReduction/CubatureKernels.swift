internal import LinearAlgebra

/// Aᵀx, columns in blocks on all threads.
func multiplyTransposed(
  _ a: DenseMatrix<Double>, _ x: [Double], into y: inout [Double]
) {
  let m = a.rowCount
  precondition(x.count == m && y.count == a.columnCount, "product of unequal sizes")
  guard m > 0 else {
    for j in y.indices { y[j] = 0 }
    return
  }
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: a.columnCount, size: max(16, 131_072 / m)) { columns in
      // Safe: the columns lie in A, as compared above.
      unsafe a.values.withUnsafeBufferPointer { a in
        unsafe x.withUnsafeBufferPointer { x in
          guard let a = a.baseAddress, let x = x.baseAddress, let y = unsafe y.base.baseAddress
          else { return }
          unsafe Double.gemv(
            .transposed, m, columns.count, 1, a + columns.lowerBound * m, m, x, 0,
            y + columns.lowerBound)
        }
      }
    }
  }
}

/// AᵀB over some rows, written by columns.
func multiplyTransposed(
  _ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>, rows: Range<Int>,
  into c: inout [Double]
) {
  let (m, n, k) = (a.columnCount, b.columnCount, rows.count)
  precondition(
    rows.upperBound <= a.rowCount && rows.upperBound <= b.rowCount && c.count == m * n,
    "rows \(rows) of \(a.rowCount) and \(b.rowCount) into \(c.count) numbers")
  guard m > 0, n > 0, k > 0 else { return }
  // Safe: the rows lie in both matrices.
  unsafe a.values.withUnsafeBufferPointer { left in
    unsafe b.values.withUnsafeBufferPointer { right in
      guard let left = left.baseAddress, let right = right.baseAddress else { return }
      unsafe Double.gemm(
        .transposed, .plain, m, n, k, 1, left + rows.lowerBound, a.rowCount,
        right + rows.lowerBound, b.rowCount, 0, &c, m)
    }
  }
}

/// For each point the sum over its rows of (A R) ∘ B, on all threads.
///
/// A R is a product of matrices, so that this costs little more than reading A and B.
func contract(
  _ a: DenseMatrix<Double>, _ b: DenseMatrix<Double>, _ r: DenseMatrix<Double>, rowsPerPoint: Int,
  into target: inout [Double]
) {
  let (m, n, height) = (a.columnCount, b.columnCount, a.rowCount)
  precondition(
    b.rowCount == height && r.rowCount == m && r.columnCount == n
      && target.count * rowsPerPoint == height, "contraction of unequal sizes")
  for p in target.indices { target[p] = 0 }
  guard m > 0, n > 0 else { return }
  let size = 256
  unsafe target.withDisjointWrites { target in
    forEachChunk(
      of: height / rowsPerPoint, size: size,
      scratch: { [Double](repeating: 0, count: size * rowsPerPoint * n) }
    ) { scratch, points in
      let (first, count) = (points.lowerBound * rowsPerPoint, points.count * rowsPerPoint)
      // Safe: the rows lie in both matrices; the scratch holds `count` × n numbers.
      unsafe a.values.withUnsafeBufferPointer { left in
        unsafe b.values.withUnsafeBufferPointer { right in
          unsafe scratch.withUnsafeMutableBufferPointer { scratch in
            guard let left = left.baseAddress, let work = scratch.baseAddress else { return }
            unsafe Double.gemm(
              .plain, .plain, count, n, m, 1, left + first, height, r.values, m, 0, work, count)
            for k in 0..<n {
              let (from, place) = (first &+ k &* height, k &* count)
              if k == 0 {
                for i in 0..<count { unsafe work[i] *= right[from &+ i] }
              } else {
                for i in 0..<count { unsafe work[i] += work[place &+ i] * right[from &+ i] }
              }
            }
            for p in 0..<points.count {
              var sum = 0.0
              for c in 0..<rowsPerPoint { unsafe sum += work[p &* rowsPerPoint &+ c] }
              unsafe target.base[points.lowerBound &+ p] = sum
            }
          }
        }
      }
    }
  }
}
