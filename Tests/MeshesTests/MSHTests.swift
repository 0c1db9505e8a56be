import Foundation
import Meshes
import TestSupport
import Testing

/// Runs Gmsh in a folder of its own; nil where there is no such program.
func gmsh(_ arguments: [String], in folder: URL) throws -> Int32? {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gmsh"] + arguments
  process.currentDirectoryURL = folder
  process.standardOutput = Pipe()
  process.standardError = Pipe()
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus == 127 ? nil : process.terminationStatus
}

let hasGmsh =
  (try? gmsh(["--version"], in: FileManager.default.temporaryDirectory)) == .some(0)

/// A folder that is removed in the end.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

@Suite struct `Writing Gmsh files` {
  @Test(arguments: FilledBox.all, MSHFile.Version.allCases)
  func `a mesh that is written and read is the same mesh`(
    box: FilledBox, version: MSHFile.Version
  ) throws {
    let original = box.bent(by: 0.1)
    let (read, notes) = try mesh(MSHFile(original, version: version).text)
    #expect(read.hash == original.hash)
    #expect(notes.isEmpty)
    #expect(read.blocks.map(\.nodeSet) == original.blocks.map(\.nodeSet))
  }

  @Test(arguments: [ShapedBox.Filling.planarMixture, .solidMixture], MSHFile.Version.allCases)
  func `mixed shapes and cells in several regions keep every group`(
    filling: ShapedBox.Filling, version: MSHFile.Version
  ) throws {
    let box = ShapedBox(filling).mesh(4, distortion: 0.2)
    let domain = box.topology.blockIndices(ofDimension: box.dimension)
    let some = Region(
      name: "every \"third\"", dimension: box.dimension,
      members: domain.map { index in
        Region.Member(
          block: index,
          cells: Array(stride(from: 0, to: Int32(box.blocks[index].cellCount), by: 3)))
      })
    let original = Mesh(
      dimension: box.dimension, coordinates: box.coordinates, blocks: box.blocks,
      regions: box.regions + [some])
    let (read, notes) = try mesh(MSHFile(original, version: version).text)
    // Version 2 lists a cell once for each of its groups.
    #expect(notes.count == (version == .twoTwo ? 1 : 0))
    #expect(read.coordinates == original.coordinates)
    #expect(read.cellCount == original.cellCount)
    for region in original.regions {
      let same = try #require(
        read.region(named: region.name == some.name ? "every 'third'" : region.name))
      #expect(same.cellCount == region.cellCount && same.dimension == region.dimension)
      let exact = original.measure(of: region)
      #expect(abs(read.measure(of: same) - exact) <= 1e-13 * exact)
    }
  }

  @Test(.enabled(if: hasGmsh), arguments: FilledBox.all, MSHFile.Version.allCases)
  func `Gmsh itself opens the file and saves the same mesh`(
    box: FilledBox, version: MSHFile.Version
  ) throws {
    let original = box.bent(by: 0.1)
    let read = try withFolder { folder in
      try MSHFile(original, version: version).write(to: folder.path + "/a.msh")
      #expect(try gmsh(["a.msh", "-save", "-format", "msh22", "-o", "b.msh"], in: folder) == 0)
      var notes: [String] = []
      let mesh = try Mesh(reading: folder.path + "/b.msh", notes: &notes)
      #expect(notes.isEmpty)
      return mesh
    }
    #expect(read.pointCount == original.pointCount)
    #expect(Set(read.blocks.map(\.shape)) == Set(original.blocks.map(\.shape)))
    #expect(read.regionNames == original.regionNames)
    for region in original.regions {
      let same = try #require(read.region(named: region.name))
      let exact = original.measure(of: region)
      #expect(abs(read.measure(of: same) - exact) <= 1e-13 * exact)
    }
  }
}
