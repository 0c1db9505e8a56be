internal import Meshes

/// The cells of the domain behind the cells of a boundary region, so that gradients are known there.
/// Behind a facet inside the domain the cell with the lower number counts.
struct FacetParents: Sendable {
  private let blocks: [Int32]
  private let cells: [Int32]
  /// For each facet, the corner of its cell at each of its own corners.
  private let corners: [[Int]]

  /// nil for cells of the domain, which need no parent.
  init?(_ space: FunctionSpace, _ member: Region.Member, _ region: Region) throws(FieldError) {
    let mesh = space.mesh
    let block = mesh.blocks[member.block]
    if block.dimension == mesh.dimension { return nil }
    guard block.dimension == mesh.dimension - 1 else {
      throw .noGradient(region: region.name, dimension: region.dimension)
    }
    var wanted: [[Int32]: Int] = [:]
    for (place, cell) in member.cells.enumerated() {
      wanted[block.vertices(of: Int(cell)).sorted()] = place
    }
    var blocks = [Int32](repeating: -1, count: member.cells.count)
    var cells = blocks
    var corners = [[Int]](repeating: [], count: member.cells.count)
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      let domain = mesh.blocks[index]
      for cell in 0..<domain.cellCount {
        let nodes = Array(domain.vertices(of: cell))
        for facet in domain.shape.facets {
          guard let place = wanted[facet.map { nodes[$0] }.sorted()], cells[place] < 0 else {
            continue
          }
          blocks[place] = Int32(index)
          cells[place] = Int32(cell)
          corners[place] = block.vertices(of: Int(member.cells[place])).map { node in
            nodes.firstIndex(of: node) ?? 0
          }
        }
      }
    }
    let orphans = cells.count { $0 < 0 }
    if orphans > 0 { throw .looseCells(region: region.name, count: orphans) }
    self.blocks = blocks
    self.cells = cells
    self.corners = corners
  }

  /// The gradient at point q of a rule on a facet.
  func gradient(of field: Field, cell: Int, _ rule: Quadrature, _ q: Int) -> SIMD3<Double> {
    let m = rule.shape.dimension
    let point = rule.points[q * m..<(q + 1) * m]
    let weights = [point.reduce(1, -)] + point
    var reference = [Double](repeating: 0, count: m + 1)
    for (corner, weight) in zip(corners[cell], weights) where corner > 0 {
      reference[corner - 1] += weight
    }
    return field.local(Int(blocks[cell]), Int(cells[cell]), reference).gradient
  }
}
