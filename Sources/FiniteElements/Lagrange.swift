public import Meshes

/// The Lagrange element of first or second degree on a point, line, triangle or tetrahedron.
///
/// Its nodes are the corners and, for degree 2, the middles of the edges, in Gmsh's order (see
/// `CellShape`); basis function i is 1 at node i and 0 at the others.
public struct Lagrange: Sendable {
  /// The shape of the cell.
  public let shape: CellShape
  /// 1 or 2.
  public let degree: Int
  /// The number of basis functions.
  public let count: Int

  /// The element of the given degree.
  ///
  /// - Precondition: The degree is 1 or 2.
  public init(_ shape: CellShape, degree: Int) {
    precondition(degree == 1 || degree == 2, "Lagrange elements have degree 1 or 2, not \(degree)")
    self.shape = shape
    self.degree = degree
    count = shape.nodeCount(order: degree)
  }

  /// The nodes, `shape.dimension` reference coordinates each.
  public var nodes: [Double] {
    let m = shape.dimension
    let corners = (0...m).map { c in (0..<m).map { $0 + 1 == c ? 1.0 : 0 } }
    let middles =
      degree == 1
      ? []
      : shape.edges.map { e in
        (0..<m).map { (corners[e[0]][$0] + corners[e[1]][$0]) / 2 }
      }
    return (corners + middles).flatMap { $0 }
  }

  /// The basis functions at one reference point, `count` numbers.
  public func values(at point: some Collection<Double>) -> [Double] {
    let l = barycentric(point)
    guard degree == 2 else { return l }
    return l.map { $0 * (2 * $0 - 1) } + shape.edges.map { 4 * l[$0[0]] * l[$0[1]] }
  }

  /// The reference gradients of the basis functions at one reference point, `shape.dimension`
  /// numbers for each function.
  public func gradients(at point: some Collection<Double>) -> [Double] {
    let m = shape.dimension
    let l = barycentric(point)
    func slope(_ corner: Int, _ axis: Int) -> Double {
      corner == 0 ? -1 : corner == axis + 1 ? 1 : 0
    }
    var result: [Double] = []
    for corner in 0...m {
      let factor = degree == 1 ? 1 : 4 * l[corner] - 1
      for axis in 0..<m { result.append(factor * slope(corner, axis)) }
    }
    guard degree == 2 else { return result }
    for edge in shape.edges {
      let (a, b) = (edge[0], edge[1])
      for axis in 0..<m { result.append(4 * (l[a] * slope(b, axis) + l[b] * slope(a, axis))) }
    }
    return result
  }

  /// The basis functions at the points of a rule: `count` numbers for each point.
  public func values(at rule: Quadrature) -> [Double] {
    let m = shape.dimension
    return (0..<rule.count).flatMap { values(at: rule.points[$0 * m..<($0 + 1) * m]) }
  }

  /// The reference gradients at the points of a rule: `count * shape.dimension` for each point.
  public func gradients(at rule: Quadrature) -> [Double] {
    let m = shape.dimension
    return (0..<rule.count).flatMap { gradients(at: rule.points[$0 * m..<($0 + 1) * m]) }
  }

  /// λ₀ = 1 − Σ ξ, λᵢ = ξᵢ.
  private func barycentric(_ point: some Collection<Double>) -> [Double] {
    precondition(
      point.count == shape.dimension,
      "\(point.count) reference coordinates for a \(shape.rawValue)")
    return [point.reduce(1, -)] + point
  }
}
