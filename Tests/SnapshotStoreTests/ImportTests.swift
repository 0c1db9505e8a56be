import Files
import Foundation
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

/// A sweep of three grids and a manifest.
private func makeSweep(_ folder: String) throws {
  try Folder.make("\(folder)/runs")
  for k in 1...3 { try writeGrid(square(), "\(folder)/runs/\(k).vtu", Double(k)) }
  try FileBytes.write(
    "# a sweep\nE, path ,\"nu, the second\"\n1.5,runs/1.vtu,0.3\r\n\n2.5,\"runs/2.vtu\",0.2\n"
      + "3.5,runs/3.vtu,0.1\n", to: "\(folder)/m.csv")
}

@Suite struct `Imports by a manifest` {
  @Test func `runs become a store with mesh, fields and parameters`() throws {
    try inFolder { folder in
      try makeSweep(folder)
      var seen: [String] = []
      let done = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: "\(folder)/s.store", fields: ["T", "u"]
      ) { seen.append("\($0.run)/\($0.runCount) \($0.source) \($0.snapshotCount)") }
      #expect(done.importedRuns == 3 && done.addedSnapshots == 3 && done.skippedRuns == 0)
      #expect(seen == (1...3).map { "\($0)/3 runs/\($0).vtu \($0)" })
      let store = try SnapshotStore(reading: "\(folder)/s.store")
      #expect(store.description.parameterNames == ["E", "nu, the second"])
      #expect(store.parameters.map(\.values) == [[1.5, 0.3], [2.5, 0.2], [3.5, 0.1]])
      #expect(store.description.fields.map(\.dimension) == [4, 12])
      #expect(try store.mesh()?.regionNames == ["bottom", "plate"])
      #expect(
        try store.snapshots(of: "T").snapshots(1..<2).values == (0..<4).map { 2 + Double($0) / 3 })
      #expect(try store.entries[0].sourceHash.count == 64 && store.verify() == [])
    }
  }

  @Test func `imported again nothing is read, new lines are added, changed sources refused`() throws
  {
    try inFolder { folder in
      try makeSweep(folder)
      let (manifest, path) = ("\(folder)/m.csv", "\(folder)/s.store")
      let first = try SnapshotImport(manifest: manifest, into: path)
      #expect(first.store.description.fields.map(\.name) == ["T"])
      let again = try SnapshotImport(manifest: manifest, into: path)
      #expect(again.skippedRuns == 3 && again.addedSnapshots == 0 && again.store.count == 3)
      try writeGrid(square(), "\(folder)/runs/4.vtu", 9)
      let text = String(decoding: try FileBytes.read(manifest), as: UTF8.self)
      try FileBytes.write(text + "4.5,runs/4.vtu,0\n", to: manifest)
      #expect(try SnapshotImport(manifest: manifest, into: path).store.count == 4)
      try FileBytes.write(text + "4.6,runs/4.vtu,0\n", to: manifest)
      let moved = complaint { _ = try SnapshotImport(manifest: manifest, into: path) }
      #expect(moved.contains("m.csv:7: runs/4.vtu is in") && moved.contains("(4.5, 0.0)"))
      try writeGrid(square(), "\(folder)/runs/2.vtu", 8)
      let changed = complaint { _ = try SnapshotImport(manifest: manifest, into: path) }
      #expect(changed.contains("m.csv:5: runs/2.vtu has changed"), "\(changed)")
    }
  }

  @Test func `steps of CalculiX go on where an import was killed`() throws {
    try inFolder { folder in
      for name in ["a", "b"] {
        try FileManager.default.copyItem(
          atPath: "\(samples)/hex.frd", toPath: "\(folder)/\(name).frd")
      }
      try FileBytes.write("load,path\n1,a.frd\n2,b.frd\n", to: "\(folder)/m.csv")
      let path = "\(folder)/s.store"
      let whole = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: path, fields: ["DISP", "STRESS"])
      #expect(whole.store.count == 4 && whole.store.entries.map(\.time) == [1, 2, 1, 2])
      #expect(whole.notes.contains { $0.contains("averaged") })
      #expect(try whole.store.snapshots(of: "DISP").precision == 5e-7)
      let column = try whole.store.snapshots(of: "STRESS").snapshots(3..<4)
      // Three lines of the journal, as if the last had never come.
      let journal = try FileBytes.read("\(path)/journal")
      let end = try #require(journal.dropLast().lastIndex(of: 10))
      try UpdatableFile("\(path)/journal", .existing).setSize(end + 5)
      let rest = try SnapshotImport(
        manifest: "\(folder)/m.csv", into: path, fields: ["DISP", "STRESS"])
      #expect(rest.addedSnapshots == 1 && rest.skippedRuns == 1 && rest.store.count == 4)
      #expect(rest.notes.contains { $0.contains("incomplete line") })
      let again = try rest.store.snapshots(of: "STRESS").snapshots(3..<4)
      #expect(again == column)
    }
  }

  @Test func `one time of a run is chosen by the manifest`() throws {
    try inFolder { folder in
      try FileBytes.write(
        "path,time,field\n\(samples)/hex.frd,2,STRESS\n\(samples)/hex-binary.frd,1,STRESS\n",
        to: "\(folder)/m.csv")
      let done = try SnapshotImport(manifest: "\(folder)/m.csv", into: "\(folder)/s")
      #expect(done.store.entries.map(\.time) == [2, 1])
      #expect(done.store.description.fields.map(\.name) == ["STRESS"])
      try FileBytes.write("path,time\n\(samples)/hex.frd,3\n", to: "\(folder)/n.csv")
      let message = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/n.csv", into: "\(folder)/t")
      }
      #expect(message.contains("no snapshot at time 3.0; it has 1.0, 2.0"), "\(message)")
    }
  }

  @Test func `missing files are told all at once, other meshes with the first difference`() throws {
    try inFolder { folder in
      try makeSweep(folder)
      try FileBytes.write("path,a\nx.vtu,1\nruns/1.vtu,2\ny.vtu,3\n", to: "\(folder)/n.csv")
      let missing = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/n.csv", into: "\(folder)/t")
      }
      #expect(
        missing
          == "2 of 3 files of the manifest are missing:\n  \(folder)/n.csv:2: x.vtu\n  "
          + "\(folder)/n.csv:4: y.vtu")
      try writeGrid(square(last: [0.5, 1]), "\(folder)/runs/2.vtu", 1)
      let other = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: "\(folder)/t")
      }
      #expect(
        other.contains("m.csv:5: runs/2.vtu: found another mesh: node 4 at (0.5, 1.0)"), "\(other)")
    }
  }

  @Test(arguments: [
    ("a,b\n1,2\n", "n.csv:1: expected a line of names with the column 'path'"),
    ("path,a\nx\n", "n.csv:2: expected 2 columns"),
    ("path,a\nx,one\n", "n.csv:2: expected a finite decimal number in column 'a', found 'one'"),
    ("path,a\nx,1\nx,2\n", "n.csv:3: expected each file once"), ("path\n", "at least one run"),
    ("path,path\nx,1\n", "a name of its own"), ("path,a\n\"x,1\n", "a closing quote"),
    ("path,a\n,1\n", "a file in column 'path'"), ("", "at least one run"),
  ])
  func `mistakes in a manifest are told with their line`(text: String, expected: String) throws {
    try inFolder { folder in
      try FileBytes.write(text, to: "\(folder)/n.csv")
      let message = complaint { _ = try Manifest(reading: "\(folder)/n.csv") }
      #expect(message.contains(expected), "\(message)")
    }
  }

  @Test func `arrays alone make a store without a mesh`() throws {
    try inFolder { folder in
      try FileBytes.write("1\n2\n", to: "\(folder)/a.csv")
      try FileBytes.write("3,5\n4,6\n", to: "\(folder)/b.csv")
      try FileBytes.write("path,t\na.csv,0\nb.csv,1\n", to: "\(folder)/m.csv")
      let done = try SnapshotImport(manifest: "\(folder)/m.csv", into: "\(folder)/s")
      #expect(try done.store.snapshots().snapshots(0..<3).values == [1, 2, 3, 4, 5, 6])
      #expect(done.notes.contains { $0.contains("no mesh") })
      let mesh = try done.store.mesh()
      #expect(mesh?.pointCount == nil)
    }
  }
}
