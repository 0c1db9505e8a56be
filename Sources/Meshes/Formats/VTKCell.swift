/// VTK's cells: their numbers and the order of their nodes, where it differs from Gmsh's.
/// - Source: VTK file formats and class references (`vtkCellType.h`, `vtkTriQuadraticHexahedron`,
///   `vtkBiQuadraticQuadraticWedge`); checked against VTK's own reader in the tests.
enum VTKCell {
  /// The shape and nodes of each number that is written.
  private static let types: [(number: UInt8, shape: CellShape, nodes: NodeSet)] = [
    (1, .point, .corners), (3, .line, .corners), (5, .triangle, .corners),
    (9, .quadrilateral, .corners), (10, .tetrahedron, .corners), (12, .hexahedron, .corners),
    (13, .wedge, .corners), (14, .pyramid, .corners), (21, .line, .complete),
    (22, .triangle, .complete), (23, .quadrilateral, .serendipity), (24, .tetrahedron, .complete),
    (25, .hexahedron, .serendipity), (26, .wedge, .serendipity), (27, .pyramid, .serendipity),
    (28, .quadrilateral, .complete), (29, .hexahedron, .complete), (32, .wedge, .complete),
  ]

  /// The number of a shape with a set of nodes. Pyramids with a node in their base have none in VTK
  /// and are written without it.
  static func number(_ shape: CellShape, _ nodes: NodeSet) -> UInt8 {
    let wanted = shape == .pyramid && nodes == .complete ? .serendipity : shape.canonical(nodes)
    return types.first { $0.shape == shape && $0.nodes == wanted }?.number ?? 0
  }

  /// For each node in VTK's order, which node it is in Gmsh's.
  static func nodeOrder(_ shape: CellShape, _ nodes: NodeSet) -> [Int] {
    let corners = Array(0..<shape.vertexCount)
    guard nodes != .corners else { return corners }
    func places(_ wanted: [[Int]], _ groups: [[Int]], from first: Int) -> [Int] {
      wanted.map { group in
        let sorted = group.sorted()
        return first + (groups.firstIndex { $0.sorted() == sorted } ?? 0)
      }
    }
    let middles = places(edges(shape), shape.edges, from: corners.count)
    guard nodes == .complete, shape != .pyramid else { return corners + middles }
    let inner = corners.count + middles.count
    let faces = places(faces(shape), shape.quadrilaterals, from: inner)
    return corners + middles + faces + (shape == .hexahedron ? [inner + 6] : [])
  }

  /// The edges in VTK's order: around the bottom, around the top, upwards.
  private static func edges(_ shape: CellShape) -> [[Int]] {
    func ring(_ corners: [Int]) -> [[Int]] {
      corners.indices.map { [corners[$0], corners[($0 + 1) % corners.count]] }
    }
    return switch shape {
    case .point: []
    case .line: [[0, 1]]
    case .triangle: ring([0, 1, 2])
    case .quadrilateral: ring([0, 1, 2, 3])
    case .tetrahedron: ring([0, 1, 2]) + (0..<3).map { [$0, 3] }
    case .hexahedron: ring([0, 1, 2, 3]) + ring([4, 5, 6, 7]) + (0..<4).map { [$0, $0 + 4] }
    case .wedge: ring([0, 1, 2]) + ring([3, 4, 5]) + (0..<3).map { [$0, $0 + 3] }
    case .pyramid: ring([0, 1, 2, 3]) + (0..<4).map { [$0, 4] }
    }
  }

  /// The quadrilaterals in VTK's order.
  private static func faces(_ shape: CellShape) -> [[Int]] {
    switch shape {
    case .hexahedron:
      [[0, 3, 4, 7], [1, 2, 5, 6], [0, 1, 4, 5], [2, 3, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7]]
    case .wedge: [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5]]
    default: shape.quadrilaterals
    }
  }
}
