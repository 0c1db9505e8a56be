internal import LinearAlgebra

// Products in twice the working precision, after Dekker (Numer. Math. 18, 1971) and Ogita, Rump,
// Oishi (SIAM J. Sci. Comput. 26, 2005). An operator of second order turns the rounding of A v,
// relative to |A| |v|, into an error in the dual norm that is larger than ε by the square root of
// the number of unknowns and more; these kernels leave only the rounding of the result.

/// a = high + low, each with at most 26 bits, so that products of halves are exact.
@inline(__always)
func halves(_ a: Double) -> (high: Double, low: Double) {
  let c = 134_217_729 * a
  let high = c - (c - a)
  return (high, a - high)
}

/// a + b = sum + error, exactly.
@inline(__always)
func twoSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
  let s = a + b
  let t = s - a
  return (s, (a - (s - t)) + (b - t))
}

/// a b = product + error, exactly while nothing over- or underflows.
@inline(__always)
func twoProduct(_ a: Double, _ b: Double) -> (product: Double, error: Double) {
  let p = a * b
  let (ah, al) = halves(a)
  let (bh, bl) = halves(b)
  return (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}

/// An unevaluated sum of two numbers.
struct DoubleDouble {
  var high = 0.0
  var low = 0.0

  /// Adds a b.
  @inline(__always)
  mutating func add(_ a: Double, times b: Double) {
    let (p, e) = twoProduct(a, b)
    let (s, f) = twoSum(high, p)
    high = s
    low += e + f
  }

  /// Adds t (high + low) of another sum.
  @inline(__always)
  mutating func add(_ t: Double, times other: DoubleDouble) {
    add(t, times: other.high)
    low += t * other.low
  }

  var value: Double { high + low }
}

/// Four sums in twice the working precision, side by side.
private struct CompensatedSums {
  var sum = SIMD4<Double>.zero
  var error = SIMD4<Double>.zero

  /// Adds p + e, e the rounding of p.
  @inline(__always)
  mutating func add(_ p: SIMD4<Double>, _ e: SIMD4<Double>) {
    let s = sum + p
    let t = s - sum
    error += e + ((sum - (s - t)) + (p - t))
    sum = s
  }

  var value: SIMD4<Double> { sum + error }
}

/// B − A X (or A X without B), rounded once; four columns at a time.
///
/// - Precondition: Shapes agree.
func compensatedProduct(
  _ a: SparseMatrix<Double>, _ x: DenseMatrix<Double>,
  subtractedFrom b: DenseMatrix<Double>? = nil
) -> DenseMatrix<Double> {
  let (n, m, width) = (a.rowCount, a.columnCount, x.columnCount)
  precondition(x.rowCount == m, "product of \(n) × \(m) and \(x.rowCount) rows")
  precondition(
    b.map { $0.rowCount == n && $0.columnCount == width } ?? true, "B must be \(n) × \(width)")
  var result = DenseMatrix<Double>(rowCount: n, columnCount: width)
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  for first in stride(from: 0, to: width, by: 4) {
    let count = min(4, width - first)
    let (high, low) = splitColumns(of: x, from: first, count: count)
    unsafe result.values.withDisjointWrites { result in
      forEachChunk(of: n, size: 2048) { rows in
        // Safe: the pattern checked its columns; every row is written by one range only.
        unsafe start.withUnsafeBufferPointer { start in
          unsafe column.withUnsafeBufferPointer { column in
            unsafe values.withUnsafeBufferPointer { values in
              unsafe high.withUnsafeBufferPointer { high in
                unsafe low.withUnsafeBufferPointer { low in
                  for i in rows {
                    var lanes = CompensatedSums()
                    if let b {
                      for c in 0..<count { lanes.sum[c] = -b.values[(first + c) * n + i] }
                    }
                    for k in unsafe start[i]..<start[i + 1] {
                      let j = unsafe Int(column[k])
                      let entry = unsafe values[k]
                      let (ah, al) = halves(entry)
                      let (xh, xl) = unsafe (high[j], low[j])
                      let p = entry * (xh + xl)
                      lanes.add(p, ((ah * xh - p) + ah * xl + al * xh) + al * xl)
                    }
                    let total = b == nil ? lanes.value : -lanes.value
                    for c in 0..<count { unsafe result.base[(first + c) * n + i] = total[c] }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return result
}

/// A_q x for each of several matrices of one pattern, rounded once; a column for each, four at a time.
///
/// - Precondition: The matrices share one pattern; x has as many entries as they have columns.
func compensatedImages(
  _ terms: [SparseMatrix<Double>], of x: [Double]
) -> DenseMatrix<Double> {
  guard let pattern = terms.first?.pattern else {
    return DenseMatrix(rowCount: x.count, columnCount: 0)
  }
  precondition(
    pattern.columnCount == x.count && terms.allSatisfy { $0.pattern === pattern },
    "images of \(x.count) entries by matrices of \(pattern.columnCount) columns")
  let n = pattern.rowCount
  var result = DenseMatrix<Double>(rowCount: n, columnCount: terms.count)
  let (start, column) = (pattern.rowStart, pattern.column)
  let split = x.map { halves($0) }
  for first in stride(from: 0, to: terms.count, by: 4) {
    let count = min(4, terms.count - first)
    // The last one stands for those that are missing.
    let values = (0..<4).map { terms[first + min($0, count - 1)].values }
    unsafe result.values.withDisjointWrites { result in
      forEachChunk(of: n, size: 2048) { rows in
        // Safe: the pattern checked its columns; every row is written by one range only.
        unsafe start.withUnsafeBufferPointer { start in
          unsafe column.withUnsafeBufferPointer { column in
            unsafe values[0].withUnsafeBufferPointer { a0 in
              unsafe values[1].withUnsafeBufferPointer { a1 in
                unsafe values[2].withUnsafeBufferPointer { a2 in
                  unsafe values[3].withUnsafeBufferPointer { a3 in
                    unsafe split.withUnsafeBufferPointer { split in
                      for i in rows {
                        var lanes = CompensatedSums()
                        for k in unsafe start[i]..<start[i + 1] {
                          let entry = unsafe SIMD4(a0[k], a1[k], a2[k], a3[k])
                          if entry == .zero { continue }
                          let (xh, xl) = unsafe split[Int(column[k])]
                          let c = 134_217_729 * entry
                          let ah = c - (c - entry)
                          let al = entry - ah
                          let p = entry * (xh + xl)
                          lanes.add(p, ((ah * xh - p) + ah * xl + al * xh) + al * xl)
                        }
                        let total = lanes.value
                        for c in 0..<count { unsafe result.base[(first + c) * n + i] = total[c] }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return result
}

/// The halves of up to four columns, side by side.
private func splitColumns(
  of x: DenseMatrix<Double>, from first: Int, count: Int
) -> (high: [SIMD4<Double>], low: [SIMD4<Double>]) {
  var high = [SIMD4<Double>](repeating: .zero, count: x.rowCount)
  var low = high
  for c in 0..<count {
    let offset = (first + c) * x.rowCount
    for j in 0..<x.rowCount {
      let (h, l) = halves(x.values[offset + j])
      high[j][c] = h
      low[j][c] = l
    }
  }
  return (high, low)
}

/// V c as an unevaluated sum of two vectors.
func compensatedCombination(
  _ v: DenseMatrix<Double>, _ c: [Double]
) -> (high: [Double], low: [Double]) {
  var sums = [DoubleDouble](repeating: DoubleDouble(), count: v.rowCount)
  for (j, factor) in c.enumerated() {
    let offset = j * v.rowCount
    for i in 0..<v.rowCount { sums[i].add(factor, times: v.values[offset + i]) }
  }
  return (
    sums.map { $0.value }, sums.map { ($0.high - $0.value) + $0.low }
  )
}

/// Σ θ_p f_p − Σ θ_q A_q (u + v) for a vector given as the sum of a large and a small part,
/// rounded once.
func compensatedResidual(
  operators: [SparseMatrix<Double>], _ theta: [Double], loads: [[Double]], _ phi: [Double],
  at u: [Double], plus v: [Double]
) -> [Double] {
  let pattern = operators[0].pattern
  var result = [Double](repeating: 0, count: u.count)
  unsafe result.withDisjointWrites { result in
    forEachChunk(of: u.count, size: 1024) { rows in
      for i in rows {
        var total = DoubleDouble()
        for (p, load) in loads.enumerated() { total.add(phi[p], times: load[i]) }
        for (q, matrix) in operators.enumerated() where theta[q] != 0 {
          var row = DoubleDouble()
          for k in pattern.rowStart[i]..<pattern.rowStart[i + 1] {
            let (entry, j) = (matrix.values[k], Int(pattern.column[k]))
            row.add(entry, times: u[j])
            row.low += entry * v[j]
          }
          total.add(-theta[q], times: row)
        }
        // Safe: row i belongs to this range alone.
        unsafe result.base[i] = total.value
      }
    }
  }
  return result
}
