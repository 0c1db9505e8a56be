import Meshes
import RealModule
import TestSupport
import Testing

@Suite struct `Mesh reports` {
  @Test func `the regular cells have quality one and their known angles`() {
    let triangle = Mesh(
      dimension: 2, coordinates: [0, 0, 1, 0, 0.5, 3.0.squareRoot() / 2],
      blocks: [CellBlock(shape: .triangle, order: 1, connectivity: [0, 1, 2])])
    let flat = Quality(triangle)
    #expect(abs(flat.lowest - 1) < 1e-14 && abs(flat.smallestAngle - 60) < 1e-10)
    let tetrahedron = Mesh(
      dimension: 3, coordinates: [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1],
      blocks: [CellBlock(shape: .tetrahedron, order: 1, connectivity: [0, 1, 2, 3])])
    let solid = Quality(tetrahedron)
    #expect(abs(solid.lowest - 1) < 1e-14)
    #expect(abs(solid.smallestAngle - Double.acos(1.0 / 3) * 180 / .pi) < 1e-10)
    #expect(abs(solid.longestEdge - 8.0.squareRoot()) < 1e-15)
  }

  @Test(arguments: [
    (
      CellShape.hexahedron,
      [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1],
      90.0
    ),
    (
      .wedge,
      [
        0, 0, 0, 1, 0, 0, 0.5, 3.0.squareRoot() / 2, 0, 0, 0, 1, 1, 0, 1, 0.5, 3.0.squareRoot() / 2,
        1,
      ], 60
    ),
    // Half of a regular octahedron.
    (
      .pyramid, [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0.5, 0.5, 0.5.squareRoot()],
      Double.acos(1 / 3.0.squareRoot()) * 180 / .pi
    ),
  ])
  func `the regular body of each shape has quality one and its known angle`(
    shape: CellShape, coordinates: [Double], angle: Double
  ) {
    let corners = Array(0..<Int32(shape.vertexCount))
    func quality(_ coordinates: [Double]) -> Quality {
      Quality(
        Mesh(
          dimension: 3, coordinates: coordinates,
          blocks: [CellBlock(shape: shape, nodes: .corners, connectivity: corners)]))
    }
    let regular = quality(coordinates)
    #expect(abs(regular.lowest - 1) < 1e-14 && regular.ratios.count == 1)
    #expect(abs(regular.smallestAngle - angle) < 1e-5)
    // Sheared, all bodies are worse.
    var sheared = coordinates
    for corner in 0..<shape.vertexCount { sheared[3 * corner] += 2 * sheared[3 * corner + 2] }
    #expect(quality(sheared).lowest < 0.7)
    #expect(quality(sheared).smallestAngle < angle - 5)
  }

  @Test func `a quadrilateral facet against two triangles is diagnosed`() {
    let brick = Box(size: [1, 1, 1], cells: [1, 1, 1], shape: .hexahedron).mesh()
    let halves = Box(size: [1, 1, 1], cells: [1, 1, 1], origin: [1, 0, 0], shape: .tetrahedron)
      .mesh()
    // The points of the second box with x = 1 are those of the first.
    let joined = halves.blocks[0].connectivity.map { node -> Int32 in
      node.isMultiple(of: 2) ? node + 1 : node + 8
    }
    let mesh = Mesh(
      dimension: 3, coordinates: brick.coordinates + halves.coordinates,
      blocks: [
        brick.blocks[0], CellBlock(shape: .tetrahedron, nodes: .corners, connectivity: joined),
      ])
    let report = MeshReport(mesh)
    #expect(report.warnings.contains { $0.hasPrefix("1 quadrilateral facets lie against") })
  }

  @Test func `a sound mesh has no warning and its description names every region`() {
    for mesh in samples {
      let report = MeshReport(mesh, notes: ["something was mended"])
      #expect(report.warnings.isEmpty)
      #expect(report.componentCount == 1)
      let text = report.description
      for name in mesh.regionNames { #expect(text.contains("\"\(name)\"")) }
      #expect(text.contains("something was mended"))
    }
  }

  @Test func `islands, cracks, loose sides, unnamed cells and crowded facets are diagnosed`() {
    let parts = Mesh(
      dimension: 2, coordinates: [0, 0, 1, 0, 0, 1, 1, 0, 2, 0, 1, 1, 0.5, 0.5],
      blocks: [
        CellBlock(shape: .triangle, order: 1, connectivity: [0, 1, 2, 3, 4, 5]),
        CellBlock(shape: .line, order: 1, connectivity: [0, 4]),
      ],
      regions: [
        Region(name: "half", dimension: 2, members: [.init(block: 0, cells: [0])])
      ])
    let report = MeshReport(parts)
    #expect(report.componentCount == 2)
    for words in ["2 pieces", "1 points lie exactly", "no sides of cells", "1 cells of the domain"]
    {
      #expect(report.warnings.contains { $0.contains(words) }, "\(words) in \(report.warnings)")
    }
    let fan = Mesh(
      dimension: 2, coordinates: [0, 0, 1, 0, 0, 1, 0.5, 1, 1, 1],
      blocks: [
        CellBlock(shape: .triangle, order: 1, connectivity: [0, 1, 2, 0, 1, 3, 0, 1, 4])
      ])
    #expect(MeshReport(fan).warnings.contains { $0.contains("more than two cells") })
  }

  @Test func `the fingerprint is SHA-256 and sees every part of a mesh`() {
    let mesh = samples[0]
    let hash = mesh.hash
    #expect(hash.count == 64)
    // The stream of words, hashed by another implementation of SHA-256.
    let one = Mesh(
      dimension: 2, coordinates: [0, -0.0, 1, 0, 0.5, 2],
      blocks: [CellBlock(shape: .triangle, order: 1, connectivity: [0, 1, 2])],
      regions: [Region(name: "a", dimension: 2, members: [.init(block: 0, cells: [0])])])
    #expect(one.hash == "3afb920aee6838f6d7cf64b4c8e6a90eb4a040261bbc5979e997e8eb8e8d7556")
    var coordinates = mesh.coordinates
    coordinates[5] = coordinates[5].nextUp
    #expect(mesh.moved(to: coordinates).hash != hash)
    let renamed = mesh.regions.map {
      Region(name: $0.name + "x", dimension: $0.dimension, members: $0.members)
    }
    let other = Mesh(
      dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks, regions: renamed)
    #expect(other.hash != hash)
    let same = Mesh(
      dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks, regions: mesh.regions)
    #expect(same.hash == hash)
  }
}
