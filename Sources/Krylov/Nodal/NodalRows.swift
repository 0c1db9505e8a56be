internal import LinearAlgebra

/// A symmetric matrix of three unknowns at each node in 3 × 3 blocks, one index for nine numbers:
/// rows of blocks left of the diagonal, the diagonal, and rows of all blocks on demand.
struct NodalRows: Sendable {
  /// Node i owns the blocks `start[i]..<start[i + 1]`.
  private(set) var start: [Int32]
  /// The node of each block, ascending for each node.
  private(set) var column: [Int32]
  /// Nine numbers a block, row by row.
  private(set) var values: [Double]

  /// The blocks of A, or only those up to the diagonal.
  ///
  /// - Precondition: The order of A is a multiple of three.
  init(_ a: SparseMatrix<Double>, isLower: Bool) {
    precondition(a.rowCount % 3 == 0 && a.rowCount == a.columnCount, "\(a.rowCount) unknowns")
    let count = a.rowCount / 3
    (start, column, values) = ([0], [], [])
    start.reserveCapacity(count + 1)
    let expected = a.pattern.entryCount / (isLower ? 16 : 8)
    column.reserveCapacity(expected)
    values.reserveCapacity(9 * expected)
    var place = [Int32](repeating: -1, count: count)
    for i in 0..<count {
      collect(a.pattern, i, isLower, &place)
      fill(a, i, isLower, place)
      for k in Int(start[i])..<column.count { place[Int(column[k])] = -1 }
      start.append(Int32(column.count))
    }
  }

  /// The nodes of row i, ascending, and their places.
  private mutating func collect(
    _ pattern: SparsityPattern, _ i: Int, _ isLower: Bool, _ place: inout [Int32]
  ) {
    let first = column.count
    for row in 3 * i..<3 * i + 3 {
      for k in pattern.rowStart[row]..<pattern.rowStart[row + 1] {
        let j = pattern.column[k] / 3
        if isLower, j > i { break }
        guard place[Int(j)] < 0 else { continue }
        place[Int(j)] = 0
        // Columns ascend: only what the first rows lack has to move.
        var hole = column.count
        column.append(j)
        while hole > first, column[hole - 1] > j {
          column[hole] = column[hole - 1]
          hole -= 1
        }
        column[hole] = j
      }
    }
    for k in first..<column.count { place[Int(column[k])] = Int32(k) }
    values.append(contentsOf: repeatElement(0, count: 9 * (column.count - first)))
  }

  private mutating func fill(
    _ a: SparseMatrix<Double>, _ i: Int, _ isLower: Bool, _ place: [Int32]
  ) {
    for p in 0..<3 {
      for k in a.pattern.rowStart[3 * i + p]..<a.pattern.rowStart[3 * i + p + 1] {
        let c = Int(a.pattern.column[k])
        let j = c / 3
        if isLower, j > i { break }
        values[9 * Int(place[j]) + 3 * p + c - 3 * j] = a.values[k]
      }
    }
  }

  var nodeCount: Int { start.count - 1 }
}
