internal import RealModule

/// The isoparametric map from the reference cell to the cells of a block: shape functions and their
/// gradients at fixed reference points.
struct CellMap {
  let shape: CellShape
  let nodesPerCell: Int
  /// The number of reference points.
  let pointCount: Int
  /// The value of each shape function at each point.
  private(set) var values: [Double] = []
  /// The derivatives of each shape function at each point, three numbers, unused ones zero.
  private(set) var gradients: [SIMD3<Double>] = []

  init(_ shape: CellShape, _ nodes: NodeSet, points: [SIMD3<Double>]) {
    self.shape = shape
    nodesPerCell = shape.nodeCount(nodes)
    pointCount = points.count
    let functions = ShapeFunctions(shape, nodes)
    for point in points {
      let (value, gradient) = functions.evaluate(at: point)
      values += value
      gradients += gradient
    }
  }

  /// The position at a reference point.
  @inline(__always)
  func position(_ nodes: [SIMD3<Double>], _ point: Int) -> SIMD3<Double> {
    var position = SIMD3<Double>.zero
    for node in 0..<nodesPerCell { position += values[point * nodesPerCell + node] * nodes[node] }
    return position
  }

  /// The derivatives of the position along the reference axes at a reference point.
  @inline(__always)
  func tangents(
    _ nodes: [SIMD3<Double>], _ point: Int
  ) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    var first = SIMD3<Double>.zero
    var second = SIMD3<Double>.zero
    var third = SIMD3<Double>.zero
    for node in 0..<nodesPerCell {
      let gradient = gradients[point * nodesPerCell + node]
      first += gradient.x * nodes[node]
      second += gradient.y * nodes[node]
      third += gradient.z * nodes[node]
    }
    return (first, second, third)
  }

  /// The density of the measure at a reference point: the determinant of the map, signed where the
  /// cell fills the space, else the length of the tangent or of the normal.
  @inline(__always)
  func density(_ nodes: [SIMD3<Double>], _ point: Int, spaceDimension: Int) -> Double {
    let (a, b, c) = tangents(nodes, point)
    return CellMap.density(a, b, c, shape.dimension, spaceDimension: spaceDimension)
  }

  /// The density that belongs to tangents along the reference axes of a cell of some dimension.
  @inline(__always)
  static func density(
    _ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>, _ dimension: Int,
    spaceDimension: Int
  ) -> Double {
    switch dimension {
    case 0: return 1
    case 1: return (a * a).sum().squareRoot()
    case 2:
      if spaceDimension == 2 { return a.x * b.y - a.y * b.x }
      let normal = CellMap.cross(a, b)
      return (normal * normal).sum().squareRoot()
    default: return (a * CellMap.cross(b, c)).sum()
    }
  }

  static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  /// The nodes and weights of a product Gauss rule on the reference cell: `count` points in each
  /// direction, exact for polynomials of degree 2 · `count` − 1 in each direction of lines,
  /// quadrilaterals and hexahedra, and in total at least of degree 2 · `count` − `dimension` elsewhere.
  ///
  /// - Source: Duffy's collapse of the cube; Gauss–Legendre in each direction.
  static func collapsedGauss(
    _ shape: CellShape, count: Int
  ) -> (points: [SIMD3<Double>], weights: [Double]) {
    let (x, w) = gaussLegendre(count)
    var points: [SIMD3<Double>] = [.zero]
    var weights = [1.0]
    // The height of a pyramid comes first: it narrows the other two axes.
    for axis in shape == .pyramid ? [2, 0, 1] : Array(0..<shape.dimension) {
      var nextPoints: [SIMD3<Double>] = []
      var nextWeights: [Double] = []
      for (point, weight) in zip(points, weights) {
        // What the earlier axes leave, also the factor of the collapsed direction.
        let room =
          switch shape {
          case .triangle, .tetrahedron: 1 - point.sum()
          case .wedge: axis == 1 ? 1 - point.x : 1
          case .pyramid: 1 - point.z
          case .point, .line, .quadrilateral, .hexahedron: 1.0
          }
        for (xi, factor) in zip(x, w) {
          var next = point
          next[axis] = room * xi
          nextPoints.append(next)
          nextWeights.append(weight * factor * room)
        }
      }
      points = nextPoints
      weights = nextWeights
    }
    return (points, weights)
  }

  /// Gauss–Legendre nodes and weights on [0, 1], by Newton's method on the three-term recurrence.
  static func gaussLegendre(_ count: Int) -> (nodes: [Double], weights: [Double]) {
    var nodes: [Double] = []
    var weights: [Double] = []
    for index in 0..<count {
      var x = Double.cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 0.0
      for _ in 0..<100 {
        var (previous, current) = (1.0, x)
        for degree in stride(from: 2, through: count, by: 1) {
          let n = Double(degree)
          (previous, current) = (current, ((2 * n - 1) * x * current - (n - 1) * previous) / n)
        }
        slope = Double(count) * (x * current - previous) / (x * x - 1)
        let step = current / slope
        x -= step
        if abs(step) < 1e-16 { break }
      }
      nodes.append((1 - x) / 2)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    return (nodes, weights)
  }
}
