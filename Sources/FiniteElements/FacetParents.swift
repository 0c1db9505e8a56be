internal import Meshes

/// The cells of the domain behind the cells of a boundary region, so that gradients are known there.
/// Behind a facet inside the domain the cell with the lower number counts.
struct FacetParents: Sendable {
  private let blocks: [Int32]
  private let cells: [Int32]
  /// For each facet, the corner of its cell at each of its own corners.
  private let corners: [[Int]]
  /// 1 where the facet's own corners go around the normal that points out of its cell, else −1.
  let turns: [Double]

  /// nil for cells of the domain, which need no parent.
  init?(_ mesh: Mesh, _ member: Region.Member, _ region: Region) throws(FieldError) {
    let block = mesh.blocks[member.block]
    if block.dimension == mesh.dimension { return nil }
    guard block.dimension == mesh.dimension - 1 else {
      throw .noGradient(region: region.name, dimension: region.dimension)
    }
    var wanted: [[Int32]: Int] = [:]
    var isMine = [Bool](repeating: false, count: mesh.pointCount)
    for (place, cell) in member.cells.enumerated() {
      wanted[block.vertices(of: Int(cell)).sorted()] = place
      for node in block.vertices(of: Int(cell)) { isMine[Int(node)] = true }
    }
    var turns = [Double](repeating: 1, count: member.cells.count)
    var blocks = [Int32](repeating: -1, count: member.cells.count)
    var cells = blocks
    var corners = [[Int]](repeating: [], count: member.cells.count)
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      let domain = mesh.blocks[index]
      let (vertexCount, facets) = (domain.shape.vertexCount, domain.shape.facets)
      for cell in 0..<domain.cellCount {
        let corner = cell * domain.nodesPerCell
        let near = (0..<vertexCount).count { isMine[Int(domain.connectivity[corner + $0])] }
        if near < mesh.dimension { continue }
        let nodes = Array(domain.vertices(of: cell))
        for facet in facets {
          guard let place = wanted[facet.map { nodes[$0] }.sorted()], cells[place] < 0 else {
            continue
          }
          blocks[place] = Int32(index)
          cells[place] = Int32(cell)
          let mine = block.vertices(of: Int(member.cells[place])).map { node in
            nodes.firstIndex(of: node) ?? 0
          }
          corners[place] = mine
          // The corners of `facets` go around the outward normal.
          let start = facet.firstIndex(of: mine[0]) ?? 0
          let isAlong =
            facet.count == 2 ? start == 0 : facet[(start + 1) % facet.count] == mine[1]
          turns[place] = isAlong ? 1 : -1
        }
      }
    }
    let orphans = cells.count { $0 < 0 }
    if orphans > 0 { throw .looseCells(region: region.name, count: orphans) }
    self.blocks = blocks
    self.cells = cells
    self.corners = corners
    self.turns = turns
  }

  /// The gradient at point q of a rule on a facet.
  func gradient(of field: Field, cell: Int, _ rule: Quadrature, _ q: Int) -> SIMD3<Double> {
    let m = rule.shape.dimension
    // The side of a reference cell is an affine image of the facet's reference cell.
    let weights = Lagrange(rule.shape, .corners).values(at: rule.points[q * m..<(q + 1) * m])
    let vertices = field.space.mesh.blocks[Int(blocks[cell])].shape.referenceVertices
    var place = SIMD3<Double>.zero
    for (corner, weight) in zip(corners[cell], weights) { place += weight * vertices[corner] }
    let reference = (0...m).map { place[$0] }
    return field.local(Int(blocks[cell]), Int(cells[cell]), reference).gradient
  }
}
