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

  /// Xᴴ A X for the columns X of this matrix and a Hermitian A (the identity where nil), made
  /// Hermitian to the last bit.
  ///
  /// - Precondition: A is square, of the order of this matrix's rows.
  public func gramian(in a: SparseMatrix<S>? = nil) -> DenseMatrix {
    var g = adjointTimes(a.map { $0 * self } ?? self)
    for j in 0..<columnCount {
      for i in 0...j {
        let mean = S(real: 0.5) * (g[i, j] + g[j, i].conjugate)
        (g[i, j], g[j, i]) = (mean, mean.conjugate)
      }
    }
    return g
  }

  /// α A, entry by entry.
  public static func * (alpha: S, a: DenseMatrix) -> DenseMatrix {
    var result = a
    scale(alpha, &result.values)
    return result
  }

  /// A + B.
  public static func + (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix { a.adding(1, b) }

  /// A − B.
  public static func - (a: DenseMatrix, b: DenseMatrix) -> DenseMatrix { a.adding(-1, b) }

  private func adding(_ alpha: S, _ b: DenseMatrix) -> DenseMatrix {
    precondition(
      rowCount == b.rowCount && columnCount == b.columnCount,
      "\(rowCount) × \(columnCount) and \(b.rowCount) × \(b.columnCount)")
    var result = self
    axpy(alpha, b.values, into: &result.values)
    return result
  }
}
