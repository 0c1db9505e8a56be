extension GmshReader {
  /// Elements of MSH 2: number, type, count of tags, tags (the first is the physical group), nodes.
  mutating func elementsOfVersion2() throws(MeshError) {
    scanner.skipBlankLines()
    let binary = scanner.binary
    // The count is text even in binary files.
    scanner.binary = false
    let count = try scanner.count(of: "elements", each: 8)
    try scanner.endLine()
    scanner.binary = binary
    var left = count
    while left > 0 {
      scanner.startRecord()
      if binary {
        let type = try elementType()
        let start = scanner.offset
        let inBlock = try scanner.count(of: "elements in the block", each: 8, wide: false)
        guard inBlock > 0, inBlock <= left else {
          throw scanner.malformed(
            "1 to \(left) elements in the block", at: start, found: "\(inBlock)")
        }
        let tagCount = try scanner.count(of: "tags of an element", each: 4, wide: false)
        for _ in 0..<inBlock {
          let place = scanner.offset
          let number = try scanner.number("the number of an element")
          try element(number, type, tagCount, at: place)
        }
        left -= inBlock
      } else {
        let place = scanner.offset
        let number = try scanner.integer("the number of an element")
        let type = try elementType()
        let tagCount = try scanner.count(of: "tags of an element", each: 2)
        try element(number, type, tagCount, at: place)
        try scanner.endLine()
        left -= 1
      }
    }
  }

  private mutating func elementType() throws(MeshError) -> Int {
    if !scanner.binary { scanner.skipBlanks() }
    let start = scanner.offset
    let type = try scanner.number("the type of an element")
    guard let (shape, nodes) = GmshElementType.shape(type) else {
      throw GmshElementType.refusal(type, at: scanner.place(start))
    }
    return raw.elementsIndex(shape, nodes)
  }

  /// Tags and nodes of an element of MSH 2.
  private mutating func element(
    _ number: Int, _ list: Int, _ tagCount: Int, at place: Int
  ) throws(MeshError) {
    var group = 0
    for index in 0..<tagCount {
      let tag = try scanner.number("a tag of an element")
      if index == 0 { group = tag }
    }
    try append(number, to: list, group: raw.index(of: .tags(group == 0 ? [] : [group])), at: place)
    for _ in 0..<raw.elements[list].nodesPerCell {
      raw.elements[list].nodes.append(try scanner.number("a node of element \(number)"))
    }
  }

  private mutating func append(
    _ number: Int, to list: Int, group: Int32, at place: Int
  ) throws(MeshError) {
    guard number >= 0 else {
      throw scanner.malformed(
        "the number of an element, not negative", at: place, found: "\(number)")
    }
    raw.elements[list].numbers.append(number)
    raw.elements[list].offsets.append(place)
    raw.elements[list].groups.append(group)
  }

  /// Elements of MSH 4, in blocks by entity: number, nodes.
  mutating func elementsOfVersion4() throws(MeshError) {
    scanner.startRecord()
    let blockCount = try scanner.count(of: "element blocks", each: scanner.binary ? 16 : 7)
    let start = scanner.offset
    let total = try scanner.count(of: "elements", each: scanner.binary ? 8 : 3)
    if version == .fourOne {
      _ = try scanner.size("the smallest element number")
      _ = try scanner.size("the largest element number")
    }
    try scanner.endRecord()
    var read = 0
    for _ in 0..<blockCount {
      scanner.startRecord()
      let first = try scanner.number("the entity of an element block")
      let second = try scanner.number("the entity of an element block")
      let (dimension, tag) = version == .fourOne ? (first, second) : (second, first)
      let list = try elementType()
      let shape = raw.elements[list].shape
      guard shape.dimension == dimension else {
        throw scanner.malformed(
          "elements of dimension \(dimension), that of their entity", at: scanner.offset,
          found: shape.plural)
      }
      let perCell = raw.elements[list].nodesPerCell
      let width = scanner.binary ? (version == .fourOne ? 8 : 4) * (perCell + 1) : 2 * perCell + 1
      let count = try scanner.count(of: "elements in the block", each: width)
      try scanner.endRecord()
      let group = raw.index(of: .entity(dimension: dimension, tag: tag))
      reserve(list, count)
      for _ in 0..<count {
        scanner.startRecord()
        let place = scanner.offset
        if version == .fourOne {
          let number = try scanner.size("the number of an element")
          try append(number, to: list, group: group, at: place)
          for _ in 0..<perCell {
            raw.elements[list].nodes.append(try scanner.size("a node of an element"))
          }
        } else {
          let number = try scanner.number("the number of an element")
          try append(number, to: list, group: group, at: place)
          for _ in 0..<perCell {
            raw.elements[list].nodes.append(try scanner.number("a node of an element"))
          }
        }
        try scanner.endRecord()
      }
      read += count
    }
    guard read == total else {
      throw scanner.malformed(
        "as many elements in the blocks as announced, \(total)", at: start, found: "\(read)")
    }
  }

  /// Room for `count` more elements; doubling at least, so that many small blocks stay linear.
  private mutating func reserve(_ list: Int, _ count: Int) {
    let old = raw.elements[list].count
    guard raw.elements[list].numbers.capacity < old + count else { return }
    let needed = max(old + count, 2 * old)
    raw.elements[list].numbers.reserveCapacity(needed)
    raw.elements[list].offsets.reserveCapacity(needed)
    raw.elements[list].groups.reserveCapacity(needed)
    raw.elements[list].nodes.reserveCapacity(needed * raw.elements[list].nodesPerCell)
  }
}
