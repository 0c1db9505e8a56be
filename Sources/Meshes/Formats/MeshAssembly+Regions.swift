extension MeshAssembly {
  /// The regions of the finished blocks.
  ///
  /// - Parameters:
  ///   - places: For each block its list of elements and the element of each cell.
  ///   - blocks: The blocks.
  mutating func regions(
    _ places: [(list: Int, elements: [Int32])], _ blocks: [CellBlock]
  ) -> [Region] {
    var cells: [RawMesh.Key: [[Int32]]] = [:]
    let tagsOfGroup = raw.groups.indices.map { raw.tags(of: Int32($0)) }
    for (block, place) in places.enumerated() {
      let dimension = blocks[block].dimension
      for (cell, element) in place.elements.enumerated() {
        var tags = tagsOfGroup[Int(raw.elements[place.list].groups[Int(element)])]
        for extra in extraGroups[place.list][element] ?? [] { tags += tagsOfGroup[Int(extra)] }
        for tag in tags {
          cells[
            RawMesh.Key(dimension: dimension, tag: tag),
            default: [[Int32]](repeating: [], count: blocks.count)][block].append(Int32(cell))
        }
      }
    }
    let empty = raw.physicalNames.keys.filter { cells[$0] == nil }.compactMap {
      raw.physicalNames[$0]
    }
    if !empty.isEmpty {
      notes.append("Physical groups without cells: \(empty.sorted().joined(separator: ", ")).")
    }
    return named(cells)
  }

  /// Regions by name, the domain's dimension first, then in the order of the physical numbers.
  /// Groups without a name are called after their number; two groups of one dimension with the
  /// same name are one region.
  private func named(_ cells: [RawMesh.Key: [[Int32]]]) -> [Region] {
    // Numbers of unnamed groups that stand for groups of several dimensions.
    var dimensions: [Int: Int] = [:]
    for key in cells.keys where raw.physicalNames[key] == nil {
      dimensions[key.tag, default: 0] += 1
    }
    var place: [String: Int] = [:]
    var found: [(name: String, dimension: Int, cells: [[Int32]])] = []
    for key in cells.keys.sorted(by: { (-$0.dimension, $0.tag) < (-$1.dimension, $1.tag) }) {
      let qualified = (dimensions[key.tag] ?? 0) > 1 ? " of dimension \(key.dimension)" : ""
      let name = raw.physicalNames[key] ?? "physical \(key.tag)" + qualified
      let identity = "\(key.dimension) \(name)"
      let lists = cells[key] ?? []
      if let known = place[identity] {
        for block in lists.indices { found[known].cells[block] += lists[block] }
      } else {
        place[identity] = found.count
        found.append((name, key.dimension, lists))
      }
    }
    return found.map { region in
      Region(
        name: region.name, dimension: region.dimension,
        members: region.cells.enumerated().map { Region.Member(block: $0, cells: $1) })
    }
  }
}
