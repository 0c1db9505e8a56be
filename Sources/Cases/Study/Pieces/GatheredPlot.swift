internal import DomainDecomposition
internal import LinearAlgebra
internal import Meshes

/// A mesh in pieces put together for pictures, where it is not too large for them; fields on the pieces
/// are gathered on it.
struct GatheredPlot: Sendable {
  /// A picture shows no more points than this; a larger mesh stays in pieces.
  static let mostPoints = 100_000

  /// The whole mesh.
  let mesh: Mesh
  private let world: any Communicator
  /// For each rank the places of its points in the whole.
  private let places: [[Int]]

  /// Gathers the mesh; collective. Nil, on all ranks, where it is too large.
  init?(_ piece: MeshPiece, _ world: some Communicator) {
    let count = SharedUnknowns(keys: piece.points.map(Int.init), world).order
    guard count <= GatheredPlot.mostPoints else { return nil }
    let numbers = world.gather(piece.points.map(Int.init))
    var place: [Int: Int] = [:]
    for number in Set(numbers.joined()).sorted() { place[number] = place.count }
    let places = numbers.map { $0.map { place[$0] ?? 0 } }
    let d = piece.mesh.dimension
    var coordinates = [Double](repeating: 0, count: d * place.count)
    for (list, values) in zip(places, world.gather(piece.mesh.coordinates)) {
      for (k, point) in list.enumerated() {
        for axis in 0..<d { coordinates[point * d + axis] = values[k * d + axis] }
      }
    }
    // One block for each kind of cell that occurs, its cells rank by rank.
    var blocks: [CellBlock] = []
    var members = [[Region.Member]](repeating: [], count: piece.mesh.regions.count)
    for shape in CellShape.allCases {
      for nodes in NodeSet.allCases {
        let mine = piece.mesh.blocks.indices.filter {
          piece.mesh.blocks[$0].shape == shape && piece.mesh.blocks[$0].nodeSet == nodes
        }
        let own = mine.flatMap { piece.mesh.blocks[$0].connectivity.map(Int.init) }
        let all = world.gather(own)
        guard all.contains(where: { !$0.isEmpty }) else { continue }
        var first = [Int](repeating: 0, count: all.count + 1)
        let width = shape.nodeCount(nodes)
        for (rank, list) in all.enumerated() { first[rank + 1] = first[rank] + list.count / width }
        for (r, region) in piece.mesh.regions.enumerated() {
          var (cells, before) = ([Int](), 0)
          for b in mine {
            for member in region.members where member.block == b {
              cells += member.cells.map { before + Int($0) }
            }
            before += piece.mesh.blocks[b].cellCount
          }
          let told = world.gather(cells).enumerated().flatMap { rank, list in
            list.map { Int32(first[rank] + $0) }
          }
          members[r].append(Region.Member(block: blocks.count, cells: told))
        }
        blocks.append(
          CellBlock(
            shape: shape, nodes: nodes,
            connectivity: zip(places, all).flatMap { places, list in
              list.map { Int32(places[$0]) }
            }))
      }
    }
    mesh = Mesh(
      dimension: d, coordinates: coordinates, blocks: blocks,
      regions: zip(piece.mesh.regions, members).map {
        Region(name: $0.name, dimension: $0.dimension, members: $1)
      })
    (self.world, self.places) = (world, places)
  }

  /// A field on the pieces, on the whole; collective.
  func field(_ field: StudyField) -> StudyField {
    let width = field.width
    var values = [Double](repeating: .nan, count: width * mesh.pointCount)
    // What a piece does not know, another one may.
    for (list, part) in zip(places, world.gather(field.values)) {
      for (k, point) in list.enumerated() {
        for c in 0..<width where !part[k * width + c].isNaN {
          values[point * width + c] = part[k * width + c]
        }
      }
    }
    return StudyField(field.name, components: field.components, values, role: field.role)
  }
}
