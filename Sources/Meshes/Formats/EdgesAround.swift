extension CellShape {
  /// The edges in the order in which VTK, Abaqus and CalculiX number their nodes: around the bottom,
  /// around the top, then upwards. Gmsh, and `edges`, go by corners.
  /// - Source: VTK user's guide, "VTK file formats"; Abaqus manual, "Three-dimensional solid element
  ///   library".
  var edgesAround: [[Int]] {
    switch self {
    case .point: []
    case .line: [[0, 1]]
    case .triangle: [[0, 1], [1, 2], [2, 0]]
    case .quadrilateral: [[0, 1], [1, 2], [2, 3], [3, 0]]
    case .tetrahedron: [[0, 1], [1, 2], [2, 0], [0, 3], [1, 3], [2, 3]]
    case .hexahedron:
      [
        [0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6],
        [3, 7],
      ]
    case .wedge:
      [[0, 1], [1, 2], [2, 0], [3, 4], [4, 5], [5, 3], [0, 3], [1, 4], [2, 5]]
    case .pyramid:
      [[0, 1], [1, 2], [2, 3], [3, 0], [0, 4], [1, 4], [2, 4], [3, 4]]
    }
  }

  /// The corners of the quadrilateral faces in the order in which VTK numbers the nodes in them.
  private var quadrilateralsAround: [[Int]] {
    switch self {
    case .hexahedron:
      [
        [0, 3, 4, 7], [1, 2, 5, 6], [0, 1, 4, 5], [2, 3, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7],
      ]
    case .wedge: [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5]]
    default: quadrilaterals
    }
  }

  /// For each node of a cell, in our order, its place in VTK's (and Abaqus') order.
  func orderAround(_ nodes: NodeSet) -> [Int] {
    var order = Array(0..<nodeCount(nodes))
    guard nodes != .corners else { return order }
    for (index, edge) in edges.enumerated() {
      let place = edgesAround.firstIndex { Set($0) == Set(edge) } ?? index
      order[vertexCount + index] = vertexCount + place
    }
    guard nodes == .complete else { return order }
    for (index, face) in quadrilaterals.enumerated() {
      let place = quadrilateralsAround.firstIndex { Set($0) == Set(face) } ?? index
      order[vertexCount + edges.count + index] = vertexCount + edges.count + place
    }
    return order
  }

  /// The nodes of a facet, in the order of a cell of its shape, as nodes of the whole cell.
  ///
  /// - Parameter corners: The corners of the facet, in the order in which they go round it.
  func nodes(ofFacet corners: [Int], _ nodes: NodeSet) -> [Int] {
    guard nodes != .corners, corners.count > 1 else { return corners }
    let shape: CellShape =
      corners.count == 2 ? .line : corners.count == 3 ? .triangle : .quadrilateral
    var result = corners
    for edge in shape.edges {
      let ends = Set(edge.map { corners[$0] })
      result.append(vertexCount + (edges.firstIndex { Set($0) == ends } ?? 0))
    }
    if nodes == .complete, corners.count == 4, dimension == 3 {
      let face = quadrilaterals.firstIndex { Set($0) == Set(corners) } ?? 0
      result.append(vertexCount + edges.count + face)
    }
    return result
  }
}
