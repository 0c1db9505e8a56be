/// Regions of facets that a file tells of without listing the facets: the nodes of a set, or the
/// free faces of some cells.
struct BoundaryRegions {
  private let mesh: Mesh
  private var blocks: [(shape: CellShape, nodes: NodeSet, connectivity: [Int32])]
  private var regions: [Region]
  private(set) var notes: [String] = []

  /// The facets with one cell only: the nodes of each, corners first, the shape, the cell.
  private var facetNodes: [[Int32]] = []
  private var facetCells: [Int32] = []
  /// For each point the exterior facets of which it is the lowest corner.
  private var facetsAt: [Int32: [Int32]] = [:]
  /// The cells of one dimension less, by their corners.
  private var known: [CornerKey: (block: Int, cell: Int32)] = [:]

  init(_ mesh: Mesh) {
    self.mesh = mesh
    blocks = mesh.blocks.map { ($0.shape, $0.nodeSet, $0.connectivity) }
    regions = mesh.regions
    findFacets()
    for (index, block) in mesh.blocks.enumerated() where block.dimension == mesh.dimension - 1 {
      for cell in 0..<block.cellCount {
        known[CornerKey(block.vertices(of: cell))] = (index, Int32(cell))
      }
    }
  }

  private mutating func findFacets() {
    let numbering = FacetNumbering(mesh.topology)
    var place = 0
    var number: Int32 = 0
    for block in mesh.cellBlocks(ofDimension: mesh.dimension) {
      let sides = block.shape.facets
      let nodes = sides.map { block.shape.nodes(ofFacet: $0, block.nodeSet) }
      for cell in 0..<block.cellCount {
        for side in sides.indices {
          let facet = Int(numbering.cellFacets[place])
          place += 1
          guard numbering.cells[2 * facet + 1] < 0 else { continue }
          let base = cell * block.nodesPerCell
          let points = nodes[side].map { block.connectivity[base + $0] }
          let lowest = points[..<sides[side].count].min() ?? 0
          facetsAt[lowest, default: []].append(Int32(facetNodes.count))
          facetNodes.append(points)
          facetCells.append(number)
        }
        number += 1
      }
    }
  }

  /// Adds, for each of the named regions of points that consists of all nodes of some exterior
  /// facets and of nothing else, the region of these facets under the same name.
  ///
  /// Where a set has further nodes, the facets alone would not be the set, and it stays one of
  /// points; a note says so.
  mutating func addFacets(ofPointRegions names: [String]) {
    var stamp = [Int32](repeating: -1, count: mesh.pointCount)
    var covered = [Int32](repeating: -1, count: mesh.pointCount)
    for (index, name) in names.enumerated() {
      guard let points = mesh.region(named: name, dimension: 0),
        mesh.region(named: name, dimension: mesh.dimension - 1) == nil
      else { continue }
      let mark = Int32(index)
      var members: [Int] = []
      for member in points.members {
        for cell in member.cells {
          members.append(Int(mesh.blocks[member.block].connectivity[Int(cell)]))
        }
      }
      for point in members { stamp[point] = mark }
      var facets: [Int32] = []
      var count = 0
      for point in members {
        for facet in facetsAt[Int32(point)] ?? [] {
          let nodes = facetNodes[Int(facet)]
          guard nodes.allSatisfy({ stamp[Int($0)] == mark }) else { continue }
          facets.append(facet)
          for node in nodes where covered[Int(node)] != mark {
            covered[Int(node)] = mark
            count += 1
          }
        }
      }
      if count == members.count {
        add(facets, name)
      } else if !facets.isEmpty {
        notes.append(
          "The nodes '\(name)' are a region of points only: beside those of \(facets.count) facets "
            + "they hold \(members.count - count) further nodes.")
      }
    }
  }

  /// Adds the exterior facets of the cells of a region under another name; that region goes.
  mutating func addFreeFacets(ofCells cells: String, named name: String) {
    guard let region = regions.first(where: { $0.name == cells }) else { return }
    var first: [Int: Int32] = [:]
    var total: Int32 = 0
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      first[index] = total
      total += Int32(mesh.blocks[index].cellCount)
    }
    var numbers: Set<Int32> = []
    for member in region.members {
      for cell in member.cells { numbers.insert((first[member.block] ?? 0) + cell) }
    }
    regions.removeAll { $0.name == cells }
    add((0..<Int32(facetCells.count)).filter { numbers.contains(facetCells[Int($0)]) }, name)
  }

  private mutating func add(_ facets: [Int32], _ name: String) {
    guard !facets.isEmpty else { return }
    var cells: [Int: [Int32]] = [:]
    for facet in facets {
      let (block, cell) = cell(ofFacet: Int(facet))
      cells[block, default: []].append(cell)
    }
    let place = regions.firstIndex { $0.name == name && $0.dimension == mesh.dimension - 1 }
    var members = cells.map { Region.Member(block: $0.key, cells: $0.value) }
    if let place {
      members = merged(members, regions[place].members)
      regions[place] = Region(name: name, dimension: mesh.dimension - 1, members: members)
    } else {
      regions.append(Region(name: name, dimension: mesh.dimension - 1, members: members))
    }
  }

  private func merged(_ first: [Region.Member], _ second: [Region.Member]) -> [Region.Member] {
    var cells: [Int: [Int32]] = [:]
    for member in first + second { cells[member.block, default: []] += member.cells }
    return cells.map { Region.Member(block: $0.key, cells: $0.value) }
  }

  /// The cell of a facet, new or known.
  private mutating func cell(ofFacet facet: Int) -> (block: Int, cell: Int32) {
    let nodes = facetNodes[facet]
    let (shape, nodeSet) = BoundaryRegions.kind(nodes.count, dimension: mesh.dimension)
    let key = CornerKey(nodes[..<shape.vertexCount])
    if let found = known[key] { return found }
    let block: Int
    if let same = blocks.firstIndex(where: { $0.shape == shape && $0.nodes == nodeSet }) {
      block = same
    } else {
      block = blocks.count
      blocks.append((shape, nodeSet, []))
    }
    let cell = Int32(blocks[block].connectivity.count / nodes.count)
    blocks[block].connectivity += nodes
    known[key] = (block, cell)
    return (block, cell)
  }

  /// The shape of a facet with so many nodes.
  private static func kind(_ count: Int, dimension: Int) -> (CellShape, NodeSet) {
    switch (dimension, count) {
    case (2, 2): (.line, .corners)
    case (2, _): (.line, .complete)
    case (_, 3): (.triangle, .corners)
    case (_, 4): (.quadrilateral, .corners)
    case (_, 6): (.triangle, .complete)
    case (_, 8): (.quadrilateral, .serendipity)
    default: (.quadrilateral, .complete)
    }
  }

  /// The mesh with the regions added so far, those of the highest dimension first.
  func finished() -> Mesh {
    let order = regions.enumerated().sorted {
      (-$0.element.dimension, $0.offset) < (-$1.element.dimension, $1.offset)
    }
    return Mesh(
      dimension: mesh.dimension, coordinates: mesh.coordinates,
      blocks: blocks.map {
        CellBlock(shape: $0.shape, nodes: $0.nodes, connectivity: $0.connectivity)
      },
      regions: order.map(\.element), isPiece: mesh.isPiece)
  }
}
