internal import ComplexModule
internal import LinearAlgebra

/// The subdomains of a rank grown by layers of the graph, and the rows of A they need.
struct GrownSubdomains<S: Scalar> {
  /// The unknowns of each, ascending, in the numbering of the whole.
  let sets: [[Int32]]
  /// All of them, ascending, and those their rows meet too.
  let unknowns: [Int32]
  let reached: [Int32]
  /// The rows and columns of A at `unknowns`.
  let matrix: SparseMatrix<S>
  /// A at `reached`, where only the rows of `unknowns` are filled.
  let reachingMatrix: SparseMatrix<S>

  /// Grows, and fetches the rows of every layer; collective.
  init<C: Communicator>(_ a: DistributedMatrix<S, C>, overlap: Int) {
    let distribution = a.distribution
    let parts = distribution.parts(of: distribution.rank)
    var sets = [[Int32]](repeating: [], count: parts.count)
    for i in distribution.owned {
      sets[Int(distribution.parts[Int(i)]) - parts.lowerBound].append(i)
    }
    var known = KnownRows(a.rows, distribution)
    var fronts = [Int](repeating: 0, count: sets.count)
    var mark = [Int](repeating: -1, count: distribution.order)
    for layer in 0..<overlap {
      var missing = Set<Int32>()
      for j in sets.indices {
        let stamp = layer * sets.count + j
        for i in sets[j] { mark[Int(i)] = stamp }
        let end = sets[j].count
        for place in fronts[j]..<end {
          for i in known.columns(of: sets[j][place]) where mark[Int(i)] != stamp {
            mark[Int(i)] = stamp
            sets[j].append(i)
            if !known.has(i) { missing.insert(i) }
          }
        }
        fronts[j] = end
      }
      known.append(a.rows(of: Array(missing)))
    }
    self.sets = sets.map { $0.sorted() }
    var isHeld = [Bool](repeating: false, count: distribution.order)
    for set in sets { for i in set { isHeld[Int(i)] = true } }
    unknowns = isHeld.indices.filter { isHeld[$0] }.map { Int32($0) }
    var isReached = isHeld
    for i in unknowns { for j in known.columns(of: i) { isReached[Int(j)] = true } }
    reached = isReached.indices.filter { isReached[$0] }.map { Int32($0) }
    matrix = known.matrix(rows: isHeld, over: unknowns)
    reachingMatrix = known.matrix(rows: isHeld, over: reached)
  }
}

/// The rows of A that a rank has, its own and fetched ones.
private struct KnownRows<S: Scalar> {
  private let own: SparseMatrix<S>
  private var fetched = FetchedRows<S>()
  /// The place of an unknown among the own rows and, behind them, the fetched ones; −1 if it is in
  /// neither.
  private var place: [Int32]

  init(_ own: SparseMatrix<S>, _ distribution: Distribution) {
    self.own = own
    place = [Int32](repeating: -1, count: distribution.order)
    for (k, i) in distribution.owned.enumerated() { place[Int(i)] = Int32(k) }
  }

  func has(_ unknown: Int32) -> Bool { place[Int(unknown)] >= 0 }

  mutating func append(_ rows: FetchedRows<S>) {
    for (k, i) in rows.unknowns.enumerated() {
      place[Int(i)] = Int32(own.rowCount + fetched.unknowns.count + k)
    }
    fetched.append(rows)
  }

  /// The columns of a row, in the numbering of the whole.
  func columns(of unknown: Int32) -> ArraySlice<Int32> {
    let row = Int(place[Int(unknown)])
    precondition(row >= 0, "row \(unknown) was not fetched")
    if row < own.rowCount {
      return own.pattern.column[own.pattern.rowStart[row]..<own.pattern.rowStart[row + 1]]
    }
    let k = row - own.rowCount
    return fetched.column[fetched.start[k]..<fetched.start[k + 1]]
  }

  private func values(of unknown: Int32) -> ArraySlice<S> {
    let row = Int(place[Int(unknown)])
    if row < own.rowCount {
      return own.values[own.pattern.rowStart[row]..<own.pattern.rowStart[row + 1]]
    }
    let k = row - own.rowCount
    return fetched.values[fetched.start[k]..<fetched.start[k + 1]]
  }

  /// The square matrix over some unknowns with the rows of those marked.
  func matrix(rows isFilled: [Bool], over unknowns: [Int32]) -> SparseMatrix<S> {
    var position = [Int32](repeating: -1, count: place.count)
    for (k, i) in unknowns.enumerated() { position[Int(i)] = Int32(k) }
    var (start, column, values) = ([0], [Int32](), [S]())
    for i in unknowns {
      if isFilled[Int(i)] {
        appendKept(columns(of: i), self.values(of: i), position, &column, &values)
      }
      start.append(column.count)
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: unknowns.count, columnCount: unknowns.count, rowStart: start, column: column),
      values: values)
  }
}

/// The entries of a row whose columns have a position.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func appendKept<S: Scalar>(
  _ columns: ArraySlice<Int32>, _ entries: ArraySlice<S>, _ position: [Int32],
  _ column: inout [Int32], _ values: inout [S]
) {
  let shift = entries.startIndex - columns.startIndex
  for k in columns.indices where position[Int(columns[k])] >= 0 {
    column.append(position[Int(columns[k])])
    values.append(entries[k + shift])
  }
}
