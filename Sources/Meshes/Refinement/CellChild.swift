/// One of the cells into which a cell is cut when every edge is halved.
struct CellChild {
  /// Its shape, that of the parent but for the tetrahedra within a pyramid.
  let shape: CellShape
  /// Its corners, as nodes of the complete set of the parent.
  let corners: [Int]

  /// The reference coordinates in the parent of the child's nodes.
  func nodes(of parent: CellShape, _ set: NodeSet) -> [SIMD3<Double>] {
    let places = parent.referenceNodes(.complete)
    let functions = ShapeFunctions(shape, .corners)
    return shape.referenceNodes(set).map { node in
      zip(functions.evaluate(at: node).values, corners).reduce(.zero) { $0 + $1.0 * places[$1.1] }
    }
  }
}

extension CellShape {
  /// The inner edge of the octahedron that remains of a tetrahedron once its corners are cut off: two
  /// nodes, and the four others in turn around them.
  static let octahedronDiagonals: [(ends: [Int], ring: [Int])] = [
    ([6, 9], [4, 5, 8, 7]), ([4, 8], [5, 9, 7, 6]), ([5, 7], [4, 6, 8, 9]),
  ]

  /// The children of a cell; they fill it and share its facets with those of its neighbours.
  ///
  /// A pyramid becomes six pyramids and, below the middles of its sides, four tetrahedra.
  /// - Parameter diagonal: For tetrahedra, which of `octahedronDiagonals` is drawn.
  /// - Source: Bey, *Tetrahedral grid refinement*, Computing 55 (1995).
  func children(diagonal: Int = 0) -> [CellChild] {
    switch self {
    case .point: [CellChild(shape: .point, corners: [0])]
    case .triangle: CellShape.triangleChildren.map { CellChild(shape: .triangle, corners: $0) }
    case .tetrahedron: CellShape.tetrahedronChildren(diagonal)
    case .pyramid: CellShape.pyramidChildren
    case .line, .quadrilateral, .hexahedron: halves(corners: referenceVertices)
    case .wedge:
      // Each triangle of the bottom with each half of the height.
      [0, 0.5].flatMap { height in
        CellShape.triangleChildren.map { triangle in
          let flat = triangle.map { CellShape.triangle.referenceNodes(.complete)[$0] }
          return CellChild(
            shape: .wedge,
            corners: [height, height + 0.5].flatMap { z in
              flat.map { node(at: SIMD3($0.x, $0.y, z)) }
            })
        }
      }
    }
  }

  /// The shortest of the diagonals; of equally short ones that whose tetrahedra, all of one volume,
  /// have the least squares of edges in the worst of them, so that Kuhn's tetrahedra become smaller
  /// copies of themselves.
  static func bestDiagonal(_ nodes: [SIMD3<Double>]) -> Int {
    func square(_ a: Int, _ b: Int) -> Double {
      let along = nodes[b] - nodes[a]
      return (along * along).sum()
    }
    var best = 0
    var shortest = Double.infinity
    var least = Double.infinity
    for (index, (ends, ring)) in octahedronDiagonals.enumerated() {
      let length = square(ends[0], ends[1])
      var worst = 0.0
      for place in 0..<4 {
        let (a, b) = (ring[place], ring[(place + 1) & 3])
        worst = max(
          worst,
          square(a, b) + square(ends[0], a) + square(ends[0], b) + square(ends[1], a)
            + square(ends[1], b))
      }
      // Lengths that differ in their last bits only count as equal.
      let isShorter = length < shortest * (1 - 1e-12)
      if isShorter || (length <= shortest * (1 + 1e-12) && worst < least * (1 - 1e-12)) {
        (best, shortest, least) = (index, length, worst)
      }
    }
    return best
  }

  private static let triangleChildren = [[0, 3, 5], [3, 1, 4], [5, 4, 2], [3, 4, 5]]

  /// The node of the complete set at a reference point.
  private func node(at place: SIMD3<Double>) -> Int {
    referenceNodes(.complete).firstIndex(of: place) ?? 0
  }

  /// Half as large copies of the unit cube, one at each corner.
  private func halves(corners: [SIMD3<Double>]) -> [CellChild] {
    corners.map { first in
      CellChild(shape: self, corners: corners.map { node(at: (first + $0) / 2) })
    }
  }

  private static func tetrahedronChildren(_ diagonal: Int) -> [CellChild] {
    let (ends, ring) = octahedronDiagonals[diagonal]
    let inner = ring.indices.map { ends + [ring[$0], ring[($0 + 1) & 3]] }
    let places = CellShape.tetrahedron.referenceNodes(.complete)
    return ([[0, 4, 6, 7], [4, 1, 5, 9], [6, 5, 2, 8], [7, 9, 8, 3]] + inner).map { corners in
      let (a, b, c, d) = (
        places[corners[0]], places[corners[1]], places[corners[2]], places[corners[3]]
      )
      let turns = ((b - a) * CellMap.cross(c - a, d - a)).sum() > 0
      return CellChild(
        shape: .tetrahedron,
        corners: turns ? corners : [corners[0], corners[2], corners[1], corners[3]])
    }
  }

  /// Nodes 5 to 12 are the middles of the edges 01, 03, 04, 12, 14, 23, 24, 34, node 13 is that of
  /// the base.
  private static let pyramidChildren: [CellChild] =
    [
      [0, 5, 13, 6, 7], [5, 1, 8, 13, 9], [13, 8, 2, 10, 11], [6, 13, 10, 3, 12],
      [7, 9, 11, 12, 4], [12, 11, 9, 7, 13],
    ].map { CellChild(shape: .pyramid, corners: $0) }
    + [[5, 13, 7, 9], [8, 13, 9, 11], [10, 13, 11, 12], [6, 13, 12, 7]].map {
      CellChild(shape: .tetrahedron, corners: $0)
    }
}
