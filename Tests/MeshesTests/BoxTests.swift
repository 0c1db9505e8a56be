import Meshes
import TestSupport
import Testing

@Suite struct `Boxes` {
  @Test(arguments: Box.Split.allCases)
  func `a rectangle is filled and its sides have their lengths`(split: Box.Split) throws {
    let mesh = Box(size: [3, 0.7], cells: [5, 4], origin: [-1, 2], split: split).mesh()
    #expect(mesh.cellCount == (split == .crossed ? 80 : 40))
    for (name, size) in [
      ("*", 2.1), ("domain", 2.1), ("bottom", 3), ("top", 3), ("left", 0.7), ("right", 0.7),
    ] {
      let region = try #require(mesh.region(named: name))
      #expect(abs(mesh.measure(of: region) - size) <= 1e-14 * size, "\(name)")
    }
    expectSidesOnPlanes(
      mesh, [("left", 0, -1), ("right", 0, 2), ("bottom", 1, 2), ("top", 1, 2.7)])
    expectConforming(mesh)
  }

  @Test(arguments: [1, 2])
  func `a brick is filled and its sides have their areas`(order: Int) throws {
    var mesh = Box(size: [1, 2, 3], cells: [3, 2, 4], origin: [0, -1, 5]).mesh()
    if order == 2 { mesh = mesh.withEdgeNodes() }
    #expect(mesh.cellCount == 144 && mesh.order == order)
    for (name, size) in [
      ("*", 6.0), ("left", 6), ("right", 6), ("front", 3), ("back", 3), ("bottom", 2), ("top", 2),
    ] {
      let region = try #require(mesh.region(named: name))
      #expect(abs(mesh.measure(of: region) - size) <= 1e-13 * size, "\(name)")
    }
    expectSidesOnPlanes(
      mesh,
      [
        ("left", 0, 0), ("right", 0, 1), ("front", 1, -1), ("back", 1, 1), ("bottom", 2, 5),
        ("top", 2, 8),
      ])
    expectConforming(mesh)
  }

  private func expectSidesOnPlanes(_ mesh: Mesh, _ sides: [(String, Int, Double)]) {
    for (name, axis, value) in sides {
      for member in mesh.region(named: name)?.members ?? [] {
        for cell in member.cells {
          for node in mesh.blocks[member.block].nodes(of: Int(cell)) {
            #expect(mesh.coordinates[Int(node) * mesh.dimension + axis] == value, "\(name)")
          }
        }
      }
    }
  }

  /// Every cell has positive measure, the boundary cells are exactly the exterior facets, and the
  /// facets of each cell point outwards.
  private func expectConforming(_ mesh: Mesh) {
    #expect(mesh.cellMeasures(ofBlock: 0).allSatisfy { $0 > 0 })
    let facets = FacetNumbering(mesh.topology)
    #expect(facets.crowded.isEmpty)
    let exterior = Set(facets.exterior.map(Int.init))
    let block = mesh.blocks[1]
    let sides = Set(
      (0..<block.cellCount).compactMap { facets.facet(withVertices: block.vertices(of: $0)) })
    #expect(sides == exterior)
    #expect(block.cellCount == exterior.count)
  }

  @Test func `second order and back is the same mesh`() {
    for mesh in [samples[0], samples[2]] {
      let back = mesh.withEdgeNodes().vertexOnly()
      #expect(back.hash == mesh.hash)
    }
  }

  @Test func `edges are numbered once each, in the order of their ends`() {
    for mesh in [samples[0], samples[2]] {
      let edges = EdgeNumbering(mesh.topology)
      let ends = (0..<edges.count).map { [edges.vertices[2 * $0], edges.vertices[2 * $0 + 1]] }
      #expect(ends.allSatisfy { $0[0] < $0[1] })
      #expect(zip(ends, ends.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
      for (block, cellEdges) in zip(mesh.blocks, edges.cellEdges) {
        for cell in 0..<block.cellCount {
          let corners = Array(block.vertices(of: cell))
          for (local, edge) in block.shape.edges.enumerated() {
            let number = Int(cellEdges[cell * block.shape.edges.count + local])
            #expect(ends[number] == [corners[edge[0]], corners[edge[1]]].sorted())
          }
        }
      }
      // Euler's characteristic of a disc and of a ball is one.
      let facets = FacetNumbering(mesh.topology)
      let sum = mesh.pointCount - edges.count + (mesh.dimension == 3 ? facets.count : 0)
      #expect(sum + (mesh.dimension == 2 ? mesh.cellCount : -mesh.cellCount) == 1)
    }
  }

  @Test func `edges around a hub with very many cells are numbered like all others`() {
    let count: Int32 = 200
    // Spokes in an order that is not that of their numbers.
    let spokes = (0..<count).map { 1 + ($0 * 77) % count }
    var triangles: [Int32] = []
    for index in spokes.indices {
      triangles += [0, spokes[index], spokes[(index + 1) % spokes.count]]
    }
    let topology = MeshTopology(
      pointCount: Int(count) + 1,
      blocks: [CellBlock(shape: .triangle, order: 1, connectivity: triangles)], regions: [])
    let edges = EdgeNumbering(topology)
    #expect(edges.count == 2 * Int(count))
    for spoke in 0..<Int(count) {
      #expect(edges.vertices[2 * spoke] == 0 && Int(edges.vertices[2 * spoke + 1]) == spoke + 1)
    }
    let facets = FacetNumbering(topology)
    #expect(facets.exterior.count == Int(count) && facets.crowded.isEmpty)
  }

  @Test func `a moved mesh shares its topology and scales its measures`() throws {
    let mesh = samples[2]
    let moved = mesh.moved(to: mesh.coordinates.map { 2 * $0 })
    #expect(moved.topology === mesh.topology)
    let whole = try #require(mesh.region(named: "*"))
    #expect(abs(moved.measure(of: whole) - 8 * mesh.measure(of: whole)) < 1e-12)
    #expect(moved.hash != mesh.hash)
  }
}
