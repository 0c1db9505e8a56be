extension Mesh {
  /// The same mesh with straight-sided cells of first order: nodes on edges are dropped.
  ///
  /// - Returns: The mesh itself if it is of first order already. Corners keep their order, so point
  ///   `i` of the result is the i-th corner of this mesh.
  public func vertexOnly() -> Mesh {
    guard blocks.contains(where: { $0.order > 1 }) else { return self }
    var kept = [Bool](repeating: false, count: pointCount)
    for block in blocks {
      for cell in 0..<block.cellCount {
        for node in block.vertices(of: cell) { kept[Int(node)] = true }
      }
    }
    var number = [Int32](repeating: -1, count: pointCount)
    var coordinates: [Double] = []
    var count: Int32 = 0
    for point in 0..<pointCount where kept[point] {
      number[point] = count
      count += 1
      coordinates += self.point(point)
    }
    let straight = blocks.map { block in
      var connectivity: [Int32] = []
      connectivity.reserveCapacity(block.cellCount * block.shape.vertexCount)
      for cell in 0..<block.cellCount {
        for node in block.vertices(of: cell) { connectivity.append(number[Int(node)]) }
      }
      return CellBlock(shape: block.shape, order: 1, connectivity: connectivity)
    }
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: straight, regions: regions)
  }

  /// The same mesh with cells of second order: a node in the middle of each edge, after the points
  /// of this mesh, in the order of `EdgeNumbering`.
  ///
  /// - Returns: The mesh itself if it has cells of second order already.
  public func withEdgeNodes() -> Mesh {
    guard !blocks.contains(where: { $0.order > 1 }) else { return self }
    let edges = EdgeNumbering(topology)
    var coordinates = self.coordinates
    coordinates.reserveCapacity(dimension * (pointCount + edges.count))
    for edge in 0..<edges.count {
      let (a, b) = (Int(edges.vertices[2 * edge]), Int(edges.vertices[2 * edge + 1]))
      for axis in 0..<dimension {
        coordinates.append(
          (self.coordinates[a * dimension + axis] + self.coordinates[b * dimension + axis]) / 2)
      }
    }
    let curved = zip(blocks, edges.cellEdges).map { block, cellEdges in
      let perCell = block.shape.edges.count
      var connectivity: [Int32] = []
      connectivity.reserveCapacity(block.cellCount * block.shape.nodeCount(order: 2))
      for cell in 0..<block.cellCount {
        connectivity += block.vertices(of: cell)
        for edge in cellEdges[cell * perCell..<(cell + 1) * perCell] {
          connectivity.append(Int32(pointCount) + edge)
        }
      }
      return CellBlock(shape: block.shape, order: 2, connectivity: connectivity)
    }
    return Mesh(dimension: dimension, coordinates: coordinates, blocks: curved, regions: regions)
  }
}
