/// Where the entries of a sparse matrix stand, apart from their values.
///
/// Immutable and shared: two matrices with the identical pattern (`===`) can be added, combined
/// and factorized in one pass over their values.
public final class SparsityPattern: Sendable {
  /// m.
  public let rowCount: Int
  /// n.
  public let columnCount: Int
  /// m + 1 offsets: row i owns the entries `rowStart[i]..<rowStart[i + 1]`.
  public let rowStart: [Int]
  /// The column of each entry, ascending within a row.
  public let column: [Int32]

  /// The number of stored entries.
  public var entryCount: Int { column.count }

  /// A pattern from its rows.
  ///
  /// - Precondition: `rowStart` ascends from 0 to the number of columns given; columns ascend
  ///   strictly in a row and lie in `0..<columnCount`.
  public init(rowCount: Int, columnCount: Int, rowStart: [Int], column: [Int32]) {
    precondition(rowStart.count == rowCount + 1, "\(rowStart.count) offsets for \(rowCount) rows")
    precondition(
      rowStart[0] == 0 && rowStart[rowCount] == column.count,
      "offsets from \(rowStart[0]) to \(rowStart[rowCount]) over \(column.count) entries")
    forEachChunk(of: rowCount, size: 1 << 14) { rows in
      for i in rows {
        precondition(rowStart[i] <= rowStart[i + 1], "row \(i) ends before it starts")
        var last: Int32 = -1
        for k in rowStart[i]..<rowStart[i + 1] {
          precondition(
            column[k] > last && Int(column[k]) < columnCount,
            "row \(i) has column \(column[k]) after \(last) of \(columnCount)")
          last = column[k]
        }
      }
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowStart = rowStart
    self.column = column
  }

  /// Whether two rows have entries in the same columns.
  public func hasSameColumns(_ i: Int, _ j: Int) -> Bool {
    column[rowStart[i]..<rowStart[i + 1]].elementsEqual(column[rowStart[j]..<rowStart[j + 1]])
  }

  /// The offset of entry (i, j), or nil where nothing is stored.
  public func index(row i: Int, column j: Int) -> Int? {
    var (low, high) = (rowStart[i], rowStart[i + 1])
    while low < high {
      let middle = (low + high) / 2
      if Int(column[middle]) < j { low = middle + 1 } else { high = middle }
    }
    return low < rowStart[i + 1] && Int(column[low]) == j ? low : nil
  }
}
