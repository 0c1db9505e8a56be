import Files
import Foundation
import LinearAlgebra
import Meshes
import ModelReduction
import SnapshotStore
import TestSupport
import Testing

/// Results of CalculiX 2.20 for `hex.inp`: one 20-node hexahedron, pulled by 0.1 and then by 0.2.
let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Samples/calculix").path

private func lines(_ name: String) throws -> [String] {
  String(decoding: try FileBytes.read("\(samples)/\(name)"), as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

/// The same results as a build for Windows prints them: exponents of three digits, in columns of
/// twelve that overflow.
private func windows() throws -> String {
  var isInResults = false
  return try lines("hex.frd").map { line in
    if line.hasPrefix("    2C") || line.hasPrefix("  100C") { isInResults = true }
    if line.hasPrefix("    3C") { isInResults = false }
    guard isInResults, line.hasPrefix(" -1") else { return line }
    var result = String(line.prefix(13))
    var rest = line.dropFirst(13)
    while !rest.isEmpty {
      var number = String(rest.prefix(12))
      rest = rest.dropFirst(12)
      number.insert("0", at: number.index(number.endIndex, offsetBy: -2))
      result += number.first == " " ? String(number.dropFirst()) : number
    }
    return result
  }.joined(separator: "\r\n")
}

/// The same results with numbers of nodes in five columns.
private func short() throws -> String {
  var result: [String] = []
  var isElement = false
  var nodes: [Substring] = []
  for line in try lines("hex.frd") {
    if line.hasPrefix("    2C") || line.hasPrefix("  100C") || line.hasPrefix("    3C") {
      isElement = line.hasPrefix("    3C")
      result.append(String(line.dropLast()) + "0")
    } else if line.hasPrefix(" -2"), isElement {
      nodes += line.dropFirst(3).split(separator: " ")
      guard nodes.count == 20 else { continue }
      for part in [nodes[..<15], nodes[15...]] {
        result.append(
          " -2" + part.map { String(repeating: " ", count: 5 - $0.count) + $0 }.joined())
      }
    } else if line.hasPrefix(" -1") {
      result.append(" -1" + line.dropFirst(8))
    } else {
      result.append(line)
    }
  }
  return result.joined(separator: "\n")
}

@Suite struct `Results of CalculiX` {
  @Test func `all steps of a field are snapshots`() throws {
    let file = try FieldSnapshots(frd: "\(samples)/hex.frd")
    #expect(file.field == "DISP" && file.components == ["D1", "D2", "D3"])
    #expect(file.count == 2 && file.dimension == 60 && file.facts.times == [1, 2])
    #expect(file.pointNumbers == Array(1...20) && file.precision == 5e-7)
    #expect(file.facts.choices == ["DISP", "STRESS", "ERROR"])
    let states = try file.snapshots(0..<2)
    // Node 6 (points count from 0), and twice of it at twice the load.
    #expect(states.rows(15..<18).column(0) == [-1.42857e-2, 1.42857e-2, 0.1])
    #expect(states.rows(15..<18).column(1) == [-2.85714e-2, 2.85714e-2, 0.2])
    #expect(try file.read(rows: 15..<18, of: 1..<2).values == [-2.85714e-2, 2.85714e-2, 0.2])
    let stress = try FieldSnapshots(frd: "\(samples)/hex.frd", field: "STRESS")
    #expect(stress.components == ["SXX", "SYY", "SZZ", "SXY", "SYZ", "SZX"])
    #expect(stress.facts.notes.contains { $0.contains("averaged") })
    // A scalar keeps no names of components.
    let scalar = try FieldSnapshots(frd: "\(samples)/hex.frd", field: "ERROR")
    #expect(scalar.components.isEmpty && scalar.dimension == 20)
  }

  @Test func `the mesh of results is that of the deck`() throws {
    let (mesh, places, _) = try FRDFile(reading: "\(samples)/hex.frd").mesh()
    var notes: [String] = []
    let deck = try Mesh(reading: "\(samples)/hex.inp", notes: &notes)
    #expect(mesh.pointCount == 20 && places == (0..<20).map { Int32($0) })
    #expect(mesh.coordinates == deck.coordinates)
    #expect(
      mesh.cellBlocks(ofDimension: 3).map(\.connectivity)
        == deck.cellBlocks(ofDimension: 3).map(\.connectivity))
  }

  @Test func `binary results hold the same to single precision`() throws {
    let binary = try FieldSnapshots(frd: "\(samples)/hex-binary.frd", field: "STRESS")
    #expect(binary.precision == 0x1p-24 && binary.facts.storage == "float32")
    let text = try FieldSnapshots(frd: "\(samples)/hex.frd", field: "STRESS").snapshots(0..<2)
    let difference = zip(try binary.snapshots(0..<2).values, text.values).map { $0 - $1 }
    #expect(norm(difference) <= 3e-6 * norm(text.values) && norm(difference) > 0)
    let mesh = try FRDFile(reading: "\(samples)/hex-binary.frd").mesh().mesh
    #expect(mesh.hash == (try FRDFile(reading: "\(samples)/hex.frd").mesh().mesh.hash))
  }

  @Test func `columns shifted by Windows and short numbers change nothing`() throws {
    try inFolder { folder in
      for (name, text) in [("windows", try windows()), ("short", try short())] {
        let path = "\(folder)/\(name).frd"
        try FileBytes.write(text, to: path)
        for field in ["DISP", "STRESS", "ERROR"] {
          let file = try FieldSnapshots(frd: path, field: field)
          let sound = try FieldSnapshots(frd: "\(samples)/hex.frd", field: field)
          let (mine, other) = (try file.snapshots(0..<2), try sound.snapshots(0..<2))
          #expect(mine == other, "\(name) \(field)")
          #expect(file.mesh?.hash == sound.mesh?.hash)
        }
      }
    }
  }

  @Test func `printed lists give integration points as they were computed`() throws {
    let stress = try FieldSnapshots(dat: "\(samples)/hex.dat", field: "stresses")
    #expect(stress.components == ["sxx", "syy", "szz", "sxy", "sxz", "syz"])
    #expect(stress.dimension == 27 * 6 && stress.count == 2 && stress.facts.times == [1, 2])
    #expect(try stress.read(rows: 0..<3, of: 0..<1).values == [6.615308, 6.615308, 22.07221])
    let top = try FieldSnapshots(dat: "\(samples)/hex.dat", field: "displacements")
    #expect(top.pointNumbers == [5, 6, 7, 8, 13, 14, 15, 16] && top.dimension == 24)
    #expect(
      throws: SnapshotError.refused(
        "\(samples)/hex.dat has several lists, 'displacements', 'stresses'; name one, as in "
          + "\(samples)/hex.dat:displacements")
    ) { try FieldSnapshots(dat: "\(samples)/hex.dat") }
  }

  @Test func `the kind of file is told by its content, a field by the colon`() throws {
    let both = try SnapshotFiles.open([
      "\(samples)/hex.frd:STRESS", "\(samples)/hex-binary.frd:STRESS",
    ])
    #expect(both.count == 4 && both.precision == 5e-7)
    #expect(try SnapshotFiles.open("\(samples)/hex.dat:stresses").count == 2)
    #expect(throws: SnapshotError.self) { try SnapshotFiles.open("\(samples)/hex.frd:NOPE") }
  }

  @Test func `fields at other nodes, cut files and odd numbers are refused with their line`() throws
  {
    try inFolder { folder in
      let sound = try lines("hex.frd")
      func complaint(_ change: (inout [String]) -> Void) throws -> String {
        var changed = sound
        change(&changed)
        let path = "\(folder)/a.frd"
        try FileBytes.write(changed.joined(separator: "\n"), to: path)
        do {
          let file = try FieldSnapshots(frd: path)
          _ = try file.snapshots(0..<file.count)
          return "accepted"
        } catch { return "\(error)" }
      }
      let odd = try complaint { $0[46] = " -1         1 0.00000E+00         NaN 0.00000E+00" }
      #expect(odd.contains("a.frd:47: expected finite decimal numbers"), "\(odd)")
      let stranger = try complaint { $0[46] = " -1        99 0.00000E+00 0.00000E+00 0.00000E+00" }
      #expect(stranger.contains("node 99"), "\(stranger)")
      let cut = try complaint { $0.removeSubrange(50...) }
      #expect(cut.contains("expected -3 at the end of a block"), "\(cut)")
      let lost = try complaint { $0.remove(at: 48) }
      #expect(lost.contains("expected 20 rows, found 19"), "\(lost)")
    }
  }

  @Test(arguments: ["hex.frd", "hex-binary.frd", "hex.dat"])
  func `a damaged file is refused or read`(name: String) throws {
    try inFolder { folder in
      let sound = try FileBytes.read("\(samples)/\(name)")
      let path = "\(folder)/\(name)"
      var random = SeededRandom(seed: 7)
      var refused = 0
      for _ in 0..<500 {
        try UpdatableFile(path, .emptied).write(ByteMutation.damaged(sound, &random), at: 0)
        do {
          let text = name == "hex.dat" ? "\(path):stresses" : path
          let file = try SnapshotFiles.open(text)
          _ = try file.snapshots(0..<min(8, file.count))
        } catch { refused += 1 }
      }
      #expect(refused > 50)
    }
  }
}
