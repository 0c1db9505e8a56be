internal import LinearAlgebra

/// W ← W − B C, in place.
///
/// - Precondition: B is n × k, C k × m, W n × m.
func subtractProduct<S: Scalar>(
  _ b: DenseMatrix<S>, _ c: DenseMatrix<S>, from w: inout DenseMatrix<S>
) {
  let (n, k, m) = (b.rowCount, b.columnCount, c.columnCount)
  precondition(
    w.rowCount == n && w.columnCount == m && c.rowCount == k,
    "\(w.rowCount) × \(w.columnCount) minus \(n) × \(k) times \(c.rowCount) × \(m)")
  guard n > 0, k > 0, m > 0 else { return }
  unsafe b.values.withUnsafeBufferPointer { b in
    unsafe c.values.withUnsafeBufferPointer { c in
      unsafe w.values.withUnsafeMutableBufferPointer { w in
        guard let b = b.baseAddress, let c = c.baseAddress, let w = w.baseAddress else { return }
        unsafe S.gemm(.plain, .plain, n, m, k, -1, b, n, c, k, 1, w, n)
      }
    }
  }
}

/// w ← w + a v for column j of a matrix of `rowCount` rows.
func axpy<S: Scalar>(
  _ a: S, _ values: [S], column j: Int, of rowCount: Int, into w: inout [S]
) {
  precondition((j + 1) * rowCount <= values.count && w.count == rowCount, "column \(j)")
  unsafe values.withUnsafeBufferPointer { values in
    unsafe w.withUnsafeMutableBufferPointer { w in
      guard let v = values.baseAddress, let w = w.baseAddress else { return }
      unsafe S.axpy(rowCount, a, v + j * rowCount, w)
    }
  }
}

/// Re vᴴ w for column j of two matrices, at least zero.
func columnDot<S: Scalar>(_ v: DenseMatrix<S>, _ w: DenseMatrix<S>, _ j: Int) -> Double {
  let n = v.rowCount
  precondition(w.rowCount == n && j < v.columnCount && j < w.columnCount, "column \(j)")
  let product = unsafe v.values.withUnsafeBufferPointer { v in
    unsafe w.values.withUnsafeBufferPointer { w -> S in
      guard let v = v.baseAddress, let w = w.baseAddress else { return S.zero }
      return unsafe S.dot(n, v + j * n, w + j * n)
    }
  }
  return max(0, product.realPart)
}

/// Column j times `factor`, in place.
func scaleColumn<S: Scalar>(_ w: inout DenseMatrix<S>, _ j: Int, by factor: S) {
  let n = w.rowCount
  for i in j * n..<(j + 1) * n { w.values[i] *= factor }
}
