extension GmshReader {
  private mutating func reserveNodes(_ count: Int) throws(MeshError) {
    guard count < Int(Int32.max) else {
      throw scanner.malformed("at most 2^31 − 2 nodes", at: scanner.offset, found: "\(count)")
    }
    raw.nodeNumbers.reserveCapacity(count)
    raw.nodeOffsets.reserveCapacity(count)
    raw.coordinates.reserveCapacity(3 * count)
  }

  private mutating func coordinates() throws(MeshError) {
    raw.coordinates.append(try scanner.real("the x coordinate of a node"))
    raw.coordinates.append(try scanner.real("the y coordinate of a node"))
    raw.coordinates.append(try scanner.real("the z coordinate of a node"))
  }

  private mutating func node(_ number: Int, at start: Int) throws(MeshError) {
    guard number >= 0 else {
      throw scanner.malformed("the number of a node, not negative", at: start, found: "\(number)")
    }
    raw.nodeNumbers.append(number)
    raw.nodeOffsets.append(start)
  }

  /// One line or record a node: number, x, y, z.
  mutating func nodesOfVersion2() throws(MeshError) {
    scanner.skipBlankLines()
    let binary = scanner.binary
    // The count is text even in binary files.
    scanner.binary = false
    let count: Int
    do {
      count = try scanner.count(of: "nodes", each: binary ? 28 : 7)
      try scanner.endLine()
      scanner.binary = binary
    }
    try reserveNodes(count)
    for _ in 0..<count {
      scanner.startRecord()
      let start = scanner.offset
      try node(try scanner.number("the number of a node"), at: start)
      try coordinates()
      try scanner.endRecord()
    }
  }

  /// Blocks by entity. Version 4.1 lists all numbers of a block before all coordinates, 4.0 lists
  /// them node by node.
  mutating func nodesOfVersion4() throws(MeshError) {
    scanner.startRecord()
    let blockCount = try scanner.count(of: "node blocks", each: scanner.binary ? 16 : 7)
    let start = scanner.offset
    let total = try scanner.count(of: "nodes", each: scanner.binary ? 28 : 7)
    if version == .fourOne {
      _ = try scanner.size("the smallest node number")
      _ = try scanner.size("the largest node number")
    }
    try scanner.endRecord()
    try reserveNodes(total)
    for _ in 0..<blockCount {
      scanner.startRecord()
      let first = try scanner.number("the entity of a node block")
      let second = try scanner.number("the entity of a node block")
      let dimension = version == .fourOne ? first : second
      let parametric = try scanner.number("0 or 1 (parametric coordinates)")
      let count = try scanner.count(of: "nodes in the block", each: scanner.binary ? 28 : 7)
      try scanner.endRecord()
      let extra = parametric != 0 ? max(0, min(3, dimension)) : 0
      if version == .fourOne {
        for _ in 0..<count {
          scanner.startRecord()
          let place = scanner.offset
          try node(try scanner.size("the number of a node"), at: place)
          try scanner.endRecord()
        }
      }
      for _ in 0..<count {
        scanner.startRecord()
        let place = scanner.offset
        if version == .fourZero { try node(try scanner.number("the number of a node"), at: place) }
        try coordinates()
        if version == .fourOne || scanner.binary || parametric == 0 {
          for _ in 0..<extra { _ = try scanner.real("a parametric coordinate") }
          try scanner.endRecord()
        } else {
          _ = scanner.line()
        }
      }
    }
    guard raw.nodeNumbers.count == total else {
      throw scanner.malformed(
        "as many nodes in the blocks as announced, \(total)", at: start,
        found: "\(raw.nodeNumbers.count)")
    }
  }
}
