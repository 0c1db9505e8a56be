extension MSHFile {
  /// Entities, nodes and elements of version 4.1. All nodes stand with the first entity of the
  /// domain, which Gmsh accepts.
  func appendVersion4(_ groups: PhysicalGroups, to text: inout String) {
    // Entities are numbered within their dimension.
    var counts = [0, 0, 0, 0]
    let tags = groups.combinations.map { combination in
      counts[combination.dimension] += 1
      return counts[combination.dimension]
    }
    let members = cells(of: groups)
    text += "$Entities\n\(counts.map { "\($0)" }.joined(separator: " "))\n"
    for (entity, combination) in groups.combinations.enumerated() {
      let box = box(of: members[entity])
      let corners = combination.dimension == 0 ? box.lower : box.lower + box.upper
      text += "\(tags[entity])"
      for value in corners { text += " \(value)" }
      text += " \(combination.tags.count)"
      for tag in combination.tags { text += " \(tag)" }
      text += combination.dimension == 0 ? "\n" : " 0\n"
    }
    text += "$EndEntities\n$Nodes\n1 \(mesh.pointCount) 1 \(mesh.pointCount)\n"
    text += "\(mesh.dimension) 1 0 \(mesh.pointCount)\n"
    for point in 0..<mesh.pointCount { text += "\(point + 1)\n" }
    for point in 0..<mesh.pointCount {
      var line = ""
      appendPoint(point, to: &line)
      text += line.dropFirst()
    }
    text += "$EndNodes\n$Elements\n"
    let blockCount = members.reduce(0) { $0 + $1.count }
    let total = mesh.blocks.reduce(0) { $0 + $1.cellCount }
    text += "\(blockCount) \(total) 1 \(total)\n"
    let first = mesh.blocks.indices.map { index in
      1 + mesh.blocks[..<index].reduce(0) { $0 + $1.cellCount }
    }
    for (entity, combination) in groups.combinations.enumerated() {
      for (index, cells) in members[entity] {
        let block = mesh.blocks[index]
        let type = GmshElementType.number(block.shape, block.nodeSet)
        text += "\(combination.dimension) \(tags[entity]) \(type) \(cells.count)\n"
        for cell in cells {
          text += "\(first[index] + Int(cell))"
          for node in block.nodes(of: Int(cell)) { text += " \(node + 1)" }
          text += "\n"
        }
      }
    }
    text += "$EndElements\n"
  }

  /// For each combination of groups its blocks and their cells.
  private func cells(of groups: PhysicalGroups) -> [[(block: Int, cells: [Int32])]] {
    var members = [[(block: Int, cells: [Int32])]](
      repeating: [], count: groups.combinations.count)
    for (index, combination) in groups.combination.enumerated() {
      for (cell, entity) in combination.enumerated() {
        let last = members[Int(entity)].count - 1
        if last >= 0, members[Int(entity)][last].block == index {
          members[Int(entity)][last].cells.append(Int32(cell))
        } else {
          members[Int(entity)].append((index, [Int32(cell)]))
        }
      }
    }
    return members
  }

  /// The box around some cells, three numbers each.
  private func box(
    of members: [(block: Int, cells: [Int32])]
  ) -> (lower: [Double], upper: [Double]) {
    var low = SIMD3(repeating: Double.infinity)
    var high = -low
    for (index, cells) in members {
      let block = mesh.blocks[index]
      var nodes = [SIMD3<Double>](repeating: .zero, count: block.nodesPerCell)
      for cell in cells {
        mesh.load(&nodes, block, Int(cell))
        for node in nodes {
          low = pointwiseMin(low, node)
          high = pointwiseMax(high, node)
        }
      }
    }
    return ([low.x, low.y, low.z], [high.x, high.y, high.z])
  }
}
