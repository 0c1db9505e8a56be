/// Gmsh's numbers for the kinds of elements.
/// - Source: Gmsh reference manual, section "MSH file format".
enum GmshElementType {
  /// The shape and the nodes that belong to each number that is read or written.
  private static let types: [(number: Int, shape: CellShape, nodes: NodeSet)] = [
    (1, .line, .corners), (2, .triangle, .corners), (3, .quadrilateral, .corners),
    (4, .tetrahedron, .corners), (5, .hexahedron, .corners), (6, .wedge, .corners),
    (7, .pyramid, .corners), (8, .line, .complete), (9, .triangle, .complete),
    (10, .quadrilateral, .complete), (11, .tetrahedron, .complete), (12, .hexahedron, .complete),
    (13, .wedge, .complete), (14, .pyramid, .complete), (15, .point, .corners),
    (16, .quadrilateral, .serendipity), (17, .hexahedron, .serendipity), (18, .wedge, .serendipity),
    (19, .pyramid, .serendipity),
  ]

  /// The shape and nodes of a number; nil if such elements are not read.
  static func shape(_ number: Int) -> (shape: CellShape, nodes: NodeSet)? {
    guard (1...types.count).contains(number) else { return nil }
    return (types[number - 1].shape, types[number - 1].nodes)
  }

  /// The number of a shape with a set of nodes.
  static func number(_ shape: CellShape, _ nodes: NodeSet) -> Int {
    let wanted = shape.canonical(nodes)
    return types.first { $0.shape == shape && $0.nodes == wanted }?.number ?? 0
  }

  /// What a number that is not read stands for, in the plural; nil if Gmsh has no such number.
  private static func name(_ number: Int) -> String? {
    switch number {
    case 20...25: "triangles of order 3 to 5"
    case 26...28: "lines of order 3 to 5"
    case 29...31: "tetrahedra of order 3 to 5"
    case 32...140: "elements of high order or special kind"
    default: nil
    }
  }

  /// The complaint about a number that is not read.
  static func refusal(_ number: Int, at place: MeshPlace) -> MeshError {
    guard let name = name(number) else {
      return .malformed(at: place, found: "\(number)", expected: "an element type of Gmsh")
    }
    return .unsupported(
      at: place, feature: "element type \(number) (\(name)) is",
      cure: "mesh with elements of order 1 or 2")
  }
}
