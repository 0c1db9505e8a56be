/// The index of an unstructured grid that is spread over several .vtu files, its pieces (.pvtu).
///
/// ParaView opens it as one grid, with any number of processes; `MeshContent` reads it back as one
/// mesh, its points in the order of the mesh that was cut. Pieces that hold the cells of every
/// dimension (`Mesh.write(to:in:)`) can be read apart as well, see ``MeshPiece/init(reading:pieces:notes:)``.
public struct PVTUFile: Sendable, Hashable {
  /// The name of the array that numbers points through all pieces.
  static let pointNumbers = "GlobalNodeId"

  /// The name of the array that numbers cells of every dimension through all pieces.
  static let cellNumbers = "GlobalCellId"

  /// The paths of the pieces, relative to the index.
  public let pieces: [String]
  private let pointArrays: [Array]
  private let cellArrays: [Array]

  /// An array that every piece has.
  struct Array: Sendable, Hashable {
    let type: String
    let name: String
    let components: Int
  }

  init(pieces: [String], pointArrays: [Array], cellArrays: [Array]) {
    (self.pieces, self.pointArrays, self.cellArrays) = (pieces, pointArrays, cellArrays)
  }

  /// The paths of the pieces that the index at a path lists; none where there is no such index.
  public static func pieces(ofFileAt path: String) -> [String] {
    guard path.lowercased().hasSuffix(".pvtu"), let bytes = try? MeshError.reading(path),
      let reader = try? PVTUReader(file: path, bytes: bytes)
    else { return [] }
    return (try? reader.paths()) ?? []
  }

  /// Writes the index; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `MeshError.unwritable` with the system's reason.
  public func write(to path: String) throws(MeshError) {
    func array(_ array: Array) -> String {
      "<PDataArray type=\"\(array.type)\" Name=\"\(XMLArrays.escaped(array.name))\" "
        + "NumberOfComponents=\"\(array.components)\"/>\n"
    }
    var text = "<?xml version=\"1.0\"?>\n"
    text +=
      "<VTKFile type=\"PUnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
      + "header_type=\"UInt64\" compressor=\"vtkZLibDataCompressor\">\n"
    text += "<PUnstructuredGrid GhostLevel=\"0\">\n"
    text += "<PPointData GlobalIds=\"\(PVTUFile.pointNumbers)\">\n"
    for entry in pointArrays { text += array(entry) }
    let isNumbered = cellArrays.contains { $0.name == PVTUFile.cellNumbers }
    text += "</PPointData>\n<PCellData"
    text += isNumbered ? " GlobalIds=\"\(PVTUFile.cellNumbers)\">\n" : ">\n"
    for entry in cellArrays { text += array(entry) }
    text += "</PCellData>\n<PPoints>\n"
    text += array(Array(type: "Float64", name: "Points", components: 3))
    text += "</PPoints>\n"
    for piece in pieces { text += "<Piece Source=\"\(XMLArrays.escaped(piece))\"/>\n" }
    text += "</PUnstructuredGrid>\n</VTKFile>\n"
    try MeshError.writing([UInt8](text.utf8), to: path)
  }
}

extension VTUFile {
  /// The file of one part: its cells and points with their values, and the number of each point in
  /// the whole; of a file of cells of every dimension all that the file of a ``MeshPiece`` tells, too.
  public func piece(_ part: Int, of partition: Partition) -> VTUFile {
    precondition(
      partition.part.count == mesh.cellCount && 0..<partition.partCount ~= part,
      "part \(part) of \(partition.partCount), \(partition.part.count) of \(mesh.cellCount) cells")
    let piece =
      cells == .everyDimension
      ? MeshPiece(part, of: partition, mesh)
      : MeshPiece(
        mesh, cells: partition.cells(of: part), sides: [], regionsOverlap: regionsOverlap)
    var file = cells == .everyDimension ? VTUFile(piece) : VTUFile(piece.mesh)
    file.pointNumbers = piece.points.map(Int64.init)
    file.wholeOverlaps = piece.regionsOverlap
    file.pointFields = pointFields.map { $0.values(at: piece.points) }
    file.cellFields = cellFields.map { $0.values(at: piece.cells) }
    return file
  }

  /// The index of pieces of this file.
  ///
  /// - Parameter pieces: The paths of their files, relative to the index.
  public func index(of pieces: [String]) -> PVTUFile {
    func arrays(_ fields: [Field]) -> [PVTUFile.Array] {
      fields.map { PVTUFile.Array(type: "Float64", name: $0.name, components: $0.components) }
    }
    let regions = VTUFile.names(writtenRegions)
    let flags = regionsOverlap ? regions.map { "in \($0)" } : []
    let numbers =
      cells == .everyDimension
      ? [PVTUFile.Array(type: "Int64", name: PVTUFile.cellNumbers, components: 1)] : []
    return PVTUFile(
      pieces: pieces,
      pointArrays: [PVTUFile.Array(type: "Int64", name: PVTUFile.pointNumbers, components: 1)]
        + arrays(pointFields),
      cellArrays: numbers
        + (regions.isEmpty
          ? [] : [PVTUFile.Array(type: "Int32", name: "region", components: 1)])
        + flags.map { PVTUFile.Array(type: "UInt8", name: $0, components: 1) } + arrays(cellFields))
  }
}
