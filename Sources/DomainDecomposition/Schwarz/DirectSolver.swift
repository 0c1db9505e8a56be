public import LinearAlgebra

/// A factorization that local and coarse problems are solved with.
public protocol DirectSolver<Element>: Sendable {
  /// The numbers of the matrix.
  associatedtype Element: Scalar
  /// Whether only Hermitian positive definite matrices have such a factorization.
  static var isDefinite: Bool { get }
  /// Analyses and factorizes.
  init(direct a: SparseMatrix<Element>) throws(FactorizationError)
  /// Factorizes a matrix with the pattern (`===`) of another one whose analysis is shared.
  init(direct a: SparseMatrix<Element>, like other: Self) throws(FactorizationError)
  /// x ← A⁻¹ x; several threads may solve at the same time.
  func solve(inPlace x: inout [Element])
}

/// Minimum degree costs little and needs no lock, so that small problems are analysed side by side;
/// from some ten thousand unknowns on nested dissection pays.
private func localOrdering(of order: Int) -> FillReducingOrdering {
  order < 20_000 ? .amd : .metis
}

extension SparseCholesky: DirectSolver {
  /// Only definite matrices have a Cholesky factor.
  public static var isDefinite: Bool { true }

  /// Analyses and factorizes.
  public convenience init(direct a: SparseMatrix<Double>) throws(FactorizationError) {
    try self.init(a, ordering: localOrdering(of: a.rowCount))
  }

  /// Factorizes a matrix with the pattern of another one.
  public convenience init(
    direct a: SparseMatrix<Double>, like other: SparseCholesky
  ) throws(FactorizationError) {
    try self.init(a, symbolic: other.symbolic)
  }
}

extension SparseLU: DirectSolver {
  /// Any regular matrix has an LU factorization.
  public static var isDefinite: Bool { false }

  /// Analyses and factorizes.
  public convenience init(direct a: SparseMatrix<S>) throws(FactorizationError) {
    try self.init(a, ordering: localOrdering(of: a.rowCount))
  }

  /// Factorizes a matrix with the pattern of another one.
  public convenience init(
    direct a: SparseMatrix<S>, like other: SparseLU<S>
  ) throws(FactorizationError) {
    try self.init(a, symbolic: other.symbolic)
  }

  /// x ← A⁻¹ x.
  public func solve(inPlace x: inout [S]) { x = solve(x) }
}
