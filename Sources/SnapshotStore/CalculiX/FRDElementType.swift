/// The kinds of elements in CalculiX results.
/// - Source: *CalculiX GraphiX user's manual*, "Element types".
enum FRDElementType: Int {
  case hexahedron8 = 1
  case wedge6 = 2
  case tetrahedron4 = 3
  case hexahedron20 = 4
  case wedge15 = 5
  case tetrahedron10 = 6
  case triangle3 = 7
  case triangle6 = 8
  case quadrilateral4 = 9
  case quadrilateral8 = 10
  case beam2 = 11
  case beam3 = 12

  var nodeCount: Int {
    switch self {
    case .hexahedron8, .quadrilateral8: 8
    case .wedge6, .triangle6: 6
    case .tetrahedron4, .quadrilateral4: 4
    case .hexahedron20: 20
    case .wedge15: 15
    case .tetrahedron10: 10
    case .triangle3, .beam3: 3
    case .beam2: 2
    }
  }

  /// VTK's number of the same cell.
  var vtk: Int {
    switch self {
    case .hexahedron8: 12
    case .wedge6: 13
    case .tetrahedron4: 10
    case .hexahedron20: 25
    case .wedge15: 26
    case .tetrahedron10: 24
    case .triangle3: 5
    case .triangle6: 22
    case .quadrilateral4: 9
    case .quadrilateral8: 23
    case .beam2: 3
    case .beam3: 21
    }
  }

  /// The nodes in VTK's order: the edges in between come before those of the top in the file.
  func ordered(_ nodes: [Int]) -> [Int] {
    switch self {
    case .hexahedron20: Array(nodes[..<12] + nodes[16...] + nodes[12..<16])
    case .wedge15: Array(nodes[..<9] + nodes[12...] + nodes[9..<12])
    default: nodes
    }
  }
}
