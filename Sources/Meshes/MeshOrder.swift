extension Mesh {
  /// The same mesh with cells of first order: only corners stay.
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
    let regions = regions.map { region in
      Region(
        name: region.name, dimension: region.dimension, members: region.members,
        fringe: region.fringe.map { number[Int($0)] }.filter { $0 >= 0 })
    }
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: straight, regions: regions,
      isPiece: isPiece)
  }

  /// The same mesh with cells of second order: a node in the middle of each edge and, unless
  /// `nodes` is `.serendipity`, of each quadrilateral face and each hexahedron.
  ///
  /// The new points follow those of this mesh: edges in the order of `EdgeNumbering`, faces in the
  /// order of `FaceNumbering`, hexahedra in the order of the blocks. Each lies at the mean of its
  /// corners, so that the cells stay those of their corners.
  /// - Returns: The mesh itself if it has cells of second order already.
  public func withEdgeNodes(_ nodes: NodeSet = .complete) -> Mesh {
    precondition(nodes != .corners, "cells of second order have nodes beyond their corners")
    guard !blocks.contains(where: { $0.order > 1 }) else { return self }
    let edges = EdgeNumbering(topology)
    let faces = nodes == .complete ? FaceNumbering(topology) : nil
    var coordinates = self.coordinates
    appendMeans(of: edges.vertices, each: 2, to: &coordinates)
    appendMeans(of: faces?.vertices ?? [], each: 4, to: &coordinates)
    let firstFace = Int32(pointCount + edges.count)
    var inner = firstFace + Int32(faces?.count ?? 0)
    var curved: [CellBlock] = []
    for (index, block) in blocks.enumerated() {
      let edgesPerCell = block.shape.edges.count
      let facesPerCell = faces == nil ? 0 : block.shape.quadrilaterals.count
      let hasInner = block.shape == .hexahedron && nodes == .complete
      if hasInner { appendMeans(of: block.connectivity, each: 8, to: &coordinates) }
      var connectivity: [Int32] = []
      connectivity.reserveCapacity(block.cellCount * block.shape.nodeCount(nodes))
      for cell in 0..<block.cellCount {
        connectivity += block.vertices(of: cell)
        for edge in edges.cellEdges[index][cell * edgesPerCell..<(cell + 1) * edgesPerCell] {
          connectivity.append(Int32(pointCount) + edge)
        }
        if let faces {
          for face in faces.cellFaces[index][cell * facesPerCell..<(cell + 1) * facesPerCell] {
            connectivity.append(firstFace + face)
          }
        }
        if hasInner {
          connectivity.append(inner)
          inner += 1
        }
      }
      curved.append(CellBlock(shape: block.shape, nodes: nodes, connectivity: connectivity))
    }
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: curved, regions: regions,
      isPiece: isPiece)
  }

  /// Appends the mean of each group of points.
  private func appendMeans(of points: [Int32], each size: Int, to coordinates: inout [Double]) {
    for start in stride(from: 0, to: points.count, by: size) {
      for axis in 0..<dimension {
        var sum = 0.0
        for point in points[start..<start + size] {
          sum += self.coordinates[Int(point) * dimension + axis]
        }
        coordinates.append(sum / Double(size))
      }
    }
  }
}
