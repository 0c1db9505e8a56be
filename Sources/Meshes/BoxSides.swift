/// The boundary cells of a box while they are collected, side after side.
struct BoxSides {
  private var shapes: [CellShape] = []
  private var connectivity: [[Int32]] = []
  private var ranges: [(name: String, shape: CellShape, cells: Range<Int32>)] = []

  /// Adds a side of cells of one shape.
  mutating func add(_ name: String, _ shape: CellShape, _ nodes: [Int32]) {
    var list = shapes.firstIndex(of: shape) ?? -1
    if list < 0 {
      list = shapes.count
      shapes.append(shape)
      connectivity.append([])
    }
    let first = Int32(connectivity[list].count / shape.vertexCount)
    connectivity[list] += nodes
    ranges.append((name, shape, first..<Int32(connectivity[list].count / shape.vertexCount)))
  }

  /// The finished mesh: block 0 holds the domain, the others the sides.
  func mesh(_ coordinates: [Double], _ domain: CellBlock) -> Mesh {
    let whole = Region(
      name: "domain", dimension: domain.dimension,
      members: [Region.Member(block: 0, cells: Array(0..<Int32(domain.cellCount)))])
    let regions = ranges.map { range in
      Region(
        name: range.name, dimension: range.shape.dimension,
        members: [
          Region.Member(
            block: 1 + (shapes.firstIndex(of: range.shape) ?? 0), cells: Array(range.cells))
        ])
    }
    return Mesh(
      dimension: domain.dimension, coordinates: coordinates,
      blocks: [domain]
        + zip(shapes, connectivity).map {
          CellBlock(shape: $0, nodes: .corners, connectivity: $1)
        },
      regions: [whole] + regions)
  }
}
