/// The cells of one part of a mesh, or of several, and their points, as a mesh of its own.
public struct MeshPiece: Sendable {
  /// The cells of every dimension that go to the part, in the blocks of the whole by dimension, the domain
  /// first, without blocks that have none of them; and all regions of the whole under their names and
  /// dimensions, empty where the part has none of their cells.
  public let mesh: Mesh
  /// For each point its number in the whole, ascending.
  public let points: [Int32]
  /// For each cell of the domain, through its blocks, its number among those of the whole; ascending
  /// within a block, and altogether where the whole has one block for each kind of cell.
  public let cells: [Int32]
  /// For each cell of lower dimension, through its blocks, its number in the whole: cells are counted
  /// through the blocks by dimension, the domain first.
  public let sides: [Int32]
  /// Whether a cell of the whole is in regions of several names.
  public let regionsOverlap: Bool

  /// Takes the cells of a part out of a mesh.
  ///
  /// A cell of lower dimension goes with the first cell of the domain that has all its corners, so that
  /// each is in one piece and sums over the pieces are sums over the whole; one whose corners no cell
  /// of the domain has is in none. For all parts in turn see ``MeshCut``.
  /// - Complexity: O(points + cells of the whole).
  public init(_ part: Int, of partition: Partition, _ whole: Mesh) {
    self = MeshCut(whole, partition).piece(part)
  }

  /// The piece of the given cells of a mesh.
  ///
  /// - Parameters:
  ///   - cells: Numbers of cells of the domain, ascending.
  ///   - sides: Numbers of cells of lower dimension, ascending.
  init(_ whole: Mesh, cells: [Int32], sides: [Int32], regionsOverlap: Bool) {
    (self.cells, self.sides, self.regionsOverlap) = (cells, sides, regionsOverlap)
    let numbered = cells + sides
    // The cells of each block, as places in it.
    var mine = [[Int32]](repeating: [], count: whole.blocks.count)
    var (first, next) = (0, 0)
    let order = whole.blocksDomainFirst
    for b in order {
      let end = first + whole.blocks[b].cellCount
      let start = next
      while next < numbered.count, Int(numbered[next]) < end { next += 1 }
      mine[b] = numbered[start..<next].map { Int32(Int($0) - first) }
      first = end
    }
    precondition(next == numbered.count, "cell \(numbered[next]) of a mesh of \(first)")
    var place = [Int32](repeating: -1, count: whole.pointCount)
    for (b, list) in mine.enumerated() {
      for cell in list { for node in whole.blocks[b].nodes(of: Int(cell)) { place[Int(node)] = 0 } }
    }
    points = place.indices.filter { place[$0] == 0 }.map(Int32.init)
    for (k, point) in points.enumerated() { place[Int(point)] = Int32(k) }
    let kept = order.filter { !mine[$0].isEmpty }
    let blocks = kept.map { b in
      CellBlock(
        shape: whole.blocks[b].shape, nodes: whole.blocks[b].nodeSet,
        connectivity: mine[b].flatMap { cell in
          whole.blocks[b].nodes(of: Int(cell)).map { place[Int($0)] }
        })
    }
    let regions = whole.regions.map { region in
      Region(
        name: region.name, dimension: region.dimension,
        members: region.members.compactMap { member in
          kept.firstIndex(of: member.block).map { place in
            Region.Member(
              block: place, cells: MeshPiece.places(of: member.cells, in: mine[member.block]))
          }
        })
    }
    mesh = Mesh(
      dimension: whole.dimension, coordinates: points.flatMap { whole.point(Int($0)) },
      blocks: blocks, regions: regions, isPiece: true)
  }

  /// A piece from what a file tells.
  init(mesh: Mesh, points: [Int32], cells: [Int32], sides: [Int32], regionsOverlap: Bool) {
    (self.mesh, self.points, self.cells, self.sides) = (mesh, points, cells, sides)
    self.regionsOverlap = regionsOverlap
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
