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
  } catch let error as SnapshotError { return "\(error)" } catch { return "not typed: \(error)" }
}

/// A change of the lines of a file, and what reading it then says.
private struct Wrong: Sendable, CustomTestStringConvertible {
  let part: String
  let expected: String
  let change: @Sendable (inout [String]) -> Void
  var testDescription: String { expected }

  init(_ part: String, _ expected: String, _ change: @escaping @Sendable (inout [String]) -> Void) {
    (self.part, self.expected, self.change) = (part, expected, change)
  }
}

/// Lines of hex.frd, counted from 0: its nodes are 12 to 31, `DISP` starts at 39.
private let wrongResults: [Wrong] = [
  Wrong("DISP", "expected each node once, found node 1 twice") {
    $0[13] = " -1         1 1.00000E+00 0.00000E+00 0.00000E+00"
  },
  Wrong("DISP", "expected a count in columns 25 to 36") {
    $0[11] = "    2C                            xx                                     1"
  },
  Wrong("DISP", "expected a format from 0 to 3 in column 75") {
    $0[11] = "    2C                            20                                     7"
  },
  Wrong("DISP", "expected one block of nodes, found a second one") {
    $0.insert(contentsOf: $0[11...32], at: 11)
  },
  Wrong("DISP", "expected a time in columns 13 to 24") {
    $0[39] = "  100CL  101 once               20                     0    1           1"
  },
  Wrong("DISP", "expected -4 and the name of a field") { $0.remove(at: 40) },
  Wrong("DISP", "expected -5 and the name of a component") { $0.remove(at: 43) },
  Wrong("DISP", "expected a count of components in columns 14 to 18") {
    $0[40] = " -4  DISP        x    1"
  },
  Wrong("DISP", "expected -1, -2 or -3") { $0[47] = " -7         3 0.00000E+00" },
  Wrong("DISP", "expected -1 and a number") {
    $0.insert(" -2           0.00000E+00", at: 49)
  },
  Wrong("DISP", "expected 3 values, found more") { $0[48] += " 0.00000E+00" },
  Wrong("DISP", "expected a number, after 3 values of the one before") {
    $0[48] = String($0[48].dropLast(12))
  },
  Wrong("DISP", "expected DISP at all nodes (ask for it without NSET), found no value at node 4") {
    $0.remove(at: 48)
    $0[39] = $0[39].replacingOccurrences(of: "          20 ", with: "          19 ")
  },
  Wrong("DISP", "expected an element and a type from 1 to 12") {
    $0[34] = " -1         1   99    0    1"
  },
  Wrong("DISP", "expected the number of a node") {
    $0[35] = " -2         1         x" + $0[35].dropFirst(23)
  },
  Wrong("DISP", "node 88") { $0[35] = " -2        88" + $0[35].dropFirst(13) },
  Wrong("ERROR", "found ERROR with 2 components at time 2.0, expected 1 as at time 1.0") {
    $0[181] = " -4  ERROR       2    1"
    $0.insert($0[182], at: 183)
    for i in 184..<204 { $0[i] += " 0.00000E+00" }
  },
  Wrong("NOPE", "has no field 'NOPE'; there are 'DISP', 'STRESS', 'ERROR'") { _ in },
]

private let wrongLists: [Wrong] = [
  Wrong("displacements", "expected 3 values behind 1 labels") { $0[5] = "         6 -1.4E-02" },
  Wrong("displacements", "expected the number of an element, point or node") {
    $0[5] = "        6x -1.4E-02  1.4E-02  1.0E-01"
  },
  Wrong("displacements", "expected finite decimal numbers") {
    $0[5] = "         6 -1.4E-02      NaN  1.0E-01"
  },
  Wrong("displacements", "found other elements, points or nodes at time 2.0, expected those of") {
    // The second list is for the same set after the stresses of the first time.
    let second = $0.lastIndex { $0.contains("displacements") } ?? 0
    $0[second + 2] = "       999" + $0[second + 2].dropFirst(10)
  },
  Wrong("strains", "has no list 'strains'; there are 'displacements', 'stresses'") { _ in },
]

@Suite struct `What is refused says where, what and what instead` {
  @Test(arguments: wrongResults)
  fileprivate func `results`(wrong: Wrong) throws {
    try check(wrong, "hex.frd")
  }

  @Test(arguments: wrongLists)
  fileprivate func `printed lists`(wrong: Wrong) throws {
    try check(wrong, "hex.dat")
  }

  private func check(_ wrong: Wrong, _ name: String) throws {
    try inFolder { folder in
      var lines = String(decoding: try FileBytes.read("\(samples)/\(name)"), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      wrong.change(&lines)
      let path = "\(folder)/\(name)"
      try FileBytes.write(lines.joined(separator: "\n"), to: path)
      let message = complaint {
        let file = try SnapshotFiles.open("\(path):\(wrong.part)")
        _ = try file.snapshots(0..<file.count)
      }
      #expect(message.contains(wrong.expected) && message.contains(path), "\(message)")
    }
  }

  @Test func `binary results that end too early, and results without elements`() throws {
    try inFolder { folder in
      let bytes = try FileBytes.read("\(samples)/hex-binary.frd")
      let path = "\(folder)/a.frd"
      let end = try #require(bytes.firstRange(of: Array("  100C".utf8))?.upperBound)
      try UpdatableFile(path, .emptied).write(Array(bytes[..<(end + 400)]), at: 0)
      let cut = complaint { _ = try FieldSnapshots(frd: path) }
      #expect(cut.contains("bytes of 20 rows, found"), "\(cut)")
      var lines = String(decoding: try FileBytes.read("\(samples)/hex.frd"), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      lines.removeSubrange(33...37)
      try FileBytes.write(lines.joined(separator: "\n"), to: path)
      let none = complaint { _ = try FRDFile(reading: path).mesh() }
      #expect(none == "\(path) holds no elements, so no mesh")
      #expect(try FieldSnapshots(frd: path).facts.notes.contains { $0.contains("no mesh") })
    }
  }

  @Test func `series with missing files and folders without snapshots`() throws {
    try inFolder { folder in
      try PVDFile(steps: (0..<7).map { PVDFile.Step(time: Double($0), file: "\($0).vtu") })
        .write(to: "\(folder)/all.pvd")
      let missing = complaint { _ = try SnapshotFiles.open("\(folder)/all.pvd") }
      #expect(
        missing.hasPrefix("\(folder)/all.pvd: 7 of its files cannot be read: \(folder)/0.vtu")
          && missing.hasSuffix(", …"), "\(missing)")
      try FileBytes.write("path\n\(folder)\n", to: "\(folder)/m.csv")
      let empty = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: "\(folder)/s")
      }
      #expect(empty.contains("neither a snapshot store"), "\(empty)")
    }
  }

  @Test func `imports into a store of other parameters or fields`() throws {
    try inFolder { folder in
      try writeGrid(square(), "\(folder)/1.vtu", 1)
      try writeGrid(square(), "\(folder)/2.vtu", 2)
      let path = "\(folder)/s"
      func manifest(_ text: String) throws {
        try FileBytes.write(text, to: "\(folder)/m.csv")
      }
      try manifest("path,a\n1.vtu,1\n")
      _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: path, fields: ["T"])
      let fields = complaint {
        _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: path, fields: ["u"])
      }
      #expect(fields.contains("found the fields u asked for, expected those of the store: T"))
      try manifest("path,b\n1.vtu,1\n")
      let names = complaint { _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: path) }
      #expect(names.contains("found the parameters b, expected those of \(path): a"), "\(names)")
      try manifest("path,a,field\n1.vtu,1,T\n2.vtu,2,T u\n")
      let count = complaint { _ = try SnapshotImport(manifest: "\(folder)/m.csv", into: path) }
      #expect(count.contains("m.csv:3: 2.vtu: found 2 fields, expected T"), "\(count)")
      // The store is whole after each of them.
      #expect(try SnapshotStore(reading: path).count == 1)
    }
  }

  @Test func `what a store cannot take or be`() throws {
    try inFolder { folder in
      let path = "\(folder)/s"
      let description = StoreDescription(
        fields: [
          StoreField(name: "T", components: [], dimension: 3, precision: 0x1p-53, taken: [])
        ], parameterNames: ["a"])
      let writer = try StoreWriter(creating: path, description)
      func entry(_ parameters: [Double], time: Double? = nil) -> StoreEntry {
        StoreEntry(
          parameters: parameters, time: time, source: "here", sourceHash: "0", step: 0,
          stepCount: 1)
      }
      let wrong: [(String, [[Double]], StoreEntry)] = [
        ("found 2 columns, expected 1, one per field", [[1, 2, 3], [1]], entry([1])),
        ("found 2 parameters, expected 1", [[1, 2, 3]], entry([1, 2])),
        ("here: the parameters or the time hold nan", [[1, 2, 3]], entry([.nan])),
        ("here: the parameters or the time hold inf", [[1, 2, 3]], entry([1], time: .infinity)),
        ("found 2 numbers in T, expected 3", [[1, 2]], entry([1])),
        ("here:T: inf at entry 1 of snapshot 0", [[1, .infinity, 3]], entry([1])),
      ]
      for (expected, values, entry) in wrong {
        let message = complaint { try writer.append(values, entry) }
        #expect(message.contains(expected), "\(message)")
      }
      #expect(writer.entries.isEmpty)
    }
    try inFolder { folder in
      let path = "\(folder)/s"
      try writeGrid(square(), "\(folder)/1.vtu", 1)
      try FileBytes.write("path\n1.vtu\n", to: "\(folder)/m.csv")
      let store = try SnapshotImport(manifest: "\(folder)/m.csv", into: path).store
      let twice = complaint { _ = try StoreWriter(creating: path, store.description) }
      #expect(twice == "\(path) holds a snapshot store already")
      let text = String(decoding: try FileBytes.read("\(path)/store.json"), as: UTF8.self)
      try FileBytes.write(
        text.replacingOccurrences(of: "\"schema\" : 1", with: "\"schema\" : 99"),
        to: "\(path)/store.json")
      let newer = complaint { _ = try SnapshotStore(reading: path) }
      #expect(newer.contains("schema 99") && newer.contains("read it with a newer Ritz"))
    }
  }
}
