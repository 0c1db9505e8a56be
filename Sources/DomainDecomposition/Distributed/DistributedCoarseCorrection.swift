internal import Krylov
internal import LinearAlgebra

/// Q = Z E⁻¹ Zᴴ with the columns of Z spread over the ranks.
struct DistributedCoarseCorrection<Solver: DirectSolver, C: Communicator>: Sendable {
  typealias S = Solver.Element

  let region: OverlappingRanks<S, C>
  let space: CoarseSpace<S>
  /// The columns on all ranks, and those of this one among them.
  let dimension: Int
  private let mine: Range<Int>
  private let factor: Solver?
  private let coefficients: VectorPool<S>
  private let own: VectorPool<S>

  init(
    _ a: DistributedMatrix<S, C>, _ region: OverlappingRanks<S, C>, _ space: CoarseSpace<S>
  ) throws(DistributedFailure) {
    precondition(
      space.decomposition.order == region.decomposition.order
        && space.decomposition.count == region.decomposition.count,
      "the coarse space was built for another decomposition than that of this rank")
    let (communicator, distribution) = (a.communicator, a.distribution)
    let widths = communicator.gather(space.blocks.map(\.columnCount)).flatMap { $0 }
    var start = [0]
    for width in widths { start.append(start[start.count - 1] + width) }
    let (m, parts) = (start[widths.count], distribution.parts(of: distribution.rank))
    let pieces = CoarsePieces(space, region, distribution, widths)
    let rows = pieces.rows(region.reachingMatrix, of: parts, start)
    let columns = communicator.gather(rows.pattern.column.map(Int.init))
    let lengths = communicator.gather(
      (0..<rows.rowCount).map { rows.pattern.rowStart[$0 + 1] - rows.pattern.rowStart[$0] })
    let values = communicator.gather(rows.values)
    factor = try communicator.together { () throws(FactorizationError) in
      guard m > 0 else { return nil }
      let e = SparseMatrix(
        pattern: SparsityPattern(
          rowCount: m, columnCount: m,
          rowStart: lengths.joined().reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
          column: columns.joined().map { Int32($0) }),
        values: values.flatMap { $0 })
      return try Solver(direct: Solver.isDefinite ? e.symmetricPart : e)
    }
    mine = start[parts.lowerBound]..<start[parts.upperBound]
    (self.region, self.space, dimension) = (region, space, m)
    coefficients = VectorPool(count: m)
    own = VectorPool(count: mine.count)
  }

  /// z ← Q r, or z ← z + Q r; collective.
  func apply(_ r: [S], into z: inout [S], adding isAdded: Bool) {
    coefficients.withVector { all in
      own.withVector { c in
        region.withExtended(r) { space.restrict($0, into: &c) }
        for k in all.indices { all[k] = S.zero }
        all.replaceSubrange(mine, with: c)
        region.communicator.sum(&all)
        factor?.solve(inPlace: &all)
        for (k, i) in mine.enumerated() { c[k] = all[i] }
        region.collect(into: &z, adding: isAdded) { space.prolong(c, into: &$0) }
      }
    }
  }
}

/// The rows of Z at the unknowns that the rows of this rank meet, on whatever rank they arose.
private struct CoarsePieces<S: Scalar> {
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
    // To the owner of each unknown: its number, the subdomain; the row goes beside.
    var (keys, rows) = (
      [[Int]](repeating: [], count: size), [[S]](repeating: [], count: size)
    )
    for (j, part) in own.decomposition.subdomains.enumerated() {
      let block = own.blocks[j]
      for (k, local) in part.unknowns.enumerated() {
        let unknown = region.unknowns[Int(local)]
        let owner = distribution.owner(of: unknown)
        keys[owner] += [Int(unknown), first + j]
        for l in 0..<block.columnCount { rows[owner].append(block[k, l]) }
      }
    }
    let (toldKeys, toldRows) = (communicator.distribute(keys), communicator.distribute(rows))
    var held: [Int: [(subdomain: Int, row: ArraySlice<S>)]] = [:]
    for other in 0..<size {
      Self.forEach(toldKeys[other], toldRows[other], widths) { unknown, j, row in
        held[unknown, default: []].append((j, row))
      }
    }
    var requests = [[Int]](repeating: [], count: size)
    for i in region.reached { requests[distribution.owner(of: i)].append(Int(i)) }
    let asked = communicator.distribute(requests)
    (keys, rows) = ([[Int]](repeating: [], count: size), [[S]](repeating: [], count: size))
    for other in 0..<size {
      for i in asked[other] {
        for (j, row) in held[i] ?? [] {
          keys[other] += [i, j]
          rows[other] += row
        }
      }
    }
    let (keysHere, rowsHere) = (communicator.distribute(keys), communicator.distribute(rows))
    var position: [Int: Int32] = [:]
    for (k, i) in region.reached.enumerated() { position[Int(i)] = Int32(k) }
    var found: [Int: [(place: Int32, row: ArraySlice<S>)]] = [:]
    for other in 0..<size {
      Self.forEach(keysHere[other], rowsHere[other], widths) { unknown, j, row in
        guard let place = position[unknown] else {
          preconditionFailure("rank \(other) sent unknown \(unknown), which was not asked for")
        }
        found[j, default: []].append((place, row))
      }
    }
    let subdomains = found.keys.sorted()
    let pieces = subdomains.map { (found[$0] ?? []).sorted { $0.place < $1.place } }
    let decomposition = OverlappingDecomposition(
      order: region.reached.count, sets: pieces.map { $0.map(\.place) },
      weights: pieces.map { $0.map { _ in 0 } })
    let blocks = zip(subdomains, pieces).map { j, piece in
      DenseMatrix(
        rowCount: widths[j], columns: piece.map { Array($0.row) }
      ).transposed()
    }
    self.subdomains = subdomains
    space = CoarseSpace(decomposition, blocks: blocks)
  }

  /// The unknown, the subdomain and the row of each pair of keys.
  private static func forEach(
    _ keys: [Int], _ rows: [S], _ widths: [Int], _ body: (Int, Int, ArraySlice<S>) -> Void
  ) {
    var at = 0
    for k in stride(from: 0, to: keys.count, by: 2) {
      let width = widths[keys[k + 1]]
      body(keys[k], keys[k + 1], rows[at..<at + width])
      at += width
    }
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
