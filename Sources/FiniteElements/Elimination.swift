public import LinearAlgebra

/// The elimination of prescribed dofs from the matrices of a space, which keeps symmetry:
/// A_ff u_f = f_f − A_fc g.
///
/// The patterns of A_ff and A_fc are made once; all matrices of a family share them.
public struct Elimination: Sendable {
  /// The free and the prescribed dofs.
  public let essential: EssentialDofs
  /// From a matrix of the space to A_ff, free rows and columns.
  public let freeBlock: SparsityRestriction
  /// From a matrix of the space to A_fc, free rows and prescribed columns.
  public let liftBlock: SparsityRestriction

  /// Prepares the elimination for matrices over `pattern`.
  public init(_ pattern: SparsityPattern, _ essential: EssentialDofs) {
    precondition(
      pattern.rowCount == essential.dofCount && pattern.columnCount == essential.dofCount,
      "a pattern of \(pattern.rowCount) rows for \(essential.dofCount) dofs")
    self.essential = essential
    freeBlock = SparsityRestriction(pattern, rows: essential.free, columns: essential.free)
    liftBlock = SparsityRestriction(
      pattern, rows: essential.free, columns: essential.constrained)
  }

  /// A_ff.
  public func free(of matrix: SparseMatrix<Double>) -> SparseMatrix<Double> {
    freeBlock.apply(matrix)
  }

  /// A_fc.
  public func lift(of matrix: SparseMatrix<Double>) -> SparseMatrix<Double> {
    liftBlock.apply(matrix)
  }

  /// The free parts of all operators of a family, over one shared pattern.
  public func free(
    of family: AffineSum<SparseMatrix<Double>>
  ) -> AffineSum<SparseMatrix<Double>> { freeBlock.apply(family) }

  /// The coupling of free to prescribed dofs of all operators of a family.
  public func lift(
    of family: AffineSum<SparseMatrix<Double>>
  ) -> AffineSum<SparseMatrix<Double>> { liftBlock.apply(family) }

  /// f_f − A_fc g: the load on the free dofs that prescribed values leave.
  ///
  /// - Parameters:
  ///   - load: f, one value for each dof.
  ///   - matrix: A, over the pattern of the space.
  ///   - values: g, one value for each prescribed dof; nil takes those of the conditions.
  public func load(
    _ load: [Double], _ matrix: SparseMatrix<Double>, values: [Double]? = nil
  ) -> [Double] {
    var result = essential.free(of: load)
    axpy(-1, lift(of: matrix) * (values ?? essential.values), into: &result)
    return result
  }
}
