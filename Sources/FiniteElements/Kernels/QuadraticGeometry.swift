/// The gradients of the barycentric coordinates of eight straight simplices, times 2|T| or 6|T|, and
/// these factors.
struct QuadraticGeometry {
  typealias Lanes = SIMD8<Double>

  /// The determinants of the maps from the reference cell.
  let determinant: Lanes
  /// x, y, z of the gradients of coordinates 1, 2, 3; zero beyond the dimension.
  private let u, v, w: (Lanes, Lanes, Lanes)
  private let dimension: Int

  /// - Parameters:
  ///   - x: The coordinates: axis `a` of corner `k` of the cells begins at (a (d + 1) + k) `size`.
  ///   - d: The dimension.
  // Safe: the caller gathered the coordinates of eight cells.
  @inline(__always)
  init(_ x: UnsafePointer<Double>, size: Int, _ d: Int) {
    dimension = d
    @inline(__always) func at(_ axis: Int, _ k: Int) -> Lanes {
      unsafe UnsafeRawPointer(x + (axis * (d + 1) + k) * size).loadUnaligned(as: Lanes.self)
    }
    @inline(__always) func side(_ k: Int) -> (Lanes, Lanes, Lanes) {
      (
        at(0, k) - at(0, 0), at(1, k) - at(1, 0), d == 3 ? at(2, k) - at(2, 0) : .zero
      )
    }
    let (a, b) = (side(1), side(2))
    if d == 2 {
      determinant = a.0 * b.1 - a.1 * b.0
      (u, v, w) = ((b.1, -b.0, .zero), (-a.1, a.0, .zero), (.zero, .zero, .zero))
    } else {
      let c = side(3)
      @inline(__always) func cross(
        _ p: (Lanes, Lanes, Lanes), _ q: (Lanes, Lanes, Lanes)
      ) -> (Lanes, Lanes, Lanes) {
        (p.1 * q.2 - p.2 * q.1, p.2 * q.0 - p.0 * q.2, p.0 * q.1 - p.1 * q.0)
      }
      u = cross(b, c)
      determinant = a.0 * u.0 + a.1 * u.1 + a.2 * u.2
      (v, w) = (cross(c, a), cross(a, b))
    }
  }

  /// Whether a cell is flat, inside out or not finite.
  var firstDegenerate: Int? {
    (0..<8).first { !(determinant[$0] > 0 && determinant[$0] < .infinity) }
  }

  /// a ← |T| ∇λᵢ · κ ∇λⱼ for all pairs of corners; κ is a scalar or the tensor xx, yy, zz, yz, xz, xy.
  // Safe: `a` holds the square of the number of corners.
  @inline(__always)
  func write(_ kappa: SIMD8<Double>, isTensor: Bool, to a: UnsafeMutablePointer<Lanes>) {
    let scale = 1 / ((dimension == 3 ? 6 : 2) * determinant)
    @inline(__always) func flux(_ g: (Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes) {
      if !isTensor {
        let k = scale * kappa[0]
        return (k * g.0, k * g.1, k * g.2)
      }
      let (x, y, z) = (scale * g.0, scale * g.1, scale * g.2)
      return (
        x * kappa[0] + y * kappa[5] + z * kappa[4], x * kappa[5] + y * kappa[1] + z * kappa[3],
        x * kappa[4] + y * kappa[3] + z * kappa[2]
      )
    }
    @inline(__always) func dot(_ p: (Lanes, Lanes, Lanes), _ q: (Lanes, Lanes, Lanes)) -> Lanes {
      p.0 * q.0 + p.1 * q.1 + p.2 * q.2
    }
    let (p, q) = (flux(u), flux(v))
    let (uu, uv, vv) = (dot(p, u), dot(p, v), dot(q, v))
    if dimension == 2 {
      let (a01, a02) = (-(uu + uv), -(uv + vv))
      unsafe (a[0], a[1], a[2]) = (-(a01 + a02), a01, a02)
      unsafe (a[3], a[4], a[5]) = (a01, uu, uv)
      unsafe (a[6], a[7], a[8]) = (a02, uv, vv)
      return
    }
    let r = flux(w)
    let (uw, vw, ww) = (dot(p, w), dot(q, w), dot(r, w))
    let (a01, a02, a03) = (-(uu + uv + uw), -(uv + vv + vw), -(uw + vw + ww))
    unsafe (a[0], a[1], a[2], a[3]) = (-(a01 + a02 + a03), a01, a02, a03)
    unsafe (a[4], a[5], a[6], a[7]) = (a01, uu, uv, uw)
    unsafe (a[8], a[9], a[10], a[11]) = (a02, uv, vv, vw)
    unsafe (a[12], a[13], a[14], a[15]) = (a03, uw, vw, ww)
  }
}
