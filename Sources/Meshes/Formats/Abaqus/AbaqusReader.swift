internal import Files
internal import RealModule

/// Reads the mesh of an input deck of Abaqus or CalculiX: nodes, elements, sets and surfaces, in
/// parts and instances or without; materials only by name. Other keywords are passed over and noted.
/// - Source: Abaqus manual, "Keywords Guide"; CalculiX CrunchiX user's manual, "Input deck format".
struct AbaqusReader {
  var text: AbaqusText
  /// The part that is being read: the model itself, between *PART and *END PART that part.
  var part = AbaqusPart()
  var notes: [String] = []
  private var model: AbaqusPart?
  private var partName = ""
  private var parts = OrderedSets<(name: String, part: AbaqusPart)>()
  private var instances: [AbaqusInstance] = []
  private var skipped: [String: Int] = [:]
  private var leftOut: [String: Int] = [:]

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    text = try AbaqusText(file: file, bytes: bytes)
  }

  /// Reads the deck.
  mutating func read() throws(MeshError) -> AbaqusFlattening {
    var hasKeyword = false
    while true {
      switch try text.next() {
      case .end:
        guard hasKeyword else {
          throw text.scanner.malformed(
            "a keyword such as *NODE", at: 0,
            found: text.scanner.bytes.isEmpty ? "an empty file" : nil)
        }
        guard model == nil else {
          throw text.scanner.malformed(
            "*END PART for the part '\(partName)'", at: text.scanner.bytes.count)
        }
        noteSkipped()
        return AbaqusFlattening(part, instances, text.scanner, notes)
      case .data(let range):
        guard hasKeyword else {
          throw text.scanner.malformed("a keyword such as *NODE", at: range.lowerBound)
        }
      case .keyword(let keyword):
        hasKeyword = true
        try card(keyword)
      }
    }
  }

  private mutating func noteSkipped() {
    func listed(_ counts: [String: Int], _ mark: String) -> String {
      counts.sorted { $0.key < $1.key }
        .map { mark + $0.key + ($0.value > 1 ? " (\($0.value))" : "") }.joined(separator: ", ")
    }
    if !leftOut.isEmpty {
      notes.append("Left out, since they fill no continuum: elements \(listed(leftOut, "")).")
    }
    if !skipped.isEmpty { notes.append("Not read: \(listed(skipped, "*")).") }
  }

  private mutating func card(_ keyword: AbaqusKeyword) throws(MeshError) {
    switch keyword.name {
    case "NODE": try nodes(keyword)
    case "ELEMENT": try elements(keyword)
    case "NSET":
      try set(keyword, named: try required("NSET", keyword, or: "NAME"), \.nodeSets)
    case "ELSET":
      try set(keyword, named: try required("ELSET", keyword, or: "NAME"), \.elementSets)
    case "SURFACE": try surface(keyword)
    case "SOLIDSECTION", "SHELLSECTION", "MEMBRANESECTION":
      if let set = keyword["ELSET"], let material = keyword["MATERIAL"] {
        part.sections.append(
          AbaqusPart.Section(set: set, material: material, offset: keyword.offset))
      }
    case "PART":
      guard model == nil else {
        throw text.scanner.malformed("*END PART before the next *PART", at: keyword.offset)
      }
      partName = try required("NAME", keyword)
      guard !parts.contains(partName) else {
        throw text.scanner.malformed(
          "a part of another name", at: keyword.offset, found: "'\(partName)' again")
      }
      (model, part) = (part, AbaqusPart())
    case "ENDPART":
      guard let open = model else {
        throw text.scanner.malformed("*PART before *END PART", at: keyword.offset)
      }
      parts.update(partName, orMake: (partName, part)) { _ in }
      (part, model) = (open, nil)
    case "INSTANCE": try instance(keyword)
    case "ASSEMBLY", "ENDASSEMBLY", "ENDINSTANCE", "HEADING", "PREPRINT", "RESTART": break
    case "NGEN", "NFILL", "NCOPY", "ELGEN", "ELCOPY", "NMAP", "SYSTEM":
      throw .unsupported(
        at: text.scanner.place(keyword.offset),
        feature: "*\(keyword.name), which makes or moves nodes or elements, is",
        cure: "write the deck with all nodes and elements listed")
    default: skipped[keyword.name, default: 0] += 1
    }
  }

  /// The value of a parameter that must be given.
  func required(
    _ key: String, _ keyword: AbaqusKeyword, or other: String = ""
  ) throws(MeshError) -> String {
    guard let value = keyword[key] ?? keyword[other], !value.isEmpty else {
      throw text.scanner.malformed(
        "\(key)=… in *\(keyword.name)", at: keyword.offset, found: "none")
    }
    return value
  }

  // MARK: Nodes and elements

  private mutating func nodes(_ keyword: AbaqusKeyword) throws(MeshError) {
    if let input = keyword["INPUT"] { try text.include(input, at: keyword.offset) }
    let system = keyword["SYSTEM"]?.uppercased() ?? "R"
    guard ["R", "C", "S"].contains(system) else {
      throw text.scanner.malformed(
        "SYSTEM=R, C or S", at: keyword.offset, found: "'\(system)'")
    }
    let first = part.nodeNumbers.count
    while case .data(let range) = try dataLine() {
      var fields = AbaqusFields(text.scanner, range)
      part.nodeOffsets.append(range.lowerBound)
      part.nodeNumbers.append(try fields.number("the number of a node"))
      var point = SIMD3<Double>.zero
      for (axis, name) in ["x", "y", "z"].enumerated() where !fields.isAtEnd {
        point[axis] = try fields.real("the \(name) coordinate of a node")
      }
      try fields.end("a node and at most three coordinates, with decimal points")
      point = AbaqusReader.cartesian(point, system)
      part.coordinates += [point.x, point.y, point.z]
    }
    if let name = keyword["NSET"], !name.isEmpty {
      var card = AbaqusPart.Card(instance: nil)
      card.numbers = Array(part.nodeNumbers[first...])
      card.offsets = Array(part.nodeOffsets[first...])
      part.nodeSets.update(name, orMake: AbaqusPart.Set(name: name)) { $0.cards.append(card) }
    }
  }

  /// Cylindrical (radius, angle in degrees, z) and spherical (radius, angle in the plane, angle
  /// above it) coordinates as cartesian ones.
  private static func cartesian(_ point: SIMD3<Double>, _ system: String) -> SIMD3<Double> {
    guard system != "R" else { return point }
    let angle = point.y * .pi / 180
    let around = SIMD3(Double.cos(angle), Double.sin(angle), 0)
    if system == "C" { return point.x * around + SIMD3(0, 0, point.z) }
    let above = point.z * .pi / 180
    return point.x * (Double.cos(above) * around + SIMD3(0, 0, Double.sin(above)))
  }

  private mutating func elements(_ keyword: AbaqusKeyword) throws(MeshError) {
    let name = AbaqusText.capitals(try required("TYPE", keyword))
    if let input = keyword["INPUT"] { try text.include(input, at: keyword.offset) }
    guard let use = AbaqusElementType.use(name) else {
      throw .unsupported(
        at: text.scanner.place(keyword.offset), feature: "element type '\(name)' is",
        cure: "known are C3D4, 5, 6, 8, 10, 15, 20, CPS, CPE, CAX 3, 4, 6, 8, S3 to S8 and their "
          + "variants")
    }
    var card = AbaqusPart.Card(instance: nil)
    switch use {
    case .leftOut:
      let list = part.list(of: name, nil)
      var isContinued = false
      while case .data(let range) = try dataLine() {
        var fields = AbaqusFields(text.scanner, range)
        if !isContinued {
          let number = try fields.number("the number of an element")
          card.numbers.append(number)
          card.offsets.append(range.lowerBound)
          leftOut[name, default: 0] += 1
        }
        isContinued = text.scanner.bytes[range.upperBound - 1] == UInt8(ascii: ",")
      }
      part.elements[list].numbers += card.numbers
      part.elements[list].offsets += card.offsets
    case .cells(let type):
      let list = part.list(of: name, type)
      while case .data(let range) = try dataLine() {
        var fields = AbaqusFields(text.scanner, range)
        let number = try fields.number("the number of an element")
        part.elements[list].numbers.append(number)
        part.elements[list].offsets.append(range.lowerBound)
        card.numbers.append(number)
        card.offsets.append(range.lowerBound)
        for _ in 0..<type.nodeCount {
          while fields.isAtEnd {
            guard case .data(let more) = try dataLine() else {
              throw text.scanner.malformed(
                "\(type.nodeCount) nodes of element \(number)", at: range.lowerBound,
                found: "fewer")
            }
            fields = AbaqusFields(text.scanner, more)
          }
          part.elements[list].nodes.append(try fields.number("a node of element \(number)"))
        }
        try fields.end("\(type.nodeCount) nodes of element \(number)")
      }
    }
    if let set = keyword["ELSET"], !set.isEmpty {
      part.elementSets.update(set, orMake: AbaqusPart.Set(name: set)) { $0.cards.append(card) }
    }
  }

  /// The next line if it is a data line; anything else is left to be read.
  mutating func dataLine() throws(MeshError) -> AbaqusText.Line {
    let line = try text.next()
    if case .data = line { return line }
    text.putBack(line)
    return line
  }

  // MARK: Instances

  private mutating func instance(_ keyword: AbaqusKeyword) throws(MeshError) {
    let name = try required("NAME", keyword)
    let source = try required("PART", keyword)
    guard let (_, part) = parts[source] else {
      let known = parts.all.map { "'\($0.name)'" }.joined(separator: ", ")
      throw text.scanner.malformed(
        "a part that was read before (\(known.isEmpty ? "there is none" : known))",
        at: keyword.offset, found: "'\(source)'")
    }
    guard !instances.contains(where: { $0.name.uppercased() == name.uppercased() }) else {
      throw text.scanner.malformed(
        "an instance of another name", at: keyword.offset, found: "'\(name)' again")
    }
    var placement = AbaqusPlacement.identity
    for index in 0..<2 {
      guard case .data(let range) = try dataLine() else { break }
      var fields = AbaqusFields(text.scanner, range)
      var values: [Double] = []
      while !fields.isAtEnd, values.count < 7 {
        values.append(try fields.real("a number of the instance's place"))
      }
      try fields.end("three numbers of a translation, then seven of a turn")
      values += [Double](repeating: 0, count: max(0, (index == 0 ? 3 : 7) - values.count))
      if index == 0 {
        placement.shift(by: SIMD3(values[0], values[1], values[2]))
      } else if !placement.turn(
        from: SIMD3(values[0], values[1], values[2]), to: SIMD3(values[3], values[4], values[5]),
        degrees: values[6])
      {
        throw text.scanner.malformed(
          "two points of an axis and an angle", at: range.lowerBound)
      }
    }
    instances.append(AbaqusInstance(name: name, part: part, placement: placement))
  }
}
