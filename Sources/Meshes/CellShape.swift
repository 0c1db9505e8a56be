/// The shape of a cell: what its corners, edges, faces and facets are.
///
/// Nodes are numbered as Gmsh numbers them: the corners, then one node on each edge in the order of
/// `edges`, then one on each quadrilateral face in the order of `faces`, then one inside; see
/// ``NodeSet`` for which of them a cell has.
///
/// Reference cells have their first corner at the origin: lines, quadrilaterals and hexahedra fill
/// the unit cube, triangles and tetrahedra the unit simplex, wedges the unit triangle times the unit
/// interval, and pyramids narrow from the unit square to the point (0, 0, 1).
/// - Source: Gmsh reference manual, section "Node ordering".
public enum CellShape: String, Sendable, Hashable, CaseIterable {
  /// A single node.
  case point
  /// A segment between two corners.
  case line
  /// Three corners, counter-clockwise.
  case triangle
  /// Four corners, counter-clockwise.
  case quadrilateral
  /// Four corners, the fourth on the side to which the first three turn counter-clockwise.
  case tetrahedron
  /// Four corners of the bottom, seen counter-clockwise from the top, and those above them.
  case hexahedron
  /// Three corners of the bottom, seen counter-clockwise from the top, and those above them.
  case wedge
  /// Four corners of the base, seen counter-clockwise from the apex, and the apex.
  case pyramid

  /// 0 for points up to 3 for bodies.
  public var dimension: Int {
    switch self {
    case .point: 0
    case .line: 1
    case .triangle, .quadrilateral: 2
    case .tetrahedron, .hexahedron, .wedge, .pyramid: 3
    }
  }

  /// Whether the cell is the convex hull of `dimension + 1` corners: its straight cells are affine.
  public var isSimplex: Bool {
    switch self {
    case .point, .line, .triangle, .tetrahedron: true
    case .quadrilateral, .hexahedron, .wedge, .pyramid: false
    }
  }

  /// The number of corners.
  public var vertexCount: Int {
    switch self {
    case .point: 1
    case .line: 2
    case .triangle: 3
    case .quadrilateral, .tetrahedron: 4
    case .pyramid: 5
    case .wedge: 6
    case .hexahedron: 8
    }
  }

  /// The reference coordinates of the corners; unused ones are zero.
  public var referenceVertices: [SIMD3<Double>] {
    switch self {
    case .point: [.zero]
    case .line: Array(CellShape.cube[0..<2])
    case .triangle: CellShape.prism.dropLast(3)
    case .quadrilateral: Array(CellShape.cube[0..<4])
    case .tetrahedron: CellShape.simplex
    case .hexahedron: CellShape.cube
    case .wedge: CellShape.prism
    case .pyramid: CellShape.cube[0..<4] + [SIMD3(0, 0, 1)]
    }
  }

  /// The two corners of each edge; node `vertexCount + e` of a second-order cell lies on edge `e`.
  public var edges: [[Int]] {
    switch self {
    case .point: []
    case .line: CellShape.lineEdges
    case .triangle: CellShape.triangleEdges
    case .quadrilateral: CellShape.quadrilateralEdges
    case .tetrahedron: CellShape.tetrahedronEdges
    case .hexahedron: CellShape.hexahedronEdges
    case .wedge: CellShape.wedgeEdges
    case .pyramid: CellShape.pyramidEdges
    }
  }

  /// The corners of each quadrilateral face of a body, or of a quadrilateral itself, in the order in
  /// which complete second-order cells have nodes in their middles.
  public var quadrilaterals: [[Int]] {
    switch self {
    case .quadrilateral: CellShape.ownQuadrilateral
    case .hexahedron: CellShape.hexahedronFacets
    case .wedge: CellShape.wedgeQuadrilaterals
    case .pyramid: CellShape.pyramidBase
    case .point, .line, .triangle, .tetrahedron: []
    }
  }

  /// The corners of each facet (side of one dimension less), turned so that its normal points out
  /// of the cell.
  public var facets: [[Int]] {
    switch self {
    case .point: []
    case .line: CellShape.lineFacets
    case .triangle: CellShape.triangleFacets
    case .quadrilateral: CellShape.quadrilateralEdges
    case .tetrahedron: CellShape.tetrahedronFacets
    case .hexahedron: CellShape.hexahedronFacets
    case .wedge: CellShape.wedgeFacets
    case .pyramid: CellShape.pyramidFacets
    }
  }

  /// The shape of a facet; wedges and pyramids have facets of two shapes.
  public func facetShape(_ facet: Int) -> CellShape {
    switch facets[facet].count {
    case 1: .point
    case 2: .line
    case 3: .triangle
    default: .quadrilateral
    }
  }

  /// The name in a sentence about several cells.
  public var plural: String {
    switch self {
    case .tetrahedron: "tetrahedra"
    case .hexahedron: "hexahedra"
    default: rawValue + "s"
    }
  }

  private static let simplex: [SIMD3<Double>] = [
    .zero, SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1),
  ]
  private static let prism: [SIMD3<Double>] = [
    .zero, SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1), SIMD3(1, 0, 1), SIMD3(0, 1, 1),
  ]
  private static let cube: [SIMD3<Double>] = [
    .zero, SIMD3(1, 0, 0), SIMD3(1, 1, 0), SIMD3(0, 1, 0),
    SIMD3(0, 0, 1), SIMD3(1, 0, 1), SIMD3(1, 1, 1), SIMD3(0, 1, 1),
  ]
  private static let lineEdges = [[0, 1]]
  private static let triangleEdges = [[0, 1], [1, 2], [0, 2]]
  private static let quadrilateralEdges = [[0, 1], [1, 2], [2, 3], [3, 0]]
  private static let tetrahedronEdges = [[0, 1], [1, 2], [0, 2], [0, 3], [2, 3], [1, 3]]
  private static let hexahedronEdges = [
    [0, 1], [0, 3], [0, 4], [1, 2], [1, 5], [2, 3], [2, 6], [3, 7], [4, 5], [4, 7], [5, 6], [6, 7],
  ]
  private static let wedgeEdges = [
    [0, 1], [0, 2], [0, 3], [1, 2], [1, 4], [2, 5], [3, 4], [3, 5], [4, 5],
  ]
  private static let pyramidEdges = [
    [0, 1], [0, 3], [0, 4], [1, 2], [1, 4], [2, 3], [2, 4], [3, 4],
  ]
  private static let ownQuadrilateral = [[0, 1, 2, 3]]
  private static let wedgeQuadrilaterals = Array(wedgeFacets[2...])
  private static let pyramidBase = [pyramidFacets[4]]
  private static let lineFacets = [[0], [1]]
  private static let triangleFacets = [[0, 1], [1, 2], [2, 0]]
  private static let tetrahedronFacets = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]
  private static let hexahedronFacets = [
    [0, 3, 2, 1], [0, 1, 5, 4], [0, 4, 7, 3], [1, 2, 6, 5], [2, 3, 7, 6], [4, 5, 6, 7],
  ]
  private static let wedgeFacets = [
    [0, 2, 1], [3, 4, 5], [0, 1, 4, 3], [0, 3, 5, 2], [1, 2, 5, 4],
  ]
  private static let pyramidFacets = [
    [0, 1, 4], [3, 0, 4], [1, 2, 4], [2, 3, 4], [0, 3, 2, 1],
  ]
}
