internal import Meshes
internal import ModelReduction

/// The mesh of a reduced model's fields, as attachments of its file: cells, regions, and for each
/// point the unknown that lives there.
struct StoredMesh {
  /// The mesh on whose points fields are drawn.
  let mesh: Mesh
  /// For each point its unknown, −1 where there is none.
  let dofs: [Int32]

  init(_ mesh: Mesh, dofs: [Int32]) {
    (self.mesh, self.dofs) = (mesh, dofs)
  }

  /// Everything by name.
  var attachments: [String: StoredValue] {
    var stored: [String: StoredValue] = [
      "mesh/coordinates": .numbers(
        mesh.coordinates, shape: [mesh.pointCount, mesh.dimension]),
      "mesh/dofs": .integers(dofs, shape: [dofs.count]),
    ]
    let regions = mesh.regions
    stored["mesh/regions"] = .text(
      regions.map { "\($0.dimension) \($0.name)" }.joined(separator: "\n"))
    stored["mesh/blocks"] = .text(
      mesh.blocks.map { "\($0.shape.rawValue) \($0.order)" }.joined(separator: "\n"))
    for (place, block) in mesh.blocks.enumerated() {
      stored["mesh/block \(place)"] = .integers(
        block.connectivity, shape: [block.cellCount, block.nodesPerCell])
      for (r, region) in regions.enumerated() {
        guard let member = region.members.first(where: { $0.block == place }) else { continue }
        stored["mesh/region \(r) in block \(place)"] = .integers(
          member.cells, shape: [member.cells.count])
      }
    }
    return stored
  }

  /// The mesh of a file; nil where it has none.
  ///
  /// - Throws: `ModelFileError` where the file cannot be read, `StudyError` where the entries do not
  ///   make a mesh.
  init?(of stored: OpenedModel) throws {
    guard stored.attachmentNames.contains("mesh/coordinates") else { return nil }
    guard
      case .numbers(let coordinates, let shape)? = try stored.attachment("mesh/coordinates"),
      case .integers(let dofs, _)? = try stored.attachment("mesh/dofs"),
      case .text(let regionNames)? = try stored.attachment("mesh/regions"),
      case .text(let blockNames)? = try stored.attachment("mesh/blocks"), shape.count == 2,
      shape[1] == 2 || shape[1] == 3, dofs.count == shape[0]
    else { throw StoredMesh.damaged }
    var blocks: [CellBlock] = []
    var members: [[Region.Member]] = []
    let names = try regionNames.split(separator: "\n").map { line in
      guard let blank = line.firstIndex(of: " "), let dimension = Int(line[..<blank]) else {
        throw StoredMesh.damaged
      }
      return (dimension: dimension, name: String(line[line.index(after: blank)...]))
    }
    members = [[Region.Member]](repeating: [], count: names.count)
    for (place, line) in blockNames.split(separator: "\n").enumerated() {
      let words = line.split(separator: " ")
      guard words.count == 2, let cellShape = CellShape(rawValue: String(words[0])),
        let order = Int(words[1]),
        case .integers(let connectivity, let extents)? = try stored.attachment(
          "mesh/block \(place)"),
        extents.count == 2,
        // Of the sets of one order, the number of nodes tells which.
        let nodes = NodeSet.allCases.first(where: {
          $0.order == order && cellShape.nodeCount($0) == extents[1]
        }),
        connectivity.count.isMultiple(of: extents[1]),
        connectivity.allSatisfy({ $0 >= 0 && Int($0) < shape[0] })
      else { throw StoredMesh.damaged }
      let block = CellBlock(shape: cellShape, nodes: nodes, connectivity: connectivity)
      for r in names.indices {
        guard
          case .integers(let cells, _)? = try stored.attachment(
            "mesh/region \(r) in block \(place)")
        else { continue }
        guard cells.allSatisfy({ $0 >= 0 && Int($0) < block.cellCount }) else {
          throw StoredMesh.damaged
        }
        members[r].append(Region.Member(block: place, cells: cells))
      }
      blocks.append(block)
    }
    let dimension = shape[1]
    let regions = zip(names, members)
    guard blocks.contains(where: { $0.dimension == dimension }),
      blocks.allSatisfy({ $0.dimension <= dimension }),
      regions.allSatisfy({ pair in
        pair.1.allSatisfy { blocks[$0.block].dimension == pair.0.dimension }
      })
    else { throw StoredMesh.damaged }
    self.dofs = dofs
    mesh = Mesh(
      dimension: dimension, coordinates: coordinates, blocks: blocks,
      regions: regions.map {
        Region(name: $0.name, dimension: $0.dimension, members: $1)
      })
  }

  private static var damaged: StudyError {
    .notSolvable("the model file holds a mesh that cannot be understood")
  }
}
