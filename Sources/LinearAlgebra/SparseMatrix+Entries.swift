extension SparseMatrix {
  /// A matrix from a list of entries in any order; entries of one place are added in the order of
  /// the list.
  ///
  /// - Parameters:
  ///   - rows: The row of each entry, in `0..<rowCount`.
  ///   - columns: The column of each entry, in `0..<columnCount`.
  ///   - entries: The entries.
  /// - Complexity: Linear in entries and rows, for rows of bounded length.
  public init(
    rowCount: Int, columnCount: Int, rows: [Int32], columns: [Int32], entries: [S]
  ) {
    precondition(
      rows.count == entries.count && columns.count == entries.count,
      "\(rows.count) rows and \(columns.count) columns for \(entries.count) entries")
    var start = [Int](repeating: 0, count: rowCount + 1)
    for row in rows {
      precondition(row >= 0 && Int(row) < rowCount, "row \(row) of \(rowCount)")
      start[Int(row) + 1] += 1
    }
    for row in 0..<rowCount { start[row + 1] += start[row] }
    var places = [Int](repeating: 0, count: entries.count)
    var next = start
    for (place, row) in rows.enumerated() {
      places[next[Int(row)]] = place
      next[Int(row)] += 1
    }
    var rowStart = [0]
    rowStart.reserveCapacity(rowCount + 1)
    var column: [Int32] = []
    var values: [S] = []
    column.reserveCapacity(entries.count)
    values.reserveCapacity(entries.count)
    for row in 0..<rowCount {
      let range = start[row]..<start[row + 1]
      let isAscending = range.dropFirst().allSatisfy {
        columns[places[$0 - 1]] <= columns[places[$0]]
      }
      if !isAscending { places[range].sort { (columns[$0], $0) < (columns[$1], $1) } }
      for index in range {
        let place = places[index]
        if column.count > rowStart[row], column[column.count - 1] == columns[place] {
          values[values.count - 1] += entries[place]
        } else {
          column.append(columns[place])
          values.append(entries[place])
        }
      }
      rowStart.append(column.count)
    }
    self.init(
      pattern: SparsityPattern(
        rowCount: rowCount, columnCount: columnCount, rowStart: rowStart, column: column),
      values: values)
  }
}
