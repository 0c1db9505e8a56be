internal import ComplexModule
internal import LinearAlgebra

/// X ← Q M, or X + Q M, for tall columns Q from `first` on, in chunks of rows whose parts of Q and X
/// stay in the cache.
///
/// - Precondition: `values` holds the columns of `order` rows; X is of `order` rows.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func multiplyTall<S: Scalar>(
  _ values: [S], _ order: Int, from first: Int, _ matrix: DenseMatrix<S>,
  into x: inout DenseMatrix<S>, adding: Bool
) {
  let (inner, outer) = (matrix.rowCount, matrix.columnCount)
  precondition(
    (first + inner) * order <= values.count && x.rowCount == order && x.columnCount == outer,
    "\(inner) columns from \(first) times \(outer) into \(x.rowCount) × \(x.columnCount)")
  guard inner > 0, outer > 0 else {
    if !adding { for i in x.values.indices { x.values[i] = S.zero } }
    return
  }
  unsafe x.values.withDisjointWrites { x in
    forEachChunk(of: order, size: 1024) { rows in
      // Safe: the columns lie in `values`, the rows in `x`.
      unsafe values.withUnsafeBufferPointer { q in
        unsafe matrix.values.withUnsafeBufferPointer { y in
          guard let q = q.baseAddress, let y = y.baseAddress, let x = unsafe x.base.baseAddress
          else { return }
          unsafe S.gemm(
            .plain, .plain, rows.count, outer, inner, 1, q + first * order + rows.lowerBound,
            order, y, inner, adding ? 1 : S.zero, x + rows.lowerBound, order)
        }
      }
    }
  }
}
