internal import Files
public import Meshes
public import ModelReduction

extension FRDFile {
  /// The mesh of the run, without regions (the results do not name them).
  ///
  /// - Returns: The mesh, for each of its points the place of its node in the file, and notes.
  /// - Throws: `SnapshotError` with the line; `refused` if the file holds no elements.
  public func mesh() throws(SnapshotError) -> (mesh: Mesh, places: [Int32], notes: [String]) {
    guard let elements else { throw .refused("\(file.path) holds no elements, so no mesh") }
    var places: [Int: Int] = [:]
    for (place, number) in nodeNumbers.enumerated() { places[number] = place }
    do {
      var list = ListedMesh(file: file.path)
      try list.addPoints(coordinates)
      try forEachElement(elements) { number, type, nodes in
        var points: [Int] = []
        for node in nodes {
          guard let place = places[node] else {
            throw MeshError.badElement(
              at: FilePlace(file: file.path, position: .line(elements.line)), element: number,
              defect: .unknownNode(node))
          }
          points.append(place)
        }
        try list.addCell(type.vtk, points: type.ordered(points))
      }
      return try list.assembled()
    } catch let error as FormatError {
      throw .format(error)
    } catch { throw .refused("\(error)") }
  }

  private func forEachElement(
    _ block: Block, _ body: (Int, FRDElementType, [Int]) throws -> Void
  ) throws {
    func malformed(_ line: Int, _ expected: String, _ found: String) -> FormatError {
      .malformed(
        at: FilePlace(file: file.path, position: .line(line)), found: found, expected: expected)
    }
    guard block.layout.isText else { return try forEachBinaryElement(block, body) }
    var lines = FileLines(file)
    lines.seek(to: block.start, line: block.line)
    var open: (number: Int, type: FRDElementType)?
    var nodes: [Int] = []
    let width = block.layout.numberWidth
    while let line = try lines.next() {
      let text = FRDText(line)
      switch text.word(0, 3) {
      case "-1":
        guard let number = text.integer(3, 3 + width),
          let type = text.integer(3 + width, 8 + width).flatMap(FRDElementType.init)
        else {
          throw malformed(lines.line, "an element and a type from 1 to 12", text.excerpt)
        }
        open = (number, type)
        nodes = []
      case "-2":
        guard let (number, type) = open else {
          throw malformed(lines.line, "-1 and an element", text.excerpt)
        }
        for column in stride(from: 3, to: line.count, by: width) where nodes.count < type.nodeCount
        {
          guard let node = text.integer(column, column + width) else {
            throw malformed(lines.line, "the number of a node", text.excerpt)
          }
          nodes.append(node)
        }
        if nodes.count == type.nodeCount {
          try body(number, type, nodes)
          open = nil
        }
      default: return
      }
    }
  }

  private func forEachBinaryElement(
    _ block: Block, _ body: (Int, FRDElementType, [Int]) throws -> Void
  ) throws {
    var offset = block.start
    for _ in 0..<block.rowCount {
      let head = try file.read(at: offset, count: 16)
      guard let type = FRDElementType(rawValue: FRDRows.whole(head, 4)) else { return }
      let bytes = try file.read(at: offset + 16, count: 4 * type.nodeCount)
      let nodes = (0..<type.nodeCount).map { FRDRows.whole(bytes, 4 * $0) }
      try body(FRDRows.whole(head, 0), type, nodes)
      offset += 16 + 4 * type.nodeCount
    }
  }
}
