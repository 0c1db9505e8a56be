internal import DomainDecomposition
internal import Files
internal import Meshes

/// The folder with the fields of a run: one file for each, or where several ranks compute a piece of
/// each by every rank and an index of the pieces.
struct FieldFiles {
  /// The folder of this rank, where the first one writes what is not in pieces.
  let folder: String
  private let spread: (ranks: any Communicator, folder: String)?
  /// The parts of the mesh that the ranks write; nil where each has a piece only.
  private let partition: Partition?

  /// Cuts the mesh, where there are several ranks and cells for all of them; collective.
  init(in folder: String, of mesh: Mesh?) throws {
    let ranks = Processes.communicator
    let partition = ranks.flatMap { ranks in
      mesh.flatMap { try? Partition($0, parts: ranks.size) }
    }
    try self.init(in: folder, by: partition == nil ? nil : ranks, partition)
  }

  /// The fields on a mesh of which every rank has a piece; collective.
  init(onPiecesIn folder: String) throws {
    try self.init(in: folder, by: Processes.communicator, nil)
  }

  private init(
    in folder: String, by ranks: (any Communicator)?, _ partition: Partition?
  ) throws {
    (self.folder, self.partition) = (folder, partition)
    guard let ranks else {
      spread = nil
      FieldFiles.removePieces(in: folder)
      return
    }
    // All write to the folder of the first: a disk that they share, as launchers expect.
    let asked = ranks.gather(ranks.isFirst ? absolutePath(folder).utf8.map(Int.init) : [])[0]
    let shared = String(decoding: asked.map(UInt8.init), as: UTF8.self)
    spread = (ranks, shared)
    try heard { () throws(DistributedFailure) in
      try ranks.together { () throws(FileError) in
        guard ranks.isFirst else { return }
        try Folder.make("\(shared)/pieces")
        FieldFiles.removePieces(in: shared)
      }
    }
  }

  /// Those of an earlier run, which may have been of more ranks.
  private static func removePieces(in folder: String) {
    for name in (try? Folder.names(in: "\(folder)/pieces")) ?? [] where name.hasSuffix(".vtu") {
      removeFile("\(folder)/pieces/\(name)")
    }
  }

  /// Writes a file under a name without its ending, of a mesh in pieces that of this rank's; collective.
  ///
  /// - Returns: The name with its ending.
  func write(_ file: VTUFile, as name: String) throws -> String {
    guard let (ranks, shared) = spread else {
      removeFile("\(folder)/\(name).pvtu")
      try file.write(to: "\(folder)/\(name).vtu")
      return "\(name).vtu"
    }
    func piece(_ rank: Int) -> String { "pieces/\(name).\(rank).vtu" }
    try heard { () throws(DistributedFailure) in
      // No index while there are pieces of two runs.
      try ranks.together {
        guard ranks.isFirst else { return }
        removeFile("\(shared)/\(name).pvtu")
        removeFile("\(shared)/\(name).vtu")
      }
      try ranks.together { () throws(MeshError) in
        try (partition.map { file.piece(ranks.rank, of: $0) } ?? file).write(
          to: "\(shared)/\(piece(ranks.rank))")
      }
      try ranks.together { () throws(MeshError) in
        guard ranks.isFirst else { return }
        try file.index(of: (0..<ranks.size).map(piece)).write(to: "\(shared)/\(name).pvtu")
      }
    }
    return "\(name).pvtu"
  }
}
