extension Mesh {
  /// The mesh with every edge halved: a line becomes 2 cells, a plane cell 4, a body 8, a pyramid 6
  /// pyramids and 4 tetrahedra. Tetrahedra are cut along the shortest of the three possible diagonals.
  ///
  /// Regions keep their names and places. Curved cells stay on the curve that their nodes describe,
  /// so that refining does not change the domain; a body known better than by its mesh has to be
  /// meshed anew. The corners of this mesh come first and keep their order.
  /// - Complexity: Linear in the number of cells; 8 times as many of them in space.
  public func refined() -> Mesh {
    let parents = completed()
    var blocks: [CellBlock] = []
    var origins: [RefinedBlock] = []
    for (index, block) in parents.blocks.enumerated() {
      for origin in RefinedBlock.blocks(of: block, index, parents) {
        blocks.append(
          CellBlock(shape: origin.shape, nodes: .corners, connectivity: origin.connectivity))
        origins.append(origin)
      }
    }
    let regions = self.regions.map { region in
      Region(
        name: region.name, dimension: region.dimension,
        members: region.members.flatMap { member in
          origins.indices.filter { origins[$0].parentBlock == member.block }.map {
            Region.Member(block: $0, cells: origins[$0].children(of: member.cells))
          }
        })
    }
    let straight = Mesh(
      dimension: dimension, coordinates: parents.coordinates, blocks: blocks, regions: regions,
      isPiece: isPiece)
    guard let set = self.blocks.first(where: { $0.order == 2 })?.nodeSet else { return straight }
    // Where some cells are serendipity, simplices count as complete.
    let wanted = self.blocks.contains { $0.nodeSet == .serendipity } ? .serendipity : set
    let curved = straight.withEdgeNodes(wanted)
    var coordinates = curved.coordinates
    for (index, origin) in origins.enumerated() {
      origin.place(nodesOf: curved.blocks[index], of: self, into: &coordinates)
    }
    return curved.moved(to: coordinates)
  }

  /// The mesh with the complete set of nodes in every cell, corners first; nodes that its cells lack
  /// lie where the map of the cells takes them.
  private func completed() -> Mesh {
    let straight = vertexOnly().withEdgeNodes()
    guard order == 2 else { return straight }
    var coordinates = straight.coordinates
    for (own, block) in zip(blocks, straight.blocks) where block.shape != .point {
      let map = CellMap(own.shape, own.nodeSet, points: own.shape.referenceNodes(.complete))
      var nodes = [SIMD3<Double>](repeating: .zero, count: own.nodesPerCell)
      for cell in 0..<own.cellCount {
        load(&nodes, own, cell)
        for (place, point) in block.nodes(of: cell).enumerated() {
          let position = map.position(nodes, place)
          for axis in 0..<dimension {
            coordinates[Int(point) * dimension + axis] = position[axis]
          }
        }
      }
    }
    return straight.moved(to: coordinates)
  }
}

/// The children of one shape of the cells of a block.
private struct RefinedBlock {
  let shape: CellShape
  let parentBlock: Int
  let parentShape: CellShape
  /// The variants of the parent's cut, their children of this shape.
  let variants: [[CellChild]]
  /// The variant of each parent.
  let variant: [UInt8]
  /// The corners of the children, parent after parent.
  let connectivity: [Int32]

  private var perParent: Int { variants[0].count }

  static func blocks(of block: CellBlock, _ index: Int, _ mesh: Mesh) -> [RefinedBlock] {
    let isTetrahedron = block.shape == .tetrahedron
    let cuts = (0..<(isTetrahedron ? 3 : 1)).map { block.shape.children(diagonal: $0) }
    var variant = [UInt8](repeating: 0, count: block.cellCount)
    if isTetrahedron {
      var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
      for cell in 0..<block.cellCount {
        mesh.load(&nodes, block, cell)
        variant[cell] = UInt8(CellShape.bestDiagonal(nodes))
      }
    }
    var shapes: [CellShape] = []
    for child in cuts[0] where !shapes.contains(child.shape) { shapes.append(child.shape) }
    return shapes.map { shape in
      let variants = cuts.map { $0.filter { $0.shape == shape } }
      var connectivity: [Int32] = []
      connectivity.reserveCapacity(block.cellCount * variants[0].count * shape.vertexCount)
      for cell in 0..<block.cellCount {
        let base = cell * block.nodesPerCell
        for child in variants[Int(variant[cell])] {
          for corner in child.corners { connectivity.append(block.connectivity[base + corner]) }
        }
      }
      return RefinedBlock(
        shape: shape, parentBlock: index, parentShape: block.shape, variants: variants,
        variant: variant, connectivity: connectivity)
    }
  }

  func children(of parents: [Int32]) -> [Int32] {
    let count = Int32(perParent)
    return parents.flatMap { $0 * count..<($0 + 1) * count }
  }

  /// Puts the nodes of the children where the map of their parents takes them.
  func place(nodesOf block: CellBlock, of parents: Mesh, into coordinates: inout [Double]) {
    guard shape != .point else { return }
    let parent = parents.blocks[parentBlock]
    let dimension = parents.dimension
    let maps = variants.map { children in
      children.map {
        CellMap(parentShape, parent.nodeSet, points: $0.nodes(of: parentShape, block.nodeSet))
      }
    }
    var nodes = [SIMD3<Double>](repeating: .zero, count: parent.nodesPerCell)
    for cell in 0..<parent.cellCount {
      parents.load(&nodes, parent, cell)
      for (child, map) in maps[Int(variant[cell])].enumerated() {
        for (place, point) in block.nodes(of: cell * perParent + child).enumerated() {
          let position = map.position(nodes, place)
          for axis in 0..<dimension {
            coordinates[Int(point) * dimension + axis] = position[axis]
          }
        }
      }
    }
  }
}
