public import Krylov
public import LinearAlgebra

/// A Schwarz method M⁻¹ with a coarse correction Q = Z (Zᴴ A Z)⁻¹ Zᴴ.
///
/// - Source: Tang, Nabben, Vuik, Erlangga, *Comparison of two-level preconditioners derived from
///   deflation, domain decomposition and multigrid methods*, J. Sci. Comput. 39 (2009).
public struct TwoLevelSchwarz<Local: DirectSolver>: Preconditioner {
  /// The numbers of the system.
  public typealias Element = Local.Element

  /// How the levels are put together.
  public enum Combination: Sendable, CaseIterable {
    /// M⁻¹ + Q: one pass, both levels at the same time.
    case additive
    /// (I − Q A) M⁻¹ (I − A Q) + Q: exact on the coarse space, definite where M is; two more
    /// products with A.
    case balanced
    /// M⁻¹ (I − A Q) + Q: exact on the coarse space, not symmetric; one more product with A.
    case deflated
  }

  /// The first level.
  public private(set) var local: AdditiveSchwarz<Local>
  /// The second level.
  public private(set) var coarse: CoarseCorrection<Local>
  /// How they are put together.
  public let combination: Combination
  private var matrix: SparseMatrix<Element>
  private let pool: VectorPool<Element>

  /// n.
  public var rowCount: Int { local.rowCount }
  /// n.
  public var columnCount: Int { local.columnCount }
  /// Additive and balanced methods of definite matrices are definite.
  public var isDefinite: Bool { local.isDefinite && combination != .deflated }

  /// Factorizes the problems of both levels.
  ///
  /// - Throws: As the factorizations.
  public init(
    _ a: SparseMatrix<Element>, _ space: CoarseSpace<Element>,
    _ combination: Combination = .balanced,
    local variant: AdditiveSchwarz<Local>.Variant = .symmetric
  ) throws(FactorizationError) {
    let local = try AdditiveSchwarz<Local>(a, space.decomposition, variant)
    try self.init(a, local: local, space, combination)
  }

  /// Adds a second level to a first one, for example one with Robin conditions on the cuts.
  ///
  /// - Throws: As the factorization.
  public init(
    _ a: SparseMatrix<Element>, local: AdditiveSchwarz<Local>, _ space: CoarseSpace<Element>,
    _ combination: Combination = .balanced
  ) throws(FactorizationError) {
    precondition(
      a.rowCount == local.rowCount && a.columnCount == local.rowCount
        && space.decomposition.order == local.rowCount,
      """
      a matrix of \(a.rowCount) × \(a.columnCount), a coarse space of \
      \(space.decomposition.order) and a local method of \(local.rowCount) unknowns
      """)
    (matrix, self.local, self.combination) = (a, local, combination)
    coarse = try CoarseCorrection(a, space)
    pool = VectorPool(count: a.rowCount)
  }

  /// Takes another matrix with the same pattern; analyses and the coarse space are kept.
  ///
  /// - Throws: As the factorizations; the method is then unchanged.
  public mutating func refresh(_ a: SparseMatrix<Element>) throws(FactorizationError) {
    var (newLocal, newCoarse) = (local, coarse)
    try newLocal.refresh(a)
    try newCoarse.refresh(a)
    (matrix, local, coarse) = (a, newLocal, newCoarse)
  }

  /// z ← the two-level method applied to r.
  public func apply(_ r: [Element], into z: inout [Element]) {
    combination.apply(matrix, local, pool, r, into: &z) { r, z, isAdded in
      coarse.apply(r, into: &z, adding: isAdded)
    }
  }
}

extension TwoLevelSchwarz.Combination {
  /// z ← both levels applied to r, in one process or over ranks.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - local: M⁻¹.
  ///   - pool: Vectors to write on.
  ///   - coarse: z ← Q r, or z ← z + Q r where its last argument says so.
  func apply<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ local: M, _ pool: VectorPool<A.Element>, _ r: [A.Element],
    into z: inout [A.Element], coarse: ([A.Element], inout [A.Element], Bool) -> Void
  ) where M.Element == A.Element {
    guard self != .additive else {
      local.apply(r, into: &z)
      return coarse(r, &z, true)
    }
    pool.withVector { s in
      pool.withVector { y in
        coarse(r, &y, false)
        a.apply(y, into: &s)
        subtract(from: r, &s)
        local.apply(s, into: &z)
        guard self == .balanced else { return axpy(1, y, into: &z) }
        // (I − Q A) y + Q r = y + Q (r − A y) for y = M⁻¹ (I − A Q) r.
        a.apply(z, into: &s)
        subtract(from: r, &s)
        coarse(s, &z, true)
      }
    }
  }
}
