internal import Krylov
public import LinearAlgebra

/// Q = Z E⁻¹ Zᴴ with E = Zᴴ A Z: the solution in a coarse space.
public struct CoarseCorrection<Solver: DirectSolver>: LinearOperator {
  /// The numbers of the system.
  public typealias Element = Solver.Element

  /// The coarse space.
  public let space: CoarseSpace<Element>
  /// The factorization of E; nil in a space without vectors.
  public private(set) var factor: Solver?
  private let pattern: SparsityPattern
  private let coefficients: VectorPool<Element>

  /// n.
  public var rowCount: Int { space.decomposition.order }
  /// n.
  public var columnCount: Int { space.decomposition.order }

  /// Assembles E and factorizes it.
  ///
  /// - Throws: `singular` where the vectors of the space depend on each other, and as the
  ///   factorization.
  public init(
    _ a: SparseMatrix<Element>, _ space: CoarseSpace<Element>
  ) throws(FactorizationError) {
    self.space = space
    let e = Self.matrix(a, space)
    pattern = e.pattern
    factor = space.dimension > 0 ? try Solver(direct: e) : nil
    coefficients = VectorPool(count: space.dimension)
  }

  /// Takes another matrix with the same pattern and keeps the space.
  ///
  /// - Throws: As the initialiser; the correction is then unchanged.
  public mutating func refresh(_ a: SparseMatrix<Element>) throws(FactorizationError) {
    guard let old = factor else { return }
    let e = Self.matrix(a, space)
    factor = try Solver(direct: SparseMatrix(pattern: pattern, values: e.values), like: old)
  }

  /// E, exactly Hermitian for solvers of definite matrices.
  private static func matrix(
    _ a: SparseMatrix<Element>, _ space: CoarseSpace<Element>
  ) -> SparseMatrix<Element> {
    let e = space.galerkin(a)
    return Solver.isDefinite ? e.symmetricPart : e
  }

  /// z ← Q r.
  public func apply(_ r: [Element], into z: inout [Element]) { apply(r, into: &z, adding: false) }

  /// z ← Q r, or z ← z + Q r.
  func apply(_ r: [Element], into z: inout [Element], adding isAdded: Bool) {
    coefficients.withVector { c in
      space.restrict(r, into: &c)
      factor?.solve(inPlace: &c)
      space.prolong(c, into: &z, adding: isAdded)
    }
  }
}
