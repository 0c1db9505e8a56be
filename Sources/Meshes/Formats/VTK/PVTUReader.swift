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

  func read() throws(MeshError) -> MeshContent {
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
    let folder = file.contains("/") ? file[...(file.lastIndex(of: "/") ?? file.startIndex)] : ""
    var reader: VTUReader?
    for piece in pieces {
      guard let source = piece["Source"], !source.isEmpty else {
        throw .malformed(
          at: FilePlace(file: file, position: .line(piece.line)), found: "none",
          expected: "Source=\"…\" in <Piece>")
      }
      let path = source.hasPrefix("/") ? source : folder + source
      let bytes = try MeshError.reading(path)
      if reader == nil {
        reader = try VTUReader(file: path, bytes: bytes)
        try reader?.readPieces()
      } else {
        try reader?.append(file: path, bytes: bytes)
      }
    }
    guard var reader else { preconditionFailure("no piece") }
    return try reader.content(of: file, joining: true)
  }
}
