internal import Files

/// Reads an unstructured grid in pieces (.pvtu) as one mesh: points of several pieces are joined by
/// their numbers, where the pieces have none by their places.
struct PVTUReader {
  private let file: String
  private let root: XMLElement

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    self.file = file
    do throws(FormatError) { root = try XMLElement(parsing: bytes, file: file) } catch {
      throw MeshError(error)
    }
  }

  /// The paths of the pieces.
  func paths() throws(MeshError) -> [String] {
    guard root["type"] == "PUnstructuredGrid", let grid = root.first("PUnstructuredGrid") else {
      throw .unsupported(
        at: FilePlace(file: file, position: .line(root.line)),
        feature: "a file of the type '\(root["type"] ?? "")' is",
        cure: "save it as an unstructured grid (.pvtu)")
    }
    guard grid["GhostLevel"] ?? "0" == "0" else {
      throw .unsupported(
        at: FilePlace(file: file, position: .line(grid.line)),
        feature: "a grid whose pieces share cells is", cure: "save it without ghost cells")
    }
    let pieces = grid.children(named: "Piece")
    guard !pieces.isEmpty else {
      throw .malformed(
        at: FilePlace(file: file, position: .line(grid.line)), found: "none",
        expected: "<Piece Source=\"…\"/>")
    }
    let folder = Folder.prefix(of: file)
    var paths: [String] = []
    for piece in pieces {
      guard let source = piece["Source"], !source.isEmpty else {
        throw .malformed(
          at: FilePlace(file: file, position: .line(piece.line)), found: "none",
          expected: "Source=\"…\" in <Piece>")
      }
      paths.append(source.hasPrefix("/") ? source : folder + source)
    }
    return paths
  }

  func read() throws(MeshError) -> MeshContent {
    var reader = try PVTUReader.reader(of: paths())
    return try reader.content(of: file, joining: true)
  }

  /// Reads some of the pieces, at least one, as one piece.
  func piece(_ wanted: [Int], notes: inout [String]) throws(MeshError) -> MeshPiece {
    let paths = try paths()
    if let beyond = wanted.first(where: { !paths.indices.contains($0) }) {
      throw .unsuitable(
        path: file, reason: "piece \(beyond) is wanted of \(paths.count), counted from 0")
    }
    var reader = try PVTUReader.reader(of: wanted.map { paths[$0] })
    return try reader.piece(of: file, notes: &notes)
  }

  private static func reader(of paths: [String]) throws(MeshError) -> VTUReader {
    var reader = try VTUReader(file: paths[0], bytes: MeshError.reading(paths[0]))
    try reader.readPieces()
    for path in paths.dropFirst() {
      try reader.append(file: path, bytes: MeshError.reading(path))
    }
    return reader
  }
}
