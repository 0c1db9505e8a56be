/// VTK's numbers for the kinds of cells.
/// - Source: VTK user's guide, "VTK file formats"; vtkCellType.h.
enum VTKCellType {
  /// What a number stands for: the shape, the nodes, and for each node in our order its place in the
  /// file. nil if such cells are not read.
  ///
  /// - Parameter count: How many nodes the cell has; cells of Lagrange have any number.
  static func cell(_ number: Int, nodeCount count: Int) -> (CellShape, NodeSet, order: [Int])? {
    let found: (CellShape, NodeSet)?
    switch number {
    case 1: found = (.point, .corners)
    case 3: found = (.line, .corners)
    case 4 where count == 2: found = (.line, .corners)
    case 5: found = (.triangle, .corners)
    case 7 where count == 3: found = (.triangle, .corners)
    case 7 where count == 4: found = (.quadrilateral, .corners)
    case 8: found = (.quadrilateral, .corners)
    case 9: found = (.quadrilateral, .corners)
    case 10: found = (.tetrahedron, .corners)
    case 11, 12: found = (.hexahedron, .corners)
    case 13: found = (.wedge, .corners)
    case 14: found = (.pyramid, .corners)
    case 21: found = (.line, .complete)
    case 22: found = (.triangle, .complete)
    case 23: found = (.quadrilateral, .serendipity)
    case 24: found = (.tetrahedron, .complete)
    case 25: found = (.hexahedron, .serendipity)
    case 26: found = (.wedge, .serendipity)
    case 27: found = (.pyramid, .serendipity)
    case 28: found = (.quadrilateral, .complete)
    case 29: found = (.hexahedron, .complete)
    case 32: found = (.wedge, .complete)
    case 68...74:
      let shapes: [CellShape] = [
        .line, .triangle, .quadrilateral, .tetrahedron, .hexahedron, .wedge, .pyramid,
      ]
      let shape = shapes[number - 68]
      found = [NodeSet.corners, .complete].first { shape.nodeCount($0) == count }.map {
        (shape, $0)
      }
    default: found = nil
    }
    guard let (shape, nodes) = found, shape.nodeCount(nodes) == count,
      shape != .pyramid || nodes != .complete
    else { return nil }
    switch number {
    case 8: return (shape, nodes, [0, 1, 3, 2])
    case 11: return (shape, nodes, [0, 1, 3, 2, 4, 5, 7, 6])
    default: return (shape, nodes, places(shape, nodes))
    }
  }

  /// For each node in Gmsh's order its place in VTK's, which is that of Abaqus and CalculiX, too.
  static func places(_ shape: CellShape, _ nodes: NodeSet) -> [Int] {
    var places = Array(0..<shape.nodeCount(nodes))
    for (place, node) in VTKCell.nodeOrder(shape, nodes).enumerated() { places[node] = place }
    return places
  }

  /// The complaint about a number that is not read.
  static func refusal(_ number: Int, nodeCount: Int, at place: MeshPlace) -> MeshError {
    let names = [
      2: "sets of points", 4: "polylines", 6: "triangle strips", 7: "polygons",
      33: "7-node triangles",
      34: "quadratic polygons", 35: "linear-quadratic quadrilaterals", 36: "quadratic polygons",
      41: "convex point sets", 42: "polyhedra",
    ]
    let name = names[number].map { "\($0), " } ?? ""
    return .unsupported(
      at: place, feature: "cell type \(number) (\(name)\(nodeCount) nodes) is",
      cure: "convert the mesh to points, lines, triangles, quadrilaterals, tetrahedra, hexahedra, "
        + "wedges or pyramids of order 1 or 2")
  }
}
