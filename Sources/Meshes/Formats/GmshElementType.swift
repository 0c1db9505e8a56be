/// Gmsh's numbers for the kinds of elements.
/// - Source: Gmsh reference manual, section "MSH file format".
enum GmshElementType {
  /// The shape and order of a number; nil if such elements are not read.
  static func shape(_ number: Int) -> (shape: CellShape, order: Int)? {
    switch number {
    case 1: (.line, 1)
    case 2: (.triangle, 1)
    case 4: (.tetrahedron, 1)
    case 8: (.line, 2)
    case 9: (.triangle, 2)
    case 11: (.tetrahedron, 2)
    case 15: (.point, 1)
    default: nil
    }
  }

  /// What a number stands for, in the plural; nil if Gmsh has no such number.
  static func name(_ number: Int) -> String? {
    switch number {
    case 3: "4-node quadrangles"
    case 5: "8-node hexahedra"
    case 6: "6-node prisms"
    case 7: "5-node pyramids"
    case 10: "9-node quadrangles"
    case 12: "27-node hexahedra"
    case 13: "18-node prisms"
    case 14: "14-node pyramids"
    case 16: "8-node quadrangles"
    case 17: "20-node hexahedra"
    case 18: "15-node prisms"
    case 19: "13-node pyramids"
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
      cure: "mesh with triangles or tetrahedra of order 1 or 2")
  }
}
