/// Which points make which cells, and which cells make which regions: everything of a mesh but the
/// coordinates. Immutable and shared: a moved mesh has the same topology, and `===` proves it.
public final class MeshTopology: Sendable {
  /// The number of points.
  public let pointCount: Int
  /// The cells, in blocks of one shape and order, of any dimension.
  public let blocks: [CellBlock]
  /// The named regions.
  public let regions: [Region]
  /// The largest dimension of a cell: the cells of this dimension make up the domain.
  public let dimension: Int
  /// Whether this is a piece of a larger mesh: a region may have no cell in it.
  public let isPiece: Bool

  /// A topology from its parts.
  ///
  /// Every point number must be in `0..<pointCount` and every region must name existing cells of
  /// its own dimension; anything else is a programmer's mistake.
  public init(
    pointCount: Int, blocks: [CellBlock], regions: [Region], isPiece: Bool = false
  ) {
    precondition(
      pointCount >= 0 && pointCount < Int(Int32.max), "\(pointCount) points; at most 2^31 − 2 fit")
    for (index, block) in blocks.enumerated() {
      var lowest = Int32.max
      var highest: Int32 = -1
      for node in block.connectivity {
        lowest = min(lowest, node)
        highest = max(highest, node)
      }
      precondition(
        block.connectivity.isEmpty || (lowest >= 0 && Int(highest) < pointCount),
        "block \(index) refers to points \(lowest)…\(highest) of a mesh with \(pointCount) points")
    }
    for region in regions {
      for member in region.members {
        precondition(
          blocks.indices.contains(member.block),
          "region '\(region.name)' refers to block \(member.block) of \(blocks.count)")
        let block = blocks[member.block]
        precondition(
          block.dimension == region.dimension,
          "region '\(region.name)' has dimension \(region.dimension), its cells \(block.dimension)")
        precondition(
          (member.cells.first ?? 0) >= 0 && Int(member.cells.last ?? -1) < block.cellCount,
          "region '\(region.name)' refers to cells beyond the \(block.cellCount) of block "
            + "\(member.block)")
      }
      precondition(
        region.fringe.allSatisfy { 0..<Int32(pointCount) ~= $0 },
        "region '\(region.name)' has points beyond the \(pointCount) of the mesh")
    }
    self.pointCount = pointCount
    self.blocks = blocks
    self.regions = regions
    self.isPiece = isPiece
    dimension = blocks.lazy.filter { $0.cellCount > 0 }.map(\.dimension).max() ?? 0
  }

  /// The indices of the blocks whose cells have the given dimension.
  public func blockIndices(ofDimension dimension: Int) -> [Int] {
    blocks.indices.filter { blocks[$0].dimension == dimension }
  }

  /// The number of cells of the given dimension.
  public func cellCount(ofDimension dimension: Int) -> Int {
    blocks.reduce(0) { $0 + ($1.dimension == dimension ? $1.cellCount : 0) }
  }

  /// The region that contains every cell of the given dimension, under the name "*".
  public func everything(ofDimension dimension: Int) -> Region {
    Region(
      name: "*", dimension: dimension,
      members: blockIndices(ofDimension: dimension).map {
        Region.Member(block: $0, cells: Array(0..<Int32(blocks[$0].cellCount)))
      })
  }

  /// The region of a name. "*" is the whole domain.
  ///
  /// Two regions may share a name if their dimensions differ (a surface and its rim, say). Without
  /// a dimension the one of the largest dimension is returned.
  /// - Returns: nil if there is no such region.
  public func region(named name: String, dimension: Int? = nil) -> Region? {
    if name == "*" { return everything(ofDimension: dimension ?? self.dimension) }
    return
      regions
      .filter { $0.name == name && (dimension == nil || $0.dimension == dimension) }
      .max { $0.dimension < $1.dimension }
  }
}
