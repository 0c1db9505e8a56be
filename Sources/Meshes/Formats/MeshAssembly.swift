/// Turns what a file lists into a mesh: renumbers, checks, repairs what can be repaired without
/// doubt (and notes it) and refuses the rest by element and place.
struct MeshAssembly {
  var raw: RawMesh
  let scanner: MeshScanner
  var notes: [String]
  /// The point of each node of each list of elements, in the order of the file.
  private(set) var connectivity: [[Int32]] = []
  private var dimension = 0
  /// Elements that stay, list by list.
  var kept: [[Bool]] = []
  /// The physical groups that elements got beyond their own because they were listed again.
  var extraGroups: [[Int32: [Int32]]] = []
  private var coordinates: [Double] = []
  /// For each point of the mesh its place among the nodes of the file.
  private(set) var keptNodes: [Int32] = []
  /// For each block of the mesh its list, and for each of its cells the place in the list.
  private(set) var keptElements: [(list: Int, elements: [Int32])] = []

  init(_ raw: RawMesh, _ scanner: MeshScanner) {
    self.raw = raw
    self.scanner = scanner
    notes = raw.notes
  }

  func defect(_ list: Int, _ element: Int, _ defect: CellDefect) -> MeshError {
    .badElement(
      at: scanner.place(raw.elements[list].offsets[element]),
      element: raw.elements[list].numbers[element], defect: defect)
  }

  func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) " + (count == 1 ? one : many)
  }

  private func unsuitable(_ reason: String) -> MeshError {
    .unsuitable(path: scanner.file, reason: reason)
  }

  /// The finished mesh.
  mutating func mesh() throws(MeshError) -> Mesh {
    try chooseDimension()
    try mapNodes()
    try mergeRepeated()
    dropDetached()
    try flattenPlane()
    let (blocks, places) = compacted()
    keptElements = places
    let repaired = try oriented(blocks, places)
    let regions = regions(places, repaired)
    return Mesh(
      dimension: dimension, coordinates: coordinates, blocks: repaired, regions: regions)
  }

  private mutating func chooseDimension() throws(MeshError) {
    raw.elements.removeAll { $0.count == 0 }
    dimension = raw.elements.map(\.shape.dimension).max() ?? 0
    guard dimension >= 2 else {
      let what = raw.elements.isEmpty ? "no elements" : "only points and lines"
      throw unsuitable("the mesh has \(what); a domain of plane cells or bodies is needed")
    }
    try checkNodeSets()
    let total = raw.elements.reduce(0) { $0 + $1.count }
    guard total < Int(Int32.max) else {
      throw unsuitable("\(total) elements; at most 2^31 − 2 fit")
    }
  }

  /// Neighbours share all nodes of their common sides only if all have the same kinds of nodes.
  private func checkNodeSets() throws(MeshError) {
    let bent = raw.elements.filter { $0.shape != .point }
    func example(_ set: NodeSet) -> RawMesh.Elements? {
      bent.first { $0.nodeSet == set && !$0.shape.quadrilaterals.isEmpty }
    }
    func named(_ elements: RawMesh.Elements) -> String {
      "element \(elements.numbers[0]) is a \(elements.nodesPerCell)-node \(elements.shape.rawValue)"
    }
    if let first = bent.first(where: { $0.nodeSet == .corners }),
      let second = bent.first(where: { $0.nodeSet != .corners })
    {
      throw unsuitable(
        "cells of first and second order are mixed (\(named(first)), \(named(second))); save all "
          + "elements with the same order")
    }
    if let few = example(.serendipity), let many = example(.complete) {
      throw unsuitable(
        "second-order cells with and without nodes inside their quadrilaterals are mixed "
          + "(\(named(few)), \(named(many))); save all with the same Mesh.SecondOrderIncomplete")
    }
  }

  // MARK: Nodes

  private mutating func mapNodes() throws(MeshError) {
    let map: NodeNumbers
    switch NodeNumbers.make(raw.nodeNumbers) {
    case .success(let made): map = made
    case .failure(let repeated):
      throw .badNode(
        at: scanner.place(raw.nodeOffsets[repeated.index]), node: raw.nodeNumbers[repeated.index],
        defect: "is listed twice")
    }
    for (list, elements) in raw.elements.enumerated() {
      let perCell = elements.nodesPerCell
      var points: [Int32] = []
      points.reserveCapacity(elements.nodes.count)
      for (index, node) in elements.nodes.enumerated() {
        guard let point = map.point(node) else {
          throw defect(list, index / perCell, .unknownNode(node))
        }
        points.append(point)
      }
      for element in 0..<elements.count {
        let base = element * perCell
        for i in base..<base + perCell {
          for j in i + 1..<base + perCell where points[i] == points[j] {
            throw defect(list, element, .repeatedNode(elements.nodes[i]))
          }
        }
      }
      connectivity.append(points)
      raw.elements[list].nodes = []
    }
  }

  // MARK: What the domain does not need

  private mutating func dropDetached() {
    var used = [Bool](repeating: false, count: raw.nodeNumbers.count)
    for (list, elements) in raw.elements.enumerated() where elements.shape.dimension == dimension {
      for point in connectivity[list] { used[Int(point)] = true }
    }
    for (list, elements) in raw.elements.enumerated() where elements.shape.dimension < dimension {
      let perCell = elements.nodesPerCell
      var dropped = 0
      for element in 0..<elements.count where kept[list][element] {
        let nodes = connectivity[list][element * perCell..<(element + 1) * perCell]
        if !nodes.allSatisfy({ used[Int($0)] }) {
          kept[list][element] = false
          dropped += 1
        }
      }
      if dropped > 0 {
        notes.append(
          "Left out, since they touch the domain nowhere or not with all nodes: "
            + counted(dropped, elements.shape.rawValue, elements.shape.plural) + ".")
      }
    }
    var number = [Int32](repeating: -1, count: used.count)
    var count: Int32 = 0
    var compact: [Double] = []
    for point in used.indices where used[point] {
      number[point] = count
      count += 1
      keptNodes.append(Int32(point))
      for axis in 0..<3 { compact.append(raw.coordinates[3 * point + axis]) }
    }
    let unused = used.count - Int(count)
    if unused > 0 {
      notes.append(
        "Left out, since no cell of the domain uses them: " + counted(unused, "node", "nodes")
          + ".")
    }
    for list in connectivity.indices {
      for index in connectivity[list].indices {
        connectivity[list][index] = number[Int(connectivity[list][index])]
      }
    }
    coordinates = compact
    raw.coordinates = []
  }

  /// A mesh of plane cells lies in a plane of constant z, which is dropped.
  private mutating func flattenPlane() throws(MeshError) {
    guard dimension == 2 else { return }
    var lower = SIMD3(repeating: Double.infinity)
    var upper = -lower
    for base in stride(from: 0, to: coordinates.count, by: 3) {
      let point = SIMD3(coordinates[base], coordinates[base + 1], coordinates[base + 2])
      lower = pointwiseMin(lower, point)
      upper = pointwiseMax(upper, point)
    }
    let extent = upper - lower
    guard extent.z <= 1e-10 * max(extent.x, extent.y) else {
      throw unsuitable(
        "the cells are a surface in space (z from \(lower.z) to \(upper.z)); a plane mesh "
          + "needs one value of z, a body needs cells that fill it")
    }
    var flat: [Double] = []
    flat.reserveCapacity(coordinates.count / 3 * 2)
    for base in stride(from: 0, to: coordinates.count, by: 3) {
      flat.append(coordinates[base])
      flat.append(coordinates[base + 1])
    }
    coordinates = flat
  }

  /// One block for each list that has cells left, the domain first, and for each block its list and
  /// the element of each cell.
  private func compacted() -> ([CellBlock], [(list: Int, elements: [Int32])]) {
    var blocks: [CellBlock] = []
    var places: [(list: Int, elements: [Int32])] = []
    let lists = raw.elements.indices.sorted {
      (-raw.elements[$0].shape.dimension, $0) < (-raw.elements[$1].shape.dimension, $1)
    }
    for list in lists {
      let elements = raw.elements[list]
      let perCell = elements.nodesPerCell
      let staying = (0..<Int32(elements.count)).filter { kept[list][Int($0)] }
      guard !staying.isEmpty else { continue }
      var nodes = connectivity[list]
      if staying.count < elements.count {
        nodes = staying.flatMap { nodes[Int($0) * perCell..<(Int($0) + 1) * perCell] }
      }
      blocks.append(
        CellBlock(shape: elements.shape, nodes: elements.nodeSet, connectivity: nodes))
      places.append((list, staying))
    }
    return (blocks, places)
  }

  // MARK: Geometry

  /// The blocks with all cells of the domain turned to positive measure.
  private mutating func oriented(
    _ blocks: [CellBlock], _ places: [(list: Int, elements: [Int32])]
  ) throws(MeshError) -> [CellBlock] {
    let mesh = Mesh(dimension: dimension, coordinates: coordinates, blocks: blocks)
    var result = blocks
    for index in mesh.topology.blockIndices(ofDimension: dimension) {
      let place = places[index]
      var check = CellCheck(mesh, block: index)
      var turned: [Int32] = []
      for cell in 0..<blocks[index].cellCount {
        switch check.verdict(cell) {
        case .sound: break
        case .inverted: turned.append(Int32(cell))
        case .bad(let problem): throw defect(place.list, Int(place.elements[cell]), problem)
        }
      }
      guard !turned.isEmpty else { continue }
      notes.append(
        "Turned round, since they were inverted (clockwise): "
          + counted(turned.count, blocks[index].shape.rawValue, blocks[index].shape.plural) + ".")
      result[index] = blocks[index].turning(turned)
    }
    return result
  }
}
