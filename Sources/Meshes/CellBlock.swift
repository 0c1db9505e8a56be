/// Cells of one shape and one geometric order.
public struct CellBlock: Sendable, Hashable {
  /// The shape of every cell of the block.
  public let shape: CellShape
  /// 1: corners only; 2: corners and one node on each edge.
  public let order: Int
  /// The points of the cells, cell after cell, `nodesPerCell` each, in Gmsh's node order.
  public let connectivity: [Int32]
  /// The number of nodes of one cell.
  public let nodesPerCell: Int

  /// Cells of `shape` with the given points, `shape.nodeCount(order:)` for each cell.
  public init(shape: CellShape, order: Int, connectivity: [Int32]) {
    // A point has no edge, hence no second order of its own.
    self.shape = shape
    self.order = shape == .point ? 1 : order
    nodesPerCell = shape.nodeCount(order: order)
    precondition(
      connectivity.count.isMultiple(of: nodesPerCell),
      "\(connectivity.count) node numbers do not make whole cells of \(nodesPerCell) nodes")
    self.connectivity = connectivity
  }

  /// The number of cells.
  public var cellCount: Int { connectivity.count / nodesPerCell }

  /// 0 for points up to 3 for tetrahedra.
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
