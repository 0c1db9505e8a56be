extension DenseMatrix {
  /// A B.
  public static func * (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix {
    product(.plain, a, .plain, b)
  }

  /// A x.
  public static func * (a: DenseMatrix, x: [S]) -> [S] { a.times(.plain, x) }

  /// Aᴴ B.
  public func adjointTimes(_ b: DenseMatrix) -> DenseMatrix {
    DenseMatrix.product(.adjoint, self, .plain, b)
  }

  /// Aᴴ x.
  public func adjointTimes(_ x: [S]) -> [S] { times(.adjoint, x) }

  /// α A, entry by entry.
  public static func * (alpha: S, a: DenseMatrix) -> DenseMatrix {
    var result = a
    scale(alpha, &result.values)
    return result
  }

  /// A + B.
  public static func + (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix {
    var result = a
    axpy(1, b.values, into: &result.values)
    return result
  }

  /// A − B.
  public static func - (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix {
    var result = a
    axpy(-1, b.values, into: &result.values)
    return result
  }

  /// op(A) op(B).
  static func product(
    _ opA: Operand, _ a: DenseMatrix, _ opB: Operand, _ b: DenseMatrix
  ) -> DenseMatrix {
    let (m, k) = opA == .plain ? (a.rowCount, a.columnCount) : (a.columnCount, a.rowCount)
    let (l, n) = opB == .plain ? (b.rowCount, b.columnCount) : (b.columnCount, b.rowCount)
    precondition(k == l, "product of \(m) × \(k) and \(l) × \(n)")
    var c = DenseMatrix(rowCount: m, columnCount: n)
    guard m > 0, n > 0, k > 0 else { return c }
    unsafe a.values.withUnsafeBufferPointer { a in
      unsafe b.values.withUnsafeBufferPointer { b in
        unsafe c.values.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          unsafe S.gemm(
            opA, opB, m, n, k, 1, a, opA == .plain ? m : k, b, opB == .plain ? k : n, 0, c, m)
        }
      }
    }
    return c
  }

  /// op(A) x.
  func times(_ op: Operand, _ x: [S]) -> [S] {
    let (m, n) = op == .plain ? (rowCount, columnCount) : (columnCount, rowCount)
    precondition(x.count == n, "product of \(m) × \(n) and a vector of \(x.count) entries")
    var y = [S](repeating: S.zero, count: m)
    guard m > 0, n > 0 else { return y }
    unsafe values.withUnsafeBufferPointer { a in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeMutableBufferPointer { y in
          guard let a = a.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          unsafe S.gemv(op, rowCount, columnCount, 1, a, rowCount, x, 0, y)
        }
      }
    }
    return y
  }
}
