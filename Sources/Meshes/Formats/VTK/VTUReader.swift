internal import Files

/// Reads unstructured grids of VTK (.vtu): points, cells, fields, and the regions that whole numbers
/// on the cells tell of.
struct VTUReader {
  private var xml: VTKXMLFile
  var mesh = CellLists()
  var regions = CellTags()
  private var pointFields: [VTKArray] = []
  private(set) var cellFields: [VTKArray] = []
  /// For each file what its field data say of each region by name.
  private(set) var regionData: [[String: [Int]]] = []
  /// The first point of each piece.
  private var starts: [Int] = []

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    xml = try VTKXMLFile(file: file, bytes: bytes)
  }

  /// Reads the file.
  mutating func read() throws(MeshError) -> MeshContent {
    try readPieces()
    return try content(of: xml.file)
  }

  /// Reads the pieces of another file behind those read so far.
  mutating func append(file: String, bytes: [UInt8]) throws(MeshError) {
    xml = try VTKXMLFile(file: file, bytes: bytes)
    try readPieces()
  }

  mutating func readPieces() throws(MeshError) {
    guard xml.root["type"] == "UnstructuredGrid", let grid = xml.root.first("UnstructuredGrid")
    else {
      throw .unsupported(
        at: FilePlace(file: xml.file, position: .line(xml.root.line)),
        feature: "a file of the type '\(xml.root["type"] ?? "")' is",
        cure: "save it as an unstructured grid (.vtu)")
    }
    // An index means the same in all files.
    let before = regions.nameOfIndex
    var mine: [String: [Int]] = [:]
    for field in grid.first("FieldData")?.children(named: "DataArray") ?? [] {
      guard let name = field["Name"], name.hasPrefix(CellTags.prefix), field["type"] != "String"
      else { continue }
      let array = try xml.array(field, tuples: nil)
      if let data = array.values.wholes, let index = data.first {
        let name = String(name.dropFirst(CellTags.prefix.count))
        if let other = before[index], other != name {
          throw xml.malformed(
            field, "the region '\(other)' of index \(index), as in other pieces", found: "'\(name)'"
          )
        }
        regions.name(index, name)
        mine[name] = data
      }
    }
    regionData.append(mine)
    let pieces = grid.children(named: "Piece")
    guard !pieces.isEmpty else { throw xml.malformed(grid, "a <Piece>", found: "none") }
    for piece in pieces { try read(piece) }
  }

  /// What has been read.
  ///
  /// - Parameter isJoined: Whether points of several pieces are joined where they have no numbers.
  mutating func content(
    of file: String, joining isJoined: Bool = false
  ) throws(MeshError) -> MeshContent {
    guard isJoined else {
      for field in cellFields { regions.add(field) }
      return try MeshContent(
        mesh, regions, pointFields: pointFields, cellFields: cellFields, file: file)
    }
    let isNumbered = try join(file).points != nil
    for field in cellFields { regions.add(field) }
    return try MeshContent(
      mesh, regions, pointFields: pointFields, cellFields: cellFields,
      notes: isNumbered ? [] : ["Points of different pieces at the same place were joined."],
      file: file)
  }

  /// Joins the points of several pieces, by their places where they have no numbers, and puts cells in
  /// the order of their numbers, where they have some.
  ///
  /// - Returns: The numbers of the points that are left, and of the cells of all pieces as they were
  ///   read; nil where the pieces have none, of cells also where some are equal.
  mutating func join(_ file: String) throws(MeshError) -> (points: [Int]?, cells: [Int]?) {
    let ghosts = cellFields.first { $0.name == "vtkGhostType" }
    if ghosts?.values.reals.contains(where: { $0 != 0 }) == true {
      throw .unsupported(
        at: FilePlace(file: file, position: .file), feature: "a grid whose pieces share cells is",
        cure: "save it without ghost cells")
    }
    func numbers(_ name: String, from fields: inout [VTKArray]) -> [Int]? {
      guard let place = fields.firstIndex(where: { $0.name == name }) else { return nil }
      let field = fields.remove(at: place)
      return field.components == 1 ? field.values.wholes : nil
    }
    let points = numbers(PVTUFile.pointNumbers, from: &pointFields)
    var cells = numbers(PVTUFile.cellNumbers, from: &cellFields)
    let kept = try mesh.join(points: points ?? mesh.numbersByPlace(starts), file: file)
    pointFields = pointFields.map { $0.values(at: kept) }
    if let numbers = cells, !mesh.sort(cells: numbers) { cells = nil }
    return (points.map { points in kept.map { points[$0] } }, cells)
  }

  private mutating func read(_ piece: XMLElement) throws(MeshError) {
    let pointCount = try xml.count("NumberOfPoints", of: piece)
    let cellCount = try xml.count("NumberOfCells", of: piece)
    // Other programs write pieces without anything, and without arrays.
    if pointCount == 0, cellCount == 0 { return }
    let first = mesh.pointCount
    starts.append(first)
    guard let points = piece.first("Points")?.first("DataArray") else {
      throw xml.malformed(piece, "<Points> with a <DataArray>", found: "none")
    }
    let coordinates = try xml.array(points, tuples: pointCount)
    guard coordinates.components == 3 else {
      throw xml.malformed(
        points, "points of three components", found: "\(coordinates.components)")
    }
    try mesh.addPoints(coordinates.values.reals, file: xml.file)
    try cells(piece, cellCount, firstPoint: first, pointCount)
    let isFirst = first == 0 && mesh.cellCount == cellCount
    pointFields = try fields(
      piece, "PointData", pointCount, before: pointFields, isFirst: isFirst)
    cellFields = try fields(piece, "CellData", cellCount, before: cellFields, isFirst: isFirst)
  }

  private mutating func cells(
    _ piece: XMLElement, _ cellCount: Int, firstPoint: Int, _ pointCount: Int
  ) throws(MeshError) {
    guard let cells = piece.first("Cells") else {
      throw xml.malformed(piece, "<Cells>", found: "none")
    }
    func array(_ name: String, _ count: Int?) throws(MeshError) -> [Int] {
      guard let element = cells.children.first(where: { $0["Name"] == name }) else {
        throw xml.malformed(cells, "an array '\(name)' in <Cells>", found: "none")
      }
      guard let values = try xml.array(element, tuples: count).values.wholes else {
        throw xml.malformed(element, "whole numbers in '\(name)'", found: "others")
      }
      return values
    }
    let offsets = try array("offsets", cellCount)
    let types = try array("types", cellCount)
    let connectivity = try array("connectivity", offsets.last ?? 0)
    var start = 0
    for cell in 0..<cellCount {
      let end = offsets[cell]
      guard end >= start, end <= connectivity.count else {
        throw xml.malformed(
          cells, "offsets that ascend to \(connectivity.count)", found: "\(end) at cell \(cell)")
      }
      guard let kind = mesh.kind(types[cell], end - start) else {
        throw VTKCellType.refusal(
          types[cell], nodeCount: end - start,
          at: FilePlace(file: xml.file, position: .line(cells.line)))
      }
      for point in connectivity[start..<end] where point < 0 || point >= pointCount {
        throw xml.malformed(
          cells, "points from 0 to \(pointCount - 1)", found: "\(point) in cell \(cell)")
      }
      mesh.add(kind) { firstPoint + connectivity[start + $0] }
      start = end
    }
  }

  /// The fields of a piece, behind those of the pieces before it; fields that some piece lacks are
  /// dropped.
  private func fields(
    _ piece: XMLElement, _ tag: String, _ count: Int, before: [VTKArray], isFirst: Bool
  ) throws(MeshError) -> [VTKArray] {
    var mine: [VTKArray] = []
    for element in piece.first(tag)?.children(named: "DataArray") ?? [] {
      if element["type"] == "String" { continue }
      mine.append(try xml.array(element, tuples: count))
    }
    if isFirst { return mine }
    return before.compactMap { old in
      guard let new = mine.first(where: { $0.name == old.name && $0.components == old.components })
      else { return nil }
      let joined: VTKValues
      if case .whole(let a) = old.values, case .whole(let b) = new.values {
        joined = .whole(a + b)
      } else {
        joined = .real(old.values.reals + new.values.reals)
      }
      return VTKArray(name: old.name, components: old.components, values: joined)
    }
  }
}
