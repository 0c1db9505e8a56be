internal import Meshes

/// The triangles one sees of a mesh: its cells in the plane, its outer facets in space, cut down to
/// the points they use.
struct MeshSurface: Sendable {
  /// 2 or 3.
  let dimension: Int
  /// The points used, as numbers of points of the mesh.
  let meshPoints: [Int32]
  /// Their coordinates.
  let coordinates: [Double]
  /// Three local point numbers for each triangle.
  let triangles: [Int32]
  /// For each triangle the number of the cell or side it is a part of.
  let owners: [Int32]
  /// For each triangle the first region of its cell, −1 where it is in none.
  let regions: [Int32]
  /// The names of the regions.
  let regionNames: [String]

  init(_ mesh: Mesh) {
    dimension = mesh.dimension
    let domain = mesh.regions.filter { $0.dimension == mesh.dimension }
    regionNames = domain.map(\.name)
    var cellRegion = mesh.blocks.map { block in
      [Int32](repeating: -1, count: block.dimension == mesh.dimension ? block.cellCount : 0)
    }
    for (r, region) in domain.enumerated().reversed() {
      for member in region.members {
        for cell in member.cells { cellRegion[member.block][Int(cell)] = Int32(r) }
      }
    }
    let all = mesh.topology.blockIndices(ofDimension: mesh.dimension).flatMap { cellRegion[$0] }
    var corners: [Int32] = []
    var shown: [Int32] = []
    var owners: [Int32] = []
    var sideCount: Int32 = 0
    /// A side with three corners, or with four in turn, as one or two triangles.
    func add(_ side: [Int32], _ region: Int32) {
      for last in 2..<side.count {
        corners += [side[0], side[last - 1], side[last]]
        shown.append(region)
        owners.append(sideCount)
      }
      sideCount += 1
    }
    let facets = mesh.dimension == 3 ? FacetNumbering(mesh.topology) : nil
    var cell = 0
    for block in mesh.cellBlocks(ofDimension: mesh.dimension) {
      let sides = block.shape.facets
      for index in 0..<block.cellCount {
        let vertices = Array(block.vertices(of: index))
        if let facets {
          for (side, facet) in zip(sides, facets.facets(ofCell: cell))
          where facets.cells[2 * Int(facet) + 1] < 0 {
            add(side.map { vertices[$0] }, all[cell])
          }
        } else {
          add(vertices, all[cell])
        }
        cell += 1
      }
    }
    (regions, self.owners) = (shown, owners)
    var local = [Int32](repeating: -1, count: mesh.pointCount)
    var used: [Int32] = []
    triangles = corners.map { point in
      if local[Int(point)] < 0 {
        local[Int(point)] = Int32(used.count)
        used.append(point)
      }
      return local[Int(point)]
    }
    meshPoints = used
    coordinates = used.flatMap { mesh.point(Int($0)) }
  }
}
