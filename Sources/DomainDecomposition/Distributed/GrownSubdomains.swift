internal import ComplexModule
internal import LinearAlgebra

/// The subdomains of a rank grown by layers of the graph, and the rows of A they need.
struct GrownSubdomains<S: Scalar>: Sendable {
  /// The unknowns of each, ascending, in the numbering of the whole.
  let sets: [[Int32]]
  /// All of them, ascending, and those their rows meet too.
  let unknowns: [Int32]
  let reached: [Int32]
  /// The rows and columns of A at `unknowns`.
  private(set) var matrix: SparseMatrix<S>
  /// A at `reached`, where only the rows of `unknowns` are filled.
  private(set) var reachingMatrix: SparseMatrix<S>
  /// What was fetched, layer by layer, and where the entries of the two matrices stand among the own
  /// values and the fetched ones behind them.
  private let layers: [[Int32]]
  private let entries: [Int]
  private let reachingEntries: [Int]

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
    var layers: [[Int32]] = []
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
      layers.append(missing.sorted())
      known.append(a.rows(of: layers[layer]))
    }
    self.sets = sets.map { $0.sorted() }
    var isHeld = [Bool](repeating: false, count: distribution.order)
    for set in sets { for i in set { isHeld[Int(i)] = true } }
    unknowns = isHeld.indices.filter { isHeld[$0] }.map { Int32($0) }
    var isReached = isHeld
    for i in unknowns { for j in known.columns(of: i) { isReached[Int(j)] = true } }
    reached = isReached.indices.filter { isReached[$0] }.map { Int32($0) }
    let (pattern, entries) = known.restriction(rows: isHeld, to: unknowns)
    let (reachingPattern, reachingEntries) = known.restriction(rows: isHeld, to: reached)
    (self.layers, self.entries, self.reachingEntries) = (layers, entries, reachingEntries)
    let values = known.values
    matrix = SparseMatrix(pattern: pattern, values: gathered(values, entries))
    reachingMatrix = SparseMatrix(
      pattern: reachingPattern, values: gathered(values, reachingEntries))
  }

  /// Fetches the values of another matrix with the same pattern; collective.
  mutating func refresh<C: Communicator>(_ a: DistributedMatrix<S, C>) {
    var values = a.rows.values
    for layer in layers { values += a.rows(of: layer).values }
    matrix.values = gathered(values, entries)
    reachingMatrix.values = gathered(values, reachingEntries)
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

  /// The values of all rows, the own ones first.
  var values: [S] { own.values + fetched.values }

  /// Where the values of a row begin among all.
  private func firstValue(of unknown: Int32) -> Int {
    let row = Int(place[Int(unknown)])
    return row < own.rowCount
      ? own.pattern.rowStart[row]
      : own.pattern.entryCount + fetched.start[row - own.rowCount]
  }

  /// The pattern over some unknowns with the rows of those marked, and the places of its values.
  func restriction(
    rows isFilled: [Bool], to unknowns: [Int32]
  ) -> (pattern: SparsityPattern, entries: [Int]) {
    var position = [Int32](repeating: -1, count: place.count)
    for (k, i) in unknowns.enumerated() { position[Int(i)] = Int32(k) }
    var (start, column, entries) = ([0], [Int32](), [Int]())
    for i in unknowns {
      if isFilled[Int(i)] {
        let first = firstValue(of: i)
        for (k, j) in columns(of: i).enumerated() where position[Int(j)] >= 0 {
          column.append(position[Int(j)])
          entries.append(first + k)
        }
      }
      start.append(column.count)
    }
    let pattern = SparsityPattern(
      rowCount: unknowns.count, columnCount: unknowns.count, rowStart: start, column: column)
    return (pattern, entries)
  }
}

/// valuesₑ for the entries e.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
private func gathered<S: Scalar>(_ values: [S], _ entries: [Int]) -> [S] {
  entries.map { values[$0] }
}
