internal import RealModule

/// A piece of a thick shell, 1 ≤ r ≤ 2, as the image of the unit cube: x becomes the radius.
public enum CurvedShell: String, Sendable, CaseIterable {
  /// A quarter of a tube of height 1.
  case cylinder
  /// Below the 45th parallel of an eighth of a sphere.
  case sphere

  /// Where a point of the cube goes.
  public func map(_ p: SIMD3<Double>) -> SIMD3<Double> {
    let (r, longitude) = (1 + p.x, p.y * Double.pi / 2)
    let (c, s) = (Double.cos(longitude), Double.sin(longitude))
    switch self {
    case .cylinder: return SIMD3(r * c, r * s, p.z)
    case .sphere:
      let latitude = p.z * Double.pi / 4
      let (a, b) = (Double.cos(latitude), Double.sin(latitude))
      return SIMD3(r * a * c, r * a * s, r * b)
    }
  }

  /// Its volume.
  public var volume: Double {
    switch self {
    case .cylinder: 3 * Double.pi / 4
    case .sphere: 7.0 / 3 * Double.sin(Double.pi / 4) * Double.pi / 2
    }
  }

  /// The area of its outer side, "right" of the cube.
  public var outerArea: Double {
    switch self {
    case .cylinder: Double.pi
    case .sphere: 4 * Double.sin(Double.pi / 4) * Double.pi / 2
    }
  }
}
