extension UpdatedSVD {
  /// Refuses what does not fit or is not finite.
  func check(_ update: SVDUpdate) throws(SVDUpdateError) {
    let name = update.name
    switch update {
    case .appendColumns(let c): try check(c, rows: rowCount, columns: nil, name)
    case .appendRows(let e):
      try check(e, rows: nil, columns: try rightRowCount(for: name), name)
    case .removeColumns(let places): try check(places, of: try rightRowCount(for: name), name)
    case .removeRows(let places): try check(places, of: rowCount, name)
    case .replaceColumns(let places, let c):
      try check(places, of: try rightRowCount(for: name), name)
      try check(c, rows: rowCount, columns: places.count, name)
    case .replaceRows(let places, let e):
      let n = try rightRowCount(for: name)
      try check(places, of: rowCount, name)
      try check(e, rows: places.count, columns: n, name)
    case .addProduct(let d, let g):
      let n = try rightRowCount(for: name)
      try check(d, rows: rowCount, columns: nil, name)
      try check(g, rows: n, columns: d.columnCount, name)
    case .decay(let factor):
      guard factor > 0, factor <= 1 else {
        throw .refused("decay by \(factor); the factor lies above zero and is at most one")
      }
    }
  }

  private func rightRowCount(for name: String) throws(SVDUpdateError) -> Int {
    guard let columnCount else { throw .rightFactorsMissing(update: name) }
    return columnCount
  }

  private func check(
    _ block: SVDUpdateBlock, rows: Int?, columns: Int?, _ name: String
  ) throws(SVDUpdateError) {
    let expected = (rows ?? block.rowCount, columns ?? block.columnCount)
    guard (block.rowCount, block.columnCount) == expected else {
      throw .mismatch(
        update: name, found: "a block of \(block.rowCount) × \(block.columnCount)",
        expected: "\(expected.0) × \(expected.1)")
    }
    if let (row, column) = block.firstNonFiniteEntry {
      throw .notFinite(update: name, row: row, column: column)
    }
    let largest = block.largest
    guard largest < 1e140 else {
      throw .refused("\(name): numbers up to \(largest); scale them, their squares overflow")
    }
  }

  private func check(_ places: [Int], of count: Int, _ name: String) throws(SVDUpdateError) {
    var seen = Set<Int>()
    for place in places {
      guard place >= 0, place < count, seen.insert(place).inserted else {
        throw .index(update: name, found: place, count: count)
      }
    }
  }
}
