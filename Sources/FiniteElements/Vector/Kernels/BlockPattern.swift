internal import LinearAlgebra

extension SparsityPattern {
  /// Each entry replaced by a square block of entries, row by row.
  func expanded(toBlocksOf c: Int) -> SparsityPattern {
    if c == 1 { return self }
    var start = [Int](repeating: 0, count: rowCount * c + 1)
    for row in 0..<rowCount {
      let length = rowStart[row + 1] - rowStart[row]
      for k in 0..<c { start[row * c + k + 1] = c * (c * rowStart[row] + (k + 1) * length) }
    }
    var columns: [Int32] = uninitializedNumbers(entryCount * c * c)
    unsafe columns.withDisjointWrites { columns in
      forEachChunk(of: rowCount, size: 1 << 12) { rows in
        unsafe withPointers(column, rowStart, [0], [0]) { column, rowStart, _, _ in
          // Safe: block row a owns the c² entries of each of its scalar entries.
          for row in rows {
            let (first, end) = unsafe (rowStart[row], rowStart[row + 1])
            var next = c * c * first
            for _ in 0..<c {
              for k in first..<end {
                let base = unsafe Int32(truncatingIfNeeded: c) * column[k]
                for l in 0..<c {
                  unsafe columns.base[next] = base + Int32(truncatingIfNeeded: l)
                  next += 1
                }
              }
            }
          }
        }
      }
    }
    return SparsityPattern(
      rowCount: rowCount * c, columnCount: columnCount * c, rowStart: start, column: columns)
  }
}
