internal import ComplexModule
internal import LinearAlgebra

/// Rows of a chunk in passes over a sparse matrix.
let rowPassSize = 8192

/// The arrays of a sparse matrix, for loops over rows.
@unsafe struct RowPlaces<S: Scalar>: @unchecked Sendable {
  let start: UnsafeBufferPointer<Int>
  let column: UnsafeBufferPointer<Int32>
  let values: UnsafeBufferPointer<S>

  /// Σⱼ aᵢⱼ xⱼ, two sums side by side, as in A x.
  ///
  /// Safe for i below the rows and x of as many entries as columns: the pattern's constructor checked
  /// every column.
  @inline(__always)
  func product(_ i: Int, _ x: UnsafePointer<S>) -> S {
    var k = unsafe start[i]
    let end = unsafe start[i &+ 1]
    var (s0, s1) = (S.zero, S.zero)
    while k &+ 2 <= end {
      unsafe s0 += values[k] * x[Int(column[k])]
      unsafe s1 += values[k &+ 1] * x[Int(column[k &+ 1])]
      k &+= 2
    }
    if k < end { unsafe s0 += values[k] * x[Int(column[k])] }
    return s0 + s1
  }
}

extension SparseMatrix {
  /// Lends the arrays.
  @inline(__always)
  func withRows<Result>(_ body: (RowPlaces<S>) -> Result) -> Result {
    unsafe pattern.rowStart.withUnsafeBufferPointer { start in
      unsafe pattern.column.withUnsafeBufferPointer { column in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe body(RowPlaces(start: start, column: column, values: values))
        }
      }
    }
  }
}

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
            for i in range { unsafe w.base[i] = r.base[i] - rows.product(i, x.base) }
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
          for i in range { unsafe y.base[i] += rows.product(i, x.base) }
        }
      }
    }
  }
}
