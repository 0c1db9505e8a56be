extension CellShape {
  /// Whether every node beyond the corners is the mean of the corners of its edge, face or cell, to
  /// rounding: the cell is then that of its corners, whatever its nodes.
  func isStraight(_ nodes: [SIMD3<Double>], _ set: NodeSet) -> Bool {
    guard set != .corners else { return true }
    func isMiddle(_ node: Int, _ group: [Int]) -> Bool {
      var mean = SIMD3<Double>.zero
      var span = 0.0
      for corner in group {
        mean += nodes[corner]
        let along = nodes[corner] - nodes[group[0]]
        span = max(span, (along * along).sum())
      }
      let off = nodes[node] - mean / Double(group.count)
      return (off * off).sum() <= 1e-30 * span
    }
    var node = vertexCount
    for edge in edges {
      if !isMiddle(node, edge) { return false }
      node += 1
    }
    guard set == .complete else { return true }
    for face in quadrilaterals {
      if !isMiddle(node, face) { return false }
      node += 1
    }
    return self != .hexahedron || isMiddle(node, Array(0..<8))
  }

  /// Whether the map of the corners is affine, to rounding: always for simplices, for the others if
  /// their quadrilateral faces are parallelograms and triangles face each other in parallel.
  func isAffine(_ nodes: [SIMD3<Double>]) -> Bool {
    if isSimplex { return true }
    for face in quadrilaterals {
      let (a, b, c, d) = (nodes[face[0]], nodes[face[1]], nodes[face[2]], nodes[face[3]])
      let off = (a - b) + (c - d)
      let (diagonal, other) = (c - a, d - b)
      if (off * off).sum() > 1e-30 * ((diagonal * diagonal).sum() + (other * other).sum()) {
        return false
      }
    }
    return true
  }

  /// The three edges that leave corner 0 along the reference axes; unused ones are zero.
  func axes(_ nodes: [SIMD3<Double>]) -> (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) {
    let ends: [Int] =
      switch self {
      case .point: []
      case .line: [1]
      case .triangle: [1, 2]
      case .quadrilateral: [1, 3]
      case .tetrahedron, .wedge: [1, 2, 3]
      case .hexahedron, .pyramid: [1, 3, 4]
      }
    func edge(_ axis: Int) -> SIMD3<Double> {
      axis < ends.count ? nodes[ends[axis]] - nodes[0] : .zero
    }
    return (edge(0), edge(1), edge(2))
  }
}

extension Mesh {
  /// Whether the corners of a quadrilateral lie in one plane and turn one way, to rounding.
  static func isFlat(_ nodes: [SIMD3<Double>]) -> Bool {
    func normal(_ corner: Int) -> SIMD3<Double> {
      CellMap.cross(
        nodes[(corner + 1) & 3] - nodes[corner], nodes[(corner + 3) & 3] - nodes[corner])
    }
    let first = normal(0)
    for corner in 1..<4 {
      let other = normal(corner)
      let off = CellMap.cross(first, other)
      let product = (first * other).sum()
      guard product > 0, (off * off).sum() <= 1e-28 * product * product else { return false }
    }
    return true
  }
}
