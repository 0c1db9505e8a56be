internal import RealModule

/// The derivative of the map from the reference cell to a cell, at one point or, for a straight
/// cell, at all.
struct CellGeometry {
  /// The ratio of measures: |det J|, or √det(JᵀJ) for a cell in a space of higher dimension; zero or
  /// negative for a flat or inverted cell.
  var ratio = 1.0
  /// The gradients ∇ξ_a of the reference coordinates; zero on cells of lower dimension, where the
  /// gradients of functions are not known.
  var slopes: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) = (.zero, .zero, .zero)

  init() {}

  /// - Parameters:
  ///   - columns: ∂x/∂ξ_a for each reference axis, zero beyond the dimension of the cell.
  ///   - m: The dimension of the cell.
  ///   - d: The dimension of space.
  @inline(__always)
  init(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>, _ m: Int, _ d: Int) {
    if m == 3 {
      let (u, v, w) = (cross(b, c), cross(c, a), cross(a, b))
      ratio = (a * u).sum()
      slopes = (u / ratio, v / ratio, w / ratio)
    } else if m == 2 && d == 2 {
      ratio = a.x * b.y - a.y * b.x
      slopes.0 = SIMD3(b.y, -b.x, 0) / ratio
      slopes.1 = SIMD3(-a.y, a.x, 0) / ratio
    } else if m == 2 {
      let n = cross(a, b)
      ratio = Double.sqrt((n * n).sum())
    } else if m == 1 {
      ratio = Double.sqrt((a * a).sum())
    }
  }

  /// Σ_a ∇ξ_a g_a, the gradient of a function whose reference gradient is g.
  @inline(__always)
  func gradient(_ g: SIMD3<Double>) -> SIMD3<Double> {
    slopes.0 * g.x + slopes.1 * g.y + slopes.2 * g.z
  }
}

/// a × b.
@inline(__always)
func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

/// The nodes of one cell in space.
@unsafe struct CellNodes {
  /// The coordinates of all dofs, `d` each.
  let coordinates: UnsafePointer<Double>
  /// The dofs of the cell: its first ones are the nodes of its geometry.
  let dofs: UnsafePointer<Int32>
  /// The dimension of space.
  let d: Int
  /// The dimension of the cell.
  let m: Int
  /// The number of geometric nodes.
  let count: Int

  /// The place of node k.
  @inline(__always)
  func place(_ k: Int) -> SIMD3<Double> {
    let x = unsafe coordinates + Int(dofs[k]) * d
    return unsafe SIMD3(x[0], x[1], d == 3 ? x[2] : 0)
  }

  /// The geometry of the straight cell between the corners.
  @inline(__always)
  func straight() -> CellGeometry {
    if unsafe m == 0 { return CellGeometry() }
    let origin = unsafe place(0)
    return unsafe CellGeometry(
      place(1) - origin, m > 1 ? place(2) - origin : .zero, m > 2 ? place(3) - origin : .zero,
      m, d)
  }

  /// The geometry at a point where the geometric basis functions have the given gradients.
  @inline(__always)
  func curved(_ gradients: UnsafePointer<Double>) -> CellGeometry {
    var (a, b, c) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for k in unsafe 0..<count {
      let x = unsafe place(k)
      let g = unsafe gradients + k * m
      unsafe a += x * g[0]
      if unsafe m > 1 { unsafe b += x * g[1] }
      if unsafe m > 2 { unsafe c += x * g[2] }
    }
    return unsafe CellGeometry(a, b, c, m, d)
  }

  /// The point where the geometric basis functions have the given values.
  @inline(__always)
  func point(_ values: UnsafePointer<Double>) -> SIMD3<Double> {
    var x = SIMD3<Double>.zero
    for k in unsafe 0..<count { unsafe x += place(k) * values[k] }
    return x
  }

  /// Whether every edge node lies in the middle of its edge, up to rounding.
  func isStraight(_ edges: [[Int]]) -> Bool {
    if unsafe count == m + 1 { return true }
    for (e, edge) in edges.enumerated() {
      let (p, q) = unsafe (place(edge[0]), place(edge[1]))
      let bend = unsafe place(m + 1 + e) - (p + q) * 0.5
      let length = (q - p).magnitudes.max()
      let rounding = max(p.magnitudes.max(), q.magnitudes.max())
      if bend.magnitudes.max() > 1e-14 * length + 4e-16 * rounding { return false }
    }
    return true
  }
}

extension SIMD3<Double> {
  /// The absolute values of the components.
  @inline(__always)
  var magnitudes: SIMD3<Double> { SIMD3(abs(x), abs(y), abs(z)) }
}
