/// A mesh to be written in Gmsh's format as text: nodes, cells of every dimension and, as physical
/// groups, the regions.
///
/// Nodes and elements are numbered from 1 in the order of the mesh, physical groups in the order of
/// the regions of their dimension.
/// - Source: Gmsh reference manual, sections "MSH file format" and "Legacy formats".
public struct MSHFile: Sendable {
  /// The layout of the file.
  public enum Version: String, Sendable, Hashable, CaseIterable {
    /// 2.2: a line for each element and each of its groups; what most other programs read.
    case twoTwo = "2.2"
    /// 4.1: groups belong to geometric entities; one is made for each combination of groups.
    case fourOne = "4.1"
  }

  /// The mesh.
  public let mesh: Mesh
  /// The layout.
  public let version: Version

  /// A file for a mesh.
  public init(_ mesh: Mesh, version: Version = .fourOne) {
    self.mesh = mesh
    self.version = version
  }

  /// Writes the file; its name shows the whole of it or what was there before.
  ///
  /// - Throws: `MeshError.unwritable` with the system's reason.
  public func write(to path: String) throws(MeshError) {
    try MeshError.writing(Array(text.utf8), to: path)
  }

  /// The whole file.
  public var text: String {
    var text = "$MeshFormat\n\(version.rawValue) 0 8\n$EndMeshFormat\n"
    let groups = PhysicalGroups(mesh)
    if !mesh.regions.isEmpty {
      text += "$PhysicalNames\n\(mesh.regions.count)\n"
      for (region, tag) in zip(mesh.regions, groups.tags) {
        text += "\(region.dimension) \(tag) \"\(MSHFile.printable(region.name))\"\n"
      }
      text += "$EndPhysicalNames\n"
    }
    switch version {
    case .twoTwo: appendVersion2(groups, to: &text)
    case .fourOne: appendVersion4(groups, to: &text)
    }
    return text
  }

  /// A name that fits between double quotes in one line.
  private static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { $0 == "\"" ? "'" : $0.value < 32 ? " " : $0 }))
  }

  func appendPoint(_ point: Int, to text: inout String) {
    for value in mesh.point(point) { text += " \(value)" }
    text += mesh.dimension == 2 ? " 0\n" : "\n"
  }

  private func appendVersion2(_ groups: PhysicalGroups, to text: inout String) {
    text += "$Nodes\n\(mesh.pointCount)\n"
    for point in 0..<mesh.pointCount {
      text += "\(point + 1)"
      appendPoint(point, to: &text)
    }
    text += "$EndNodes\n$Elements\n"
    let count = groups.combination.joined().reduce(0) {
      $0 + max(1, groups.combinations[Int($1)].tags.count)
    }
    text += "\(count)\n"
    var number = 0
    for (block, combination) in zip(mesh.blocks, groups.combination) {
      let type = GmshElementType.number(block.shape, block.nodeSet)
      for cell in 0..<block.cellCount {
        let entity = Int(combination[cell])
        let tags = groups.combinations[entity].tags
        for tag in tags.isEmpty ? [0] : tags {
          number += 1
          text += "\(number) \(type) 2 \(tag) \(entity + 1)"
          for node in block.nodes(of: cell) { text += " \(node + 1)" }
          text += "\n"
        }
      }
    }
    text += "$EndElements\n"
  }
}

/// The physical groups of a mesh, and which combination of them each cell belongs to.
struct PhysicalGroups {
  /// Cells of one dimension in the same regions: a geometric entity of a Gmsh file.
  struct Combination: Hashable {
    let dimension: Int
    /// The physical groups, ascending; none for cells in no region.
    let tags: [Int]
  }

  /// The number of each region among those of its dimension, from 1.
  let tags: [Int]
  /// Every combination that occurs, by dimension and then in the order of its first cell.
  let combinations: [Combination]
  /// For each block the combination of each cell.
  let combination: [[Int32]]

  init(_ mesh: Mesh) {
    var next = [0, 0, 0, 0]
    tags = mesh.regions.map { region in
      next[region.dimension] += 1
      return next[region.dimension]
    }
    var known: [Combination: Int32] = [:]
    var found: [Combination] = []
    var cells: [[Int32]] = []
    for (index, block) in mesh.blocks.enumerated() {
      var own = [[Int]](repeating: [], count: block.cellCount)
      for (region, tag) in zip(mesh.regions, tags) {
        for member in region.members where member.block == index {
          for cell in member.cells { own[Int(cell)].append(tag) }
        }
      }
      cells.append(
        own.map { tags in
          let combination = Combination(dimension: block.dimension, tags: tags)
          if let number = known[combination] { return number }
          known[combination] = Int32(found.count)
          found.append(combination)
          return Int32(found.count - 1)
        })
    }
    let order = found.indices.sorted { (found[$0].dimension, $0) < (found[$1].dimension, $1) }
    var place = [Int32](repeating: 0, count: found.count)
    for (new, old) in order.enumerated() { place[old] = Int32(new) }
    combinations = order.map { found[$0] }
    combination = cells.map { $0.map { place[Int($0)] } }
  }
}
