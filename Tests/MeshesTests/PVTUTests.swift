import Foundation
import Meshes
import TestSupport
import Testing

@Suite struct `Grids in pieces` {
  private static let meshes: [(String, Mesh)] = [
    ("triangles", Box(size: [2, 1], cells: [7, 5], split: .alternating).mesh()),
    (
      "quadrilaterals of order 2",
      Box(size: [2, 1], cells: [6, 4], shape: .quadrilateral).mesh().withEdgeNodes()
    ),
    ("quadrilaterals and triangles", ShapedBox(.planarMixture).mesh(4)),
    ("four shapes", ShapedBox(.solidMixture).mesh(4)),
    ("tetrahedra", Box(size: [1, 1, 1], cells: [4, 3, 3]).mesh()),
  ]

  /// The mesh with two regions of cells, which overlap or not.
  private func divided(_ mesh: Mesh, overlapping: Bool) -> Mesh {
    let block = mesh.topology.blockIndices(ofDimension: mesh.dimension)[0]
    let count = Int32(mesh.blocks[block].cellCount)
    let regions = [("low", 0..<count / 2), ("high", (overlapping ? count / 3 : count / 2)..<count)]
    return Mesh(
      dimension: mesh.dimension, coordinates: mesh.coordinates, blocks: mesh.blocks,
      regions: regions.map { name, cells in
        Region(
          name: name, dimension: mesh.dimension,
          members: [Region.Member(block: block, cells: Array(cells))])
      })
  }

  private func write(_ file: VTUFile, parts: Int, to folder: URL) throws -> String {
    let partition = try Partition(file.mesh, parts: parts)
    let names = (0..<parts).map { "piece \($0).vtu" }
    for part in 0..<parts {
      try file.piece(part, of: partition).write(to: folder.appendingPathComponent(names[part]).path)
    }
    try file.index(of: names).write(to: folder.appendingPathComponent("whole.pvtu").path)
    return folder.appendingPathComponent("whole.pvtu").path
  }

  private func write(_ text: String, to folder: URL) throws {
    try text.write(
      to: folder.appendingPathComponent("whole.pvtu"), atomically: true, encoding: .utf8)
  }

  @Test(arguments: [1, 3, 8], [false, true])
  func `pieces are read back as the mesh that was cut, points in its order`(
    parts: Int, overlapping: Bool
  ) throws {
    for (name, plain) in `Grids in pieces`.meshes {
      let mesh = divided(plain, overlapping: overlapping)
      try withFolder { folder in
        var file = VTUFile(mesh)
        let u = (0..<mesh.pointCount).map { Double($0) + 0.25 }
        file.addPointField("u", u)
        file.addPointField("v", (u + u).map { -$0 }, components: 2)
        file.addCellField("number", (0..<mesh.cellCount).map(Double.init))
        let read = try MeshContent(reading: write(file, parts: parts, to: folder))
        #expect(read.mesh.coordinates == mesh.coordinates, "\(name)")
        #expect(read.pointFields.map(\.name) == ["u", "v"] && read.notes.isEmpty)
        #expect(read.pointField("u")?.values == u)
        let numbers = try #require(read.cellFields.first { $0.name == "number" }).values
        #expect(numbers.sorted() == (0..<mesh.cellCount).map(Double.init))
        for region in ["low", "high"] {
          let (found, given) = (
            try #require(read.mesh.region(named: region)), try #require(mesh.region(named: region))
          )
          #expect(found.cellCount == given.cellCount, "\(name), \(region)")
          let exact = mesh.measure(of: given)
          #expect(abs(read.mesh.measure(of: found) - exact) <= 1e-12 * exact)
        }
      }
    }
  }

  @Test(.enabled(if: hasVTK, "needs a Python with vtk, named by RITZ_PYTHON"))
  func `VTK reads pieces as one grid, and joins its points to those of the mesh`() throws {
    let script = """
      import sys, vtk
      r = vtk.vtkXMLPUnstructuredGridReader(); r.SetFileName(sys.argv[1]); r.Update()
      c = vtk.vtkStaticCleanUnstructuredGrid(); c.SetInputData(r.GetOutput()); c.Update()
      g = c.GetOutput()
      print(r.GetErrorCode(), g.GetNumberOfPoints(), g.GetNumberOfCells(),
            r.GetOutput().GetPointData().GetGlobalIds() is not None,
            g.GetPointData().GetArray('u').GetRange()[1])
      """
    for (name, plain) in `Grids in pieces`.meshes {
      try withFolder { folder in
        let mesh = divided(plain, overlapping: true)
        var file = VTUFile(mesh)
        file.addPointField("u", (0..<mesh.pointCount).map(Double.init))
        let path = try write(file, parts: 3, to: folder)
        let words = try #require(runPython(script, [path])).output.split(
          whereSeparator: \.isWhitespace)
        let wanted = ["0", "\(mesh.pointCount)", "\(mesh.cellCount)", "True"]
        #expect(Array(words.prefix(4).map(String.init)) == wanted, "\(name): \(words)")
        #expect(words.last.flatMap { Double($0) } == Double(mesh.pointCount - 1))
      }
    }
  }

  @Test func `pieces that number no points are joined where they meet, which is said`() throws {
    try withFolder { folder in
      for (k, origin) in [0.0, 1].enumerated() {
        let box = Box(size: [1, 1], cells: [2, 3], origin: [origin, 0]).mesh()
        try VTUFile(box).write(to: folder.appendingPathComponent("\(k).vtu").path)
      }
      try write(
        """
        <VTKFile type="PUnstructuredGrid"><PUnstructuredGrid GhostLevel="0">
        <Piece Source="0.vtu"/><Piece Source="1.vtu"/></PUnstructuredGrid></VTKFile>
        """, to: folder)
      let read = try MeshContent(reading: folder.appendingPathComponent("whole.pvtu").path)
      #expect(read.mesh.pointCount == 20 && read.mesh.cellCount == 24)
      #expect(read.notes == ["Points of different pieces at the same place were joined."])
    }
  }

  @Test func `an index that is wrong is refused with its place`() throws {
    try withFolder { folder in
      func expect(_ text: String, _ words: String) throws {
        try write(text, to: folder)
        do {
          _ = try MeshContent(reading: folder.appendingPathComponent("whole.pvtu").path)
          Issue.record("it was read")
        } catch { #expect("\(error)".contains(words), "\(error)") }
      }
      func index(_ inside: String, level: Int = 0) -> String {
        "<VTKFile type=\"PUnstructuredGrid\">\n<PUnstructuredGrid GhostLevel=\"\(level)\">\n"
          + "\(inside)</PUnstructuredGrid></VTKFile>"
      }
      try expect(index("<Piece Source=\"gone.vtu\"/>"), "gone.vtu")
      try expect(index("<Piece/>"), "whole.pvtu:3")
      try expect(index(""), "Source=")
      try expect(index("<Piece Source=\"a.vtu\"/>", level: 1), "ghost cells")
      try expect("<VTKFile type=\"UnstructuredGrid\"/>", "UnstructuredGrid")
    }
  }

  @Test func `one number at two places is refused`() throws {
    try withFolder { folder in
      let mesh = Box(size: [2, 1], cells: [4, 3]).mesh()
      let path = try write(VTUFile(mesh), parts: 2, to: folder)
      // The second piece of a mesh that was moved in between.
      let moved = mesh.moved(to: mesh.coordinates.map { $0 + 1 })
      try VTUFile(moved).piece(1, of: Partition(mesh, parts: 2)).write(
        to: folder.appendingPathComponent("piece 1.vtu").path)
      do {
        _ = try MeshContent(reading: path)
        Issue.record("it was read")
      } catch { #expect("\(error)".contains("two places")) }
    }
  }
}
