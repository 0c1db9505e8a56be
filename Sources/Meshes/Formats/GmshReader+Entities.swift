extension GmshReader {
  /// The geometric entities of MSH 4; only their physical groups matter here.
  mutating func entities() throws(MeshError) {
    let counts = try entityCounts()
    for dimension in 0...3 {
      for _ in 0..<counts[dimension] {
        scanner.startRecord()
        let tag = try scanner.number("the number of an entity")
        try physicalGroups(of: tag, dimension)
        try scanner.endRecord()
      }
    }
  }

  /// The same for the parts of a partitioned mesh, which are entities of their own.
  mutating func partitionedEntities() throws(MeshError) {
    scanner.startRecord()
    _ = try scanner.size("the number of partitions")
    try scanner.endRecord()
    scanner.startRecord()
    let ghosts = try scanner.count(of: "ghost entities", each: scanner.binary ? 8 : 3)
    if ghosts > 0 || scanner.binary || version == .fourZero {
      // In text the ghosts follow on the same or on further lines.
      for _ in 0..<ghosts {
        scanner.startRecord()
        _ = try scanner.number("a ghost entity")
        _ = try scanner.number("the partition of a ghost entity")
      }
    }
    try scanner.endRecord()
    let counts = try entityCounts()
    for dimension in 0...3 {
      for _ in 0..<counts[dimension] {
        scanner.startRecord()
        let tag = try scanner.number("the number of an entity")
        _ = try scanner.number("the dimension of the parent")
        _ = try scanner.number("the number of the parent")
        let partitions =
          version == .fourOne
          ? try scanner.count(of: "partitions of an entity", each: scanner.binary ? 4 : 1)
          : try scanner.count(of: "partitions of an entity", each: 1, wide: false)
        for _ in 0..<partitions { _ = try scanner.number("a partition") }
        try physicalGroups(of: tag, dimension)
        try scanner.endRecord()
      }
    }
  }

  /// How many entities of each dimension follow.
  private mutating func entityCounts() throws(MeshError) -> [Int] {
    scanner.startRecord()
    var counts: [Int] = []
    for things in ["points", "curves", "surfaces", "volumes"] {
      counts.append(try scanner.count(of: things, each: scanner.binary ? 36 : 9))
    }
    try scanner.endRecord()
    return counts
  }

  /// Box, physical groups and, above points, the bounding entities.
  private mutating func physicalGroups(of tag: Int, _ dimension: Int) throws(MeshError) {
    let boxNumbers = dimension == 0 && version == .fourOne ? 3 : 6
    for _ in 0..<boxNumbers { try skipReal() }
    let count = try scanner.count(of: "physical groups", each: scanner.binary ? 4 : 1)
    var tags: [Int] = []
    for _ in 0..<count { tags.append(try scanner.number("a physical group")) }
    if !tags.isEmpty { raw.physicalTags[RawMesh.Key(dimension: dimension, tag: tag)] = tags }
    if dimension > 0 {
      let bounds = try scanner.count(of: "bounding entities", each: scanner.binary ? 4 : 1)
      for _ in 0..<bounds { _ = try scanner.number("a bounding entity") }
    }
  }

  /// The box of an entity is not used, and Gmsh writes huge or infinite ones for empty entities.
  private mutating func skipReal() throws(MeshError) {
    if scanner.binary {
      guard scanner.remaining >= 8 else {
        throw scanner.malformed("the box of an entity", at: scanner.offset)
      }
      scanner.offset += 8
      return
    }
    scanner.skipBlanks()
    let start = scanner.offset
    while !scanner.atEnd, scanner.bytes[scanner.offset] > 32 { scanner.offset += 1 }
    guard scanner.offset > start else { throw scanner.malformed("the box of an entity", at: start) }
  }
}
