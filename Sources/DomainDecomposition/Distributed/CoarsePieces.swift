internal import LinearAlgebra

/// The rows of Z at the unknowns that the rows of this rank meet, on whatever rank they arose.
struct CoarsePieces<S: Scalar> {
  /// The subdomains that occur, ascending, and their rows as a coarse space over those unknowns.
  let subdomains: [Int]
  let space: CoarseSpace<S>

  /// Every rank tells the owners its rows of Z, then asks the owners for those it meets; collective.
  init<C: Communicator>(
    _ own: CoarseSpace<S>, _ region: OverlappingRanks<S, C>, _ distribution: Distribution,
    _ widths: [Int]
  ) {
    let communicator = region.communicator
    let size = communicator.size
    let first = distribution.parts(of: distribution.rank).lowerBound
    // To the owner of each unknown: its number and the subdomain; the row goes beside.
    var (keys, rows) = (
      [[Int]](repeating: [], count: size), [[S]](repeating: [], count: size)
    )
    for (j, part) in own.decomposition.subdomains.enumerated() {
      let transposed = own.blocks[j].transposed()
      for (k, local) in part.unknowns.enumerated() {
        let unknown = region.unknowns[Int(local)]
        let owner = distribution.owner(of: unknown)
        keys[owner].append(Int(unknown))
        keys[owner].append(first + j)
        rows[owner] += transposed.values[k * transposed.rowCount..<(k + 1) * transposed.rowCount]
      }
    }
    let told = RowLetters(communicator.distribute(keys), communicator.distribute(rows), widths)
    let held = told.grouped(by: distribution.owned.count) { distribution.place(of: Int32($0)) }
    var requests = [[Int]](repeating: [], count: size)
    for i in region.reached { requests[distribution.owner(of: i)].append(Int(i)) }
    let asked = communicator.distribute(requests)
    (keys, rows) = ([[Int]](repeating: [], count: size), [[S]](repeating: [], count: size))
    for other in 0..<size {
      for i in asked[other] {
        let place = distribution.place(of: Int32(i))
        for letter in held.letters[held.start[place]..<held.start[place + 1]] {
          keys[other].append(i)
          keys[other].append(letter.subdomain)
          rows[other] += told.row(letter)
        }
      }
    }
    let here = RowLetters(communicator.distribute(keys), communicator.distribute(rows), widths)
    var position = [Int32](repeating: -1, count: distribution.order)
    for (k, i) in region.reached.enumerated() { position[Int(i)] = Int32(k) }
    var found: [Int: [RowLetters<S>.Letter]] = [:]
    for letter in here.letters { found[letter.subdomain, default: []].append(letter) }
    let subdomains = found.keys.sorted()
    let pieces = subdomains.map { (found[$0] ?? []).sorted { $0.unknown < $1.unknown } }
    let decomposition = OverlappingDecomposition(
      order: region.reached.count,
      sets: pieces.map { $0.map { position[$0.unknown] } },
      weights: pieces.map { $0.map { _ in 0 } })
    let blocks = zip(subdomains, pieces).map { j, piece in
      DenseMatrix(
        rowCount: widths[j], columnCount: piece.count, values: piece.flatMap { here.row($0) }
      ).transposed()
    }
    self.subdomains = subdomains
    space = CoarseSpace(decomposition, blocks: blocks)
  }

  /// The rows of E = Zᴴ A Z that belong to some subdomains, with all columns.
  ///
  /// - Parameters:
  ///   - a: The rows of A at the unknowns of those subdomains.
  ///   - parts: Subdomains of this rank.
  ///   - start: The first column of each subdomain of the whole.
  func rows(
    _ a: SparseMatrix<S>, of parts: Range<Int>, _ start: [Int]
  ) -> SparseMatrix<S> {
    let e = space.galerkin(a)
    let columns = subdomains.flatMap { start[$0]..<start[$0 + 1] }.map { Int32($0) }
    var (rowStart, column, values) = ([0], [Int32](), [S]())
    for (k, j) in subdomains.enumerated() where parts.contains(j) {
      for row in space.start[k]..<space.start[k + 1] {
        let range = e.pattern.rowStart[row]..<e.pattern.rowStart[row + 1]
        column += e.pattern.column[range].map { columns[Int($0)] }
        values += e.values[range]
        rowStart.append(column.count)
      }
    }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: rowStart.count - 1, columnCount: start[start.count - 1], rowStart: rowStart,
        column: column),
      values: values)
  }
}

/// Rows of Z that came from the ranks, each with its unknown and subdomain.
struct RowLetters<S: Scalar> {
  struct Letter {
    let unknown: Int
    let subdomain: Int
    let sender: Int
    /// Where the row begins in what the sender sent.
    let first: Int
  }

  let letters: [Letter]
  private let rows: [[S]]
  private let widths: [Int]

  /// - Parameters:
  ///   - keys: From each rank the unknown and the subdomain of each row.
  ///   - rows: From each rank the rows, one after the other.
  ///   - widths: The length of a row of each subdomain.
  init(_ keys: [[Int]], _ rows: [[S]], _ widths: [Int]) {
    var letters: [Letter] = []
    for (sender, list) in keys.enumerated() {
      var at = 0
      for k in stride(from: 0, to: list.count, by: 2) {
        letters.append(
          Letter(unknown: list[k], subdomain: list[k + 1], sender: sender, first: at))
        at += widths[list[k + 1]]
      }
    }
    (self.letters, self.rows, self.widths) = (letters, rows, widths)
  }

  func row(_ letter: Letter) -> ArraySlice<S> {
    rows[letter.sender][letter.first..<letter.first + widths[letter.subdomain]]
  }

  /// The letters by the place of their unknown, in the order in which they came.
  func grouped(
    by count: Int, _ place: (Int) -> Int
  ) -> (start: [Int], letters: [Letter]) {
    var start = [Int](repeating: 0, count: count + 1)
    for letter in letters { start[place(letter.unknown) + 1] += 1 }
    for k in 0..<count { start[k + 1] += start[k] }
    var (next, order) = (start, [Int](repeating: 0, count: letters.count))
    for (k, letter) in letters.enumerated() {
      let at = place(letter.unknown)
      order[next[at]] = k
      next[at] += 1
    }
    return (start, order.map { letters[$0] })
  }
}
