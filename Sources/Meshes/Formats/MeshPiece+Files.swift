internal import Files

extension MeshPiece {
  /// Reads some pieces of a mesh that `Mesh.write(to:in:)` or `ritz mesh partition` wrote, and no
  /// others, as one piece: points that they share are joined by their numbers.
  ///
  /// The piece has all regions of the whole in its order, also those without cells in it, so that every
  /// reader of some pieces knows the same regions. For the number of pieces see
  /// `PVTUFile.pieces(ofFileAt:)`.
  /// - Parameters:
  ///   - path: The index of the pieces, a .pvtu.
  ///   - pieces: Which pieces are read, at least one, counted from 0 in the order of the index.
  ///   - notes: Gets one sentence for each kind of repair or omission.
  /// - Throws: `MeshError.unsuitable` where the files do not number the points and the cells of every
  ///   dimension through all pieces, do not name the regions of the whole, or have no such piece; else
  ///   as `Mesh.init(reading:notes:)`.
  public init(
    reading path: String, pieces: some Sequence<Int>, notes: inout [String]
  ) throws(MeshError) {
    let wanted = Set(pieces).sorted()
    precondition(!wanted.isEmpty, "no piece of \(path) is asked for")
    let bytes = try MeshError.reading(path)
    guard case .pvtu = MeshFormat(of: path, bytes) else {
      throw .unsuitable(
        path: path,
        reason: "pieces are read of .pvtu files only; cut the mesh with 'ritz mesh partition'")
    }
    self = try PVTUReader(file: path, bytes: bytes).piece(wanted, notes: &notes)
  }
}

extension Mesh {
  /// Writes the mesh in pieces: an index, and beside it in a folder of the same name a .vtu for each
  /// part, called `mesh/mesh.0.vtu` for `mesh.pvtu`.
  ///
  /// Each piece has its cells of every dimension, the names of all regions and the numbers of points and
  /// cells in the whole; ``MeshPiece/init(reading:pieces:notes:)`` reads pieces apart, `Mesh.init` and
  /// ParaView all as one. Pieces of an earlier cut go first, the index is removed before them and written
  /// last: while it is there, its pieces are those of one mesh.
  /// - Parameters:
  ///   - path: The index, a name that ends with .pvtu.
  ///   - partition: The parts of the cells of the domain.
  /// - Returns: What is not written of the mesh, one sentence each.
  /// - Throws: `MeshError.unwritable` with the system's reason.
  public func write(to path: String, in partition: Partition) throws(MeshError) -> [String] {
    precondition(path.lowercased().hasSuffix(".pvtu"), "\(path) is no name of a .pvtu")
    let base = String(path.dropLast(5))
    let name = String(base.dropFirst(Folder.prefix(of: base).count))
    guard !name.isEmpty else {
      throw .unwritable(path: path, reason: "the folder of the pieces would have no name")
    }
    let cut = MeshCut(self, partition)
    FileRemoval.remove(path)
    do throws(FileError) {
      try Folder.make(base)
      for old in try Folder.names(in: base) where Mesh.isPiece(old, of: name) {
        FileRemoval.remove("\(base)/\(old)")
      }
    } catch { throw .unwritable(path: base, reason: error.reason) }
    TemporaryFiles.removeLeft(in: base) { Mesh.isPiece($0, of: name) }
    let pieces = (0..<cut.partCount).map { "\(name).\($0).vtu" }
    for (part, piece) in pieces.enumerated() {
      try VTUFile(cut.piece(part)).write(to: "\(base)/\(piece)")
    }
    try VTUFile(self, cells: .everyDimension).index(of: pieces.map { "\(name)/\($0)" })
      .write(to: path)
    var losses: [String] = []
    if !cut.loose.isEmpty {
      losses.append(
        "Cells of lower dimension that belong to no cell of the domain are not written: "
          + "\(cut.loose.count).")
    }
    if blocks.contains(where: { $0.shape == .pyramid && $0.nodeSet == .complete }) {
      losses.append("Pyramids are written without the node in their base.")
    }
    return losses
  }

  /// Whether a file is called as a piece: `mesh.7.vtu`.
  private static func isPiece(_ file: String, of name: String) -> Bool {
    guard file.hasPrefix("\(name)."), file.hasSuffix(".vtu"), file.count > name.count + 5 else {
      return false
    }
    return file.dropFirst(name.count + 1).dropLast(4).allSatisfy { "0"..."9" ~= $0 }
  }
}
