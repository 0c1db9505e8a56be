internal import Files

extension AbaqusReader {
  /// *NSET and *ELSET: numbers or names, or with GENERATE first, last and step.
  mutating func set(
    _ keyword: AbaqusKeyword, named name: String,
    _ sets: WritableKeyPath<AbaqusPart, OrderedSets<AbaqusPart.Set>>
  ) throws(MeshError) {
    if let input = keyword["INPUT"] { try text.include(input, at: keyword.offset) }
    var card = AbaqusPart.Card(instance: keyword["INSTANCE"]?.uppercased())
    let generates = keyword["GENERATE"] != nil
    while case .data(let range) = try dataLine() {
      var fields = AbaqusFields(text.scanner, range)
      if generates {
        let first = try fields.number("the first number of a range")
        let last = fields.isAtEnd ? first : try fields.number("the last number of a range")
        let step = fields.isAtEnd ? 1 : try fields.number("the step of a range")
        try fields.end("first, last and step")
        guard last >= first else {
          throw text.scanner.malformed(
            "a range that ascends", at: range.lowerBound, found: "\(first), \(last)")
        }
        card.ranges.append((first, last, step))
        continue
      }
      while !fields.isAtEnd {
        let start = fields.place
        let byte = text.scanner.bytes[start]
        if (48...57).contains(byte) || byte == UInt8(ascii: "-") {
          // A name may begin with a digit only in quotes.
          card.numbers.append(try fields.number("a number or a name"))
          card.offsets.append(start)
        } else {
          let member = try fields.word()
          if !member.isEmpty { card.names.append((member, start)) }
        }
      }
    }
    if keyword.name == "NSET", let other = keyword["ELSET"] {
      card.nodesOfElements.append((other, keyword.offset))
    }
    part[keyPath: sets].update(name, orMake: AbaqusPart.Set(name: name)) { $0.cards.append(card) }
  }

  /// *SURFACE: lines of an element or a set of elements with a face, or of nodes.
  mutating func surface(_ keyword: AbaqusKeyword) throws(MeshError) {
    let name = try required("NAME", keyword)
    let type = keyword["TYPE"]?.uppercased() ?? "ELEMENT"
    guard type == "ELEMENT" || type == "NODE", keyword["COMBINE"] == nil else {
      notes.append("Surface '\(name)' is not read: it is made of neither elements nor nodes.")
      return
    }
    var entries: [(target: String, face: String, offset: Int)] = []
    while case .data(let range) = try dataLine() {
      var fields = AbaqusFields(text.scanner, range)
      let target = try fields.word()
      let face = fields.isAtEnd ? "" : try fields.word().uppercased()
      // Behind the node of a surface stands its share of the area, which is not read.
      if type == "ELEMENT" { try fields.end("an element or a set, and a face") }
      entries.append((target, type == "NODE" ? "" : face, range.lowerBound))
    }
    part.surfaces.update(
      name, orMake: AbaqusPart.Surface(name: name, isOfNodes: type == "NODE")
    ) { $0.entries += entries }
  }
}
