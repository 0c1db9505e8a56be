public import FiniteElements
internal import RealModule

/// A smooth function with its gradient and the source f = −∇·(κ ∇u) + c u that belongs to it.
public struct ManufacturedSolution: Sendable {
  /// u.
  public let value: @Sendable (Point) -> Double
  /// ∇u.
  public let gradient: @Sendable (Point) -> Point
  /// −Δu.
  public let source: @Sendable (Point) -> Double
  /// ∂²u/∂xᵢ∂xⱼ applied to a symmetric tensor given as xx, yy, zz, yz, xz, xy.
  public let contraction: @Sendable (Point, [Double]) -> Double

  /// u = sin(a · x) + x y, smooth enough to show its order on coarse meshes.
  ///
  /// - Parameter dimension: 2 or 3; in the plane nothing depends on z.
  public static func wave(_ dimension: Int) -> ManufacturedSolution {
    let a = Point(1.3, 0.7, dimension == 3 ? -0.9 : 0)
    return ManufacturedSolution(
      value: { Double.sin((a * $0).sum()) + $0.x * $0.y },
      gradient: { a * Double.cos((a * $0).sum()) + Point($0.y, $0.x, 0) },
      source: { (a * a).sum() * Double.sin((a * $0).sum()) },
      contraction: { p, k in
        let s = -Double.sin((a * p).sum())
        let pure = k[0] * a.x * a.x + k[1] * a.y * a.y + k[2] * a.z * a.z
        let mixed = k[3] * a.y * a.z + k[4] * a.x * a.z + k[5] * a.x * a.y
        return s * (pure + 2 * mixed) + 2 * k[5]
      })
  }
}
