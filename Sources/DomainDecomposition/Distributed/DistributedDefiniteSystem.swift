public import Krylov
public import LinearAlgebra

/// A symmetric positive definite matrix spread over ranks with what solves systems of it: conjugate
/// gradients and a two-level Schwarz method.
public struct DistributedDefiniteSystem<C: Communicator>: Sendable {
  /// A.
  public private(set) var matrix: DistributedMatrix<Double, C>
  private var method: DistributedTwoLevelSchwarz<SparseCholesky, C>
  private var solver: DistributedConjugateGradients<Double, C>

  /// Factorizes the subdomains and the coarse matrix; collective.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - near: The owned rows of vectors that the coarse space must hold, such as rigid-body motions;
  ///     nil on all ranks for what the matrix shows: ``GenEO`` where it is diagonally dominant,
  ///     constants elsewhere.
  ///   - spectral: What ``GenEO`` takes.
  ///   - overlap: The layers by which subdomains grow.
  /// - Throws: On all ranks if a factorization fails on one.
  public init(
    _ a: DistributedMatrix<Double, C>, near: DenseMatrix<Double>?, spectral: GenEO,
    overlap: Int = 2
  ) throws(DistributedFailure) {
    let local = try DistributedSchwarz<SparseCholesky, C>(a, overlap: overlap)
    let space: CoarseSpace<Double>
    if let near {
      let extended = local.extended(near)
      space = try a.communicator.together { () throws(FactorizationError) in
        try CoarseSpace<Double>.nearNullSpace(extended, local.decomposition)
      }
    } else if let parts = DistributedSplitting(a, local) {
      space = try local.space(spectral, parts)
    } else {
      space = CoarseSpace<Double>.nicolaides(local.decomposition)
    }
    matrix = a
    method = try DistributedTwoLevelSchwarz(a, local: local, space)
    solver = DistributedConjugateGradients(order: a.rowCount, a.communicator)
  }

  /// Takes another matrix with the same pattern: analyses and coarse space are kept; collective.
  ///
  /// - Parameter rows: The owned rows, in the pattern (`===`) of the first ones.
  /// - Throws: On all ranks if a factorization fails on one; the system is then unchanged.
  public mutating func refresh(rows: SparseMatrix<Double>) throws(DistributedFailure) {
    var next = matrix
    next.refresh(rows: rows)
    try method.refresh(next)
    matrix = next
  }

  /// Improves the owned entries of a solution of A x = b until a rule is met; collective.
  public mutating func solve(
    _ b: [Double], from x: inout [Double], until rule: StoppingRule
  ) -> SolveReport {
    solver.solve(matrix, b, from: &x, preconditioner: method, until: rule)
  }
}
