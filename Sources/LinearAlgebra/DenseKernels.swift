// Products are cut into pieces that depend on the shapes only, so that every number of threads
// gives the same bits. BLAS runs each piece on the thread that took it.

extension DenseMatrix {
  /// op(A) op(B).
  static func product(
    _ opA: Operand, _ a: DenseMatrix, _ opB: Operand, _ b: DenseMatrix
  ) -> DenseMatrix {
    let (m, k) = opA == .plain ? (a.rowCount, a.columnCount) : (a.columnCount, a.rowCount)
    let (l, n) = opB == .plain ? (b.rowCount, b.columnCount) : (b.columnCount, b.rowCount)
    precondition(k == l, "product of \(m) × \(k) and \(l) × \(n)")
    var c = DenseMatrix(rowCount: m, columnCount: n)
    guard m > 0, n > 0, k > 0 else { return c }
    let factors = Factors(
      opA: opA, a: a.values, lda: a.rowCount, opB: opB, b: b.values, ldb: b.rowCount)
    if k >= 16_384, k / 8 >= max(m, n) {
      // Long sums: pieces of the sum, at most 64 of them, added in order.
      let size = max(8192, (k + 63) / 64)
      let count = (k + size - 1) / size
      var partial = [S](repeating: S.zero, count: count * m * n)
      unsafe partial.withDisjointWrites { partial in
        forEachChunk(of: k, size: size) { range in
          guard let base = unsafe partial.base.baseAddress else { return }
          let piece = unsafe base + range.lowerBound / size * m * n
          unsafe factors.multiply(rows: 0..<m, columns: 0..<n, sum: range, into: piece, ldc: m)
        }
      }
      for piece in 0..<count {
        axpy(1, Array(partial[piece * m * n..<(piece + 1) * m * n]), into: &c.values)
      }
      return c
    }
    // Tiles of C, each with its whole sum; low ones where C is narrow, as in projections onto a
    // basis, so that there is more than one.
    let (height, width) = (n >= 1024 ? 1024 : (n <= 64 ? 256 : 2048), 1024)
    let across = (n + width - 1) / width
    unsafe c.values.withDisjointWrites { c in
      forEachChunk(of: (m + height - 1) / height * across, size: 1) { tile in
        guard let base = unsafe c.base.baseAddress else { return }
        let (top, left) = (tile.lowerBound / across * height, tile.lowerBound % across * width)
        unsafe factors.multiply(
          rows: top..<min(m, top + height), columns: left..<min(n, left + width), sum: 0..<k,
          into: base + top + left * m, ldc: m)
      }
    }
    return c
  }

  /// op(A) x.
  func times(_ op: Operand, _ x: [S]) -> [S] {
    let (rows, columns) = (rowCount, columnCount)
    let (m, n) = op == .plain ? (rows, columns) : (columns, rows)
    precondition(x.count == n, "product of \(m) × \(n) and a vector of \(x.count) entries")
    guard m > 0, n > 0 else { return [S](repeating: S.zero, count: m) }
    // Pieces of rows: disjoint parts of A x, or parts of the sum in Aᴴ x, added in order.
    let size = max(16_384, (rows + 63) / 64)
    let count = op == .plain ? 1 : (rows + size - 1) / size
    var y = [S](repeating: S.zero, count: m * count)
    unsafe y.withDisjointWrites { y in
      forEachChunk(of: rows, size: size) { range in
        unsafe values.withUnsafeBufferPointer { a in
          unsafe x.withUnsafeBufferPointer { x in
            guard let a = a.baseAddress, let x = x.baseAddress, let y = unsafe y.base.baseAddress
            else { return }
            let first = range.lowerBound
            unsafe S.gemv(
              op, range.count, columns, 1, a + first, rows, op == .plain ? x : x + first, 0,
              op == .plain ? y + first : y + first / size * m)
          }
        }
      }
    }
    guard count > 1 else { return y }
    var sum = Array(y[0..<m])
    for piece in 1..<count { axpy(1, Array(y[piece * m..<(piece + 1) * m]), into: &sum) }
    return sum
  }
}

/// Two factors of a product, from which pieces are multiplied.
private struct Factors<S: Scalar>: Sendable {
  let opA: Operand
  let a: [S]
  let lda: Int
  let opB: Operand
  let b: [S]
  let ldb: Int

  /// C ← the part of the sum over `sum` of op(A) op(B) in the given rows and columns.
  func multiply(
    rows: Range<Int>, columns: Range<Int>, sum: Range<Int>, into c: UnsafeMutablePointer<S>,
    ldc: Int
  ) {
    let (i, j, k) = (rows.lowerBound, columns.lowerBound, sum.lowerBound)
    // Safe: the offsets stay within the shapes, which the caller compared.
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        unsafe S.gemm(
          opA, opB, rows.count, columns.count, sum.count, 1,
          a + (opA == .plain ? i + k * lda : k + i * lda), lda,
          b + (opB == .plain ? k + j * ldb : j + k * ldb), ldb, 0, c, ldc)
      }
    }
  }
}
