import Foundation
import Meshes
import TestSupport
import Testing

func mesh(_ bytes: [UInt8]) throws -> (mesh: Mesh, notes: [String]) {
  var notes: [String] = []
  let mesh = try Mesh(bytes: bytes, file: "test.msh", notes: &notes)
  return (mesh, notes)
}

func mesh(_ text: String) throws -> (mesh: Mesh, notes: [String]) { try mesh(Array(text.utf8)) }

/// Boxes in the plane and in space, of first and of second order; the last ones of several shapes.
let samples = [
  Box(size: [2, 1], cells: [3, 2], split: .alternating).mesh(),
  Box(size: [2, 1], cells: [3, 2], origin: [0.1, -3], split: .crossed).mesh().withEdgeNodes(),
  Box(size: [1, 2, 3], cells: [2, 1, 2]).mesh(),
  Box(size: [1, 2, 3], cells: [1, 2, 1]).mesh().withEdgeNodes(),
  ShapedBox(.planarMixture).mesh(4, distortion: 0.3).withEdgeNodes(),
  ShapedBox(.solidMixture).mesh(4),
  ShapedBox(.solidMixture).mesh(4).withEdgeNodes(.serendipity),
]

@Suite struct `Gmsh files` {
  @Test(arguments: GmshFile.Variant.all, samples.indices)
  func `every variant of a mesh is read as the same mesh`(
    variant: GmshFile.Variant, index: Int
  ) throws {
    let original = samples[index]
    let (read, notes) = try mesh(GmshFile(original).bytes(variant))
    #expect(notes.isEmpty)
    #expect(read.coordinates == original.coordinates)
    #expect(read.blocks == original.blocks || variant.version != .two)
    #expect(read.regionNames == original.regionNames)
    for region in original.regions {
      let same = try #require(read.region(named: region.name))
      #expect(same.dimension == region.dimension)
      #expect(same.cellCount == region.cellCount)
      let exact = original.measure(of: region)
      #expect(abs(read.measure(of: same) - exact) <= 1e-12 * exact)
    }
    let text = GmshFile.Variant(version: variant.version, encoding: .text)
    try #expect(mesh(GmshFile(original).bytes(text)).mesh.hash == read.hash)
  }

  @Test(arguments: GmshFile.Variant.all)
  func `a cell in several groups is one cell in several regions`(
    variant: GmshFile.Variant
  ) throws {
    var file = GmshFile(samples[0])
    file.names.append((2, 77, "extra"))
    file.elements[1].groups.append(77)
    file.elements[4].groups.append(-77)
    let (read, notes) = try mesh(file.bytes(variant))
    #expect(read.cellCount == 12)
    #expect(read.region(named: "extra")?.cellCount == 2)
    #expect(read.region(named: "domain")?.cellCount == 12)
    #expect(notes.isEmpty == (variant.version != .two))
  }

  @Test(arguments: GmshFile.Variant.all)
  func `sparse and shuffled node numbers give the same geometry`(
    variant: GmshFile.Variant
  ) throws {
    var file = GmshFile(samples[2])
    let limit = variant.version == .fourOne ? 3_000_000_000 : 2_147_483_647
    var random = SeededRandom(seed: 5)
    let numbers = file.nodes.indices.map { limit - 1_000_003 * $0 }.shuffled(using: &random)
    for index in file.nodes.indices { file.nodes[index].number = numbers[index] }
    for index in file.elements.indices {
      file.elements[index].nodes = file.elements[index].nodes.map { numbers[$0 - 1] }
    }
    let (read, notes) = try mesh(file.bytes(variant))
    #expect(notes.isEmpty)
    #expect(read.coordinates == samples[2].coordinates)
    #expect(abs(read.measure(of: try #require(read.region(named: "*"))) - 6) < 1e-12)
  }

  @Test func `carriage returns and unknown sections change nothing`() throws {
    let text = GmshFile(samples[0]).text(.fourOne)
    let plain = try mesh(text).mesh
    let returns = try mesh(text.split(separator: "\n").joined(separator: "\r\n") + "\r\n").mesh
    #expect(returns.hash == plain.hash)
    let more =
      text.replacing(
        "$Nodes",
        with: "$Periodic\n1\n1 2 3\n$EndPeriodic\n$Whatever\n$ # 1e9\n$EndWhatever\n$Nodes")
      + "$NodeData\n1\n\"T\"\n1\n0\n3\n0\n1\n1\n1 0.5\n$EndNodeData\n"
    try #expect(mesh(more).mesh.hash == plain.hash)
  }

  @Test(arguments: samples.indices)
  func `inverted cells are turned and noted`(index: Int) throws {
    var file = GmshFile(samples[index])
    // A mirror image turns every cell of the domain.
    for node in file.nodes.indices { file.nodes[node].point[0] *= -1 }
    let (read, notes) = try mesh(file.text(.fourOne))
    let original = samples[index]
    #expect(notes.count == original.cellBlocks(ofDimension: original.dimension).count)
    #expect(notes.allSatisfy { $0.contains("inverted") })
    let everything = try #require(read.region(named: "*"))
    let exact = original.measure(of: try #require(original.region(named: "*")))
    #expect(abs(read.measure(of: everything) - exact) < 1e-12 * exact)
    for block in read.topology.blockIndices(ofDimension: read.dimension) {
      #expect(read.cellMeasures(ofBlock: block).allSatisfy { $0 > 0 })
      expectMiddles(read, read.blocks[block])
    }
  }

  /// Nodes of the straight samples lie in the middles of their edges, faces and cells.
  private func expectMiddles(_ mesh: Mesh, _ block: CellBlock) {
    let inner = block.shape.referenceNodes(block.nodeSet).dropFirst(block.shape.vertexCount)
    let corners = ShapeFunctions(block.shape, .corners)
    for cell in 0..<block.cellCount {
      let nodes = block.nodes(of: cell).map { Array(mesh.point(Int($0))) }
      for (place, node) in zip(inner, nodes.dropFirst(block.shape.vertexCount)) {
        let weights = corners.evaluate(at: place).values
        for axis in 0..<mesh.dimension {
          let middle = zip(weights, nodes).reduce(0) { $0 + $1.0 * $1.1[axis] }
          #expect(abs(node[axis] - middle) < 1e-14)
        }
      }
    }
  }

  @Test func `unused nodes are left out and noted`() throws {
    var file = GmshFile(samples[0])
    file.nodes.insert((500, [9, 9, 0]), at: 3)
    file.elements.append(.init(number: 900, type: 15, groups: [], nodes: [500]))
    let (read, notes) = try mesh(file.text(.two))
    #expect(read.coordinates == samples[0].coordinates)
    #expect(notes.count == 2)
    #expect(notes.contains { $0.hasSuffix("uses them: 1 node.") })
  }

  @Test func `a constant third coordinate is dropped`() throws {
    var file = GmshFile(samples[0])
    for node in file.nodes.indices { file.nodes[node].point[2] = 3.5 }
    try #expect(mesh(file.text(.fourOne)).mesh.coordinates == samples[0].coordinates)
  }

  @Test func `groups without a name are called after their number`() throws {
    var file = GmshFile(samples[0])
    file.names.removeAll { $0.name == "domain" || $0.name == "left" }
    let (read, _) = try mesh(file.text(.fourOne))
    #expect(read.regionNames == ["bottom", "physical 1", "physical 5", "right", "top"])
  }

  @Test func `a file without groups has everything in the star region`() throws {
    var file = GmshFile(samples[2])
    file.names = []
    for index in file.elements.indices { file.elements[index].groups = [] }
    for variant in GmshFile.Variant.all {
      let (read, _) = try mesh(file.bytes(variant))
      #expect(read.regions.isEmpty)
      #expect(read.region(named: "*")?.cellCount == samples[2].cellCount)
    }
  }

  @Test func `partition tags and the entities of parts change nothing`() throws {
    let file = GmshFile(samples[0])
    let plain = try mesh(file.text(.two)).mesh
    // Two more tags before the nodes: one partition, the first.
    let tagged = file.text(.two).split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      guard words.count > 6, words[2] == "2" else { return String(line) }
      return (words[0...1] + ["4"] + words[3...4] + ["1", "1"] + words[5...]).joined(separator: " ")
    }
    try #expect(mesh(tagged.joined(separator: "\n")).mesh.hash == plain.hash)
    let whole = file.text(.fourOne)
    let start = try #require(whole.range(of: "$Entities\n"))
    let end = try #require(whole.range(of: "$EndEntities\n"))
    // Tag, parent (dimension, tag), one partition, box, groups, no boundary.
    var parts = "$PartitionedEntities\n2\n1\n90 2\n"
    for (index, line) in whole[start.upperBound..<end.lowerBound].split(separator: "\n")
      .enumerated()
    {
      let words = line.split(separator: " ")
      parts +=
        index == 0
        ? line + "\n"
        : (words[...0] + ["1", "1", "1", "1"] + words[1...]).joined(separator: " ") + "\n"
    }
    parts += "$EndPartitionedEntities\n"
    let cut = whole[..<start.lowerBound] + parts + whole[end.upperBound...]
    try #expect(mesh(String(cut)).mesh.hash == mesh(whole).mesh.hash)
  }

  @Test func `a name that is not UTF-8 is read as Latin-1 and noted`() throws {
    var file = GmshFile(samples[0])
    file.names[0].name = "K#rper"
    let bytes = file.bytes(.init(version: .fourOne, encoding: .text)).map {
      $0 == UInt8(ascii: "#") ? 0xF6 : $0
    }
    let (read, notes) = try mesh(bytes)
    #expect(read.region(named: "Körper")?.cellCount == 12)
    #expect(notes.count == 1)
  }

  @Test func `a group that names no cells is noted`() throws {
    var file = GmshFile(samples[0])
    file.names.append((2, 99, "void"))
    let (read, notes) = try mesh(file.text(.fourOne))
    #expect(read.region(named: "void") == nil)
    #expect(notes == ["Physical groups without cells: void."])
  }

  @Test func `regions that share a name across dimensions are both kept`() throws {
    var file = GmshFile(samples[0])
    for index in file.names.indices where file.names[index].name == "left" {
      file.names[index].name = "domain"
    }
    let (read, _) = try mesh(file.text(.fourOne))
    #expect(read.region(named: "domain")?.dimension == 2)
    #expect(read.region(named: "domain", dimension: 1)?.cellCount == 2)
  }
}
