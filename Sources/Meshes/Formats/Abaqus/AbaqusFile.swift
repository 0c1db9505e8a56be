/// A mesh to be written as an input deck of Abaqus and CalculiX: nodes, elements, and the regions as
/// sets and surfaces.
///
/// Regions of the domain become sets of elements, regions of facets surfaces of element faces,
/// regions of points sets of nodes; numbers begin at 1. Names are compared without regard to case by
/// both programs.
public struct AbaqusFile: Sendable {
  /// The mesh.
  public let mesh: Mesh
  /// What a deck cannot hold of the mesh, one sentence each.
  public private(set) var losses: [String] = []
  private let facets: FacetNumbering
  /// For each block of the domain the number of cells before it.
  private let firstNumbers: [Int: Int]

  /// A deck for a mesh.
  public init(_ mesh: Mesh) {
    self.mesh = mesh
    facets = FacetNumbering(mesh.topology)
    var first: [Int: Int] = [:]
    var count = 0
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      first[index] = count
      count += mesh.blocks[index].cellCount
    }
    firstNumbers = first
    losses = lost()
  }

  /// Writes the file; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `MeshError.unwritable` with the system's reason, `unsuitable` for cells that Abaqus
  ///   does not have.
  public func write(to path: String) throws(MeshError) {
    for block in mesh.cellBlocks(ofDimension: mesh.dimension)
    where AbaqusElementType.name(block.shape, block.nodeSet) == nil {
      throw .unsuitable(
        path: path,
        reason:
          "Abaqus has no \(block.shape.rawValue) of \(block.nodesPerCell) nodes; write .msh or "
          + ".vtu")
    }
    try MeshError.writing(Array(text.utf8), to: path)
  }

  private func lost() -> [String] {
    var losses: [String] = []
    let low = mesh.dimension - 1
    for region in mesh.regions where region.dimension > 0 && region.dimension < low {
      losses.append("Region '\(region.name)' of lines becomes a set of its nodes.")
    }
    var named: [Int: Set<Int32>] = [:]
    for region in mesh.regions {
      for member in region.members { named[member.block, default: []].formUnion(member.cells) }
    }
    for (index, block) in mesh.blocks.enumerated() where block.dimension < mesh.dimension {
      let count = block.cellCount - (named[index]?.count ?? 0)
      if count > 0 {
        losses.append("\(count) \(block.shape.plural) in no region are not written.")
      }
    }
    var loose = 0
    for region in mesh.regions where region.dimension == low && low > 0 {
      for member in region.members {
        loose += member.cells.count { face(member.block, $0) == nil }
      }
    }
    if loose > 0 { losses.append("\(loose) cells of surfaces are no sides of cells: not written.") }
    let names = mesh.regions.map { "\($0.dimension) \($0.name.uppercased())" }
    if Set(names).count < names.count {
      losses.append("Regions whose names differ by case only become one.")
    }
    return losses
  }

  // MARK: Text

  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
        || "_-.+/:#".utf8.contains($0)
    }
    if isPlain, let first = name.first, !first.isNumber { return name }
    let safe = String.UnicodeScalarView(
      name.unicodeScalars.map { $0 == "\"" ? "'" : $0.value < 32 ? " " : $0 })
    return "\"\(String(safe))\""
  }

  /// A number of at most 20 characters, which is all that both programs read; a longer one loses its
  /// last digits.
  static func field(_ value: Double) -> String {
    let text = "\(value)"
    guard text.utf8.count > 20 else { return text }
    let parts = text.split(separator: "e")
    let exponent = parts.count == 2 ? "e" + parts[1] : ""
    return parts[0].prefix(20 - exponent.utf8.count) + exponent
  }

  private static func append(_ numbers: [Int], to text: inout String) {
    for start in stride(from: 0, to: numbers.count, by: 12) {
      let row = numbers[start..<min(start + 12, numbers.count)]
      text += row.map { "\($0)" }.joined(separator: ", ") + ",\n"
    }
  }

  /// The whole deck.
  public var text: String {
    var text = "*HEADING\nA mesh of \(mesh.pointCount) nodes\n*NODE\n"
    for point in 0..<mesh.pointCount {
      text += "\(point + 1)"
      for value in mesh.point(point) { text += ", " + AbaqusFile.field(value) }
      text += mesh.dimension == 2 ? ", 0.\n" : "\n"
    }
    var number = 0
    for index in mesh.topology.blockIndices(ofDimension: mesh.dimension) {
      let block = mesh.blocks[index]
      let name = AbaqusElementType.name(block.shape, block.nodeSet) ?? ""
      text += "*ELEMENT, TYPE=\(name)\n"
      let order = VTKCell.nodeOrder(block.shape, block.nodeSet)
      for cell in 0..<block.cellCount {
        number += 1
        let nodes = Array(block.nodes(of: cell))
        AbaqusFile.append([number] + order.map { Int(nodes[$0]) + 1 }, to: &text)
        // Behind the last node there is no comma.
        text.removeLast(2)
        text += "\n"
      }
    }
    for region in mesh.regions {
      let name = AbaqusFile.quoted(region.name)
      if region.dimension == mesh.dimension {
        text += "*ELSET, ELSET=\(name)\n"
        AbaqusFile.append(
          region.members.flatMap { member in
            member.cells.map { (firstNumbers[member.block] ?? 0) + Int($0) + 1 }
          }, to: &text)
      } else if region.dimension == mesh.dimension - 1 {
        text += "*SURFACE, NAME=\(name), TYPE=ELEMENT\n"
        for member in region.members {
          for cell in member.cells {
            guard let (element, face) = face(member.block, cell) else { continue }
            text += "\(element), S\(face)\n"
          }
        }
      } else {
        text += "*NSET, NSET=\(name)\n"
        let nodes = region.members.flatMap { member in
          member.cells.flatMap { mesh.blocks[member.block].nodes(of: Int($0)) }
        }
        AbaqusFile.append(Set(nodes).sorted().map { Int($0) + 1 }, to: &text)
      }
    }
    return text
  }

  /// The element (from 1) of which a cell is a side, and the number of the side.
  private func face(_ block: Int, _ cell: Int32) -> (element: Int, face: Int)? {
    let corners = mesh.blocks[block].vertices(of: Int(cell))
    guard let facet = facets.facet(withVertices: corners) else { return nil }
    let element = Int(facets.cells[2 * facet])
    for (index, start) in firstNumbers
    where element >= start && element < start + mesh.blocks[index].cellCount {
      let parent = mesh.blocks[index]
      let vertices = Array(parent.vertices(of: element - start))
      let wanted = Set(corners)
      let faces = AbaqusElementType(shape: parent.shape, nodes: parent.nodeSet, isShell: false)
        .faces
      if let face = faces.firstIndex(where: { Set($0.map { vertices[$0] }) == wanted }) {
        return (element + 1, face + 1)
      }
    }
    return nil
  }
}
