internal import Meshes

extension Mesh {
  /// The cells of each material: where two overlap, the later one holds.
  ///
  /// - Parameter names: The regions of each material.
  /// - Throws: Where cells have no material.
  func materialRegions(
    _ names: [[String]], subject: (Int) -> PhysicsError.Subject
  ) throws(PhysicsError) -> [Region] {
    var owner: [Int: [Int32]] = [:]
    let domain = topology.blockIndices(ofDimension: dimension)
    for block in domain {
      owner[block] = [Int32](repeating: -1, count: blocks[block].cellCount)
    }
    for (m, regions) in names.enumerated() {
      let region = try union(of: regions, dimensions: dimension...dimension, subject: subject(m))
      for member in region.members {
        for cell in member.cells { owner[member.block]?[Int(cell)] = Int32(m) }
      }
    }
    var members = [[Region.Member]](repeating: [], count: names.count)
    var bare = 0
    for block in domain {
      var cells = [[Int32]](repeating: [], count: names.count)
      for (cell, m) in (owner[block] ?? []).enumerated() {
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
    return names.indices.map { m in
      Region(
        name: names[m].joined(separator: ", "), dimension: dimension, members: members[m])
    }
  }
}
