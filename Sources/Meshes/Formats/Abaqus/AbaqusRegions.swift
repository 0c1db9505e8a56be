internal import Files

/// Puts the sets and surfaces of a deck into the groups of its elements: faces and nodes that belong
/// to a surface or a set become elements of their own.
struct AbaqusRegions {
  private var flat: AbaqusFlattening
  private var sets: AbaqusSets
  /// Names by their numbers, from 1.
  private var tags: [String: Int] = [:]
  private var names: [String] = []
  private var extended: [Addition: Int32] = [:]
  private var faces: [[Int]: (list: Int, index: Int)] = [:]
  private var points: [Int32: Int] = [:]
  private var nextNumber = 1
  private var dimension = 0
  /// Sets of nodes, whose facets are to be found.
  private(set) var nodeRegions: [String] = []
  /// Surfaces of whole elements: the name of a region that holds them, and that of the surface.
  private(set) var freeSurfaces: [(cells: String, surface: String)] = []
  private var empty: [String] = []

  /// A tag for an element of a dimension that is in a group already.
  private struct Addition: Hashable {
    let group: Int32
    let tag: Int
    let dimension: Int
  }

  init(_ flat: AbaqusFlattening) {
    self.flat = flat
    sets = AbaqusSets(flat)
    dimension = flat.types.lazy.compactMap { $0?.shape.dimension }.max() ?? 0
    nextNumber = (flat.raw.elements.lazy.flatMap(\.numbers).max() ?? 0) + 1
  }

  /// The nodes, elements and groups of the deck.
  mutating func collect() throws(MeshError) -> RawMesh {
    try materials()
    for (scope, known) in flat.scopes.enumerated() {
      for set in known.part.elementSets.all {
        let members = try sets.elements(of: set.name, in: scope, at: -1)
        let tag = tag(known.prefix + set.name)
        for element in members { add(tag, toElement: Int(element)) }
        if members.isEmpty { empty.append(known.prefix + set.name) }
      }
    }
    try surfaces()
    for (scope, known) in flat.scopes.enumerated() {
      for set in known.part.nodeSets.all {
        let members = try sets.nodes(of: set.name, in: scope, at: -1)
        addPoints(members, known.prefix + set.name)
        if members.isEmpty { empty.append(known.prefix + set.name) }
      }
    }
    if !empty.isEmpty {
      flat.notes.append("Sets without members: \(empty.joined(separator: ", ")).")
    }
    flat.raw.notes = flat.notes
    return flat.raw
  }

  // MARK: Groups

  private mutating func tag(_ name: String) -> Int {
    let key = name.uppercased()
    if let known = tags[key] { return known }
    names.append(name)
    tags[key] = names.count
    return names.count
  }

  private mutating func add(_ tag: Int, to list: Int, _ index: Int) {
    let group = flat.raw.elements[list].groups[index]
    let dimension = flat.raw.elements[list].shape.dimension
    let key = Addition(group: group, tag: tag, dimension: dimension)
    if let known = extended[key] {
      flat.raw.elements[list].groups[index] = known
      return
    }
    let more = flat.raw.index(of: .tags(Set(flat.raw.tags(of: group) + [tag]).sorted()))
    extended[key] = more
    flat.raw.elements[list].groups[index] = more
    flat.raw.physicalNames[RawMesh.Key(dimension: dimension, tag: tag)] = names[tag - 1]
  }

  private mutating func add(_ tag: Int, toElement element: Int) {
    let (list, index) = flat.places[element]
    if list >= 0 { add(tag, to: Int(list), Int(index)) }
  }

  // MARK: Materials

  /// The elements of a material, under its name where no set has that name.
  private mutating func materials() throws(MeshError) {
    for (scope, known) in flat.scopes.enumerated() {
      for section in known.part.sections {
        if flat.scopes.contains(where: { $0.part.elementSets.contains(section.material) }) {
          continue
        }
        let members = try sets.elements(of: section.set, in: scope, at: section.offset)
        let tag = tag(section.material)
        for element in members { add(tag, toElement: Int(element)) }
      }
    }
  }

  // MARK: Surfaces

  private mutating func surfaces() throws(MeshError) {
    guard flat.scopes.contains(where: { !$0.part.surfaces.all.isEmpty }) else { return }
    // Shells on the faces of bodies are the faces of surfaces, too.
    for list in flat.raw.elements.indices where flat.raw.elements[list].shape.dimension < dimension
    {
      for index in 0..<flat.raw.elements[list].count {
        faces[corners(list, index).sorted()] = (list, index)
      }
    }
    for (scope, known) in flat.scopes.enumerated() {
      for surface in known.part.surfaces.all {
        let name = known.prefix + surface.name
        var points: [Int32] = []
        for entry in surface.entries {
          let members = try sets.membersOrNumber(
            entry.target, in: scope, isOfNodes: surface.isOfNodes, at: entry.offset)
          if surface.isOfNodes {
            points += members
          } else {
            try addFaces(entry.face, of: members, name, at: entry.offset)
          }
        }
        if surface.isOfNodes { addPoints(points, name) }
        if surface.entries.isEmpty { empty.append(name) }
      }
    }
  }

  private func corners(_ list: Int, _ index: Int) -> ArraySlice<Int> {
    let elements = flat.raw.elements[list]
    let base = index * elements.nodesPerCell
    return elements.nodes[base..<base + elements.shape.vertexCount]
  }

  private mutating func addFaces(
    _ face: String, of members: [Int32], _ name: String, at offset: Int
  ) throws(MeshError) {
    let tag = tag(name)
    for element in members {
      guard let type = flat.types[Int(element)] else { continue }
      let isWhole = type.isShell && ["", "SPOS", "SNEG", "S1", "S2"].contains(face)
      if isWhole || (face.isEmpty && type.shape.dimension < dimension) {
        add(tag, toElement: Int(element))
        continue
      }
      if face.isEmpty {
        let cells = "\u{0}" + name
        if freeSurfaces.last?.surface != name { freeSurfaces.append((cells, name)) }
        add(self.tag(cells), toElement: Int(element))
        continue
      }
      // Faces of bodies and of plane elements are S1, S2, …, edges of shells E1, E2, ….
      let letter: Character = type.isShell ? "E" : "S"
      guard face.first == letter, let number = Int(face.dropFirst()),
        type.faces.indices.contains(number - 1)
      else {
        throw flat.scanner.malformed(
          "a face of a \(type.shape.rawValue), \(letter)1 to \(letter)\(type.faces.count)"
            + (type.isShell ? ", SPOS or SNEG" : ""), at: offset, found: "'\(face)'")
      }
      add(tag, toFace: type.faces[number - 1], of: Int(element), type, at: offset)
    }
  }

  private mutating func add(
    _ tag: Int, toFace face: [Int], of element: Int, _ type: AbaqusElementType, at offset: Int
  ) {
    let (list, index) = flat.places[element]
    let base = Int(index) * type.nodeCount
    let key = face.map { flat.raw.elements[Int(list)].nodes[base + $0] }.sorted()
    if let known = faces[key] { return add(tag, to: known.list, known.index) }
    let nodes = type.shape.nodes(ofFacet: face, type.nodes).map {
      flat.raw.elements[Int(list)].nodes[base + $0]
    }
    let shape: CellShape = face.count == 2 ? .line : face.count == 3 ? .triangle : .quadrilateral
    let target = append(shape, type.nodes, nodes, at: offset)
    faces[key] = target
    add(tag, to: target.list, target.index)
  }

  private mutating func append(
    _ shape: CellShape, _ nodeSet: NodeSet, _ nodes: [Int], at offset: Int
  ) -> (list: Int, index: Int) {
    let list = flat.raw.elementsIndex(shape, shape.canonical(nodeSet))
    flat.raw.elements[list].numbers.append(nextNumber)
    flat.raw.elements[list].offsets.append(offset)
    flat.raw.elements[list].groups.append(flat.raw.index(of: .tags([])))
    flat.raw.elements[list].nodes += nodes
    nextNumber += 1
    return (list, flat.raw.elements[list].count - 1)
  }

  // MARK: Nodes

  private mutating func addPoints(_ members: [Int32], _ name: String) {
    guard !members.isEmpty else { return }
    let tag = tag(name)
    nodeRegions.append(names[tag - 1])
    for node in members {
      let index: Int
      let list: Int
      if let known = points[node] {
        (list, index) = (flat.raw.elementsIndex(.point, .corners), known)
      } else {
        (list, index) = append(
          .point, .corners, [flat.raw.nodeNumbers[Int(node)]],
          at: flat.raw.nodeOffsets[Int(node)])
        points[node] = index
      }
      add(tag, to: list, index)
    }
  }
}
