/// XDMF's names and numbers for the kinds of cells, by VTK's numbers, whose node order they share.
/// - Source: XDMF 3, "XDMF model and format".
enum XDMFTopology {
  /// VTK's number and the count of nodes of a topology of one kind.
  static func cell(_ name: String, nodesPerElement count: Int?) -> (type: Int, count: Int)? {
    switch name.lowercased() {
    case "polyvertex" where count ?? 1 == 1: (1, 1)
    case "polyline" where count ?? 2 == 2: (3, 2)
    case "edge_3",
      "polyline" where count == 3, "edge3":
      (21, 3)
    case "triangle": (5, 3)
    case "triangle_6", "tri_6": (22, 6)
    case "quadrilateral": (9, 4)
    case "quadrilateral_8", "quad_8": (23, 8)
    case "quadrilateral_9", "quad_9": (28, 9)
    case "tetrahedron": (10, 4)
    case "tetrahedron_10", "tet_10": (24, 10)
    case "pyramid": (14, 5)
    case "pyramid_13": (27, 13)
    case "wedge": (13, 6)
    case "wedge_15": (26, 15)
    case "wedge_18": (32, 18)
    case "hexahedron": (12, 8)
    case "hexahedron_20", "hex_20": (25, 20)
    case "hexahedron_27", "hex_27": (29, 27)
    default: nil
    }
  }

  /// The same for the numbers in a mixed topology; points and lines are followed by their count.
  static func mixed(_ number: Int) -> (type: Int, count: Int, hasCount: Bool)? {
    switch number {
    case 1: (1, 1, true)
    case 2: (3, 2, true)
    case 4: (5, 3, false)
    case 5: (9, 4, false)
    case 6: (10, 4, false)
    case 7: (14, 5, false)
    case 8: (13, 6, false)
    case 9: (12, 8, false)
    case 34: (21, 3, false)
    case 35: (28, 9, false)
    case 36: (22, 6, false)
    case 37: (23, 8, false)
    case 38: (24, 10, false)
    case 39: (27, 13, false)
    case 40: (26, 15, false)
    case 41: (32, 18, false)
    case 48: (25, 20, false)
    case 50: (29, 27, false)
    default: nil
    }
  }
}
