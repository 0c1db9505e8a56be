internal import FiniteElements
internal import Meshes

extension IntegrationPoints {
  /// Where each point is; cells are counted through all blocks of the dimension of the mesh.
  var sites: [PointSite] {
    let mesh = space.scalar.mesh
    var firstOfBlock: [Int] = []
    var cells = 0
    for block in mesh.blocks {
      firstOfBlock.append(cells)
      if block.dimension == mesh.dimension { cells += block.cellCount }
    }
    return (0..<count).map { p in
      let (block, cell, place) = cell(ofPoint: p)
      return PointSite(
        coordinates: SIMD3(places[0][p], places[1][p], places[2][p]),
        element: Int32(clamping: firstOfBlock[block] + cell + 1), point: Int32(place + 1))
    }
  }
}
