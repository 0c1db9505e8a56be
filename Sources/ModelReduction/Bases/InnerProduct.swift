public import LinearAlgebra

/// (u, v)_X = uᴴ X v with X Hermitian positive definite: how states are measured.
public struct InnerProduct<S: Scalar>: Sendable {
  /// "energy", "H1", "L2", "euclidean" or a name of your own, kept in files and reports.
  public let name: String
  /// n.
  public let dimension: Int
  /// The diagonal of X where X was given by weights; nil for the identity and for matrices.
  public let weights: [Double]?
  private let given: SparseMatrix<S>?

  /// X; nil stands for the identity.
  ///
  /// - Complexity: O(1) for a matrix; a product of weights is written out, O(n).
  public var matrix: SparseMatrix<S>? {
    guard let weights else { return given }
    let pattern = SparsityPattern(
      rowCount: dimension, columnCount: dimension, rowStart: Array(0...dimension),
      column: (0..<dimension).map(Int32.init))
    return SparseMatrix(pattern: pattern, values: weights.map { S(real: $0) })
  }

  /// Whether X is the identity.
  public var isEuclidean: Bool { given == nil && weights == nil }

  /// The product of a matrix.
  ///
  /// Definiteness is not checked here; it is where a factorization needs it.
  ///
  /// - Precondition: X is square.
  public init(_ matrix: SparseMatrix<S>, name: String) {
    precondition(
      matrix.rowCount == matrix.columnCount,
      "an inner product of \(matrix.rowCount) × \(matrix.columnCount)")
    (given, self.name, dimension, weights) = (matrix, name, matrix.rowCount, nil)
  }

  /// Σ conj(uᵢ) vᵢ.
  public init(euclidean dimension: Int) {
    (given, name, self.dimension, weights) = (nil, "euclidean", dimension, nil)
  }

  /// Σ wᵢ conj(uᵢ) vᵢ, such as the volumes of cells or of lumped masses.
  ///
  /// That the weights are positive is not checked here; it is where snapshots are decomposed.
  ///
  /// - Parameter weights: w, one per entry of a state.
  public init(weights: [Double], name: String = "weights") {
    (given, self.name, dimension, self.weights) = (nil, name, weights.count, weights)
  }

  /// X v.
  public func apply(_ v: [S]) -> [S] {
    guard let weights else { return given.map { $0 * v } ?? v }
    precondition(v.count == dimension, "\(v.count) entries for \(dimension) weights")
    return v.indices.map { S(real: weights[$0]) * v[$0] }
  }

  /// X V, column by column.
  public func apply(_ v: DenseMatrix<S>) -> DenseMatrix<S> {
    guard weights != nil else { return given.map { $0 * v } ?? v }
    return DenseMatrix(
      rowCount: v.rowCount, columns: (0..<v.columnCount).map { apply(v.column($0)) })
  }

  /// (u, v)_X, conjugate linear in u.
  public func callAsFunction(_ u: [S], _ v: [S]) -> S { dot(u, apply(v)) }

  /// ‖v‖_X.
  public func norm(_ v: [S]) -> Double {
    guard !isEuclidean else { return LinearAlgebra.norm(v) }
    return max(0, self(v, v).realPart).squareRoot()
  }
}
