internal import Meshes
internal import RealModule

/// The derivative of the map from the reference cell to a cell, at one point or, for an affine
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

/// The second derivatives ∂²x/∂ξ_a∂ξ_b of the map from the reference cell at a point, in the order of
/// the components of a symmetric tensor.
struct CellBend {
  let seconds: [SIMD3<Double>]
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

  /// The geometry of the affine cell that the corners at the reference axes span.
  @inline(__always)
  func affine(_ frame: CellFrame) -> CellGeometry {
    if unsafe m == 0 { return CellGeometry() }
    let origin = unsafe place(0)
    return unsafe CellGeometry(
      place(frame.first) - origin, m > 1 ? place(frame.second) - origin : .zero,
      m > 2 ? place(frame.third) - origin : .zero, m, d)
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

  /// The bend at a point where the geometric basis functions have the given second derivatives, one
  /// for each of `pairCount` pairs of axes.
  func bend(_ seconds: UnsafePointer<Double>, _ pairCount: Int) -> CellBend {
    CellBend(
      seconds: (0..<pairCount).map { pair in
        unsafe (0..<count).reduce(.zero) { unsafe $0 + place($1) * seconds[$1 * pairCount + pair] }
      })
  }

  /// The point where the geometric basis functions have the given values.
  @inline(__always)
  func point(_ values: UnsafePointer<Double>) -> SIMD3<Double> {
    var x = SIMD3<Double>.zero
    for k in unsafe 0..<count { unsafe x += place(k) * values[k] }
    return x
  }

  /// Whether every node lies where the affine map of the cell would put it, up to rounding.
  func isAffine(_ frame: CellFrame) -> Bool {
    unsafe frame.isSimplex ? isStraight(frame.edges) : isParallel(frame)
  }

  /// Whether every edge node of a simplex lies in the middle of its edge, up to rounding.
  private func isStraight(_ edges: [[Int]]) -> Bool {
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

  private func isParallel(_ frame: CellFrame) -> Bool {
    let origin = unsafe place(0)
    let a = unsafe place(frame.first) - origin
    let b = unsafe m > 1 ? place(frame.second) - origin : .zero
    let c = unsafe m > 2 ? place(frame.third) - origin : .zero
    let length = max(a.magnitudes.max(), b.magnitudes.max(), c.magnitudes.max())
    let tolerance = 1e-14 * length + 1e-15 * (origin.magnitudes.max() + length)
    for (node, xi) in frame.others {
      let bend = unsafe place(node) - (origin + a * xi.x + b * xi.y + c * xi.z)
      if bend.magnitudes.max() > tolerance { return false }
    }
    return true
  }
}

/// Which corners of a cell span it along its reference axes, and where its other nodes lie if the
/// map from the reference cell is affine.
struct CellFrame: Sendable {
  let isSimplex: Bool
  /// The corners at the unit points of the axes, 0 beyond the dimension.
  let first: Int
  let second: Int
  let third: Int
  let edges: [[Int]]
  let others: [(node: Int, place: SIMD3<Double>)]

  init(_ shape: CellShape, _ nodes: NodeSet) {
    isSimplex = shape.isSimplex
    edges = shape.edges
    let places = shape.referenceNodes(nodes)
    let corners = (0..<3).map { axis in
      var unit = SIMD3<Double>.zero
      unit[axis] = 1
      return places.firstIndex(of: unit) ?? 0
    }
    (first, second, third) = (corners[0], corners[1], corners[2])
    others = places.enumerated().compactMap { node, place in
      node == 0 || corners.contains(node) ? nil : (node, place)
    }
  }
}

extension SIMD3<Double> {
  /// The absolute values of the components.
  @inline(__always)
  var magnitudes: SIMD3<Double> { SIMD3(abs(x), abs(y), abs(z)) }
}
