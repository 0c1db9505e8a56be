internal import DomainDecomposition
internal import Files
internal import Meshes

/// A mesh of which every rank holds a piece, with what is known of the whole.
struct SpreadMesh: Sendable {
  /// The piece of this rank; its regions know the points that are theirs by cells of other pieces.
  let piece: MeshPiece
  /// The whole in numbers.
  let whole: Results.Mesh
  /// The number of cells of each region of the whole.
  let regionCells: [Int]
  /// The middle of the whole.
  let centre: [Double]

  /// Completes the pieces that the ranks have read or cut; collective.
  ///
  /// - Throws: On all ranks where pieces name different regions.
  init(_ read: MeshPiece, _ world: some Communicator) throws {
    let mesh = read.mesh
    let names = mesh.regions.map { "\($0.dimension) \($0.name)" }.joined(separator: "\n")
    let all = world.gather(names.utf8.map(Int.init))
    try heard { () throws(DistributedFailure) in
      try world.together { () throws(StudyError) in
        guard all.allSatisfy({ $0 == all[0] }) else {
          throw .notSolvable(
            "the pieces of the mesh name different regions; cut it again by ritz mesh partition")
        }
      }
    }
    let points = SharedUnknowns(keys: read.points.map(Int.init), world)
    piece = read.withFringes(
      mesh.regions.map { SpreadMesh.fringe(of: $0, read, points, world) })
    // The domain first, as in a mesh in one piece.
    let shapes = (0...3).reversed().flatMap { d in CellShape.allCases.filter { $0.dimension == d } }
    var counts = shapes.map { shape in
      Double(mesh.blocks.reduce(0) { $0 + ($1.shape == shape ? $1.cellCount : 0) })
    }
    world.sum(&counts)
    var cells = mesh.regions.map { Double($0.cellCount) }
    world.sum(&cells)
    var measures = mesh.regions.map { mesh.measure(of: $0) }
    world.sum(&measures)
    regionCells = cells.map { Int($0) }
    whole = Results.Mesh(
      dimension: mesh.dimension, points: points.order,
      cells: zip(shapes, counts).filter { $1 > 0 }.map {
        (key: $0.rawValue, value: Int($1))
      },
      regions: zip(mesh.regions, measures).map {
        Results.Mesh.Region(name: $0.name, dimension: $0.dimension, measure: $1)
      })
    var (lower, upper) = (mesh.boundingBox.lower.map { -$0 }, mesh.boundingBox.upper)
    world.maximum(&lower)
    world.maximum(&upper)
    centre = zip(lower, upper).map { ($1 - $0) / 2 }
  }

  /// The points of this piece that are a region's by cells of other pieces.
  private static func fringe(
    of region: Region, _ piece: MeshPiece, _ points: SharedUnknowns, _ world: some Communicator
  ) -> [Int32] {
    var isOn = [Bool](repeating: false, count: piece.points.count)
    for member in region.members {
      let block = piece.mesh.blocks[member.block]
      for cell in member.cells { for node in block.nodes(of: Int(cell)) { isOn[Int(node)] = true } }
    }
    let mine = isOn.indices.filter { isOn[$0] && points.isShared[$0] }
    let told = world.gather(mine.map { Int(piece.points[$0]) })
    var fringe: Set<Int32> = []
    for number in told.joined() {
      if let place = piece.place(ofPoint: Int32(number)), !isOn[place] {
        fringe.insert(Int32(place))
      }
    }
    return fringe.sorted()
  }
}

extension MeshPiece {
  /// The place of a point of the whole in this piece.
  fileprivate func place(ofPoint number: Int32) -> Int? {
    var (low, high) = (0, points.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle] <= number { low = middle } else { high = middle }
    }
    return low < points.count && points[low] == number ? low : nil
  }
}

extension SpreadMesh {
  /// The mesh of a case over ranks, where each is to hold a piece of it: of a mesh that lies in pieces,
  /// at least one for each rank, a rank reads its own; another one is read and cut by all. Collective.
  ///
  /// - Parameters:
  ///   - whole: Reads the whole mesh.
  ///   - notes: Gets what is to be noted of the file.
  init(
    _ source: CaseFile.MeshSource, _ world: some Communicator, notes: inout [String],
    whole: () throws -> (mesh: Mesh, notes: [String])?
  ) throws {
    var said: [String] = []
    let piece = try heard { () throws(DistributedFailure) in
      try world.together { () throws -> MeshPiece in
        if case .file(let path, _) = source.origin {
          let count = PVTUFile.pieces(ofFileAt: path).count
          if count >= world.size {
            let mine = world.rank * count / world.size..<(world.rank + 1) * count / world.size
            return try MeshPiece(reading: path, pieces: Array(mine), notes: &said)
          }
        }
        guard let found = try whole() else { throw StudyError.notSolvable("the case has no mesh") }
        said = found.notes
        guard found.mesh.cellCount >= world.size else {
          throw StudyError.notSolvable(
            "a mesh of \(found.mesh.cellCount) cells cannot be cut into \(world.size) pieces")
        }
        let cut = MeshCut(found.mesh, try Partition(found.mesh, parts: world.size))
        if !cut.loose.isEmpty {
          said.append(
            "\(cut.loose.count) cells of lower dimension belong to no cell of the domain and are in no "
              + "piece")
        }
        return cut.piece(world.rank)
      }
    }
    notes = said
    try self.init(piece, world)
  }
}
