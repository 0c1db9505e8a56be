public import LinearAlgebra

/// (u, v)_X = uᴴ X v with X Hermitian positive definite: how states are measured.
public struct InnerProduct<S: Scalar>: Sendable {
  /// "energy", "H1", "L2", "euclidean" or a name of your own, kept in files and reports.
  public let name: String
  /// X; nil stands for the identity.
  public let matrix: SparseMatrix<S>?
  /// n.
  public let dimension: Int

  /// The product of a matrix.
  ///
  /// Definiteness is not checked here; it is where a factorization needs it.
  ///
  /// - Precondition: X is square.
  public init(_ matrix: SparseMatrix<S>, name: String) {
    precondition(
      matrix.rowCount == matrix.columnCount,
      "an inner product of \(matrix.rowCount) × \(matrix.columnCount)")
    (self.matrix, self.name, dimension) = (matrix, name, matrix.rowCount)
  }

  /// Σ conj(uᵢ) vᵢ.
  public init(euclidean dimension: Int) {
    (matrix, name, self.dimension) = (nil, "euclidean", dimension)
  }

  /// X v.
  public func apply(_ v: [S]) -> [S] { matrix.map { $0 * v } ?? v }

  /// X V, column by column.
  public func apply(_ v: DenseMatrix<S>) -> DenseMatrix<S> { matrix.map { $0 * v } ?? v }

  /// (u, v)_X, conjugate linear in u.
  public func callAsFunction(_ u: [S], _ v: [S]) -> S { dot(u, apply(v)) }

  /// ‖v‖_X.
  public func norm(_ v: [S]) -> Double {
    guard matrix != nil else { return LinearAlgebra.norm(v) }
    return max(0, self(v, v).realPart).squareRoot()
  }
}
