internal import Expressions
internal import Meshes

extension Mesh {
  /// The cells of several regions together, each cell once.
  ///
  /// - Parameter dimensions: The dimensions the regions may have; with several regions of one name
  ///   the one of a fitting dimension is meant.
  func union(
    of names: [String], dimensions: ClosedRange<Int>, subject: PhysicsError.Subject
  ) throws(PhysicsError) -> Region {
    try union(of: names, inOrder: dimensions.reversed(), dimensions, subject)
  }

  /// The region of an essential condition: of several regions of one name that of facets, edges or
  /// points, the domain's last.
  ///
  /// Decks of Abaqus give one name to the nodes that are held and to the elements beside them; held
  /// are the nodes.
  func held(_ names: [String], subject: PhysicsError.Subject) throws(PhysicsError) -> Region {
    try union(
      of: names, inOrder: (0..<dimension).reversed() + [dimension], 0...dimension, subject)
  }

  private func union(
    of names: [String], inOrder order: [Int], _ dimensions: ClosedRange<Int>,
    _ subject: PhysicsError.Subject
  ) throws(PhysicsError) -> Region {
    var cells: [Int: [Int32]] = [:]
    var fringe: Set<Int32> = []
    var dimension: Int?
    for name in names {
      guard
        // "*" is everything, whatever regions there are.
        let found = (name == "*" ? dimensions.reversed() : order).lazy
          .compactMap({ region(named: name, dimension: $0) })
          .first(where: { isPiece || $0.cellCount > 0 })
      else {
        let known = regions.filter { dimensions.contains($0.dimension) && $0.cellCount > 0 }
          .prefix(20).map { "'\($0.name)'" }.joined(separator: ", ")
        throw PhysicsError(
          subject,
          "no region '\(name)' of dimension \(dimensions.words)"
            + (known.isEmpty ? "" : "; there are \(known)"))
      }
      guard dimension == nil || dimension == found.dimension else {
        throw PhysicsError(subject, "regions of different dimensions in one entry: '\(name)'")
      }
      dimension = found.dimension
      for member in found.members { cells[member.block, default: []] += member.cells }
      fringe.formUnion(found.fringe)
    }
    return Region(
      name: names.joined(separator: ", "), dimension: dimension ?? dimensions.upperBound,
      members: cells.map { Region.Member(block: $0.key, cells: $0.value) },
      fringe: fringe.sorted())
  }
}

extension Mesh {
  /// The cells of each material: where two overlap, the later one holds.
  ///
  /// - Parameter materials: The names of the regions of each material.
  /// - Throws: When some cells have none.
  func materialRegions(_ materials: [[String]]) throws(PhysicsError) -> [Region] {
    var owner: [Int: [Int32]] = [:]
    for block in topology.blockIndices(ofDimension: dimension) {
      owner[block] = [Int32](repeating: -1, count: blocks[block].cellCount)
    }
    for (m, names) in materials.enumerated() {
      let region = try union(
        of: names, dimensions: dimension...dimension, subject: .material(m))
      for member in region.members {
        for cell in member.cells { owner[member.block]?[Int(cell)] = Int32(m) }
      }
    }
    var members = [[Region.Member]](repeating: [], count: materials.count)
    var bare = 0
    for (block, owners) in owner.sorted(by: { $0.key < $1.key }) {
      var cells = [[Int32]](repeating: [], count: materials.count)
      for (cell, m) in owners.enumerated() {
        if m < 0 { bare += 1 } else { cells[Int(m)].append(Int32(cell)) }
      }
      for m in cells.indices where !cells[m].isEmpty {
        members[m].append(Region.Member(block: block, cells: cells[m]))
      }
    }
    guard bare == 0 else {
      throw PhysicsError(
        .problem, "\(bare) cells have no material; give one on their region or on \"*\"")
    }
    return materials.indices.map { m in
      Region(
        name: materials[m].joined(separator: ", "), dimension: dimension, members: members[m])
    }
  }
}

extension Region {
  /// The cells that belong to both regions.
  func intersection(_ other: Region) -> Region {
    let both = members.compactMap { member -> Region.Member? in
      guard let theirs = other.members.first(where: { $0.block == member.block }) else {
        return nil
      }
      let known = Set(theirs.cells)
      let cells = member.cells.filter(known.contains)
      return cells.isEmpty ? nil : Region.Member(block: member.block, cells: cells)
    }
    return Region(name: name, dimension: dimension, members: both)
  }
}

extension ClosedRange<Int> {
  fileprivate var words: String {
    lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
  }
}
