public import Krylov
internal import LinearAlgebra

/// ``TwoLevelSchwarz`` over ranks: the coarse matrix is gathered, and factorized and solved with on
/// every rank.
public struct DistributedTwoLevelSchwarz<Local: DirectSolver, C: Communicator>: Preconditioner {
  /// The numbers of the system.
  public typealias Element = Local.Element

  /// The first level.
  public let local: DistributedSchwarz<Local, C>
  /// How the levels are put together.
  public let combination: TwoLevelSchwarz<Local>.Combination
  private let matrix: DistributedMatrix<Element, C>
  private let coarse: DistributedCoarseCorrection<Local, C>
  private let pool: VectorPool<Element>

  /// The unknowns of this rank.
  public var rowCount: Int { matrix.rowCount }
  /// The unknowns of this rank.
  public var columnCount: Int { matrix.rowCount }
  /// As of the method of one process.
  public var isDefinite: Bool { local.isDefinite && combination != .deflated }
  /// The vectors of the coarse space on all ranks.
  public var coarseDimension: Int { coarse.dimension }

  /// Assembles the coarse matrix and factorizes it; collective.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - local: The first level.
  ///   - space: Vectors on the subdomains of this rank, in `local.decomposition`.
  ///   - combination: How the levels are put together.
  /// - Throws: On all ranks if the factorization fails.
  /// - Complexity: As many products with A as there are vectors on all ranks.
  public init(
    _ a: DistributedMatrix<Element, C>, local: DistributedSchwarz<Local, C>,
    _ space: CoarseSpace<Element>, _ combination: TwoLevelSchwarz<Local>.Combination = .balanced
  ) throws(DistributedFailure) {
    (matrix, self.local, self.combination) = (a, local, combination)
    coarse = try DistributedCoarseCorrection(a, local.region, space)
    pool = VectorPool(count: a.rowCount)
  }

  /// z ← the two-level method applied to r; collective.
  public func apply(_ r: [Element], into z: inout [Element]) {
    switch combination {
    case .additive:
      local.apply(r, into: &z)
      coarse.apply(r, into: &z, adding: true)
    case .deflated, .balanced:
      pool.withVector { s in
        pool.withVector { y in
          coarse.apply(r, into: &y, adding: false)
          matrix.apply(y, into: &s)
          subtract(from: r, &s)
          local.apply(s, into: &z)
          guard combination == .balanced else { return axpy(1, y, into: &z) }
          matrix.apply(z, into: &s)
          subtract(from: r, &s)
          coarse.apply(s, into: &z, adding: true)
        }
      }
    }
  }
}

/// Q = Z E⁻¹ Zᴴ with the columns of Z spread over the ranks.
struct DistributedCoarseCorrection<Solver: DirectSolver, C: Communicator>: Sendable {
  let region: OverlappingRanks<Solver.Element, C>
  let space: CoarseSpace<Solver.Element>
  /// The columns on all ranks, and those of this one among them.
  let dimension: Int
  private let mine: Range<Int>
  private let factor: Solver?
  private let coefficients: VectorPool<Solver.Element>
  private let own: VectorPool<Solver.Element>

  init(
    _ a: DistributedMatrix<Solver.Element, C>, _ region: OverlappingRanks<Solver.Element, C>,
    _ space: CoarseSpace<Solver.Element>
  ) throws(DistributedFailure) {
    precondition(
      space.decomposition.order == region.decomposition.order
        && space.decomposition.count == region.decomposition.count,
      "the coarse space was built for another decomposition than that of this rank")
    let communicator = region.communicator
    let counts = communicator.gather([space.dimension]).map { $0[0] }
    let first = counts.prefix(communicator.rank).reduce(0, +)
    let (m, mine) = (counts.reduce(0, +), first..<first + space.dimension)
    // Column by column: A Z e_k meets the vectors of whatever rank.
    var block = DenseMatrix<Solver.Element>(rowCount: mine.count, columnCount: m)
    var z = [Solver.Element](repeating: Solver.Element.zero, count: a.rowCount)
    var (image, c) = (z, [Solver.Element](repeating: Solver.Element.zero, count: mine.count))
    for k in 0..<m {
      for i in c.indices { c[i] = first + i == k ? 1 : Solver.Element.zero }
      region.collect(into: &z) { space.prolong(c, into: &$0) }
      a.apply(z, into: &image)
      region.withExtended(image) { space.restrict($0, into: &c) }
      block.setColumn(k, c)
    }
    let blocks = communicator.gather(block.values)
    factor = try communicator.together { () throws(FactorizationError) in
      m > 0 ? try Solver(direct: Self.matrix(blocks, counts)) : nil
    }
    (self.region, self.space, dimension, self.mine) = (region, space, m, mine)
    coefficients = VectorPool(count: m)
    own = VectorPool(count: mine.count)
  }

  /// E from the rows of each rank, its zeros left out.
  private static func matrix(
    _ blocks: [[Solver.Element]], _ counts: [Int]
  ) -> SparseMatrix<Solver.Element> {
    let m = counts.reduce(0, +)
    var (rows, columns, entries) = ([Int32](), [Int32](), [Solver.Element]())
    var first = 0
    for (values, count) in zip(blocks, counts) {
      for i in 0..<count {
        for k in 0..<m where values[i + k * count] != Solver.Element.zero || first + i == k {
          rows.append(Int32(first + i))
          columns.append(Int32(k))
          entries.append(values[i + k * count])
        }
      }
      first += count
    }
    let e = SparseMatrix(
      rowCount: m, columnCount: m, rows: rows, columns: columns, entries: entries)
    return Solver.isDefinite ? e.symmetricPart : e
  }

  /// z ← Q r, or z ← z + Q r; collective.
  func apply(_ r: [Solver.Element], into z: inout [Solver.Element], adding isAdded: Bool) {
    coefficients.withVector { all in
      own.withVector { c in
        region.withExtended(r) { space.restrict($0, into: &c) }
        for k in all.indices { all[k] = Solver.Element.zero }
        all.replaceSubrange(mine, with: c)
        region.communicator.sum(&all)
        factor?.solve(inPlace: &all)
        for (k, i) in mine.enumerated() { c[k] = all[i] }
        region.collect(into: &z, adding: isAdded) { space.prolong(c, into: &$0) }
      }
    }
  }
}
