/// Cells of one shape and one geometric order.
public struct CellBlock: Sendable, Hashable {
  /// The shape of every cell of the block.
  public let shape: CellShape
  /// Which nodes each cell has.
  public let nodeSet: NodeSet
  /// The points of the cells, cell after cell, `nodesPerCell` each, in Gmsh's node order.
  public let connectivity: [Int32]
  /// The number of nodes of one cell.
  public let nodesPerCell: Int

  /// Cells of `shape` with the given points, `shape.nodeCount(_:)` for each cell.
  public init(shape: CellShape, nodes nodeSet: NodeSet, connectivity: [Int32]) {
    self.shape = shape
    self.nodeSet = shape.canonical(nodeSet)
    nodesPerCell = shape.nodeCount(self.nodeSet)
    precondition(
      connectivity.count.isMultiple(of: nodesPerCell),
      "\(connectivity.count) node numbers do not make whole cells of \(nodesPerCell) nodes")
    self.connectivity = connectivity
  }

  /// Cells of order 1 (corners) or 2 (the complete set of nodes); see `shape.nodeCount(order:)`.
  public init(shape: CellShape, order: Int, connectivity: [Int32]) {
    precondition(order == 1 || order == 2, "order \(order); cells have order 1 or 2")
    self.init(shape: shape, nodes: order == 1 ? .corners : .complete, connectivity: connectivity)
  }

  /// The geometric order: 1 for straight cells given by their corners, else 2.
  public var order: Int { nodeSet.order }

  /// The number of cells.
  public var cellCount: Int { connectivity.count / nodesPerCell }

  /// 0 for points up to 3 for bodies.
  public var dimension: Int { shape.dimension }

  /// The points of one cell, corners first.
  public func nodes(of cell: Int) -> ArraySlice<Int32> {
    connectivity[cell * nodesPerCell..<(cell + 1) * nodesPerCell]
  }

  /// The corners of one cell.
  public func vertices(of cell: Int) -> ArraySlice<Int32> {
    connectivity[cell * nodesPerCell..<cell * nodesPerCell + shape.vertexCount]
  }
}
