internal import Files

/// The nodes and elements of a deck, those of instances in their places, all numbered through.
///
/// Sets of the model keep their names, those of an instance become `INSTANCE.SET`.
struct AbaqusFlattening {
  /// The model (first) or an instance, and how its numbers become numbers of the whole.
  struct Scope {
    /// "" or the instance's name and a point.
    let prefix: String
    let part: AbaqusPart
    /// From a number to its place in the scope.
    var nodes = NodeNumbers.consecutive(first: 0, count: 0)
    var elements = NodeNumbers.consecutive(first: 0, count: 0)
    /// The place of the scope's first node and element among all.
    var firstNode = 0
    var firstElement = 0
  }

  let scanner: MeshScanner
  var notes: [String]
  var raw = RawMesh()
  private(set) var scopes: [Scope] = []
  /// For each element of all scopes its list in `raw` (−1 if it is left out) and its place there.
  private(set) var places: [(list: Int32, index: Int32)] = []
  /// For each element of all scopes its type; nil if it is left out.
  private(set) var types: [AbaqusElementType?] = []

  init(
    _ model: AbaqusPart, _ instances: [AbaqusInstance], _ scanner: MeshScanner, _ notes: [String]
  ) {
    (self.scanner, self.notes) = (scanner, notes)
    scopes = [Scope(prefix: "", part: model)]
    scopes += instances.map { Scope(prefix: $0.name + ".", part: $0.part) }
    placements = [.identity] + instances.map(\.placement)
  }

  private let placements: [AbaqusPlacement]

  /// Whether all numbers are those of the file.
  private var isFlat: Bool { scopes.count == 1 }

  /// The place among all nodes of a number in `raw`.
  func place(ofNode number: Int) -> Int32? {
    isFlat ? scopes[0].nodes.point(number) : Int32(number - 1)
  }

  /// Collects nodes and elements of all scopes.
  mutating func flatten() throws(MeshError) {
    for scope in scopes.indices {
      try addNodes(scope)
      try addElements(scope)
    }
  }

  private mutating func addNodes(_ index: Int) throws(MeshError) {
    let part = scopes[index].part
    scopes[index].firstNode = raw.nodeNumbers.count
    var numbers: [Int] = []
    numbers.reserveCapacity(part.nodeNumbers.count)
    // A node may be listed again, in the same place.
    var repeated = [Bool](repeating: false, count: part.nodeNumbers.count)
    if case .failure = NodeNumbers.make(part.nodeNumbers) {
      var seen: [Int: Int] = [:]
      for (place, number) in part.nodeNumbers.enumerated() {
        guard let first = seen[number] else {
          seen[number] = place
          continue
        }
        guard
          part.coordinates[3 * first..<3 * first + 3]
            == part.coordinates[3 * place..<3 * place + 3]
        else {
          throw .badNode(
            at: scanner.place(part.nodeOffsets[place]), node: number,
            defect: "is listed twice, at different places")
        }
        repeated[place] = true
      }
    }
    for (place, number) in part.nodeNumbers.enumerated() where !repeated[place] {
      let point = SIMD3(
        part.coordinates[3 * place], part.coordinates[3 * place + 1],
        part.coordinates[3 * place + 2])
      let placed = placements[index].applied(to: point)
      raw.coordinates += [placed.x, placed.y, placed.z]
      raw.nodeNumbers.append(isFlat ? number : raw.nodeNumbers.count + 1)
      raw.nodeOffsets.append(part.nodeOffsets[place])
      numbers.append(number)
    }
    guard raw.nodeNumbers.count < Int(Int32.max) else {
      throw .unsuitable(path: scanner.file, reason: "more than 2^31 − 2 nodes")
    }
    if case .success(let map) = NodeNumbers.make(numbers) { scopes[index].nodes = map }
  }

  private mutating func addElements(_ index: Int) throws(MeshError) {
    let none = raw.index(of: .tags([]))
    let (part, nodes) = (scopes[index].part, scopes[index].nodes)
    scopes[index].firstElement = places.count
    var numbers: [Int] = []
    var sources: [(list: Int, place: Int)] = []
    for (list, elements) in part.elements.enumerated() {
      numbers += elements.numbers
      sources += elements.numbers.indices.map { (list, $0) }
    }
    var repeated = [Bool](repeating: false, count: numbers.count)
    if case .failure = NodeNumbers.make(numbers) {
      try findRepeated(part, numbers, sources, &repeated)
    }
    var kept: [Int] = []
    for (element, number) in numbers.enumerated() where !repeated[element] {
      kept.append(number)
      let (list, place) = sources[element]
      let elements = part.elements[list]
      types.append(elements.type)
      guard let type = elements.type else {
        places.append((-1, -1))
        continue
      }
      let target = raw.elementsIndex(type.shape, type.nodes)
      places.append((Int32(target), Int32(raw.elements[target].count)))
      for node in type.order {
        let own = elements.nodes[place * type.nodeCount + node]
        guard let point = nodes.point(own) else {
          throw .badElement(
            at: scanner.place(elements.offsets[place]), element: number, defect: .unknownNode(own))
        }
        raw.elements[target].nodes.append(raw.nodeNumbers[scopes[index].firstNode + Int(point)])
      }
      raw.elements[target].numbers.append(isFlat ? number : places.count)
      raw.elements[target].offsets.append(elements.offsets[place])
      raw.elements[target].groups.append(none)
    }
    guard places.count < Int(Int32.max) else {
      throw .unsuitable(path: scanner.file, reason: "more than 2^31 − 2 elements")
    }
    if case .success(let map) = NodeNumbers.make(kept) { scopes[index].elements = map }
  }

  /// An element may be listed again with the same nodes, to put it into a further set.
  private func findRepeated(
    _ part: AbaqusPart, _ numbers: [Int], _ sources: [(list: Int, place: Int)],
    _ repeated: inout [Bool]
  ) throws(MeshError) {
    func nodes(_ element: Int) -> ArraySlice<Int> {
      let (list, place) = sources[element]
      let count = part.elements[list].type?.nodeCount ?? 0
      return part.elements[list].nodes[place * count..<(place + 1) * count]
    }
    var seen: [Int: Int] = [:]
    for (element, number) in numbers.enumerated() {
      guard let first = seen[number] else {
        seen[number] = element
        continue
      }
      guard sources[first].list == sources[element].list, nodes(first) == nodes(element) else {
        let (list, place) = sources[element]
        throw .badElement(
          at: scanner.place(part.elements[list].offsets[place]), element: number,
          defect: .numberTaken)
      }
      repeated[element] = true
    }
  }
}
