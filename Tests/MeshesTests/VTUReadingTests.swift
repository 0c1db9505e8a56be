import Foundation
import Meshes
import TestSupport
import Testing

private func complaint(_ text: String) -> String {
  do {
    _ = try MeshContent(bytes: Array(text.utf8), file: "a.vtu")
    return "accepted"
  } catch { return "\(error)" }
}

private let ascii = String(
  decoding: VTUText.sample(VTUText.Encoding.all[0]), as: UTF8.self)

@Suite struct `Reading VTU files` {
  @Test(arguments: VTUText.Encoding.all)
  func `every encoding gives the same mesh, regions and fields`(
    encoding: VTUText.Encoding
  ) throws {
    let content = try MeshContent(bytes: VTUText.sample(encoding), file: "a.vtu")
    let mesh = content.mesh
    #expect(mesh.dimension == 2 && mesh.pointCount == 6 && mesh.cellCount == 3)
    #expect(mesh.region(named: "MaterialIds 7").map { mesh.measure(of: $0) } == 1)
    #expect(mesh.region(named: "MaterialIds -2").map { mesh.measure(of: $0) } == 1)
    #expect(content.pointField("T")?.values == [0.1, 1.1, 2.1, 3.1, 4.1, 5.1])
    // Cells come block by block: both triangles, then the quadrilateral.
    let v = try #require(content.cellFields.first { $0.name == "v" })
    #expect(v.components == 3 && v.values == [1, 2, 0, 5, 6, 0.5, 3, 4, 0])
    #expect(content.notes.contains { $0.contains("1 node") })
  }

  @Test func `our own files give back fields and every region`() throws {
    var mesh = Box(size: [2, 1], cells: [2, 2]).mesh()
    let half = Region(
      name: "half", dimension: 2, members: [Region.Member(block: 0, cells: [0, 1, 2])])
    mesh = Mesh(
      dimension: 2, coordinates: mesh.coordinates, blocks: mesh.blocks,
      regions: mesh.regions + [half])
    let content = try withFolder { folder in
      let path = folder.appendingPathComponent("a.vtu").path
      var file = VTUFile(mesh)
      file.addPointField("u", (0..<mesh.pointCount).map { Double($0) / 3 })
      file.addCellField("k", (0..<mesh.cellCount).map { Double($0) / 7 })
      try file.write(to: path)
      return try MeshContent(reading: path)
    }
    #expect(content.mesh.coordinates == mesh.coordinates)
    #expect(content.pointField("u")?.values == (0..<mesh.pointCount).map { Double($0) / 3 })
    #expect(content.cellFields.map(\.name) == ["k"])
    #expect(content.mesh.region(named: "half")?.cellCount == 3)
    #expect(content.mesh.region(named: "domain")?.cellCount == mesh.cellCount)
  }

  @Test func `pixels, voxels, Lagrange cells and several pieces are read`() throws {
    var text = VTUText(VTUText.Encoding.all[0])
    func piece(_ shift: Double) -> String {
      var grid = "<Piece NumberOfPoints=\"8\" NumberOfCells=\"1\">\n<PointData>\n"
      grid += text.array("T", "Float64", (0..<8).map { Double($0) + shift })
      grid += "</PointData>\n<Points>\n"
      var points: [Double] = []
      for corner in 0..<8 {
        points += [Double(corner & 1) + shift, Double(corner >> 1 & 1), Double(corner >> 2)]
      }
      grid += text.array("Points", "Float64", points, components: 3)
      grid += "</Points>\n<Cells>\n"
      grid += text.array("connectivity", "Int32", (0..<8).map { Double($0) })
      grid += text.array("offsets", "Int32", [8]) + text.array("types", "UInt8", [11])
      return grid + "</Cells>\n</Piece>\n"
    }
    let content = try MeshContent(bytes: text.file(piece(0) + piece(1)), file: "a.vtu")
    let mesh = content.mesh
    #expect(mesh.measure(of: mesh.topology.everything(ofDimension: 3)) == 2)
    #expect(content.pointField("T")?.values == (0..<8).map(Double.init) + (1..<9).map(Double.init))
    #expect(content.notes.isEmpty)
    let lagrange = ascii.replacing("\n5\n9\n5\n", with: "\n69\n70\n69\n")
    #expect(try MeshContent(bytes: Array(lagrange.utf8), file: "a.vtu").mesh.cellCount == 3)
  }

  @Test(arguments: [
    ("UnstructuredGrid\" version", "PolyData\" version", "a file of the type 'PolyData' is"),
    ("\n5\n9\n5\n", "\n5\n42\n5\n", "cell type 42 (polyhedra, 4 nodes) is not supported"),
    ("\n5\n9\n5\n", "\n5\n10\n99\n", "expected"), ("\n5\n9\n5\n", "\n5\n9\n", "3 numbers in array"),
    ("NumberOfPoints=\"7\"", "NumberOfPoints=\"100000000000000\"", "a count below 2^31"),
    (
      "NumberOfPoints=\"7\"", "NumberOfPoints=\"2000000000\"",
      "numbers in array 'Points', found 21"
    ),
    ("NumberOfPoints=\"7\"", "NumberOfPoints=\"-7\"", "a count below 2^31"),
    ("\n3\n7\n10\n", "\n3\n2\n10\n", "offsets that ascend"),
    ("\n0\n1\n2\n", "\n0\n1\n7\n", "points from 0 to 6, found 7 in cell 0"),
    ("\n0\n1\n2\n", "\n0\n1\n-1\n", "points from 0 to 6, found -1 in cell 0"),
    ("99.1", "99,1", "found '99,1'"), ("99.1", "1e400", "a.vtu:13: expected a finite decimal"),
    ("</Cells>", "</Sells>", "expected well-formed XML, found mismatched tag"),
    ("type=\"Int32\"", "type=\"String\"", "expected"),
    ("UInt8\" Name=\"types\"", "Float128\" Name=\"types\"", "the type 'Float128'"),
    ("\n9.0\n9.0\n9.0\n", "\n9.0\nnan\n9.0\n", "node 6 has the coordinate nan"),
    ("\"LittleEndian\"", "\"Middle\"", "the byte order 'Middle' is not supported"),
    ("byte_order", "header_type=\"UInt16\" byte_order", "the header type 'UInt16' is not"),
    ("NumberOfComponents=\"1\"", "NumberOfComponents=\"0\"", "at least one component, found 0"),
    ("format=\"ascii\"", "format=\"zip\"", "the format ascii, binary or appended, found 'zip'"),
    ("format=\"ascii\"", "format=\"appended\"", "an offset within the appended data of array"),
    ("Name=\"offsets\"", "Name=\"offset\"", "an array 'offsets' in <Cells>, found none"),
    ("\n0\n1\n2\n", "\n0\n1.5\n2\n", "a whole number in array 'connectivity'"),
    (
      "</VTKFile>", "<AppendedData encoding=\"rot13\">_</AppendedData></VTKFile>",
      "this encoding of"
    ),
    ("</VTKFile>", "<AppendedData>x</AppendedData></VTKFile>", "expected <AppendedData encoding"),
  ])
  func `what is wrong is refused with its line`(old: String, new: String, expected: String) {
    #expect(ascii.contains(old))
    let message = complaint(ascii.replacing(old, with: new, maxReplacements: 1))
    if expected != "expected" { #expect(message.contains(expected), "\(message)") }
  }

  @Test func `what lacks points or has other than three coordinates is refused`() {
    let bare = complaint(
      ascii.replacing("<Points>", with: "<Places>").replacing("</Points>", with: "</Places>"))
    #expect(bare.contains("<Points> with a <DataArray>, found none"), "\(bare)")
    let flat = complaint(
      ascii.replacing("NumberOfPoints=\"7\"", with: "NumberOfPoints=\"21\"")
        .replacing(
          "Name=\"Points\" NumberOfComponents=\"3\"",
          with: "Name=\"Points\" NumberOfComponents=\"1\""))
    #expect(flat.contains("points of three components, found 1"), "\(flat)")
    let broken = complaint(
      ascii.replacing("Int64\" Name=\"offsets\"", with: "Float64\" Name=\"offsets\"")
        .replacing("\n3\n7\n10\n", with: "\n3\n7.5\n10\n"))
    #expect(broken.contains("whole numbers in 'offsets', found others"), "\(broken)")
    let vast = complaint(
      ascii.replacing("NumberOfPoints=\"7\"", with: "NumberOfPoints=\"2000000000\"")
        .replacing("NumberOfComponents=\"3\"", with: "NumberOfComponents=\"1000000\""))
    #expect(vast.contains("fewer than 2^40 numbers in array 'Points'"), "\(vast)")
  }

  @Test(arguments: [
    ("Float64", false, [], "the end of the data"),
    ("Float64", false, [8, 0, 0, 0], "8 bytes for 7 numbers of 8 bytes"),
    ("Float64", false, [56, 0, 0, 0, 1], "fewer than 56 bytes"),
    ("UInt64", false, [56, 0, 0, 0] + [UInt8](repeating: 255, count: 56), "a number beyond 2^63"),
    ("Float64", true, [255, 255, 255, 127], "a broken list of blocks"),
    ("Float64", true, [1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], "blocks of another size"),
    (
      "Float64", true, [1, 0, 0, 0, 56, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 7, 7],
      "a block that zlib cannot unpack"
    ),
  ])
  func `packed numbers that are none are refused`(
    type: String, isCompressed: Bool, bytes: [UInt8], expected: String
  ) throws {
    let start = try #require(ascii.firstRange(of: "<DataArray type=\"Float64\" Name=\"T\""))
    let end = try #require(ascii.firstRange(of: "</PointData>"))
    let head = isCompressed ? 16 : 4
    let text =
      Data(bytes.prefix(head)).base64EncodedString()
      + Data(bytes.dropFirst(head)).base64EncodedString()
    let whole = isCompressed ? text : Data(bytes).base64EncodedString()
    var file = String(ascii[..<start.lowerBound])
    file += "<DataArray type=\"\(type)\" Name=\"T\" format=\"binary\">\(whole)</DataArray>"
    file += String(ascii[end.lowerBound...])
    if isCompressed {
      file = file.replacing("byte_order", with: "compressor=\"vtkZLibDataCompressor\" byte_order")
    }
    let message = complaint(file)
    #expect(message.contains("the data of array 'T'"), "\(message)")
    #expect(message.contains(expected), "\(message)")
  }

  @Test(arguments: [
    ("<DataSet timestep=\"1\"/>", "file=\"…\" in <DataSet>, found none"),
    ("<DataSet timestep=\"x\" file=\"a.vtu\"/>", "timestep=\"…\", a finite decimal number"),
    ("<DataSet part=\"1\" file=\"a.vtu\"/>", "a series of several parts is not supported"),
  ])
  func `series that make no sense are refused`(text: String, expected: String) {
    let file = "<VTKFile type=\"Collection\"><Collection>\(text)</Collection></VTKFile>"
    let error = #expect(throws: MeshError.self) {
      try PVDFile(bytes: Array(file.utf8), file: "a.pvd")
    }
    #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
    #expect(throws: MeshError.self) { try PVDFile(bytes: Array("<a/>".utf8), file: "a.pvd") }
  }

  @Test func `fields are asked of formats that hold some`() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("a.msh").path
      try MSHFile(Box(size: [1, 1], cells: [1, 1]).mesh()).write(to: path)
      let error = #expect(throws: MeshError.self) { try MeshContent(reading: path) }
      #expect(
        error?.description.contains(
          "fields are read from .vtu, .pvtu and .xdmf files only") == true)
    }
  }

  @Test(arguments: ["vtkLZ4DataCompressor", "vtkLZMADataCompressor"])
  func `other compressors are refused with a cure, unless the numbers are text`(name: String) {
    let new = "compressor=\"\(name)\">\n<Unstr"
    #expect(complaint(ascii.replacing(">\n<Unstr", with: " " + new)) == "accepted")
    let packed = VTUText.Encoding(
      place: .inline, header: 8, isCompressed: true, isBigEndian: false)
    let text = String(decoding: VTUText.sample(packed), as: UTF8.self)
    let message = complaint(text.replacing("vtkZLibDataCompressor", with: name))
    #expect(message.contains("the compressor \(name) is not supported; save the file with zlib"))
  }

  @Test func `a field of NaN is kept, its range is that of the rest`() throws {
    let text = ascii.replacing("0.1\n", with: "nan\n", maxReplacements: 1)
    let field = try #require(
      try MeshContent(bytes: Array(text.utf8), file: "a.vtu").pointField("T"))
    #expect(field.values[0].isNaN && field.range == 1.1...5.1)
  }

  @Test func `a series gives its steps`() throws {
    let series = PVDFile(steps: [
      PVDFile.Step(time: 0.25, file: "a & b.vtu"), PVDFile.Step(time: 1e-3, file: "c.vtu"),
    ])
    let read = try withFolder { folder in
      let path = folder.appendingPathComponent("s.pvd").path
      try series.write(to: path)
      return try PVDFile(reading: path)
    }
    #expect(read == series)
    for (text, expected) in [
      ("<VTKFile type=\"Collection\"/>", "a <Collection>"), ("<a", "well-formed XML"),
      (
        "<VTKFile type=\"Collection\"><Collection>\n<DataSet timestep=\"x\" file=\"f\"/>"
          + "</Collection></VTKFile>", "s.pvd:2: expected timestep"
      ),
    ] {
      do {
        _ = try PVDFile(bytes: Array(text.utf8), file: "s.pvd")
        Issue.record("accepted")
      } catch { #expect(error.description.contains(expected), "\(error)") }
    }
  }
}
