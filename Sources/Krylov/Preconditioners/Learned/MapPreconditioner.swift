public import LinearAlgebra

/// Any map from residuals to corrections, linear or not, as a preconditioner for flexible methods.
public struct MapPreconditioner<S: Scalar>: Preconditioner {
  private let map: @Sendable ([S], inout [S]) -> Void
  /// The order of the system.
  public let rowCount: Int
  /// The order of the system.
  public var columnCount: Int { rowCount }
  /// Whether the map is linear and always the same.
  public let isFixed: Bool
  /// Whether it is the inverse of a Hermitian positive definite matrix.
  public let isDefinite: Bool

  /// A map of vectors of `order` entries.
  ///
  /// - Parameter map: Writes the correction for a residual; all its entries.
  public init(
    order: Int, isFixed: Bool = false, isDefinite: Bool = false,
    _ map: @escaping @Sendable ([S], inout [S]) -> Void
  ) {
    precondition(!isDefinite || isFixed, "a definite map is a fixed one")
    (rowCount, self.isFixed, self.isDefinite, self.map) = (order, isFixed, isDefinite, map)
  }

  /// z ← map(r).
  public func apply(_ r: [S], into z: inout [S]) {
    requireOrder(r, z)
    map(r, &z)
  }
}
