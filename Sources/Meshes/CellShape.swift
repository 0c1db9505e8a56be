/// The shape of a cell: what its corners, edges and facets are.
///
/// Nodes are numbered as Gmsh numbers them: the corners first, then, for cells of second order, one
/// node on each edge in the order of `edges`.
/// - Source: Gmsh reference manual, section "Node ordering".
public enum CellShape: String, Sendable, Hashable, CaseIterable {
  /// A single node.
  case point
  /// A segment between two corners.
  case line
  /// Three corners, counter-clockwise.
  case triangle
  /// Four corners, the fourth on the side to which the first three turn counter-clockwise.
  case tetrahedron

  /// 0 for points up to 3 for tetrahedra.
  public var dimension: Int {
    switch self {
    case .point: 0
    case .line: 1
    case .triangle: 2
    case .tetrahedron: 3
    }
  }

  /// The number of corners.
  public var vertexCount: Int { dimension + 1 }

  /// The number of nodes of a cell of geometric order 1 (corners) or 2 (corners and edges).
  public func nodeCount(order: Int) -> Int {
    precondition(order == 1 || order == 2, "geometric order \(order); cells have order 1 or 2")
    return order == 1 ? vertexCount : vertexCount + edges.count
  }

  /// The two corners of each edge; node `vertexCount + e` of a second-order cell lies on edge `e`.
  public var edges: [[Int]] {
    switch self {
    case .point: []
    case .line: CellShape.lineEdges
    case .triangle: CellShape.triangleEdges
    case .tetrahedron: CellShape.tetrahedronEdges
    }
  }

  /// The corners of each facet (side of one dimension less), turned so that its normal points out
  /// of the cell.
  public var facets: [[Int]] {
    switch self {
    case .point: []
    case .line: CellShape.lineFacets
    case .triangle: CellShape.triangleFacets
    case .tetrahedron: CellShape.tetrahedronFacets
    }
  }

  /// The shape of the facets; nil for points, which have none.
  public var facetShape: CellShape? {
    switch self {
    case .point: nil
    case .line: .point
    case .triangle: .line
    case .tetrahedron: .triangle
    }
  }

  /// The name in a sentence about several cells.
  public var plural: String { self == .tetrahedron ? "tetrahedra" : rawValue + "s" }

  private static let lineEdges = [[0, 1]]
  private static let triangleEdges = [[0, 1], [1, 2], [0, 2]]
  private static let tetrahedronEdges = [[0, 1], [1, 2], [0, 2], [0, 3], [2, 3], [1, 3]]
  private static let lineFacets = [[0], [1]]
  private static let triangleFacets = [[0, 1], [1, 2], [2, 0]]
  private static let tetrahedronFacets = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]
}
