internal import LinearAlgebra

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
