internal import Files

/// Reads Gmsh's MSH files: versions 2 (2.0 to 2.2), 4.0 and 4.1, text and binary.
/// - Source: Gmsh reference manual, sections "MSH file format" and "Legacy formats".
struct GmshReader {
  /// The versions differ in the layout of nodes, elements and entities.
  enum Version { case two, fourZero, fourOne }

  var scanner: MeshScanner
  var version = Version.two
  var raw = RawMesh()
  private var seen: Set<String> = []

  init(file: String, bytes: [UInt8]) { scanner = MeshScanner(file: file, bytes: bytes) }

  /// Reads all sections.
  mutating func read() throws(MeshError) -> RawMesh {
    try refuseOtherEncodings()
    while true {
      scanner.skipBlankLines()
      if scanner.atEnd { break }
      let start = scanner.offset
      let header = scanner.line()
      guard header.first == 36, header.count > 1,
        let name = String(validating: header.dropFirst(), as: UTF8.self)
      else { throw scanner.malformed("a section such as $Nodes", at: start) }
      try section(name, at: start)
    }
    for needed in ["MeshFormat", "Nodes", "Elements"] where !seen.contains(needed) {
      throw scanner.malformed(
        "a section $\(needed)", at: scanner.bytes.count,
        found: scanner.bytes.isEmpty ? "an empty file" : "the end of the file")
    }
    return raw
  }

  private func refuseOtherEncodingsError(_ name: String) -> MeshError {
    .unsupported(
      at: MeshPlace(file: scanner.file, position: .file), feature: "\(name) text is",
      cure: "save the file as plain ASCII or UTF-8")
  }

  private mutating func refuseOtherEncodings() throws(MeshError) {
    let start = scanner.bytes.prefix(4)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.offset = 3 }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.elementsEqual([36, 0, 77, 0]) || start.elementsEqual([0, 36, 0, 77])
    {
      throw refuseOtherEncodingsError("UTF-16")
    }
  }

  private mutating func section(_ name: String, at start: Int) throws(MeshError) {
    let once = [
      "MeshFormat", "PhysicalNames", "Entities", "PartitionedEntities", "Nodes", "Elements",
    ]
    if once.contains(name), !seen.insert(name).inserted {
      throw scanner.malformed("one section $\(name)", at: start, found: "a second one")
    }
    if name == "NOD" || name == "ELM" {
      throw MeshError.unsupported(
        at: scanner.place(start), feature: "MSH version 1 is",
        cure: "save it with `gmsh -save -format msh41`")
    }
    if name == "ParametricNodes" {
      throw MeshError.unsupported(
        at: scanner.place(start), feature: "a section of parametric nodes is",
        cure: "save the mesh with Mesh.SaveParametric = 0 or as MSH 4.1")
    }
    if once.contains(name), name != "MeshFormat", !seen.contains("MeshFormat") {
      throw scanner.malformed("$MeshFormat before any other section", at: start)
    }
    switch name {
    case "MeshFormat": try format()
    case "PhysicalNames": try physicalNames()
    case "Entities" where version != .two: try entities()
    case "PartitionedEntities" where version != .two: try partitionedEntities()
    case "Nodes":
      if version == .two { try nodesOfVersion2() } else { try nodesOfVersion4() }
    case "Elements":
      if version == .two { try elementsOfVersion2() } else { try elementsOfVersion4() }
    default:
      try scanner.skip(name, from: start)
      return
    }
    try scanner.end(of: name)
  }

  /// "4.1 0 8", and in binary files the number one that shows the byte order.
  private mutating func format() throws(MeshError) {
    scanner.skipBlankLines()
    let start = scanner.offset
    let number = try scanner.decimal("the version of the format")
    switch number {
    case 2.0, 2.1, 2.2: version = .two
    case 4.0: version = .fourZero
    case 4.1: version = .fourOne
    default:
      throw MeshError.unsupported(
        at: scanner.place(start), feature: "MSH version \(number) is",
        cure: "save it with `gmsh -save -format msh41`")
    }
    scanner.skipBlanks()
    let kind = scanner.offset
    let type = try scanner.integer("the file type, 0 (text) or 1 (binary)")
    guard type == 0 || type == 1 else {
      throw scanner.malformed("the file type, 0 (text) or 1 (binary)", at: kind, found: "\(type)")
    }
    scanner.skipBlanks()
    let width = scanner.offset
    let size = try scanner.integer("the size of a real number, 8")
    guard size == 8 else {
      throw scanner.malformed("the size of a real number, 8", at: width, found: "\(size)")
    }
    try scanner.endLine()
    guard type == 1 else { return }
    scanner.binary = true
    let mark = scanner.offset
    let one = try scanner.number("the number 1")
    if one == 0x0100_0000 {
      scanner.swapped = true
    } else if one != 1 {
      throw scanner.malformed(
        "the number 1 in one byte order or the other", at: mark, found: "\(one)")
    }
  }

  /// Lines such as `2 7 "steel"`: dimension, number, name.
  private mutating func physicalNames() throws(MeshError) {
    // This section is text in binary files, too.
    let binary = scanner.binary
    scanner.binary = false
    defer { scanner.binary = binary }
    scanner.skipBlankLines()
    let count = try scanner.count(of: "physical names", each: 6)
    try scanner.endLine()
    for _ in 0..<count {
      scanner.skipBlankLines()
      let start = scanner.offset
      let dimension = try scanner.integer("the dimension of a physical group, 0 to 3")
      guard (0...3).contains(dimension) else {
        throw scanner.malformed("the dimension of a physical group, 0 to 3", at: start)
      }
      let tag = try scanner.integer("the number of a physical group")
      scanner.skipBlanks()
      let nameStart = scanner.offset
      var text = scanner.line()
      if text.first == 34 {
        guard text.count > 1, text.last == 34 else {
          throw scanner.malformed("a name in double quotes", at: nameStart)
        }
        text = text.dropFirst().dropLast()
      }
      guard !text.contains(0) else { throw scanner.malformed("a name", at: nameStart) }
      var name = String(validating: text, as: UTF8.self)
      if name == nil {
        name = String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) }))
        raw.notes.append("The name '\(name ?? "")' is not UTF-8 and was read as Latin-1.")
      }
      if let name, !name.isEmpty, tag != .min {
        raw.physicalNames[RawMesh.Key(dimension: dimension, tag: abs(tag))] = name
      }
    }
  }
}
