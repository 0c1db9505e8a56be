import Foundation
import Meshes
import TestSupport
import Testing

@Suite struct `Files of pieces` {
  /// Writes a mesh in pieces as `mesh.pvtu` of a folder.
  private func write(_ mesh: Mesh, parts: Int, to folder: URL) throws -> String {
    let path = folder.appendingPathComponent("mesh.pvtu").path
    #expect(try mesh.write(to: path, in: Partition(mesh, parts: parts)).isEmpty)
    return path
  }

  private func read(_ path: String, _ pieces: [Int]) throws -> MeshPiece {
    var notes: [String] = []
    let piece = try MeshPiece(reading: path, pieces: pieces, notes: &notes)
    #expect(notes.isEmpty, "\(notes)")
    return piece
  }

  private func expectRefusal(_ path: String, _ pieces: [Int], _ words: String) {
    var notes: [String] = []
    let error = #expect(throws: MeshError.self) {
      try MeshPiece(reading: path, pieces: pieces, notes: &notes)
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: FurnishedMesh.all, [1, 4])
  func `all pieces together are the mesh that was cut, cell by cell in its order`(
    sample: FurnishedMesh, parts: Int
  ) throws {
    let whole = sample.mesh
    try withFolder { folder in
      let path = try write(whole, parts: parts, to: folder)
      var notes: [String] = []
      let mesh = try Mesh(reading: path, notes: &notes)
      #expect(notes.isEmpty && !mesh.isPiece)
      #expect(mesh.coordinates == whole.coordinates)
      #expect(mesh.blocks == whole.blocksByDimension)
      // A mesh without a region has no empty one of its name.
      #expect(Set(mesh.regions) == Set(whole.regionsByDimension.filter { $0.cellCount > 0 }))
      #expect(try MeshContent(reading: path).cellFields.isEmpty)
      // Read as one piece: the same with all regions in their order.
      let piece = try read(path, Array(0..<parts))
      #expect(piece.points == (0..<Int32(whole.pointCount)).map(\.self))
      #expect(piece.cells == (0..<Int32(whole.cellCount)).map(\.self))
      #expect(piece.mesh.blocks == mesh.blocks && piece.mesh.isPiece)
      #expect(piece.mesh.regions == whole.regionsByDimension)
    }
  }

  @Test(arguments: FurnishedMesh.all)
  func `a piece that is read is the piece that is cut, and is written as it was`(
    sample: FurnishedMesh
  ) throws {
    let whole = sample.mesh
    let partition = try Partition(whole, parts: 5)
    try withFolder { folder in
      let path = try write(whole, parts: 5, to: folder)
      let files = PVTUFile.pieces(ofFileAt: path)
      #expect(files.count == 5 && files[3].hasSuffix("mesh/mesh.3.vtu"))
      for part in 0..<5 {
        let (mine, cut) = (try read(path, [part]), MeshPiece(part, of: partition, whole))
        #expect(mine.points == cut.points && mine.cells == cut.cells && mine.sides == cut.sides)
        #expect(mine.mesh.coordinates == cut.mesh.coordinates)
        #expect(mine.mesh.blocks == cut.mesh.blocks)
        #expect(mine.mesh.regions == cut.mesh.regions && mine.mesh.isPiece)
        #expect(mine.regionsOverlap == cut.regionsOverlap && mine.regionsOverlap)
        let again = folder.appendingPathComponent("again.vtu")
        try VTUFile(mine).write(to: again.path)
        #expect(try Data(contentsOf: again) == Data(contentsOf: URL(fileURLWithPath: files[part])))
      }
    }
  }

  @Test(arguments: FurnishedMesh.all)
  func `several pieces are joined to one by the numbers of their points`(
    sample: FurnishedMesh
  ) throws {
    let whole = sample.mesh
    try withFolder { folder in
      let path = try write(whole, parts: 6, to: folder)
      let parts = try [4, 1, 2].map { try read(path, [$0]) }
      let joined = try read(path, [4, 1, 2, 1])
      #expect(joined.points == Set(parts.flatMap(\.points)).sorted())
      #expect(joined.cells == parts.flatMap(\.cells).sorted())
      #expect(joined.sides.sorted() == parts.flatMap(\.sides).sorted())
      let (domain, lower) = (
        FurnishedMesh.cells(whole, domain: true), FurnishedMesh.cells(whole, domain: false)
      )
      #expect(
        FurnishedMesh.cells(joined.mesh, domain: true, points: joined.points)
          == joined.cells.map { domain[Int($0)] })
      #expect(
        FurnishedMesh.cells(joined.mesh, domain: false, points: joined.points)
          == joined.sides.map { lower[Int($0) - domain.count] })
      #expect(joined.mesh.coordinates == joined.points.flatMap { whole.point(Int($0)) })
      for (k, region) in joined.mesh.regions.enumerated() {
        let sum = parts.reduce(0) { $0 + $1.mesh.regions[k].cellCount }
        #expect(region.cellCount == sum && region.name == parts[0].mesh.regions[k].name)
      }
    }
  }

  @Test func `regions that do not overlap and meshes without any come back`() throws {
    let box = Box(size: [2, 1], cells: [6, 4]).mesh()
    let bare = Mesh(dimension: 2, coordinates: box.coordinates, blocks: box.blocks)
    for mesh in [box, bare] {
      try withFolder { folder in
        let path = try write(mesh, parts: 3, to: folder)
        let all = try read(path, [0, 1, 2])
        #expect(all.mesh.regions == mesh.regions && all.mesh.blocks == mesh.blocks)
        #expect(!all.regionsOverlap)
        let apart = try read(path, [2])
        #expect(apart.mesh.regions.map(\.name) == mesh.regions.map(\.name))
      }
    }
  }

  @Test func `a new cut leaves no piece of the one before, and no other file is touched`() throws {
    let mesh = Box(size: [2, 1], cells: [6, 4]).mesh()
    try withFolder { folder in
      _ = try write(mesh, parts: 5, to: folder)
      let pieces = folder.appendingPathComponent("mesh")
      for name in ["mesh.old.vtu", "other.4.vtu", "mesh..vtu"] {
        try Data().write(to: pieces.appendingPathComponent(name))
      }
      let path = try write(mesh, parts: 2, to: folder)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: pieces.path).sorted()
          == ["mesh..vtu", "mesh.0.vtu", "mesh.1.vtu", "mesh.old.vtu", "other.4.vtu"])
      #expect(PVTUFile.pieces(ofFileAt: path).count == 2)
      // Where a file stands in the way of the folder, the error names it.
      try Data().write(to: folder.appendingPathComponent("b"))
      let error = #expect(throws: MeshError.self) {
        try mesh.write(
          to: folder.appendingPathComponent("b.pvtu").path, in: Partition(mesh, parts: 2))
      }
      #expect(error?.description.contains("is not a folder") == true)
    }
  }

  @Test func `what cannot be read apart is refused with its reason and a cure`() throws {
    let mesh = Box(size: [2, 1], cells: [6, 4]).mesh()
    try withFolder { folder in
      let path = try write(mesh, parts: 3, to: folder)
      expectRefusal(path, [1, 3], "piece 3 is wanted of 3, counted from 0")
      expectRefusal(path, [-1], "piece -1 is wanted of 3")
      let piece = folder.appendingPathComponent("mesh/mesh.1.vtu")
      let kept = try Data(contentsOf: piece)
      // A piece of another mesh, with regions of its own.
      let bare = Mesh(dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks)
      try VTUFile(MeshPiece(1, of: Partition(mesh, parts: 3), bare)).write(to: piece.path)
      expectRefusal(path, [0, 1], "different regions, as those of different meshes")
      // The same cells again under another name of the file.
      try Data(contentsOf: folder.appendingPathComponent("mesh/mesh.0.vtu")).write(to: piece)
      expectRefusal(
        path, [0, 1], "cells have no numbers through all pieces (GlobalCellId), or some")
      try VTUFile(mesh).write(to: piece.path)
      expectRefusal(
        path, [1], "points have no numbers through all pieces (GlobalNodeId); cut the mesh")
      try FileManager.default.removeItem(at: piece)
      expectRefusal(path, [0, 1, 2], "mesh.1.vtu: cannot be read")
      // The others are read without it.
      #expect(try read(path, [0, 2]).mesh.isPiece)
      try kept.write(to: piece)
      #expect(try read(path, [1]).mesh.isPiece)
    }
  }

  @Test func `pieces of fields, of other programs and other formats are no pieces of meshes`()
    throws
  {
    let mesh = Box(size: [2, 1], cells: [6, 4]).mesh()
    let bare = Mesh(dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks)
    try withFolder { folder in
      let partition = try Partition(mesh, parts: 2)
      func index(_ mesh: Mesh) throws -> String {
        let file = VTUFile(mesh)
        for part in 0..<2 {
          try file.piece(part, of: partition).write(
            to: folder.appendingPathComponent("\(part).vtu").path)
        }
        let path = folder.appendingPathComponent("fields.pvtu").path
        try file.index(of: ["0.vtu", "1.vtu"]).write(to: path)
        return path
      }
      for mesh in [mesh, bare] {
        expectRefusal(try index(mesh), [0], "cells have no numbers through all pieces")
      }
      for part in 0..<2 {
        try VTUFile(bare).write(to: folder.appendingPathComponent("\(part).vtu").path)
      }
      let path = folder.appendingPathComponent("fields.pvtu").path
      expectRefusal(path, [0, 1], "points have no numbers through all pieces (GlobalNodeId)")
      let other = folder.appendingPathComponent("a.msh").path
      try MSHFile(mesh).write(to: other)
      expectRefusal(other, [0], "pieces are read of .pvtu files only")
    }
  }

  @Test func `names of regions that differ between pieces are refused with the line`() throws {
    let box = Box(size: [1, 1], cells: [2, 3]).mesh()
    func named(_ name: String) -> Mesh {
      Mesh(
        dimension: 2, coordinates: box.coordinates, blocks: box.blocks,
        regions: [Region(name: name, dimension: 2, members: [.init(block: 0, cells: [0, 1])])])
    }
    try withFolder { folder in
      try VTUFile(named("a")).write(to: folder.appendingPathComponent("0.vtu").path)
      try VTUFile(named("b")).write(to: folder.appendingPathComponent("1.vtu").path)
      let path = folder.appendingPathComponent("whole.pvtu").path
      try VTUFile(named("a")).index(of: ["0.vtu", "1.vtu"]).write(to: path)
      let error = #expect(throws: MeshError.self) { try MeshContent(reading: path) }
      #expect(
        error?.description.contains(
          "1.vtu:5: expected the region 'a' of index 0, as in other pieces, found 'b'") == true,
        "\(String(describing: error))")
    }
  }

  @Test func `a file of every dimension with fields is cut with them`() throws {
    let mesh = FurnishedMesh.all[3].mesh
    try withFolder { folder in
      var file = VTUFile(mesh, cells: .everyDimension)
      file.addPointField("u", (0..<mesh.pointCount).map { Double($0) + 0.25 })
      let partition = try Partition(mesh, parts: 3)
      for part in 0..<3 {
        try file.piece(part, of: partition).write(
          to: folder.appendingPathComponent("\(part).vtu").path)
      }
      let path = folder.appendingPathComponent("a.pvtu").path
      try file.index(of: (0..<3).map { "\($0).vtu" }).write(to: path)
      let content = try MeshContent(reading: path)
      #expect(content.mesh.blocks == mesh.blocksByDimension)
      #expect(content.pointField("u")?.values == (0..<mesh.pointCount).map { Double($0) + 0.25 })
      #expect(try read(path, [0, 1, 2]).mesh.regions == mesh.regionsByDimension)
    }
  }

  @Test(
    .enabled(if: hasVTK, "needs a Python with vtk, named by RITZ_PYTHON"),
    arguments: [1, 4, 6, 9].map { FurnishedMesh.all[$0] })
  func `VTK reads the pieces as one grid with the cells of every dimension`(
    sample: FurnishedMesh
  ) throws {
    let script = """
      import sys, vtk
      r = vtk.vtkXMLPUnstructuredGridReader(); r.SetFileName(sys.argv[1]); r.Update()
      c = vtk.vtkStaticCleanUnstructuredGrid(); c.SetInputData(r.GetOutput()); c.Update()
      g, o = c.GetOutput(), r.GetOutput()
      p, q = o.GetPointData().GetGlobalIds(), o.GetCellData().GetGlobalIds()
      ids = {int(p.GetValue(k)) for k in range(p.GetNumberOfValues())}
      cells = sorted(int(q.GetValue(k)) for k in range(q.GetNumberOfValues()))
      print(r.GetErrorCode(), g.GetNumberOfPoints(), g.GetNumberOfCells(),
            len(ids), cells == list(range(len(cells))))
      """
    try withFolder { folder in
      let mesh = sample.mesh
      let path = try write(mesh, parts: 4, to: folder)
      let words = try #require(runPython(script, [path])).output.split(
        whereSeparator: \.isWhitespace
      ).map(String.init)
      let cells = mesh.blocks.reduce(0) { $0 + $1.cellCount }
      #expect(
        words == ["0", "\(mesh.pointCount)", "\(cells)", "\(mesh.pointCount)", "True"], "\(words)")
    }
  }
}

extension Mesh {
  /// The order of the blocks in files: by dimension, the highest first.
  private var order: [Int] {
    blocks.indices.sorted { (-blocks[$0].dimension, $0) < (-blocks[$1].dimension, $1) }
  }

  var blocksByDimension: [CellBlock] { order.map { blocks[$0] } }

  /// The regions with the blocks in that order.
  var regionsByDimension: [Region] {
    let order = order
    return regions.map { region in
      Region(
        name: region.name, dimension: region.dimension,
        members: region.members.map { member in
          Region.Member(block: order.firstIndex(of: member.block) ?? 0, cells: member.cells)
        })
    }
  }
}
