internal import Files

/// Points and cells as VTK's and XDMF's files list them, numbered from 0.
struct CellLists {
  private(set) var raw = RawMesh()
  private(set) var pointCount = 0
  private(set) var cellCount = 0
  /// For each cell its list in `raw` and its place there.
  private(set) var places: [(list: Int32, index: Int32)] = []
  private var kinds: [[Int]: (CellShape, NodeSet, order: [Int])] = [:]

  /// Adds points, three coordinates each.
  mutating func addPoints(_ coordinates: [Double], file: String) throws(MeshError) {
    if let bad = coordinates.firstIndex(where: { !$0.isFinite }) {
      throw .badNode(
        at: FilePlace(file: file, position: .file), node: pointCount + bad / 3,
        defect: "has the coordinate \(coordinates[bad])")
    }
    let count = coordinates.count / 3
    guard pointCount + count < Int(Int32.max) else {
      throw .unsuitable(path: file, reason: "more than 2^31 − 2 points")
    }
    raw.coordinates += coordinates
    raw.nodeNumbers += pointCount..<pointCount + count
    raw.nodeOffsets += [Int](repeating: -1, count: count)
    pointCount += count
  }

  /// What VTK's number of a cell with so many nodes stands for.
  mutating func kind(_ number: Int, _ count: Int) -> (CellShape, NodeSet, order: [Int])? {
    if let known = kinds[[number, count]] { return known }
    let found = VTKCellType.cell(number, nodeCount: count)
    kinds[[number, count]] = found
    return found
  }

  /// Adds a cell with its points in our order.
  mutating func add(_ shape: CellShape, _ nodes: NodeSet, _ points: [Int]) {
    let list = raw.elementsIndex(shape, shape.canonical(nodes))
    places.append((Int32(list), Int32(raw.elements[list].count)))
    raw.elements[list].numbers.append(cellCount)
    raw.elements[list].offsets.append(-1)
    raw.elements[list].groups.append(0)
    raw.elements[list].nodes += points
    cellCount += 1
  }

  /// The lists with each cell in its regions.
  func raw(with tags: CellTags) -> RawMesh {
    var result = raw
    let none = result.index(of: .tags([]))
    for (cell, place) in places.enumerated() {
      let mine = tags.tags(ofCell: cell)
      let group = mine.isEmpty ? none : result.index(of: .tags(mine))
      result.elements[Int(place.list)].groups[Int(place.index)] = group
      let dimension = result.elements[Int(place.list)].shape.dimension
      for tag in mine {
        result.physicalNames[RawMesh.Key(dimension: dimension, tag: tag)] = tags.names[tag - 1]
      }
    }
    return result
  }
}
