internal import Files

/// Finds the members of the sets of a flattened deck. Sets may name sets; each is resolved once.
struct AbaqusSets {
  private let flat: AbaqusFlattening
  private var elements: [Key: [Int32]] = [:]
  private var nodes: [Key: [Int32]] = [:]
  /// The sets that are being resolved, to see a set that names itself.
  private var open: Set<Key> = []

  private struct Key: Hashable {
    let scope: Int
    let name: String
    let isOfNodes: Bool
  }

  init(_ flat: AbaqusFlattening) { self.flat = flat }

  /// The elements of a set, as places among all elements, in the order of the file.
  mutating func elements(of name: String, in scope: Int, at offset: Int) throws(MeshError)
    -> [Int32]
  {
    try members(name, scope, isOfNodes: false, offset)
  }

  /// The nodes of a set, as places among all nodes, in the order of the file.
  mutating func nodes(of name: String, in scope: Int, at offset: Int) throws(MeshError) -> [Int32] {
    try members(name, scope, isOfNodes: true, offset)
  }

  /// The set or, where the name is a number, the single node or element.
  mutating func membersOrNumber(
    _ name: String, in scope: Int, isOfNodes: Bool, at offset: Int
  ) throws(MeshError) -> [Int32] {
    guard let number = Int(name) else {
      return try members(name, scope, isOfNodes: isOfNodes, offset)
    }
    return [try member(number, scope, isOfNodes, offset)]
  }

  private func member(
    _ number: Int, _ scope: Int, _ isOfNodes: Bool, _ offset: Int
  ) throws(MeshError) -> Int32 {
    let known = flat.scopes[scope]
    guard let place = (isOfNodes ? known.nodes : known.elements).point(number), number >= 0 else {
      throw flat.scanner.malformed(
        "the number of \(isOfNodes ? "a node" : "an element") that the file lists", at: offset,
        found: "\(number)")
    }
    return Int32(isOfNodes ? known.firstNode : known.firstElement) + place
  }

  private mutating func members(
    _ name: String, _ scope: Int, isOfNodes: Bool, _ offset: Int
  ) throws(MeshError) -> [Int32] {
    let key = Key(scope: scope, name: name.uppercased(), isOfNodes: isOfNodes)
    if let known = isOfNodes ? nodes[key] : elements[key] { return known }
    let part = flat.scopes[scope].part
    guard let set = (isOfNodes ? part.nodeSets : part.elementSets)[name] else {
      return try elsewhere(name, scope, isOfNodes, offset)
    }
    guard open.insert(key).inserted, open.count < 200 else {
      throw flat.scanner.malformed("a set that does not name itself", at: offset)
    }
    var found: [Int32] = []
    for card in set.cards { found += try members(of: card, scope, isOfNodes) }
    open.remove(key)
    found = AbaqusSets.distinct(found)
    if isOfNodes { nodes[key] = found } else { elements[key] = found }
    return found
  }

  private static func distinct(_ members: [Int32]) -> [Int32] {
    let isAscending = zip(members, members.dropFirst()).allSatisfy { $0 < $1 }
    return isAscending ? members : Set(members).sorted()
  }

  private mutating func members(
    of card: AbaqusPart.Card, _ outer: Int, _ isOfNodes: Bool
  ) throws(MeshError) -> [Int32] {
    var scope = outer
    if let instance = card.instance {
      let offset = card.offsets.first ?? card.names.first?.offset ?? -1
      guard let found = flat.scopes.firstIndex(where: { $0.prefix.uppercased() == instance + "." })
      else {
        throw flat.scanner.malformed(
          "an instance that the file lists", at: offset, found: "'\(instance)'")
      }
      scope = found
    }
    var found: [Int32] = []
    found.reserveCapacity(card.numbers.count)
    for (place, number) in card.numbers.enumerated() {
      found.append(try member(number, scope, isOfNodes, card.offsets[place]))
    }
    let known = flat.scopes[scope]
    let (map, first, count) =
      isOfNodes
      ? (known.nodes, known.firstNode, known.part.nodeNumbers.count)
      : (
        known.elements, known.firstElement, known.part.elements.reduce(0) { $0 + $1.numbers.count }
      )
    for range in card.ranges {
      // Numbers of a range that do not exist are no mistake, and may be billions.
      if (range.last - range.first) / range.step <= 4 * count + 1024 {
        for number in stride(from: range.first, through: range.last, by: range.step) {
          if let place = map.point(number) { found.append(Int32(first) + place) }
        }
      } else {
        let all =
          isOfNodes ? known.part.nodeNumbers : known.part.elements.flatMap(\.numbers)
        for number in all where number >= range.first && number <= range.last {
          guard (number - range.first).isMultiple(of: range.step) else { continue }
          if let place = map.point(number) { found.append(Int32(first) + place) }
        }
      }
    }
    for (name, offset) in card.names {
      found += try members(name, scope, isOfNodes: isOfNodes, offset)
    }
    for (name, offset) in card.nodesOfElements {
      for element in try elements(of: name, in: scope, at: offset) {
        let (list, index) = flat.places[Int(element)]
        guard list >= 0 else { continue }
        let perCell = flat.raw.elements[Int(list)].nodesPerCell
        for node in flat.raw.elements[Int(list)].nodes[
          Int(index) * perCell..<(Int(index) + 1) * perCell]
        {
          if let place = flat.place(ofNode: node) { found.append(place) }
        }
      }
    }
    return found
  }

  /// A name that the scope does not have: of the model, `INSTANCE.SET` or `INSTANCE.NUMBER`.
  private mutating func elsewhere(
    _ name: String, _ scope: Int, _ isOfNodes: Bool, _ offset: Int
  ) throws(MeshError) -> [Int32] {
    let capitals = name.uppercased()
    for (other, candidate) in flat.scopes.enumerated() where other > 0 {
      let prefix = candidate.prefix.uppercased()
      guard capitals.hasPrefix(prefix) else { continue }
      let rest = String(capitals.dropFirst(prefix.count))
      if Int(rest) != nil
        || (isOfNodes ? candidate.part.nodeSets : candidate.part.elementSets)
          .contains(rest)
      {
        return try membersOrNumber(rest, in: other, isOfNodes: isOfNodes, at: offset)
      }
    }
    let part = flat.scopes[scope].part
    let known = (isOfNodes ? part.nodeSets : part.elementSets).all.map { "'\($0.name)'" }
    throw flat.scanner.malformed(
      "a set of \(isOfNodes ? "nodes" : "elements") that the file defines ("
        + (known.isEmpty ? "there is none" : known.prefix(12).joined(separator: ", "))
        + (known.count > 12 ? ", …" : "") + ")", at: offset, found: "'\(name)'")
  }
}
