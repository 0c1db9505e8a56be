import Files
import LinearAlgebra
import Meshes
import ModelReduction
import SnapshotStore
import TestSupport
import Testing

private let series = """
  <Xdmf Version="3.0"><Domain><Grid Name="mesh"><Geometry GeometryType="XY">
  <DataItem Dimensions="4 2" Format="XML">0 0 1 0 1 1 0 1</DataItem></Geometry>
  <Topology TopologyType="Triangle" NodesPerElement="3"><DataItem NumberType="Int" Dimensions="2 3"
  Format="XML">0 1 2 0 2 3</DataItem></Topology></Grid>
  <Grid Name="s" GridType="Collection" CollectionType="Temporal">
  <Grid><xi:include xpointer="xpointer(//Grid[@Name=&quot;mesh&quot;]/*[self::Topology or
  self::Geometry])"/><Time Value="0.5"/><Attribute Name="T" Center="Node"><DataItem Dimensions="4"
  Format="XML">1 2 3 4.5</DataItem></Attribute></Grid>
  <Grid><xi:include xpointer="xpointer(//Grid[@Name=&quot;mesh&quot;]/*[self::Topology or
  self::Geometry])"/><Time Value="1.5"/><Attribute Name="T" Center="Node"><DataItem Dimensions="4"
  Format="XML">5 6 7 8</DataItem></Attribute></Grid></Grid></Domain></Xdmf>
  """

@Suite struct `Series of fields` {
  @Test func `files over one mesh are one matrix`() throws {
    try inFolder { folder in
      let names = (0..<3).map { "\(folder)/\($0).vtu" }
      for (k, name) in names.enumerated() { try writeGrid(square(), name, Double(k)) }
      let joined = try SnapshotFiles.open(names)
      #expect(joined.count == 3 && joined.dimension == 4 && joined.files.count == 1)
      #expect(try joined.snapshots(2..<3).values == (0..<4).map { 2 + Double($0) / 3 })
      let vectors = try SnapshotFiles.open(names.map { $0 + ":u" })
      #expect(vectors.dimension == 12)
      #expect(try vectors.read(rows: 7..<8, of: 1..<3).values == [1, 2])
      try PVDFile(
        steps: (0..<3).map { PVDFile.Step(time: Double($0) / 2, file: "\($0).vtu") }
      ).write(to: "\(folder)/all.pvd")
      let whole = try FieldSnapshots(pvd: "\(folder)/all.pvd", field: "u")
      #expect(whole.facts.times == [0, 0.5, 1] && whole.mesh?.regionNames == ["bottom", "plate"])
      #expect(try whole.snapshots(0..<3) == vectors.snapshots(0..<3))
      #expect(throws: SnapshotError.self) { try FieldSnapshots(vtu: names, field: "p") }
    }
  }

  @Test func `another mesh is refused with the first difference`() throws {
    try inFolder { folder in
      func message(_ mesh: Mesh) throws -> String {
        try writeGrid(square(), "\(folder)/a.vtu", 1)
        try writeGrid(mesh, "\(folder)/b.vtu", 1)
        do {
          let files = try SnapshotFiles.open(["\(folder)/a.vtu", "\(folder)/b.vtu"])
          _ = try files.snapshots(0..<2)
          return "accepted"
        } catch { return "\(error)" }
      }
      #expect(
        try message(square(last: [0, 0.5]))
          == "\(folder)/b.vtu: found another mesh: node 4 at (0.0, 0.5) instead of (0.0, 1.0), "
          + "expected the mesh of \(folder)/a.vtu")
      let turned = try message(square(diagonal: [0, 1, 3, 1, 2, 3]))
      #expect(turned.contains("cell 1 over the nodes 1 2 4 instead of 1 2 3"), "\(turned)")
    }
  }

  @Test func `steps of XDMF are snapshots with their times`() throws {
    try inFolder { folder in
      try FileBytes.write(series, to: "\(folder)/a.xdmf")
      let file = try SnapshotFiles.open("\(folder)/a.xdmf")
      #expect(file.count == 2 && file.facts.times == [0.5, 1.5])
      #expect(try file.snapshots(0..<2).values == [1, 2, 3, 4.5, 5, 6, 7, 8])
    }
  }

  @Test func `a folder of a run gives its queries`() throws {
    try inFolder { folder in
      try Folder.make("\(folder)/case.out/fields")
      try writeGrid(square(), "\(folder)/case.out/fields/query-0.vtu", 3)
      try PVDFile(steps: [.init(time: 0, file: "query-0.vtu")])
        .write(to: "\(folder)/case.out/fields/queries.pvd")
      #expect(try SnapshotFiles.open("\(folder)/case.out:u").dimension == 12)
      #expect(throws: SnapshotError.self) { try SnapshotFiles.open(folder) }
    }
  }
}

@Suite struct `Summaries` {
  @Test func `a file lists its parts with their facts`() throws {
    let results = try SnapshotSummary(of: "\(samples)/hex.frd")
    #expect(results.parts.map(\.dimension) == [60, 120, 20] && results.refused.isEmpty)
    #expect(results.parts[1].source.hasSuffix("hex.frd:STRESS"))
    let lists = try SnapshotSummary(of: "\(samples)/hex.dat")
    #expect(lists.parts.map(\.dimension) == [24, 162])
    try inFolder { folder in
      try writeGrid(square(), "\(folder)/a.vtu", 1)
      let grid = try SnapshotSummary(of: "\(folder)/a.vtu")
      #expect(grid.parts.map(\.dimension) == [4, 12])
      var basis = BasisFile(modes: DenseMatrix(rows: [[1, 2], [3, 4], [5, 6]]))
      basis.mean = [1, 2, 3]
      for name in ["b.npz", "b.h5"] {
        try basis.write(to: "\(folder)/\(name)")
        let arrays = try SnapshotSummary(of: "\(folder)/\(name)")
        #expect(arrays.parts.contains { $0.dimension == 3 && $0.count == 2 }, "\(arrays)")
      }
      try FileBytes.write("1,2\n3,4\n5,6\n", to: "\(folder)/a.csv")
      #expect(try SnapshotSummary(of: "\(folder)/a.csv", orientation: .rows).parts[0].count == 3)
      #expect(throws: SnapshotError.self) { try SnapshotSummary(of: "\(folder)/none") }
    }
  }
}
