internal import Files

/// Points and cells as VTK's and XDMF's files list them, numbered from 0.
struct CellLists {
  private(set) var raw = RawMesh()
  private(set) var pointCount = 0
  private(set) var cellCount = 0
  /// For each cell its list in `raw` and its place there.
  private(set) var places: [(list: Int32, index: Int32)] = []
  private var last: Kind?

  /// A kind of cells: VTK's number, the count of nodes, their places in the file in our order, and
  /// the list in `raw`.
  struct Kind {
    let number: Int
    let count: Int
    let order: [Int]
    let list: Int
  }

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
  mutating func kind(_ number: Int, _ count: Int) -> Kind? {
    if let last, last.number == number, last.count == count { return last }
    guard let (shape, nodes, order) = VTKCellType.cell(number, nodeCount: count) else { return nil }
    let kind = Kind(
      number: number, count: count, order: order,
      list: raw.elementsIndex(shape, shape.canonical(nodes)))
    last = kind
    return kind
  }

  /// Adds a cell; `point` gives the point at each place of the cell in the file.
  mutating func add(_ kind: Kind, _ point: (Int) -> Int) {
    places.append((Int32(kind.list), Int32(raw.elements[kind.list].count)))
    raw.elements[kind.list].numbers.append(cellCount)
    raw.elements[kind.list].offsets.append(-1)
    raw.elements[kind.list].groups.append(0)
    for place in kind.order { raw.elements[kind.list].nodes.append(point(place)) }
    cellCount += 1
  }

  /// The lists with each cell in its regions.
  func raw(with tags: CellTags) -> RawMesh {
    var result = raw
    // The combinations of tags keep their numbers in the list of groups.
    let groups = tags.groups.map { result.index(of: .tags($0)) }
    var named: Set<RawMesh.Key> = []
    for (cell, place) in places.enumerated() {
      let mine = tags.group(ofCell: cell)
      result.elements[Int(place.list)].groups[Int(place.index)] = groups[mine]
      let dimension = result.elements[Int(place.list)].shape.dimension
      guard mine > 0, named.insert(RawMesh.Key(dimension: dimension, tag: mine)).inserted else {
        continue
      }
      for tag in tags.groups[mine] {
        result.physicalNames[RawMesh.Key(dimension: dimension, tag: tag)] = tags.names[tag - 1]
      }
    }
    return result
  }
}
