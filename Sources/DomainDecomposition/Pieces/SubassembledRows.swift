public import LinearAlgebra

/// From the matrices of pieces, whose sum is the matrix of the whole, to the rows that each rank owns:
/// what pieces have in rows of others is sent there and added.
///
/// Entries are added in the order of the ranks: the same bits in every run on as many ranks.
public struct SubassembledRows<S: Scalar, C: Communicator>: Sendable {
  /// The ranks.
  public let communicator: C
  /// The pattern of the owned rows, columns in the numbering of the whole.
  public let pattern: SparsityPattern
  /// The entries of the piece that each rank gets, as places in its values.
  private let outgoing: [[Int32]]
  /// Where what comes from each rank goes.
  private let places: [[Int32]]
  private let entryCount: Int

  /// Plans the way of the entries; collective.
  ///
  /// - Parameters:
  ///   - piece: The pattern of the matrices of this piece.
  ///   - unknowns: Its unknowns.
  ///   - communicator: The ranks.
  public init(_ piece: SparsityPattern, _ unknowns: SharedUnknowns, _ communicator: C) {
    precondition(
      piece.rowCount == unknowns.count && piece.columnCount == unknowns.count,
      "a pattern of \(piece.rowCount) × \(piece.columnCount) for \(unknowns.count) unknowns")
    let size = communicator.size
    // To the owner of each row: its number, how many columns, and these.
    var letters = [[Int]](repeating: [], count: size)
    var outgoing = [[Int32]](repeating: [], count: size)
    for row in 0..<piece.rowCount {
      let number = unknowns.numbers[row]
      let owner = unknowns.owner(of: number)
      let range = piece.rowStart[row]..<piece.rowStart[row + 1]
      letters[owner].append(Int(number))
      letters[owner].append(range.count)
      for k in range {
        letters[owner].append(Int(unknowns.numbers[Int(piece.column[k])]))
        outgoing[owner].append(Int32(k))
      }
    }
    let received = communicator.distribute(letters)
    let first = unknowns.first[unknowns.rank]
    let rowCount = unknowns.owned.count
    // How much comes for each row, then its columns, sorted and each once.
    var start = [Int](repeating: 0, count: rowCount + 1)
    SubassembledRows.visit(received) { _, row, columns in start[row - first + 1] += columns.count }
    for row in 0..<rowCount { start[row + 1] += start[row] }
    var all = [Int32](repeating: 0, count: start[rowCount])
    var next = start
    SubassembledRows.visit(received) { _, row, columns in
      for column in columns {
        all[next[row - first]] = Int32(column)
        next[row - first] += 1
      }
    }
    var (rowStart, column) = ([0], [Int32]())
    rowStart.reserveCapacity(rowCount + 1)
    for row in 0..<rowCount {
      var last: Int32 = -1
      for entry in all[start[row]..<start[row + 1]].sorted() where entry != last {
        column.append(entry)
        last = entry
      }
      rowStart.append(column.count)
    }
    pattern = SparsityPattern(
      rowCount: rowCount, columnCount: unknowns.order, rowStart: rowStart, column: column)
    var places = [[Int32]](repeating: [], count: size)
    SubassembledRows.visit(received) { sender, row, columns in
      let range = rowStart[row - first]..<rowStart[row - first + 1]
      for wanted in columns {
        var (low, high) = (range.lowerBound, range.upperBound)
        while high - low > 1 {
          let middle = (low + high) / 2
          if Int(column[middle]) <= wanted { low = middle } else { high = middle }
        }
        places[sender].append(Int32(low))
      }
    }
    (self.communicator, self.outgoing, self.places) = (communicator, outgoing, places)
    entryCount = piece.column.count
  }

  /// The owned rows of the sum of the pieces' matrices; collective.
  ///
  /// - Parameter values: Those of this piece's matrix, in its pattern.
  public func rows(_ values: [S]) -> SparseMatrix<S> {
    precondition(values.count == entryCount, "\(values.count) values for \(entryCount) entries")
    let received = communicator.distribute(outgoing.map { $0.map { values[Int($0)] } })
    var sum = [S](repeating: S.zero, count: pattern.entryCount)
    for (list, entries) in zip(places, received) {
      for (place, value) in zip(list, entries) { sum[Int(place)] += value }
    }
    return SparseMatrix(pattern: pattern, values: sum)
  }

  /// Calls `body` with the sender, the number and the columns of each row in some letters.
  private static func visit(
    _ letters: [[Int]], _ body: (Int, Int, ArraySlice<Int>) -> Void
  ) {
    for (sender, letter) in letters.enumerated() {
      var at = 0
      while at < letter.count {
        let end = at + 2 + letter[at + 1]
        body(sender, letter[at], letter[at + 2..<end])
        at = end
      }
    }
  }
}
