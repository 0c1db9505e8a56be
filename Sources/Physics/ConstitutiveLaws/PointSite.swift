/// Where a point is, for laws that look at it.
public struct PointSite: Sendable, Hashable {
  /// Its coordinates, in the plane with a zero behind; those of the undeformed body.
  public var coordinates: SIMD3<Double>
  /// The number of its cell, from 1: cells of the dimension of the mesh in its order.
  public var element: Int32
  /// The number of the point in its cell, from 1.
  public var point: Int32

  /// A point by its place; a specimen at the origin where nothing else is said.
  public init(coordinates: SIMD3<Double> = .zero, element: Int32 = 1, point: Int32 = 1) {
    (self.coordinates, self.element, self.point) = (coordinates, element, point)
  }
}
