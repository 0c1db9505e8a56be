extension MeshAssembly {
  /// Makes one cell of elements that are listed once for each of their groups.
  mutating func mergeRepeated() throws(MeshError) {
    kept = raw.elements.map { [Bool](repeating: true, count: $0.count) }
    extraGroups = raw.elements.map { _ in [:] }
    var merged = 0
    for (list, elements) in raw.elements.enumerated() {
      let numbering = repetitions(list)
      guard numbering.firstPlace.count < elements.count else { continue }
      for element in 0..<elements.count {
        let first = Int(numbering.firstPlace[Int(numbering.number[element])])
        guard first != element else { continue }
        let group = elements.groups[element]
        var known = Set(raw.tags(of: elements.groups[first]))
        for other in extraGroups[list][Int32(first)] ?? [] { known.formUnion(raw.tags(of: other)) }
        guard !known.isSuperset(of: raw.tags(of: group)) else {
          throw defect(list, element, .duplicate(of: elements.numbers[first]))
        }
        extraGroups[list][Int32(first), default: []].append(group)
        kept[list][element] = false
        merged += 1
      }
    }
    if merged > 0 {
      notes.append(
        "Listed again for another physical group, hence one cell in several regions: "
          + counted(merged, "element", "elements") + ".")
    }
    try checkNumbers()
  }

  /// One number for each set of corners among the elements of a list.
  private func repetitions(_ list: Int) -> UniqueNumbering {
    let perCell = raw.elements[list].nodesPerCell
    let corners = raw.elements[list].shape.vertexCount
    var lowest: [Int32] = []
    // Four corners leave three for the key, in a third of the memory of a whole CornerKey.
    var short: [UInt128] = []
    var long: [CornerKey] = []
    lowest.reserveCapacity(raw.elements[list].count)
    if corners <= 4 {
      short.reserveCapacity(raw.elements[list].count)
    } else {
      long.reserveCapacity(raw.elements[list].count)
    }
    for base in stride(from: 0, to: connectivity[list].count, by: perCell) {
      let key = CornerKey(connectivity[list][base..<base + corners])
      lowest.append(key.lowest)
      if corners <= 4 { short.append(key.rest) } else { long.append(key) }
    }
    let count = raw.nodeNumbers.count
    return corners <= 4
      ? UniqueNumbering(lowest: lowest, rest: short, pointCount: count)
      : UniqueNumbering(lowest: lowest, rest: long, pointCount: count)
  }

  /// Element numbers are unique, except for an element that is listed once for each group.
  private func checkNumbers() throws(MeshError) {
    var all: [(number: Int, list: Int, element: Int)] = []
    var last = Int.min
    var ascending = true
    for elements in raw.elements {
      for number in elements.numbers {
        if number <= last { ascending = false }
        last = number
      }
    }
    // Gmsh numbers elements in ascending order; only other files need the search.
    if ascending { return }
    for (list, elements) in raw.elements.enumerated() {
      for (element, number) in elements.numbers.enumerated() where kept[list][element] {
        all.append((number, list, element))
      }
    }
    all.sort { ($0.number, $0.list, $0.element) < ($1.number, $1.list, $1.element) }
    for (first, second) in zip(all, all.dropFirst()) where first.number == second.number {
      throw defect(second.list, second.element, .numberTaken)
    }
  }
}
