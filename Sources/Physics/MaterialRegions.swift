internal import Meshes

extension Mesh {
  /// The cells of each material, one region per list of names: where two overlap, the later one
  /// holds.
  ///
  /// - Throws: When a name is unknown or cells are left without material.
  func materialRegions(_ names: [[String]]) throws(PhysicsError) -> [Region] {
    var owner: [Int: [Int32]] = [:]
    for block in topology.blockIndices(ofDimension: dimension) {
      owner[block] = [Int32](repeating: -1, count: blocks[block].cellCount)
    }
    for (m, list) in names.enumerated() {
      let region = try union(of: list, dimensions: dimension...dimension, subject: .material(m))
      for member in region.members {
        for cell in member.cells { owner[member.block]?[Int(cell)] = Int32(m) }
      }
    }
    var members = [[Region.Member]](repeating: [], count: names.count)
    var bare = 0
    for (block, owners) in owner.sorted(by: { $0.key < $1.key }) {
      var cells = [[Int32]](repeating: [], count: names.count)
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
    return names.indices.map { m in
      Region(name: names[m].joined(separator: ", "), dimension: dimension, members: members[m])
    }
  }
}
