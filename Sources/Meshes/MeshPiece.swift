/// The cells of one part of a mesh and their points, as a mesh of its own.
public struct MeshPiece: Sendable {
  /// The cells of the part, block by block as in the whole, and the regions of the domain under their
  /// names, empty where the part has none of their cells.
  public let mesh: Mesh
  /// For each point its number in the whole, ascending.
  public let points: [Int32]
  /// For each cell its number among those of the domain of the whole, ascending.
  public let cells: [Int32]

  /// Takes the cells of a part out of a mesh.
  ///
  /// - Complexity: O(points + cells of the whole).
  public init(_ part: Int, of partition: Partition, _ whole: Mesh) {
    precondition(
      partition.part.count == whole.cellCount && 0..<partition.partCount ~= part,
      "part \(part) of \(partition.partCount), \(partition.part.count) of \(whole.cellCount) cells")
    cells = partition.cells(of: part)
    let domain = whole.topology.blockIndices(ofDimension: whole.dimension)
    // The cells of each block, as places in it.
    var (mine, first, next) = ([Int: [Int32]](), 0, 0)
    for b in domain {
      let end = first + whole.blocks[b].cellCount
      let start = next
      while next < cells.count, Int(cells[next]) < end { next += 1 }
      mine[b] = cells[start..<next].map { $0 - Int32(first) }
      first = end
    }
    var place = [Int32](repeating: -1, count: whole.pointCount)
    for (b, list) in mine {
      for cell in list { for node in whole.blocks[b].nodes(of: Int(cell)) { place[Int(node)] = 0 } }
    }
    points = place.indices.filter { place[$0] == 0 }.map(Int32.init)
    for (k, point) in points.enumerated() { place[Int(point)] = Int32(k) }
    let blocks = domain.map { b in
      CellBlock(
        shape: whole.blocks[b].shape, nodes: whole.blocks[b].nodeSet,
        connectivity: (mine[b] ?? []).flatMap { cell in
          whole.blocks[b].nodes(of: Int(cell)).map { place[Int($0)] }
        })
    }
    let regions = whole.regions.filter { $0.dimension == whole.dimension }.map { region in
      Region(
        name: region.name, dimension: region.dimension,
        members: region.members.compactMap { member in
          domain.firstIndex(of: member.block).map { place in
            Region.Member(
              block: place, cells: MeshPiece.places(of: member.cells, in: mine[member.block] ?? []))
          }
        })
    }
    mesh = Mesh(
      dimension: whole.dimension, coordinates: points.flatMap { whole.point(Int($0)) },
      blocks: blocks, regions: regions)
  }

  /// The places in one ascending list of the numbers that are in another, too.
  private static func places(of wanted: [Int32], in list: [Int32]) -> [Int32] {
    var (result, at) = ([Int32](), 0)
    for (k, cell) in list.enumerated() {
      while at < wanted.count, wanted[at] < cell { at += 1 }
      if at < wanted.count, wanted[at] == cell { result.append(Int32(k)) }
    }
    return result
  }
}
