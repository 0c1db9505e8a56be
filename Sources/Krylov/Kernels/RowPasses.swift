internal import ComplexModule
internal import LinearAlgebra

/// Rows of a chunk in passes over a sparse matrix.
let rowPassSize = 8192

/// A buffer that parallel loops read and nobody writes while they run.
@unsafe struct ReadPlace<Element: Sendable>: @unchecked Sendable {
  let base: UnsafePointer<Element>

  init?(_ buffer: UnsafeBufferPointer<Element>) {
    guard let base = buffer.baseAddress else { return nil }
    unsafe self.base = base
  }
}

/// w ← r − A x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func residual<S: Scalar>(_ a: SparseMatrix<S>, _ x: [S], of r: [S], into w: inout [S]) {
  precondition(
    x.count == a.columnCount && r.count == a.rowCount && w.count == a.rowCount,
    "a residual of \(a.rowCount) × \(a.columnCount) and \(x.count), \(r.count), \(w.count)")
  let n = a.rowCount
  unsafe w.withDisjointWrites { w in
    unsafe r.withUnsafeBufferPointer { r in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe a.withRows { rows in
          guard let r = unsafe ReadPlace(r), let x = unsafe ReadPlace(x) else { return }
          forEachChunk(of: n, size: rowPassSize) { range in
            unsafe rows.forEachProduct(of: range, x.base) { i, sum in
              unsafe w.base[i] = r.base[i] - sum
            }
          }
        }
      }
    }
  }
}

/// y ← y + A x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func addProduct<S: Scalar>(_ a: SparseMatrix<S>, _ x: [S], into y: inout [S]) {
  precondition(
    x.count == a.columnCount && y.count == a.rowCount,
    "a product of \(a.rowCount) × \(a.columnCount) with \(x.count) added to \(y.count)")
  let n = a.rowCount
  unsafe y.withDisjointWrites { y in
    unsafe x.withUnsafeBufferPointer { x in
      unsafe a.withRows { rows in
        guard let x = unsafe ReadPlace(x) else { return }
        forEachChunk(of: n, size: rowPassSize) { range in
          unsafe rows.forEachProduct(of: range, x.base) { i, sum in unsafe y.base[i] += sum }
        }
      }
    }
  }
}
