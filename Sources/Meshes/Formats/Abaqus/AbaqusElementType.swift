/// The element types of Abaqus and CalculiX: their cells, the order of their nodes and their faces.
/// - Source: Abaqus manual, "Abaqus Elements Guide"; CalculiX CrunchiX user's manual, "Element types".
struct AbaqusElementType {
  /// What becomes of the elements of a type.
  enum Use {
    /// Cells of the mesh.
    case cells(AbaqusElementType)
    /// They are no part of a continuum (trusses, beams, springs, masses) and left out with a note.
    case leftOut
  }

  let shape: CellShape
  let nodes: NodeSet
  /// Whether it is a shell or a membrane, whose sides are called SPOS and SNEG.
  let isShell: Bool

  /// What a type stands for; nil if it is unknown.
  static func use(_ name: String) -> Use? {
    let text = Array(name.utf8)
    for (family, shapes, isShell) in families where name.hasPrefix(family) {
      let rest = text.dropFirst(family.utf8.count)
      let digits = rest.prefix { (48...57).contains($0) }
      let suffix = rest.dropFirst(digits.count)
      // Reduced integration, incompatible modes, hybrid, temperature, modified, pore pressure, ….
      guard let count = Int(String(decoding: digits, as: UTF8.self)), let type = shapes[count],
        suffix.allSatisfy({ "RIHTMPEVS5".utf8.contains($0) })
      else { continue }
      return .cells(AbaqusElementType(shape: type.0, nodes: type.1, isShell: isShell))
    }
    let leftOut = [
      "T2D", "T3D", "B21", "B22", "B23", "B31", "B32", "B33", "PIPE", "SPRING", "DASHPOT", "MASS",
      "ROTARYI", "CONN", "GAP", "DCOUP", "RB2D2", "RB3D2", "FRAME",
    ]
    return leftOut.contains { name.hasPrefix($0) } ? .leftOut : nil
  }

  private typealias Shapes = [Int: (CellShape, NodeSet)]
  private static let bodies: Shapes = [
    4: (.tetrahedron, .corners), 5: (.pyramid, .corners), 6: (.wedge, .corners),
    8: (.hexahedron, .corners), 10: (.tetrahedron, .complete), 15: (.wedge, .serendipity),
    20: (.hexahedron, .serendipity),
  ]
  private static let plane: Shapes = [
    3: (.triangle, .corners), 4: (.quadrilateral, .corners), 6: (.triangle, .complete),
    8: (.quadrilateral, .serendipity),
  ]
  private static let shells: Shapes = plane.merging(
    [9: (.quadrilateral, .complete)], uniquingKeysWith: { first, _ in first })
  private static let families: [(String, Shapes, isShell: Bool)] = [
    ("C3D", bodies, false), ("DC3D", bodies, false), ("AC3D", bodies, false),
    ("F3D", bodies, false),
    ("SC", bodies, false),
    ("CPS", plane, false), ("CPE", plane, false), ("CAX", plane, false), ("DC2D", plane, false),
    ("DCAX", plane, false), ("AC2D", plane, false), ("ACAX", plane, false),
    ("S", shells, true), ("M3D", shells, true), ("SFM3D", shells, true), ("R3D", shells, true),
    ("DS", shells, true), ("STRI", [3: (.triangle, .corners), 65: (.triangle, .complete)], true),
  ]

  /// The number of nodes of an element.
  var nodeCount: Int { shape.nodeCount(nodes) }

  /// For each node in Gmsh's order its place in an element of the file.
  var order: [Int] { VTKCellType.places(shape, nodes) }

  /// The corners of the faces S1, S2, … (of the edges, in the plane).
  var faces: [[Int]] {
    switch shape {
    case .triangle: [[0, 1], [1, 2], [2, 0]]
    case .quadrilateral: [[0, 1], [1, 2], [2, 3], [3, 0]]
    case .tetrahedron: [[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]]
    case .pyramid: [[0, 1, 2, 3], [0, 4, 1], [1, 4, 2], [2, 4, 3], [3, 4, 0]]
    case .wedge: [[0, 1, 2], [3, 5, 4], [0, 3, 4, 1], [1, 4, 5, 2], [2, 5, 3, 0]]
    case .hexahedron:
      [
        [0, 1, 2, 3], [4, 7, 6, 5], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0],
      ]
    case .point, .line: []
    }
  }

  /// The type that is written for cells of the domain; nil where Abaqus has none.
  static func name(_ shape: CellShape, _ nodes: NodeSet) -> String? {
    let count = shape.nodeCount(nodes)
    guard let found = (shape.dimension == 3 ? bodies : plane)[count], found.0 == shape,
      shape.canonical(found.1) == nodes
    else { return nil }
    return shape.dimension == 3 ? "C3D\(count)" : "CPS\(count)"
  }
}
