internal import ComplexModule

/// Rows of a chunk in a sparse product: large enough to hide the hand-over between threads, small
/// enough to balance them.
private let chunkSize = 8192

/// y ← A x over row chunks that do not depend on the number of threads.
///
/// Four partial sums run side by side, because one would wait for its own additions; entry k of a
/// row goes to sum k mod 4, and the remainder to the first.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func sparseProduct<S: Scalar>(_ a: SparseMatrix<S>, _ x: [S], into y: inout [S]) {
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: a.rowCount, size: chunkSize) { rows in
      // Safe: the pattern's constructor checked every column against `columnCount` == `x.count`.
      unsafe start.withUnsafeBufferPointer { start in
        unsafe column.withUnsafeBufferPointer { column in
          unsafe values.withUnsafeBufferPointer { values in
            unsafe x.withUnsafeBufferPointer { x in
              for i in rows {
                var (k, end) = unsafe (start[i], start[i + 1])
                var (s0, s1, s2, s3) = (S.zero, S.zero, S.zero, S.zero)
                while k &+ 4 <= end {
                  unsafe s0 += values[k] * x[Int(column[k])]
                  unsafe s1 += values[k &+ 1] * x[Int(column[k &+ 1])]
                  unsafe s2 += values[k &+ 2] * x[Int(column[k &+ 2])]
                  unsafe s3 += values[k &+ 3] * x[Int(column[k &+ 3])]
                  k &+= 4
                }
                while k < end {
                  unsafe s0 += values[k] * x[Int(column[k])]
                  k &+= 1
                }
                unsafe y.base[i] = (s0 + s1) + (s2 + s3)
              }
            }
          }
        }
      }
    }
  }
}

/// A B for real numbers, eight columns at a time, each with the bits of A b.
///
/// The eight numbers of a row of B are laid side by side first, so that an entry of A is read
/// once and meets one cache line.
func sparseBlockProduct(
  _ a: SparseMatrix<Double>, _ b: DenseMatrix<Double>
) -> DenseMatrix<Double> {
  let (m, n) = (a.rowCount, a.columnCount)
  var c = DenseMatrix<Double>(rowCount: m, columnCount: b.columnCount)
  var packed = [SIMD8<Double>](repeating: .zero, count: n)
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  for first in stride(from: 0, to: b.columnCount, by: 8) {
    let width = min(8, b.columnCount - first)
    unsafe packed.withDisjointWrites { packed in
      forEachChunk(of: n, size: chunkSize) { rows in
        unsafe b.values.withUnsafeBufferPointer { b in
          for i in rows {
            var line = SIMD8<Double>.zero
            for j in 0..<width { unsafe line[j] = b[i &+ (first &+ j) &* n] }
            unsafe packed.base[i] = line
          }
        }
      }
    }
    let lines = packed
    unsafe c.values.withDisjointWrites { c in
      forEachChunk(of: m, size: chunkSize) { rows in
        // Safe: as in `sparseProduct`.
        unsafe start.withUnsafeBufferPointer { start in
          unsafe column.withUnsafeBufferPointer { column in
            unsafe values.withUnsafeBufferPointer { values in
              unsafe lines.withUnsafeBufferPointer { x in
                for i in rows {
                  var (k, end) = unsafe (start[i], start[i + 1])
                  var (s0, s1) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
                  var (s2, s3) = (s0, s1)
                  while k &+ 4 <= end {
                    unsafe s0 += values[k] * x[Int(column[k])]
                    unsafe s1 += values[k &+ 1] * x[Int(column[k &+ 1])]
                    unsafe s2 += values[k &+ 2] * x[Int(column[k &+ 2])]
                    unsafe s3 += values[k &+ 3] * x[Int(column[k &+ 3])]
                    k &+= 4
                  }
                  while k < end {
                    unsafe s0 += values[k] * x[Int(column[k])]
                    k &+= 1
                  }
                  let sum = (s0 + s1) + (s2 + s3)
                  for j in 0..<width { unsafe c.base[i &+ (first &+ j) &* m] = sum[j] }
                }
              }
            }
          }
        }
      }
    }
  }
  return c
}

/// y ← Aᵀ x, or Aᴴ x, in the order of the rows on one thread.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func sparseTransposedProduct<S: Scalar>(
  _ a: SparseMatrix<S>, _ x: [S], conjugating: Bool
) -> [S] {
  var y = [S](repeating: S.zero, count: a.columnCount)
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  for i in 0..<a.rowCount {
    for k in start[i]..<start[i + 1] {
      y[Int(column[k])] += (conjugating ? values[k].conjugate : values[k]) * x[i]
    }
  }
  return y
}

/// result[k] = values[source[k]].
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func gather<S: Scalar>(_ values: [S], at source: [Int]) -> [S] {
  var result = [S](repeating: S.zero, count: source.count)
  unsafe result.withDisjointWrites { result in
    forEachChunk(of: source.count, size: 1 << 16) { range in
      for k in range { unsafe result.base[k] = values[source[k]] }
    }
  }
  return result
}
