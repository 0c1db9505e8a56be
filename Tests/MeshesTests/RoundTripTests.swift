import Foundation
import Meshes
import Testing

/// What must survive: each region by name and dimension, its cells by number and measure.
private func inventory(_ mesh: Mesh) -> [String: [Double]] {
  var found: [String: [Double]] = [:]
  for region in mesh.regions {
    // Measures in units of 2^-40, so that rounding does not count.
    found["\(region.dimension) \(region.name)"] = [
      Double(region.cellCount), (mesh.measure(of: region) * 0x1p40).rounded(),
    ]
  }
  return found
}

/// A box with overlapping regions of every dimension that all three formats hold.
private func sample(_ shape: CellShape, _ nodes: NodeSet) -> Mesh {
  let isSolid = shape.dimension == 3
  var mesh = Box(
    size: isSolid ? [1, 2, 3] : [1, 2], cells: isSolid ? [2, 1, 2] : [3, 2], shape: shape
  ).mesh()
  if nodes != .corners { mesh = mesh.withEdgeNodes(nodes) }
  let domain = mesh.topology.blockIndices(ofDimension: mesh.dimension)
  var regions = mesh.regions
  func cells(_ name: String, _ keep: (Int32) -> Bool) {
    regions.append(
      Region(
        name: name, dimension: mesh.dimension,
        members: domain.map { block in
          Region.Member(
            block: block, cells: (0..<Int32(mesh.blocks[block].cellCount)).filter(keep))
        }))
  }
  cells("all of it") { _ in true }
  cells("even") { $0.isMultiple(of: 2) }
  cells("first & <last>") { $0 == 0 || $0 == 3 }
  // Three points that are no facet.
  let points = CellBlock(shape: .point, order: 1, connectivity: [0, Int32(mesh.pointCount - 1), 1])
  regions.append(
    Region(
      name: "even", dimension: 0, members: [Region.Member(block: mesh.blocks.count, cells: [0, 1])])
  )
  regions.append(
    Region(
      name: "probes", dimension: 0,
      members: [Region.Member(block: mesh.blocks.count, cells: [1, 2])]))
  return Mesh(
    dimension: mesh.dimension, coordinates: mesh.coordinates, blocks: mesh.blocks + [points],
    regions: regions)
}

@Suite struct `Meshes carried through all formats` {
  @Test(arguments: [
    (CellShape.triangle, NodeSet.corners), (.triangle, .complete), (.quadrilateral, .corners),
    (.tetrahedron, .corners), (.tetrahedron, .complete), (.hexahedron, .corners),
    (.wedge, .corners),
    (.quadrilateral, .serendipity), (.hexahedron, .serendipity), (.wedge, .serendipity),
  ])
  func `every group survives from msh to inp to vtu to msh`(
    shape: CellShape, nodes: NodeSet
  ) throws {
    let start = sample(shape, nodes)
    let wanted = inventory(start)
    var notes: [String] = []
    let msh = try Mesh(
      bytes: Array(MSHFile(start, version: .fourOne).text.utf8), file: "a.msh", notes: &notes)
    #expect(inventory(msh) == wanted)
    let deck = AbaqusFile(msh)
    #expect(deck.losses.isEmpty)
    let inp = try Mesh(bytes: Array(deck.text.utf8), file: "a.inp", notes: &notes)
    #expect(inventory(inp) == wanted)
    let vtu = try withFolder { folder in
      let path = folder.appendingPathComponent("a.vtu").path
      try VTUFile(inp, cells: .everyDimension).write(to: path)
      return try Mesh(reading: path, notes: &notes)
    }
    #expect(inventory(vtu) == wanted)
    let last = try Mesh(
      bytes: Array(MSHFile(vtu, version: .twoTwo).text.utf8), file: "a.msh", notes: &notes)
    #expect(inventory(last) == wanted)
    #expect(last.pointCount == start.pointCount && last.dimension == start.dimension)
  }

  @Test func `a deck holds no number of more than 20 characters`() {
    let box = Box(size: [1.0 / 3, 1], cells: [3, 3]).mesh()
    let mesh = box.moved(to: box.coordinates.map { ($0 - 0.4999) * 1.2345678901234567e-7 })
    for line in AbaqusFile(mesh).text.split(separator: "\n") where !line.hasPrefix("*") {
      #expect(line.split(separator: ",").allSatisfy { $0.utf8.count <= 21 })
    }
  }

  @Test func `what a deck cannot hold is told`() {
    let box = Box(size: [1, 1, 1], cells: [1, 1, 1], shape: .hexahedron).mesh()
    let line = CellBlock(shape: .line, order: 1, connectivity: [0, 1])
    let mesh = Mesh(
      dimension: 3, coordinates: box.coordinates, blocks: box.blocks + [line, line],
      regions: box.regions + [
        Region(
          name: "edge", dimension: 1,
          members: [Region.Member(block: box.blocks.count, cells: [0])])
      ])
    let losses = AbaqusFile(mesh).losses
    #expect(losses.contains { $0.contains("'edge' of lines becomes a set of its nodes") })
    #expect(losses.contains { $0.contains("1 lines in no region are not written") })
  }
}
