/// A quadrature rule for the measure of cells, with the map of the cells at its points.
struct MeasureRule {
  private let map: CellMap
  private let weights: [Double]

  /// A product rule with `count` points in each direction.
  init(_ shape: CellShape, _ nodes: NodeSet, count: Int) {
    let rule = CellMap.collapsedGauss(shape, count: count)
    weights = count == 0 ? [] : rule.weights
    map = CellMap(shape, nodes, points: count == 0 ? [] : rule.points)
  }

  /// The measure of a cell; it has a sign where the cell fills the space.
  func measure(_ nodes: [SIMD3<Double>], spaceDimension: Int) -> Double {
    var sum = 0.0
    for point in 0..<map.pointCount {
      sum += weights[point] * map.density(nodes, point, spaceDimension: spaceDimension)
    }
    return sum
  }

  /// The measure of an affine cell, from the edges at its first corner.
  func affine(_ nodes: [SIMD3<Double>], spaceDimension: Int) -> Double {
    let (a, b, c) = map.shape.axes(nodes)
    return map.shape.referenceMeasure
      * CellMap.density(a, b, c, map.shape.dimension, spaceDimension: spaceDimension)
  }
}

extension CellShape {
  /// The measure of the reference cell.
  var referenceMeasure: Double {
    switch self {
    case .point, .line, .quadrilateral, .hexahedron: 1
    case .triangle, .wedge: 0.5
    case .tetrahedron: 1.0 / 6
    case .pyramid: 1.0 / 3
    }
  }
}
