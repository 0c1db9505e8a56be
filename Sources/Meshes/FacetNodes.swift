extension CellShape {
  /// The nodes of a facet, in the order of a cell of its shape, as nodes of the whole cell.
  ///
  /// - Parameter corners: The corners of the facet, in the order in which they go round it.
  func nodes(ofFacet corners: [Int], _ nodes: NodeSet) -> [Int] {
    guard nodes != .corners, corners.count > 1 else { return corners }
    let shape: CellShape =
      corners.count == 2 ? .line : corners.count == 3 ? .triangle : .quadrilateral
    var result = corners
    for edge in shape.edges {
      let ends = Set(edge.map { corners[$0] })
      result.append(vertexCount + (edges.firstIndex { Set($0) == ends } ?? 0))
    }
    if nodes == .complete, corners.count == 4, dimension == 3 {
      let face = quadrilaterals.firstIndex { Set($0) == Set(corners) } ?? 0
      result.append(vertexCount + edges.count + face)
    }
    return result
  }
}
