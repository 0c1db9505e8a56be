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
