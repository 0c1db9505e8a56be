import Files
import LinearAlgebra
import Meshes
import ModelReduction
import SnapshotStore
import TestSupport
import Testing

private let market = """
  %%MatrixMarket matrix coordinate real general
  % five numbers
  4 3 5
  1 1 1.5
  2 1 -2e-3
  4 2 3
  3 3 0.25
  1 3 7

  """

private let array = """
  %%MatrixMarket matrix array real general
  4 2
  1
  2.5
  -3e2
  4
  5
  6
  7
  0.125

  """

private let symmetric = """
  %%MatrixMarket matrix coordinate integer symmetric
  3 3 4
  1 1 4
  2 1 -1
  2 2 4
  3 3 5

  """

private let series = """
  <Xdmf Version="3.0"><Domain><Grid Name="s" GridType="Collection" CollectionType="Temporal">
  <Grid><Geometry GeometryType="XY"><DataItem Dimensions="4 2" Format="XML">0 0 1 0 1 1 0 1
  </DataItem></Geometry><Topology TopologyType="Triangle" NodesPerElement="3"><DataItem
  NumberType="Int" Dimensions="2 3" Format="XML">0 1 2 0 2 3</DataItem></Topology>
  <Time Value="0.5"/><Attribute Name="T" Center="Node"><DataItem Dimensions="4" Format="XML">
  1 2 3 4.5</DataItem></Attribute></Grid>
  <Grid><Geometry GeometryType="XY"><DataItem Dimensions="4 2" Format="XML">0 0 1 0 1 1 0 1
  </DataItem></Geometry><Topology TopologyType="Triangle" NodesPerElement="3"><DataItem
  NumberType="Int" Dimensions="2 3" Format="XML">0 1 2 0 2 3</DataItem></Topology>
  <Time Value="1.5"/><Attribute Name="T" Center="Node"><DataItem Dimensions="4" Format="XML">
  5 6 7 8</DataItem></Attribute></Grid></Grid></Domain></Xdmf>
  """

/// Whether a file is refused in the room's own words; what is read must fit and be finite.
private func isRefused(_ texts: [String]) -> Bool {
  do throws(SnapshotError) {
    let file = try SnapshotFiles.open(texts)
    let states = try file.snapshots(0..<min(8, file.count))
    #expect(states.rowCount == file.dimension && states.columnCount == min(8, file.count))
    #expect(states.values.allSatisfy { $0.isFinite }, "\(texts) gave a number that is none")
    for facts in file.files.map(\.facts) { #expect(facts.times.allSatisfy { $0.isFinite }) }
    return false
  } catch {
    #expect(!"\(error)".isEmpty)
    return true
  }
}

/// Cuts of a file at every so many bytes, and random damages.
private func damages(of sound: [UInt8], seed: UInt64, count: Int) -> [[UInt8]] {
  var random = SeededRandom(seed: seed)
  return stride(from: 0, to: sound.count, by: max(1, sound.count / 97)).map { Array(sound[..<$0]) }
    + (0..<count).map { _ in ByteMutation.damaged(sound, &random) }
}

@Suite struct `Damaged files of snapshots` {
  @Test(arguments: ["a.mtx", "b.mtx", "c.mtx", "a.xdmf"])
  func `text is refused or read`(name: String) throws {
    let texts = ["a.mtx": market, "b.mtx": array, "c.mtx": symmetric, "a.xdmf": series]
    try inFolder { folder in
      let path = "\(folder)/\(name)"
      try FileBytes.write(try #require(texts[name]), to: path)
      #expect(!isRefused([path]))
      var refused = 0
      for bytes in damages(of: try FileBytes.read(path), seed: 21, count: 1500) {
        try UpdatableFile(path, .emptied).write(bytes, at: 0)
        if isRefused([path]) { refused += 1 }
      }
      #expect(refused > 300)
    }
  }

  @Test(arguments: VTUText.Encoding.all.indices.filter { $0 % 3 == 0 })
  func `grids in any encoding are refused or read, alone and in a series`(encoding: Int) throws {
    let sound = VTUText.sample(VTUText.Encoding.all[encoding])
    try inFolder { folder in
      let (whole, path) = ("\(folder)/whole.vtu", "\(folder)/damaged.vtu")
      try UpdatableFile(whole, .emptied).write(sound, at: 0)
      let names = try SnapshotFiles.open(whole).facts.choices
      for bytes in damages(of: sound, seed: 40 + UInt64(encoding), count: 120) {
        try UpdatableFile(path, .emptied).write(bytes, at: 0)
        for name in names { _ = isRefused(["\(path):\(name)"]) }
        _ = isRefused([whole, path])
        _ = isRefused([path, whole])
      }
    }
  }

  @Test func `grids that Ritz writes and their series are refused or read`() throws {
    try inFolder { folder in
      for k in 0..<3 { try writeGrid(square(), "\(folder)/\(k).vtu", Double(k)) }
      try PVDFile(steps: (0..<3).map { PVDFile.Step(time: Double($0) / 2, file: "\($0).vtu") })
        .write(to: "\(folder)/all.pvd")
      for name in ["all.pvd", "1.vtu"] {
        let path = "\(folder)/\(name)"
        let sound = try FileBytes.read(path)
        var refused = 0
        for bytes in damages(of: sound, seed: 5, count: 800) {
          try UpdatableFile(path, .emptied).write(bytes, at: 0)
          let answers = ["\(folder)/all.pvd:T", "\(folder)/all.pvd:u", "\(folder)/all.pvd"].map {
            isRefused([$0])
          }
          if answers.contains(true) { refused += 1 }
        }
        #expect(refused > 100, "\(name)")
        try UpdatableFile(path, .emptied).write(sound, at: 0)
        #expect(!isRefused(["\(folder)/all.pvd"]))
      }
    }
  }

  @Test(arguments: ["hex.frd", "hex-binary.frd", "hex.dat"])
  func `results of CalculiX give finite numbers in every field`(name: String) throws {
    try inFolder { folder in
      let sound = try FileBytes.read("\(samples)/\(name)")
      let path = "\(folder)/\(name)"
      for bytes in damages(of: sound, seed: 77, count: 150) {
        try UpdatableFile(path, .emptied).write(bytes, at: 0)
        let parts =
          name == "hex.dat" ? ["stresses", "displacements"] : ["DISP", "STRESS", "ERROR"]
        for part in parts { _ = isRefused(["\(path):\(part)"]) }
      }
    }
  }

  @Test func `a damaged manifest is refused or names files and finite parameters`() throws {
    try inFolder { folder in
      for k in 1...3 { try writeGrid(square(), "\(folder)/\(k).vtu", Double(k)) }
      let text =
        "E,path,\"nu, it\",time\n1.5,1.vtu,0.3,\n# more\r\n2.5,\"2.vtu\",0.2,\n3.5,3.vtu,1e-3,\n"
      let path = "\(folder)/m.csv"
      var (refused, imported) = (0, 0)
      for bytes in damages(of: Array(text.utf8), seed: 8, count: 1500) {
        try UpdatableFile(path, .emptied).write(bytes, at: 0)
        do throws(SnapshotError) {
          let manifest = try Manifest(reading: path)
          for run in manifest.runs {
            #expect(run.parameters.count == manifest.parameterNames.count)
            #expect((run.parameters + [run.time ?? 0]).allSatisfy { $0.isFinite })
          }
          guard imported < 20 else { continue }
          imported += 1
          let store = try SnapshotImport(manifest: path, into: "\(folder)/\(imported).store").store
          #expect(try store.snapshots().snapshots(0..<store.count).values.allSatisfy(\.isFinite))
          #expect(store.parameters.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        } catch {
          refused += 1
        }
      }
      #expect(refused > 300 && imported == 20)
    }
  }
}
