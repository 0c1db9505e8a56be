internal import ComplexModule

/// Rows of a chunk in a sparse product: large enough to hide the hand-over between threads, small
/// enough to balance them.
private let chunkSize = 8192

/// y ← A x over row chunks that do not depend on the number of threads.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func sparseProduct<S: Scalar>(_ a: SparseMatrix<S>, _ x: [S], into y: inout [S]) {
  let n = a.rowCount
  unsafe y.withDisjointWrites { y in
    unsafe a.withRows { rows in
      forEachChunk(of: n, size: chunkSize) { range in
        // Safe: the pattern's constructor checked every column against `columnCount` == `x.count`.
        unsafe x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress else {
            for i in range { unsafe y.base[i] = S.zero }
            return
          }
          unsafe rows.forEachProduct(of: range, x) { i, sum in unsafe y.base[i] = sum }
        }
      }
    }
  }
}

/// A B for real numbers, four columns at a time, each with the bits of A b.
///
/// The four numbers of a row of B are laid side by side first, so that an entry of A is read once
/// and meets one cache line.
func sparseBlockProduct(
  _ a: SparseMatrix<Double>, _ b: DenseMatrix<Double>
) -> DenseMatrix<Double> {
  var c = DenseMatrix<Double>(rowCount: a.rowCount, columnCount: b.columnCount)
  var packed = [SIMD4<Double>](repeating: .zero, count: a.columnCount)
  for first in stride(from: 0, to: b.columnCount, by: 4) {
    // Beyond the last column the last is repeated, and the copies are not stored.
    let offsets = (0..<4).map { min(first + $0, b.columnCount - 1) }
    let from = offsets.map { $0 * a.columnCount }
    pack(b.values, from: (from[0], from[1], from[2], from[3]), into: &packed)
    let to = offsets.map { $0 * a.rowCount }
    multiply(a, packed, into: &c.values, at: (to[0], to[1], to[2], to[3]))
  }
  return c
}

private func pack(
  _ b: [Double], from: (Int, Int, Int, Int), into packed: inout [SIMD4<Double>]
) {
  let n = packed.count
  unsafe packed.withDisjointWrites { packed in
    forEachChunk(of: n, size: chunkSize) { rows in
      // Safe: the four columns have n entries from their offsets on.
      unsafe b.withUnsafeBufferPointer { b in
        for i in rows {
          unsafe packed.base[i] = SIMD4(
            b[from.0 &+ i], b[from.1 &+ i], b[from.2 &+ i], b[from.3 &+ i])
        }
      }
    }
  }
}

private func multiply(
  _ a: SparseMatrix<Double>, _ lines: [SIMD4<Double>], into c: inout [Double],
  at to: (Int, Int, Int, Int)
) {
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  unsafe c.withDisjointWrites { c in
    forEachChunk(of: a.rowCount, size: chunkSize) { rows in
      // Safe: as in `sparseProduct`.
      unsafe start.withUnsafeBufferPointer { start in
        unsafe column.withUnsafeBufferPointer { column in
          unsafe values.withUnsafeBufferPointer { values in
            unsafe lines.withUnsafeBufferPointer { x in
              let prefetch = unsafe EntryPrefetch(column, values)
              var asked = unsafe start[rows.lowerBound] &+ EntryPrefetch<Double>.distance
              for i in rows {
                var k = unsafe start[i]
                let end = unsafe start[i &+ 1]
                if prefetch.isOn { prefetch.ahead(of: end, from: &asked) }
                var (s0, s1) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
                while k &+ 2 <= end {
                  unsafe s0 += values[k] * x[Int(column[k])]
                  unsafe s1 += values[k &+ 1] * x[Int(column[k &+ 1])]
                  k &+= 2
                }
                if k < end { unsafe s0 += values[k] * x[Int(column[k])] }
                let sum = s0 + s1
                // From the last, so that repeated columns end with their own number.
                unsafe c.base[to.3 &+ i] = sum[3]
                unsafe c.base[to.2 &+ i] = sum[2]
                unsafe c.base[to.1 &+ i] = sum[1]
                unsafe c.base[to.0 &+ i] = sum[0]
              }
            }
          }
        }
      }
    }
  }
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
