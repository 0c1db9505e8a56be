public import Krylov
internal import LinearAlgebra

/// ``TwoLevelSchwarz`` over ranks: the coarse matrix is gathered, and factorized and solved with on
/// every rank.
public struct DistributedTwoLevelSchwarz<Local: DirectSolver, C: Communicator>: Preconditioner {
  /// The numbers of the system.
  public typealias Element = Local.Element

  /// The first level.
  public private(set) var local: DistributedSchwarz<Local, C>
  /// How the levels are put together.
  public let combination: TwoLevelSchwarz<Local>.Combination
  private var matrix: DistributedMatrix<Element, C>
  private var coarse: DistributedCoarseCorrection<Local, C>
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
  /// - Complexity: E is assembled by the ranks, from their rows and those of the vectors that meet
  ///   them; factorized and held by each.
  public init(
    _ a: DistributedMatrix<Element, C>, local: DistributedSchwarz<Local, C>,
    _ space: CoarseSpace<Element>, _ combination: TwoLevelSchwarz<Local>.Combination = .balanced
  ) throws(DistributedFailure) {
    (matrix, self.local, self.combination) = (a, local, combination)
    coarse = try DistributedCoarseCorrection(a, local.region, space)
    pool = VectorPool(count: a.rowCount)
  }

  /// Takes another matrix with the same pattern; analyses of the local matrices and the coarse space
  /// are kept; collective.
  ///
  /// - Throws: On all ranks if a factorization fails on one; the method is then unchanged.
  public mutating func refresh(
    _ a: DistributedMatrix<Element, C>
  ) throws(DistributedFailure) {
    var newLocal = local
    try newLocal.refresh(a)
    coarse = try DistributedCoarseCorrection(a, newLocal.region, coarse.space)
    (matrix, local) = (a, newLocal)
  }

  /// z ← the two-level method applied to r; collective.
  public func apply(_ r: [Element], into z: inout [Element]) {
    combination.apply(matrix, local, pool, r, into: &z) { r, z, isAdded in
      coarse.apply(r, into: &z, adding: isAdded)
    }
  }
}
