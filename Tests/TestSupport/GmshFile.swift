public import Meshes

/// A mesh as Gmsh would save it, in any of the variants of its format: for tests of the reader.
public struct GmshFile: Sendable {
  /// An element: number, type of Gmsh, physical groups, geometric entity, node numbers.
  public struct Element: Sendable {
    /// The number of the element.
    public var number: Int
    /// Gmsh's number for the kind of element.
    public var type: Int
    /// The physical groups, possibly negative.
    public var groups: [Int]
    /// The numbers of the nodes.
    public var nodes: [Int]

    /// An element from its parts.
    public init(number: Int, type: Int, groups: [Int], nodes: [Int]) {
      self.number = number
      self.type = type
      self.groups = groups
      self.nodes = nodes
    }
  }

  /// The version of the format.
  public enum Version: String, Sendable, CaseIterable {
    case two = "2.2", fourZero = "4.0", fourOne = "4.1"
  }
  /// Text, or binary with the lowest or the highest byte first.
  public enum Encoding: String, Sendable, CaseIterable { case text, little, big }
  /// A version in an encoding.
  public struct Variant: Sendable, CustomStringConvertible {
    /// The version.
    public let version: Version
    /// The encoding.
    public let encoding: Encoding
    /// "4.1 text".
    public var description: String { "\(version.rawValue) \(encoding.rawValue)" }
    /// All nine.
    public static let all = Version.allCases.flatMap { version in
      Encoding.allCases.map { Variant(version: version, encoding: $0) }
    }
    /// A version in an encoding.
    public init(version: Version, encoding: Encoding) {
      self.version = version
      self.encoding = encoding
    }
  }

  /// Nodes: number and three coordinates.
  public var nodes: [(number: Int, point: [Double])] = []
  /// The elements.
  public var elements: [Element] = []
  /// The names of physical groups.
  public var names: [(dimension: Int, tag: Int, name: String)] = []

  /// An empty file.
  public init() {}

  /// The cells and regions of a mesh, nodes and elements numbered from 1.
  public init(_ mesh: Mesh) {
    for index in 0..<mesh.pointCount {
      nodes.append((index + 1, Array(mesh.point(index)) + (mesh.dimension == 2 ? [0] : [])))
    }
    for (tag, region) in mesh.regions.enumerated() {
      names.append((region.dimension, tag + 1, region.name))
    }
    for (index, block) in mesh.blocks.enumerated() {
      let first = elements.count
      for cell in 0..<block.cellCount {
        elements.append(
          Element(
            number: elements.count + 1, type: GmshFile.type(block), groups: [],
            nodes: block.nodes(of: cell).map { Int($0) + 1 }))
      }
      for (tag, region) in mesh.regions.enumerated() {
        for member in region.members where member.block == index {
          for cell in member.cells { elements[first + Int(cell)].groups.append(tag + 1) }
        }
      }
    }
  }

  private static func type(_ block: CellBlock) -> Int {
    let (low, few, all) =
      switch block.shape {
      case .point: (15, 15, 15)
      case .line: (1, 8, 8)
      case .triangle: (2, 9, 9)
      case .quadrilateral: (3, 16, 10)
      case .tetrahedron: (4, 11, 11)
      case .hexahedron: (5, 17, 12)
      case .wedge: (6, 18, 13)
      case .pyramid: (7, 19, 14)
      }
    return block.nodeSet == .corners ? low : block.nodeSet == .serendipity ? few : all
  }

  private static func dimension(ofType type: Int) -> Int {
    switch type {
    case 15: 0
    case 1, 8: 1
    case 2, 3, 9, 10, 16: 2
    default: 3
    }
  }

  /// The file in a variant.
  public func bytes(_ variant: Variant) -> [UInt8] {
    var out = GmshOutput(variant.encoding)
    out.text("$MeshFormat\n\(variant.version.rawValue) \(variant.encoding == .text ? 0 : 1) 8\n")
    if variant.encoding != .text {
      out.int(1)
      out.text("\n")
    }
    out.text("$EndMeshFormat\n$PhysicalNames\n\(names.count)\n")
    for name in names { out.text("\(name.dimension) \(name.tag) \"\(name.name)\"\n") }
    out.text("$EndPhysicalNames\n")
    if variant.version == .two { writeVersion2(&out) } else { writeVersion4(variant.version, &out) }
    return out.bytes
  }

  /// The file as text.
  public func text(_ version: Version) -> String {
    String(decoding: bytes(Variant(version: version, encoding: .text)), as: UTF8.self)
  }

  private func writeVersion2(_ out: inout GmshOutput) {
    out.text("$Nodes\n\(nodes.count)\n")
    for node in nodes {
      out.int(node.number)
      for value in node.point { out.real(value) }
      out.newline()
    }
    out.end("Nodes")
    let count = elements.reduce(0) { $0 + max(1, $1.groups.count) }
    out.text("$Elements\n\(count)\n")
    var number = elements.map(\.number).max() ?? 0
    for element in elements {
      for (copy, group) in (element.groups.isEmpty ? [0] : element.groups).enumerated() {
        if copy > 0 { number += 1 }
        let shown = copy > 0 ? number : element.number
        // Text: number type tags; binary: type, one element, number of tags, number.
        for value in out.isText ? [shown, element.type, 2] : [element.type, 1, 2, shown] {
          out.int(value)
        }
        out.int(group)
        out.int(1)
        for node in element.nodes { out.int(node) }
        out.newline()
      }
    }
    out.end("Elements")
  }

  private func writeVersion4(_ version: Version, _ out: inout GmshOutput) {
    // One entity for each dimension and set of groups.
    var entities: [[(groups: [Int], elements: [Element])]] = [[], [], [], []]
    for element in elements {
      let dimension = GmshFile.dimension(ofType: element.type)
      if let known = entities[dimension].firstIndex(where: {
        $0.groups == element.groups && $0.elements[0].type == element.type
      }) {
        entities[dimension][known].elements.append(element)
      } else {
        entities[dimension].append((element.groups, [element]))
      }
    }
    out.text("$Entities\n")
    for dimension in 0...3 { out.size(entities[dimension].count) }
    out.newline()
    for dimension in 0...3 {
      for (tag, entity) in entities[dimension].enumerated() {
        out.int(tag + 1)
        let boxNumbers = dimension == 0 && version == .fourOne ? 3 : 6
        for _ in 0..<boxNumbers { out.real(0.5) }
        out.size(entity.groups.count)
        for group in entity.groups { out.int(group) }
        if dimension > 0 { out.size(0) }
        out.newline()
      }
    }
    out.end("Entities")
    let dimension = entities.lastIndex { !$0.isEmpty } ?? 0
    out.text("$Nodes\n")
    let numbers = nodes.map(\.number)
    let head =
      [1, nodes.count] + (version == .fourOne ? [numbers.min() ?? 0, numbers.max() ?? 0] : [])
    for value in head { out.size(value) }
    out.newline()
    for value in version == .fourOne ? [dimension, 1, 0] : [1, dimension, 0] { out.int(value) }
    out.size(nodes.count)
    out.newline()
    if version == .fourOne {
      for node in nodes {
        out.size(node.number)
        out.newline()
      }
    }
    for node in nodes {
      if version == .fourZero { out.int(node.number) }
      for value in node.point { out.real(value) }
      out.newline()
    }
    out.end("Nodes")
    out.text("$Elements\n")
    let blockCount = entities.reduce(0) { $0 + $1.count }
    let last = elements.map(\.number).max() ?? 0
    for value in [blockCount, elements.count] + (version == .fourOne ? [1, last] : []) {
      out.size(value)
    }
    out.newline()
    for dimension in 0...3 {
      for (tag, entity) in entities[dimension].enumerated() {
        let place = version == .fourOne ? [dimension, tag + 1] : [tag + 1, dimension]
        for value in place + [entity.elements[0].type] { out.int(value) }
        out.size(entity.elements.count)
        out.newline()
        for element in entity.elements {
          for value in [element.number] + element.nodes {
            if version == .fourOne { out.size(value) } else { out.int(value) }
          }
          out.newline()
        }
      }
    }
    out.end("Elements")
  }
}

/// Numbers as text or as bytes.
private struct GmshOutput {
  var bytes: [UInt8] = []
  let encoding: GmshFile.Encoding
  var isText: Bool { encoding == .text }

  init(_ encoding: GmshFile.Encoding) { self.encoding = encoding }

  mutating func text(_ text: String) { bytes += text.utf8 }
  mutating func newline() { if isText { bytes.append(10) } }
  mutating func end(_ section: String) { text((isText ? "" : "\n") + "$End\(section)\n") }

  private mutating func word(_ bits: UInt64, _ count: Int) {
    let little = (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
    bytes += encoding == .big ? little.reversed() : little
  }

  mutating func int(_ value: Int) {
    if isText { text("\(value) ") } else { word(UInt64(UInt32(truncatingIfNeeded: value)), 4) }
  }
  mutating func size(_ value: Int) {
    if isText { text("\(value) ") } else { word(UInt64(bitPattern: Int64(value)), 8) }
  }
  mutating func real(_ value: Double) {
    if isText { text("\(value) ") } else { word(value.bitPattern, 8) }
  }
}
