internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

extension DenseMatrix {
  /// For each column a row: the one with the largest part orthogonal to those before, which are the
  /// pivots of QR of the transpose.
  ///
  /// The matrix is only read. A row taken gives one direction, and a product with it what each row
  /// loses of its square; wide and low matrices are slow in the reflectors of LAPACK.
  ///
  /// - Returns: nil where squares have lost the digits to compare by.
  /// - Complexity: O(n r²), r readings of the matrix.
  func pivotRows() -> [Int]? {
    let (n, r) = (rowCount, columnCount)
    var squares = rowSquares()
    var directions: [[S]] = []
    var chosen: [Int] = []
    let start = squares.max() ?? 0
    for k in 0..<r {
      guard let largest = squares.max(), largest > 1e-9 * start,
        let row = squares.firstIndex(where: { $0 >= (1 - 1e-12) * largest })
      else { return nil }
      // The row as a column vector, orthogonalised twice.
      var direction = (0..<r).map { self[row, $0].conjugate }
      for _ in 0..<2 {
        for old in directions { axpy(-dot(old, direction), old, into: &direction) }
      }
      let length = norm(direction)
      guard length > 0 else { return nil }
      scale(S(real: 1 / length), &direction)
      directions.append(direction)
      chosen.append(row)
      guard k + 1 < r else { break }
      let v = direction
      unsafe squares.withDisjointWrites { squares in
        forEachChunk(of: n, size: 4096, scratch: { [S](repeating: S.zero, count: 4096) }) {
          part, rows in
          unsafe values.withUnsafeBufferPointer { a in
            unsafe v.withUnsafeBufferPointer { v in
              unsafe part.withUnsafeMutableBufferPointer { part in
                guard let a = a.baseAddress, let v = v.baseAddress, let t = part.baseAddress
                else { return }
                // Safe: the rows belong to this piece alone, whose length the scratch has.
                unsafe S.gemv(.plain, rows.count, r, 1, a + rows.lowerBound, n, v, 0, t)
                for (place, i) in rows.enumerated() {
                  let size = unsafe t[place].absolute
                  unsafe squares.base[i] = Swift.max(0, squares.base[i] - size * size)
                }
              }
            }
          }
        }
      }
      squares[row] = 0
    }
    return chosen
  }
}
