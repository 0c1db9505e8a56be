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

  /// Joins the points of equal number, and puts all in the order of their numbers.
  ///
  /// - Returns: For each point that is left its place before.
  /// - Throws: `badNode` where points of one number are at two places.
  mutating func join(points numbers: [Int], file: String) throws(MeshError) -> [Int] {
    let visit = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
    var kept: [Int] = []
    var place = [Int](repeating: 0, count: numbers.count)
    for point in visit {
      if let last = kept.last, numbers[last] == numbers[point] {
        let (a, b) = (3 * last, 3 * point)
        guard raw.coordinates[a..<a + 3] == raw.coordinates[b..<b + 3] else {
          throw .badNode(
            at: FilePlace(file: file, position: .file), node: numbers[point],
            defect: "is at two places in different pieces")
        }
      } else {
        kept.append(point)
      }
      place[point] = kept.count - 1
    }
    raw.coordinates = kept.flatMap { raw.coordinates[3 * $0..<3 * $0 + 3] }
    raw.nodeNumbers = Array(0..<kept.count)
    raw.nodeOffsets = [Int](repeating: -1, count: kept.count)
    pointCount = kept.count
    for list in raw.elements.indices {
      for k in raw.elements[list].nodes.indices {
        raw.elements[list].nodes[k] = place[raw.elements[list].nodes[k]]
      }
    }
    return kept
  }

  /// Puts the cells in the order of their numbers, and the lists of cells in that of their first ones.
  ///
  /// - Returns: Whether no two numbers are equal; else nothing is changed.
  mutating func sort(cells numbers: [Int]) -> Bool {
    if zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) { return true }
    let visit = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    guard zip(visit, visit.dropFirst()).allSatisfy({ numbers[$0] < numbers[$1] }) else {
      return false
    }
    var sorted = RawMesh()
    for cell in visit {
      let (list, index) = (Int(places[cell].list), Int(places[cell].index))
      let width = raw.elements[list].nodesPerCell
      let target = sorted.elementsIndex(raw.elements[list].shape, raw.elements[list].nodeSet)
      places[cell] = (Int32(target), Int32(sorted.elements[target].count))
      sorted.elements[target].numbers.append(raw.elements[list].numbers[index])
      sorted.elements[target].offsets.append(raw.elements[list].offsets[index])
      sorted.elements[target].groups.append(raw.elements[list].groups[index])
      sorted.elements[target].nodes += raw.elements[list].nodes[index * width..<(index + 1) * width]
    }
    raw.elements = sorted.elements
    last = nil
    return true
  }

  /// Numbers for points of several pieces that have none: those at the same place have the same.
  ///
  /// - Parameter starts: The first point of each piece; points of one piece stay apart.
  func numbersByPlace(_ starts: [Int]) -> [Int] {
    // At each place the numbers given so far, and the last piece that each was given in.
    var given: [SIMD3<Double>: [(number: Int, piece: Int)]] = [:]
    var piece = 0
    return (0..<pointCount).map { point in
      while piece + 1 < starts.count, starts[piece + 1] <= point { piece += 1 }
      let place = SIMD3(
        raw.coordinates[3 * point], raw.coordinates[3 * point + 1], raw.coordinates[3 * point + 2])
      var there = given[place] ?? []
      defer { given[place] = there }
      if let known = there.firstIndex(where: { $0.piece < piece }) {
        there[known].piece = piece
        return there[known].number
      }
      there.append((point, piece))
      return point
    }
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
