/// The Lagrange functions of a set of nodes on a reference cell: function i is 1 at node i and 0 at
/// the others, and together they sum to 1.
///
/// On simplices they are polynomials of total degree 1 or 2, on lines, quadrilaterals and hexahedra
/// of that degree in each direction, on wedges products of both, on pyramids rational functions whose
/// traces agree with those of the neighbours. Serendipity functions are those combinations of
/// complete ones whose values on faces follow from corners and edges, so that they share sides.
/// - Source: Zienkiewicz, Taylor, *The Finite Element Method*, volume 1, chapter 8 (serendipity);
///   Bedrosian, *Shape functions and integration formulas for three-dimensional finite element
///   analysis*, IJNME 35 (1992) (pyramids).
public struct ShapeFunctions: Sendable {
  /// The shape of the cell.
  public let shape: CellShape
  /// The nodes.
  public let nodes: NodeSet
  /// The number of functions.
  public let count: Int
  /// For each function of the complete set that serendipity cells lack, what it adds to those of
  /// the corners and edges.
  private let dependents: [(function: Int, corners: [Int], edges: [Int], weights: SIMD2<Double>)]

  /// The functions of a set of nodes.
  public init(_ shape: CellShape, _ nodes: NodeSet) {
    self.shape = shape
    self.nodes = shape.canonical(nodes)
    count = shape.nodeCount(nodes)
    var dependents: [(function: Int, corners: [Int], edges: [Int], weights: SIMD2<Double>)] = []
    if self.nodes == .serendipity {
      for (face, corners) in shape.quadrilaterals.enumerated() {
        let edges = shape.edges.indices.filter { Set(corners).isSuperset(of: shape.edges[$0]) }
        dependents.append((count + face, corners, edges, SIMD2(-0.25, 0.5)))
      }
      if shape == .hexahedron {
        dependents.append((count + 6, Array(0..<8), Array(0..<12), SIMD2(-0.25, 0.25)))
      }
    }
    self.dependents = dependents
  }

  /// Values and reference gradients at a reference point; unused components of gradients are zero.
  ///
  /// - Note: Gradients on a pyramid have no limit at its apex, where those of the axis are returned.
  public func evaluate(
    at point: SIMD3<Double>
  ) -> (values: [Double], gradients: [SIMD3<Double>]) {
    var all = complete(at: point)
    for dependent in dependents {
      for (group, weight) in [
        (dependent.corners, dependent.weights.x),
        (dependent.edges.map { shape.vertexCount + $0 }, dependent.weights.y),
      ] {
        for function in group {
          all.values[function] += weight * all.values[dependent.function]
          all.gradients[function] += weight * all.gradients[dependent.function]
        }
      }
    }
    return (Array(all.values.prefix(count)), Array(all.gradients.prefix(count)))
  }

  private typealias Functions = (values: [Double], gradients: [SIMD3<Double>])

  /// The functions of the corners (order 1) or of the complete set (order 2).
  private func complete(at point: SIMD3<Double>) -> Functions {
    switch shape {
    case .point: ([1], [.zero])
    case .line, .triangle, .tetrahedron: simplex(at: point)
    case .quadrilateral, .hexahedron, .wedge: product(at: point)
    case .pyramid: pyramid(at: point)
    }
  }

  /// λ_i, or λ_i (2 λ_i − 1) and 4 λ_a λ_b.
  private func simplex(at point: SIMD3<Double>) -> Functions {
    var (lambda, slope) = ([1.0], [SIMD3<Double>.zero])
    for axis in 0..<shape.dimension {
      lambda[0] -= point[axis]
      slope[0][axis] = -1
      lambda.append(point[axis])
      var unit = SIMD3<Double>.zero
      unit[axis] = 1
      slope.append(unit)
    }
    guard nodes.order == 2 else { return (lambda, slope) }
    let (a, b) = (shape.edges.map { $0[0] }, shape.edges.map { $0[1] })
    return (
      lambda.map { $0 * (2 * $0 - 1) } + zip(a, b).map { 4 * lambda[$0] * lambda[$1] },
      zip(lambda, slope).map { (4 * $0 - 1) * $1 }
        + zip(a, b).map { 4 * (lambda[$0] * slope[$1] + lambda[$1] * slope[$0]) }
    )
  }

  /// Products of functions of one coordinate each, or of a triangle and a line: each node takes the
  /// factors that are 1 at its own coordinates.
  private func product(at point: SIMD3<Double>) -> Functions {
    let places = shape.referenceNodes(nodes.order == 1 ? .corners : .complete)
    let base =
      shape == .wedge
      ? ShapeFunctions(.triangle, nodes.order == 1 ? .corners : .complete)
      : ShapeFunctions(.line, nodes.order == 1 ? .corners : .complete)
    let baseNodes = base.shape.referenceNodes(base.nodes)
    let line = ShapeFunctions(.line, base.nodes)
    let lineNodes = CellShape.line.referenceNodes(base.nodes)
    let flat = base.evaluate(at: point)
    let others = (shape == .wedge ? [2] : Array(1..<shape.dimension)).map { axis in
      (axis: axis, functions: line.evaluate(at: SIMD3(point[axis], 0, 0)))
    }
    var result: Functions = ([], [])
    for place in places {
      let first = baseNodes.firstIndex {
        $0.x == place.x && (shape != .wedge || $0.y == place.y)
      }
      var value = flat.values[first ?? 0]
      var gradient = flat.gradients[first ?? 0]
      for (axis, functions) in others {
        let k = lineNodes.firstIndex { $0.x == place[axis] } ?? 0
        gradient *= functions.values[k]
        gradient[axis] += value * functions.gradients[k].x
        value *= functions.values[k]
      }
      result.values.append(value)
      result.gradients.append(gradient)
    }
    return result
  }

  /// With r = 1 − z and the quadrilateral's functions q at (x/r, y/r): r q and z for order 1; for
  /// order 2 those of the base r² q_i, less z r q_i of order 1 at corners, 4 z r q_i on the edges to
  /// the apex and z (2 z − 1).
  private func pyramid(at point: SIMD3<Double>) -> Functions {
    let z = point.z
    let r = max(1 - z, 1e-300)
    let xi = r > 1e-14 ? SIMD3(point.x / r, point.y / r, 0) : SIMD3(0.5, 0.5, 0)
    let top = SIMD3(0.0, 0, 1)
    // r^p q: ∂x (r^p q) = r^{p−1} q_ξ, ∂z (r^p q) = r^{p−1} (ξ q_ξ + η q_η − p q).
    func lifted(_ functions: Functions, _ power: Int) -> Functions {
      let scale = power == 1 ? 1 : r
      return (
        functions.values.map { $0 * r * scale },
        zip(functions.values, functions.gradients).map { q, g in
          SIMD3(g.x, g.y, (xi * g).sum() - Double(power) * q) * scale
        }
      )
    }
    let one = lifted(ShapeFunctions(.quadrilateral, .corners).evaluate(at: xi), 1)
    guard nodes.order == 2 else { return (one.values + [z], one.gradients + [top]) }
    let two = lifted(ShapeFunctions(.quadrilateral, .complete).evaluate(at: xi), 2)
    var result: Functions = ([], [])
    func add(_ value: Double, _ gradient: SIMD3<Double>) {
      result.values.append(value)
      result.gradients.append(gradient)
    }
    for i in 0..<4 {
      add(
        two.values[i] - z * one.values[i],
        two.gradients[i] - z * one.gradients[i] - one.values[i] * top)
    }
    add(z * (2 * z - 1), (4 * z - 1) * top)
    for edge in shape.edges {
      if edge[1] == 4 {
        let i = edge[0]
        add(4 * z * one.values[i], 4 * (z * one.gradients[i] + one.values[i] * top))
      } else {
        let flat = CellShape.quadrilateral.edges.firstIndex { Set($0) == Set(edge) } ?? 0
        add(two.values[4 + flat], two.gradients[4 + flat])
      }
    }
    add(two.values[8], two.gradients[8])
    return result
  }
}
