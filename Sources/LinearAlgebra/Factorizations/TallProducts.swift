extension TallBlock {
  /// Writes A B of these rows into the rows they have in the whole product.
  ///
  /// - Parameters:
  ///   - b: n × k, or as many rows as columns are chosen.
  ///   - product: The whole product, of all rows of A and k columns.
  ///   - chosen: The columns that stand for A; all where nil.
  public func times(
    _ b: DenseMatrix<Double>, into product: inout DenseMatrix<Double>, columns chosen: [Int]? = nil
  ) {
    let n = chosen?.count ?? matrix.columnCount
    let (k, ldc) = (b.columnCount, product.rowCount)
    precondition(
      b.rowCount == n && product.columnCount == k && firstRow + matrix.rowCount <= ldc,
      "rows of \(n) entries times \(b.rowCount) × \(k) into \(ldc) × \(product.columnCount)")
    guard matrix.rowCount > 0, k > 0, n > 0 else { return }
    // Blocks begin where such a group does, so that the cuts are those of one block.
    let group = TallBlock.rowsInCache(columns: matrix.columnCount)
    let part = TallBlock.rowsOfProduct(columns: n, of: group)
    // D (A B) for (D A) B: the few columns of the product are scaled instead of a copy of A.
    let factors = map.shift == nil ? map.factors : nil
    let source = factors == nil ? self : TallBlock(matrix, firstRow: firstRow)
    let copies = !source.map.isIdentity || chosen != nil
    unsafe product.values.withDisjointWrites { c in
      forEachChunk(
        of: matrix.rowCount, size: group,
        scratch: { [Double](repeating: 0, count: copies ? part * n : 0) }
      ) { scratch, chunk in
        guard let base = unsafe c.base.baseAddress else { return }
        for row in stride(from: chunk.lowerBound, to: chunk.upperBound, by: part) {
          let rows = row..<min(chunk.upperBound, row + part)
          let start = firstRow + row
          let target = unsafe base + start
          unsafe source.withRows(rows, scratch: &scratch, columns: chosen) { a, leading in
            unsafe b.values.withUnsafeBufferPointer { b in
              unsafe Double.gemm(
                .plain, .plain, rows.count, k, n, 1, a, leading, b.baseAddress.unsafelyUnwrapped,
                n, 0, target, ldc)
            }
          }
          guard let factors else { continue }
          // Safe: the map covers these rows.
          unsafe factors.withUnsafeBufferPointer { d in
            for j in 0..<k {
              for i in 0..<rows.count { unsafe target[i &+ j &* ldc] *= d[start &+ i] }
            }
          }
        }
      }
    }
  }

  /// VᵀA, the sum over these rows, k × n.
  ///
  /// - Parameter basis: V, of all rows of A and k columns.
  public func adjointProduct(of basis: DenseMatrix<Double>) -> DenseMatrix<Double> {
    let (n, k, ldv) = (matrix.columnCount, basis.columnCount, basis.rowCount)
    precondition(firstRow + matrix.rowCount <= ldv, "a basis of \(ldv) rows")
    var result = DenseMatrix<Double>(rowCount: k, columnCount: n)
    let part = TallBlock.rowsInCache(columns: n)
    unsafe addOrdered(
      to: &result.values, rows: matrix.rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n),
      scratch: { [Double](repeating: 0, count: map.isIdentity ? 0 : part * n) }
    ) { scratch, rows, sum in
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = row..<min(rows.upperBound, row + part)
        unsafe withRows(range, scratch: &scratch) { a, leading in
          unsafe basis.values.withUnsafeBufferPointer { v in
            let v = unsafe v.baseAddress.unsafelyUnwrapped + firstRow + row
            unsafe Double.gemm(
              .transposed, .plain, k, n, range.count, 1, v, ldv, a, leading, 1, sum, k)
          }
        }
      }
    }
    return result
  }

  /// For each column, Σ over these rows of ((A − V C) / u)².
  ///
  /// - Parameters:
  ///   - basis: V, of all rows of A and k columns.
  ///   - coefficients: C, k × n.
  ///   - unit: u, about the size of the columns, so that no square overflows.
  public func squaredDistances(
    to basis: DenseMatrix<Double>, _ coefficients: DenseMatrix<Double>, unit: Double = 1
  ) -> [Double] {
    let (n, k, ldv) = (matrix.columnCount, basis.columnCount, basis.rowCount)
    precondition(
      coefficients.rowCount == k && coefficients.columnCount == n
        && firstRow + matrix.rowCount <= ldv,
      "\(coefficients.rowCount) × \(coefficients.columnCount) coefficients of \(k) vectors")
    let part = TallBlock.rowsInCache(columns: n)
    let count = (matrix.rowCount + part - 1) / part
    var partial = [Double](repeating: 0, count: count * n)
    unsafe partial.withDisjointWrites { partial in
      forEachChunk(
        of: matrix.rowCount, size: part, scratch: { [Double](repeating: 0, count: part * n) }
      ) { scratch, rows in
        let height = rows.count
        copy(rows, into: &scratch, leading: height, below: 0)
        unsafe scratch.withUnsafeMutableBufferPointer { rest in
          if k > 0, let base = rest.baseAddress {
            unsafe basis.values.withUnsafeBufferPointer { v in
              unsafe coefficients.values.withUnsafeBufferPointer { c in
                let v = unsafe v.baseAddress.unsafelyUnwrapped + firstRow + rows.lowerBound
                unsafe Double.gemm(
                  .plain, .plain, height, n, k, -1, v, ldv, c.baseAddress.unsafelyUnwrapped, k, 1,
                  base, height)
              }
            }
          }
          for j in 0..<n {
            let sum = unsafe squareSum(rest, j * height..<(j + 1) * height, 1 / unit)
            unsafe partial.base[rows.lowerBound / part * n + j] = sum
          }
        }
      }
    }
    return (0..<n).map { j in (0..<count).reduce(0) { $0 + partial[$1 * n + j] } }
  }
}

/// Σ (a xᵢ)² by four sums side by side, because one would wait for its own additions.
private func squareSum(
  _ x: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, _ factor: Double
) -> Double {
  var (sum, k) = (SIMD4<Double>.zero, range.lowerBound)
  // Safe: the range lies in the buffer.
  while k &+ 4 <= range.upperBound {
    let four = unsafe factor * SIMD4(x[k], x[k &+ 1], x[k &+ 2], x[k &+ 3])
    sum += four * four
    k &+= 4
  }
  var rest = 0.0
  while k < range.upperBound {
    let one = unsafe factor * x[k]
    rest += one * one
    k &+= 1
  }
  return sum.sum() + rest
}

extension TallBlock {
  /// The rows, mapped.
  public var mapped: DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: matrix.rowCount, columnCount: matrix.columnCount)
    copy(0..<matrix.rowCount, into: &result.values, leading: matrix.rowCount, below: 0)
    return result
  }

  /// For each column, Σ over these rows of the squares.
  public var squaredNorms: [Double] {
    squaredDistances(
      to: DenseMatrix(rowCount: firstRow + matrix.rowCount, columnCount: 0),
      DenseMatrix(rowCount: 0, columnCount: matrix.columnCount))
  }
}

extension DenseMatrix where S == Double {
  /// Divides row i by dᵢ.
  ///
  /// - Precondition: As many divisors as rows, none zero.
  public mutating func divideRows(by d: [Double]) {
    let (m, n) = (rowCount, columnCount)
    precondition(d.count == m, "\(d.count) divisors for \(m) rows")
    unsafe values.withDisjointWrites { v in
      forEachChunk(of: m, size: 1 << 14) { rows in
        // Safe: rows and columns lie in the matrix.
        unsafe d.withUnsafeBufferPointer { d in
          for j in 0..<n { for i in rows { unsafe v.base[i &+ j &* m] /= d[i] } }
        }
      }
    }
  }
}
