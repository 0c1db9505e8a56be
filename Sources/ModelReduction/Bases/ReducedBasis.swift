public import LinearAlgebra

/// A basis of a reduced space, orthonormal in the product it knows.
public struct ReducedBasis<S: Scalar>: Sendable {
  /// v_1 … v_N, one per column, over the free unknowns.
  public let vectors: DenseMatrix<S>
  /// The product in which vᵢᴴ X vⱼ = δᵢⱼ.
  public let product: InnerProduct<S>

  /// N.
  public var size: Int { vectors.columnCount }

  /// A basis of vectors that are orthonormal already.
  ///
  /// - Precondition: `vectors` has as many rows as the product; orthonormality is the caller's word.
  public init(orthonormal vectors: DenseMatrix<S>, in product: InnerProduct<S>) {
    precondition(
      vectors.rowCount == product.dimension,
      "vectors of \(vectors.rowCount) entries in a product over \(product.dimension)")
    (self.vectors, self.product) = (vectors, product)
  }

  /// An orthonormal basis of the span of any vectors.
  ///
  /// - Parameter tolerance: A vector adds nothing when the part of it that is new is at most this
  ///   fraction of its norm.
  public init(
    spanning vectors: DenseMatrix<S>, in product: InnerProduct<S>, tolerance: Double = 1e-13
  ) throws(FactorizationError) {
    var columns = GramSchmidt(rowCount: product.dimension, product: product.matrix)
    try columns.append(vectors, tolerance: tolerance)
    self.init(orthonormal: columns.vectors, in: product)
  }

  /// The first n vectors.
  ///
  /// - Precondition: n ≤ N.
  public func prefix(_ n: Int) -> ReducedBasis {
    ReducedBasis(orthonormal: vectors.columns(0..<n), in: product)
  }

  /// V c, the full state of reduced coordinates.
  ///
  /// - Precondition: As many coordinates as vectors, or fewer.
  public func state(_ reduced: ReducedState<S>) -> [S] {
    let n = reduced.coordinates.count
    precondition(n <= size, "\(n) coordinates for \(size) vectors")
    return (n == size ? vectors : vectors.columns(0..<n)) * reduced.coordinates
  }

  /// Coordinates Vᴴ X u of the best approximation of a full state.
  public func projection(of u: [S]) -> ReducedState<S> {
    ReducedState(vectors.adjointTimes(product.apply(u)))
  }

  /// ‖u − V Vᴴ X u‖_X.
  public func distance(to u: [S]) -> Double {
    var rest = u
    for _ in 0..<2 {
      let image = vectors * projection(of: rest).coordinates
      LinearAlgebra.axpy(-1, image, into: &rest)
    }
    return product.norm(rest)
  }
}

/// Coordinates in a reduced basis; never to be confused with a full state.
public struct ReducedState<S: Scalar>: Sendable, Equatable {
  /// One coordinate per basis vector.
  public var coordinates: [S]

  /// A state of given coordinates.
  public init(_ coordinates: [S]) { self.coordinates = coordinates }

  /// ‖u_N‖_X, by orthonormality of the basis.
  public var norm: Double { LinearAlgebra.norm(coordinates) }
}
