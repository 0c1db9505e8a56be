internal import ComplexModule
internal import LinearAlgebra

/// X ← Q M, or X + Q M, for tall columns Q from `first` on, `leading` entries apart, in chunks of rows whose parts of Q and X
/// stay in the cache.
///
/// - Precondition: `values` holds the columns, as long as those of X.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func multiplyTall<S: Scalar>(
  _ values: [S], _ leading: Int, from first: Int, _ matrix: DenseMatrix<S>,
  into x: inout DenseMatrix<S>, adding: Bool
) {
  let (inner, outer, order) = (matrix.rowCount, matrix.columnCount, x.rowCount)
  precondition(
    (first + inner) * leading <= values.count && order <= leading && x.columnCount == outer,
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
            .plain, .plain, rows.count, outer, inner, 1, q + first * leading + rows.lowerBound,
            leading, y, inner, adding ? 1 : S.zero, x + rows.lowerBound, order)
        }
      }
    }
  }
}

/// x ← x + α Q y for tall columns Q.
///
/// - Precondition: Q has as many rows as x and as many columns as y.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func addTall<S: Scalar>(_ alpha: S, _ q: DenseMatrix<S>, _ y: [S], into x: inout [S]) {
  let (order, columns) = (q.rowCount, q.columnCount)
  precondition(
    x.count == order && y.count >= columns,
    "\(order) × \(columns) times \(y.count) into \(x.count)")
  guard columns > 0 else { return }
  let values = q.values
  unsafe x.withDisjointWrites { x in
    forEachChunk(of: order, size: 4096) { rows in
      // Safe: the shapes were checked.
      unsafe values.withUnsafeBufferPointer { q in
        unsafe y.withUnsafeBufferPointer { y in
          guard let q = q.baseAddress, let y = y.baseAddress, let x = unsafe x.base.baseAddress
          else { return }
          unsafe S.gemv(
            .plain, rows.count, columns, alpha, q + rows.lowerBound, order, y, 1,
            x + rows.lowerBound)
        }
      }
    }
  }
}

/// y ← Qᴴx for tall columns Q, the parts of the chunks added in their order.
///
/// - Precondition: Q has as many rows as x and at most as many columns as y.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func tallAdjoint<S: Scalar>(_ q: DenseMatrix<S>, _ x: [S], into y: inout [S]) {
  let (order, columns) = (q.rowCount, q.columnCount)
  precondition(
    x.count == order && y.count >= columns,
    "\(order) × \(columns) against \(x.count) into \(y.count)")
  guard columns > 0 else { return }
  let size = 4096
  let chunks = (order + size - 1) / size
  var partial = [S](repeating: S.zero, count: chunks * columns)
  let values = q.values
  unsafe partial.withDisjointWrites { partial in
    forEachChunk(of: order, size: size) { rows in
      // Safe: each chunk writes its own numbers.
      unsafe values.withUnsafeBufferPointer { q in
        unsafe x.withUnsafeBufferPointer { x in
          guard let q = q.baseAddress, let x = x.baseAddress,
            let part = unsafe partial.base.baseAddress
          else { return }
          unsafe S.gemv(
            .adjoint, rows.count, columns, 1, q + rows.lowerBound, order, x + rows.lowerBound, 0,
            part + rows.lowerBound / size * columns)
        }
      }
    }
  }
  for j in 0..<columns {
    var sum = S.zero
    for chunk in 0..<chunks { sum += partial[chunk * columns + j] }
    y[j] = sum
  }
}
