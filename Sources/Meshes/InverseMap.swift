extension Mesh {
  /// The reference coordinates of a point of a cell, by Newton's method unless the map is affine; nil
  /// if there are none near the cell.
  ///
  /// In pyramids the method works with (x/(1 − z), y/(1 − z), z), in which the map is a polynomial.
  func reference(of target: SIMD3<Double>, _ index: Int, _ cell: Int) -> SIMD3<Double>? {
    let block = blocks[index]
    let shape = block.shape
    var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
    load(&nodes, block, cell)
    let straight = shape.isStraight(nodes, block.nodeSet)
    if straight, shape.isAffine(nodes) {
      return Mesh.solve(shape.axes(nodes), target - nodes[0], dimension)
    }
    let functions = ShapeFunctions(shape, straight ? .corners : block.nodeSet)
    let size = (shape.axes(nodes).0 * shape.axes(nodes).0).sum().squareRoot()
    var xi = shape.centre
    if shape == .pyramid { xi = SIMD3(0.5, 0.5, 0.25) }
    for round in 0..<40 {
      let narrow = shape == .pyramid ? 1 - xi.z : 1
      let point = SIMD3(narrow * xi.x, narrow * xi.y, xi.z)
      let (values, gradients) = functions.evaluate(at: shape == .pyramid ? point : xi)
      var residual = target
      var (a, b, c) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
      for node in values.indices {
        residual -= values[node] * nodes[node]
        a += gradients[node].x * nodes[node]
        b += gradients[node].y * nodes[node]
        c += gradients[node].z * nodes[node]
      }
      let place = shape == .pyramid ? point : xi
      // At the apex of a pyramid the map has no inverse, and this ends the search.
      let enough = narrow < 1e-12 ? 1e-24 : 1e-34
      if (residual * residual).sum() <= enough * size * size { return place }
      if shape == .pyramid {
        c -= xi.x * a + xi.y * b
        a *= narrow
        b *= narrow
      }
      guard let change = Mesh.solve((a, b, c), residual, dimension) else { return nil }
      let length = (change * change).sum().squareRoot()
      if length < 1e-14 || (round > 25 && length < 1e-11) { return place }
      // Far steps are cut: the map may fold outside of the cell.
      xi += length > 1 ? change / length : change
      if shape == .pyramid { xi.z = min(xi.z, 1 - 1e-14) }
      if (xi * xi).sum() > 25 { return nil }
    }
    return nil
  }

  /// The combination of three tangents (two in the plane) that gives a vector, by Cramer's rule; nil
  /// if it is not finite.
  private static func solve(
    _ tangents: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), _ vector: SIMD3<Double>,
    _ dimension: Int
  ) -> SIMD3<Double>? {
    let (a, b) = (tangents.0, tangents.1)
    let c = dimension == 2 ? SIMD3(0, 0, 1) : tangents.2
    let normal = CellMap.cross(b, c)
    let solution =
      SIMD3(
        (vector * normal).sum(), (a * CellMap.cross(vector, c)).sum(),
        (a * CellMap.cross(b, vector)).sum()) / (a * normal).sum()
    return solution.x.isFinite && solution.y.isFinite && solution.z.isFinite ? solution : nil
  }
}

extension CellShape {
  /// The mean of the corners of the reference cell.
  var centre: SIMD3<Double> {
    let corners = referenceVertices
    return corners.reduce(.zero, +) / Double(corners.count)
  }

  /// The control points of the Bézier form of a cell: their convex hull contains it.
  ///
  /// Those of a quadratic in each direction are tensor products of (−½, 2, −½): for an edge
  /// 2 m − (a + b)/2, for a face 4 f less the middles of its edges plus a quarter of its corners, and
  /// so on. What serendipity cells lack in their middles follows from the rest.
  func controlPoints(_ nodes: [SIMD3<Double>], _ set: NodeSet) -> [SIMD3<Double>] {
    guard set != .corners else { return nodes }
    func sum(_ group: [Int], _ weight: Double) -> SIMD3<Double> {
      weight * group.reduce(.zero) { $0 + nodes[$1] }
    }
    let within = { (corners: [Int]) in
      edges.indices.filter { Set(corners).isSuperset(of: edges[$0]) }.map { vertexCount + $0 }
    }
    var points = Array(nodes[0..<vertexCount])
    for (index, edge) in edges.enumerated() {
      points.append(2 * nodes[vertexCount + index] + sum(edge, -0.5))
    }
    let firstFace = vertexCount + edges.count
    for (index, face) in quadrilaterals.enumerated() {
      let around = within(face)
      points.append(
        set == .complete
          ? 4 * nodes[firstFace + index] + sum(around, -1) + sum(face, 0.25)
          : sum(around, 1) + sum(face, -0.75))
    }
    if self == .hexahedron {
      let (corners, middles) = (Array(0..<8), Array(8..<20))
      points.append(
        set == .complete
          ? 8 * nodes[26] + sum(Array(20..<26), -2) + sum(middles, 0.5) + sum(corners, -0.125)
          : sum(middles, 0.5) + sum(corners, -0.625))
    }
    return points
  }
}
