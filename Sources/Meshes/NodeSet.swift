/// Which nodes a cell has: what its geometry, or the functions on it, can bend with.
public enum NodeSet: String, Sendable, Hashable, CaseIterable {
  /// Corners only: order 1.
  case corners
  /// Corners and one node on each edge: order 2 with fewest nodes, as in 8-node quadrilaterals and
  /// 20-node hexahedra.
  case serendipity
  /// Corners and one node on each edge, on each quadrilateral face and, for hexahedra, inside:
  /// order 2 in each direction, as in 9-node quadrilaterals and 27-node hexahedra.
  case complete

  /// 1 or 2.
  public var order: Int { self == .corners ? 1 : 2 }
}

extension CellShape {
  /// The number of nodes of a cell.
  public func nodeCount(_ nodes: NodeSet) -> Int {
    switch nodes {
    case .corners: vertexCount
    case .serendipity: vertexCount + edges.count
    case .complete:
      vertexCount + edges.count + quadrilaterals.count + (self == .hexahedron ? 1 : 0)
    }
  }

  /// The number of nodes of a cell of order 1 (corners) or 2 (all nodes of the complete set).
  public func nodeCount(order: Int) -> Int {
    precondition(order == 1 || order == 2, "order \(order); cells have order 1 or 2")
    return nodeCount(order == 1 ? .corners : .complete)
  }

  /// The same set under one name: where no face or inside carries a node, serendipity cells are
  /// complete.
  func canonical(_ nodes: NodeSet) -> NodeSet {
    if self == .point { return .corners }
    return nodes == .serendipity && quadrilaterals.isEmpty ? .complete : nodes
  }

  /// The reference coordinates of the nodes.
  public func referenceNodes(_ nodes: NodeSet) -> [SIMD3<Double>] {
    let corners = referenceVertices
    guard nodes != .corners else { return corners }
    func middle(_ group: [Int]) -> SIMD3<Double> {
      group.reduce(SIMD3<Double>.zero) { $0 + corners[$1] } / Double(group.count)
    }
    let withEdges = corners + edges.map(middle)
    guard nodes == .complete else { return withEdges }
    return withEdges + quadrilaterals.map(middle)
      + (self == .hexahedron ? [SIMD3(repeating: 0.5)] : [])
  }
}
