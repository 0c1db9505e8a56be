/// y ← A x over row chunks that do not depend on the number of threads.
func sparseProduct<S: Scalar>(_ a: SparseMatrix<S>, _ x: [S], into y: inout [S]) {
  let (start, column, values) = (a.pattern.rowStart, a.pattern.column, a.values)
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: a.rowCount, size: 8192) { rows in
      // Safe: the pattern's constructor checked every column against `columnCount` == `x.count`.
      unsafe start.withUnsafeBufferPointer { start in
        unsafe column.withUnsafeBufferPointer { column in
          unsafe values.withUnsafeBufferPointer { values in
            unsafe x.withUnsafeBufferPointer { x in
              for i in rows {
                var sum = S.zero
                for k in unsafe start[i]..<start[i + 1] {
                  unsafe sum += values[k] * x[Int(column[k])]
                }
                unsafe y.base[i] = sum
              }
            }
          }
        }
      }
    }
  }
}
