import Files
import LinearAlgebra
import Meshes
import ModelReduction
import SnapshotStore
import TestSupport
import Testing

private func complaint(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "accepted"
  } catch { return "\(error)" }
}

/// A mesh with nodes and cells in a random order, cells turned too; the place of each old node.
private func shuffled(
  _ mesh: Mesh, seed: UInt64, shift: Double = 0
) -> (mesh: Mesh, place: [Int]) {
  var random = SeededRandom(seed: seed)
  let origin = (0..<mesh.pointCount).shuffled(using: &random)
  var place = [Int](repeating: 0, count: origin.count)
  for (new, old) in origin.enumerated() { place[old] = new }
  let blocks = mesh.cellBlocks(ofDimension: mesh.dimension).map { block in
    let cells = (0..<block.cellCount).shuffled(using: &random).map { cell in
      let nodes = block.nodes(of: cell).map { Int32(place[Int($0)]) }
      return Array(nodes.dropFirst() + nodes.prefix(1))
    }
    return CellBlock(shape: block.shape, order: 1, connectivity: cells.flatMap { $0 })
  }
  let coordinates = origin.flatMap { mesh.point($0).map { $0 + shift } }
  return (
    Mesh(dimension: mesh.dimension, coordinates: coordinates, blocks: blocks, regions: []), place
  )
}

/// A grid of triangles with a region on its left side.
private func plate(_ n: Int) -> Mesh {
  var coordinates: [Double] = []
  for j in 0...n { for i in 0...n { coordinates += [Double(i) / 7, Double(j * j) / 3] } }
  var cells: [Int32] = []
  for j in 0..<n {
    for i in 0..<n {
      let a = Int32(j * (n + 1) + i)
      let up = Int32(n + 1)
      cells += [a, a + 1, a + up + 1, a, a + up + 1, a + up]
    }
  }
  var side: [Int32] = []
  for j in 0..<n { side += [Int32(j * (n + 1)), Int32((j + 1) * (n + 1))] }
  return Mesh(
    dimension: 2, coordinates: coordinates,
    blocks: [
      CellBlock(shape: .triangle, order: 1, connectivity: cells),
      CellBlock(shape: .line, order: 1, connectivity: side),
    ],
    regions: [
      Region(
        name: "left", dimension: 1, members: [.init(block: 1, cells: (0..<Int32(n)).map { $0 })])
    ])
}

/// T = 3 x + y² and u = (x, y, T) + run at the points of a mesh.
private func write(_ mesh: Mesh, _ path: String, run: Double) throws {
  var file = VTUFile(mesh, cells: .everyDimension)
  let points = (0..<mesh.pointCount).map { Array(mesh.point($0)) }
  file.addPointField("T", points.map { 3 * $0[0] + $0[1] * $0[1] + run })
  file.addPointField("u", points.flatMap { [$0[0] + run, $0[1], 3 * $0[0]] }, components: 3)
  try file.write(to: path)
}

@Suite struct `Nodes in another order` {
  @Test func `runs are brought into the order of the mesh that was given, with its regions`() throws
  {
    try inFolder { folder in
      let mesh = plate(6)
      var manifest = "path,run\n"
      for run in 1...4 {
        try write(
          shuffled(mesh, seed: UInt64(run)).mesh, "\(folder)/\(run).vtu", run: Double(run))
        manifest += "\(run).vtu,\(run)\n"
      }
      try FileBytes.write(manifest, to: "\(folder)/m.csv")
      let refusal = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: "\(folder)/r", mesh: mesh)
      }
      #expect(refusal.contains("--match coordinates takes"), "\(refusal)")
      let done = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/s", fields: ["T", "u"], mesh: mesh,
        matching: .coordinates)
      #expect(done.importedRuns == 4)
      #expect(try done.store.mesh()?.regionNames == ["left"])
      try write(mesh, "\(folder)/all.vtu", run: 0)
      for (field, width) in [("T", 1), ("u", 3)] {
        let expected = try FieldSnapshots(vtu: ["\(folder)/all.vtu"], field: field).snapshots(0..<1)
        let stored = try done.store.snapshots(of: field).snapshots(0..<4)
        for run in 0..<4 {
          for i in 0..<stored.rowCount {
            let shift = width == 1 || i % 3 == 0 ? Double(run + 1) : 0
            #expect(abs(stored[i, run] - expected[i, 0] - shift) < 1e-12)
          }
        }
      }
      // Without a mesh the order is that of the first run; imported again nothing is read.
      let own = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/t", matching: .coordinates)
      let again = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/t", matching: .coordinates)
      #expect(own.importedRuns == 4 && again.skippedRuns == 4)
      let states = try own.store.snapshots().snapshots(0..<4)
      for run in 1..<4 {
        #expect(
          zip(states.column(run), states.column(0)).allSatisfy {
            abs($0 - $1 - Double(run)) < 1e-12
          })
      }
    }
  }

  @Test func `coordinates of six digits match those of the deck`() throws {
    try inFolder { folder in
      // Far from the origin, so that printing moves nodes by much more than 1e-9 of the size.
      let mesh = shuffled(plate(5), seed: 9, shift: 123).mesh
      let printed = Mesh(
        dimension: 2,
        coordinates: mesh.coordinates.map { ($0 * 1000).rounded() / 1000 },
        blocks: mesh.cellBlocks(ofDimension: 2), regions: [])
      try write(shuffled(printed, seed: 4).mesh, "\(folder)/1.vtu", run: 0)
      try FileBytes.write("path\n1.vtu\n", to: "\(folder)/m.csv")
      let done = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/s", mesh: mesh, matching: .coordinates)
      let values = try done.store.snapshots().snapshots(0..<1).values
      for i in 0..<mesh.pointCount {
        let (x, y) = (printed.point(i)[2 * i], printed.point(i)[2 * i + 1])
        #expect(abs(values[i] - 3 * x - y * y) < 1e-9)
      }
    }
  }

  @Test func `CalculiX results follow a deck with other numbers and keep its sets`() throws {
    try inFolder { folder in
      // The nodes of the deck in reverse order.
      var notes: [String] = []
      let deck = try Mesh(reading: "\(samples)/hex.inp", notes: &notes)
      let n = deck.pointCount
      let block = try #require(deck.cellBlocks(ofDimension: 3).first)
      let turned = Mesh(
        dimension: 3, coordinates: (0..<n).reversed().flatMap { Array(deck.point($0)) },
        blocks: [
          CellBlock(
            shape: block.shape, nodes: block.nodeSet,
            connectivity: block.connectivity.map { Int32(n - 1) - $0 })
        ],
        regions: [Region(name: "body", dimension: 3, members: [.init(block: 0, cells: [0])])])
      try FileBytes.write("path\n\(samples)/hex.frd\n", to: "\(folder)/m.csv")
      let done = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/s", fields: ["DISP"], mesh: turned,
        matching: .coordinates)
      #expect(try done.store.mesh()?.regionNames == ["body"])
      let (found, sound) = (
        try done.store.snapshots().snapshots(0..<2),
        try FieldSnapshots(frd: "\(samples)/hex.frd").snapshots(0..<2)
      )
      for node in 0..<n {
        for c in 0..<3 { #expect(found[3 * (n - 1 - node) + c, 1] == sound[3 * node + c, 1]) }
      }
    }
  }

  @Test func `another mesh and doubtful places are refused with the first point`() throws {
    try inFolder { folder in
      let mesh = plate(3)
      func message(_ run: Mesh, onto expected: Mesh? = nil) throws -> String {
        try write(run, "\(folder)/1.vtu", run: 0)
        try FileBytes.write("path\n1.vtu\n", to: "\(folder)/m.csv")
        return complaint {
          _ = try SnapshotImport(
            manifest: "\(folder)/m.csv", into: "\(folder)/s", mesh: expected ?? mesh,
            matching: .coordinates)
        }
      }
      // A node that moved.
      let (other, place) = shuffled(mesh, seed: 3)
      var coordinates = other.coordinates
      coordinates[2 * place[5]] += 0.1
      let blocks = other.cellBlocks(ofDimension: 2)
      let moved = try message(
        Mesh(dimension: 2, coordinates: coordinates, blocks: blocks, regions: []))
      #expect(moved.contains("no node at (0.14285714285714285, 0.3333333333333333)"), "\(moved)")
      #expect(moved.contains("where node 6 should be"), "\(moved)")
      // Two nodes in one place, as along a crack.
      let crack = Mesh(
        dimension: 2, coordinates: [0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1],
        blocks: [CellBlock(shape: .triangle, order: 1, connectivity: [0, 1, 2, 3, 4, 5])],
        regions: [])
      let twice = try message(
        Mesh(
          dimension: 2, coordinates: [1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1],
          blocks: [CellBlock(shape: .triangle, order: 1, connectivity: [1, 0, 2, 3, 4, 5])],
          regions: []), onto: crack)
      #expect(twice.contains("nodes 1, 4 at (1.0, 0.0), where node 2 alone should be"), "\(twice)")
      // Another triangulation of the same nodes.
      var cells = mesh.cellBlocks(ofDimension: 2)[0].connectivity
      cells[2] = cells[5]
      cells[3] = cells[1]
      let flipped = try message(
        Mesh(
          dimension: 2, coordinates: mesh.coordinates,
          blocks: [CellBlock(shape: .triangle, order: 1, connectivity: cells)], regions: []))
      #expect(flipped.contains("cell 1 over the nodes 1 2 5"), "\(flipped)")
      #expect(try message(plate(2)).contains("a mesh of 9 nodes instead of 16"))
      // Numbers alone have no nodes.
      try FileBytes.write("1\n2\n", to: "\(folder)/a.csv")
      try FileBytes.write("path\na.csv\n", to: "\(folder)/m.csv")
      let none = complaint {
        _ = try SnapshotImport(
          manifest: "\(folder)/m.csv", into: "\(folder)/u", mesh: mesh, matching: .coordinates)
      }
      #expect(none.contains("brings no mesh"), "\(none)")
    }
  }
}
