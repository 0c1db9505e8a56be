import CHDF5
import Foundation
import Meshes
import Testing

/// Two triangles of the unit square, as meshio writes them with all arrays in the text.
private let square = """
  <Xdmf Version="3.0"><Domain><Grid Name="mesh">
  <Geometry GeometryType="XY"><DataItem DataType="Float" Dimensions="4 2" Format="XML" Precision="8">
  0 0 1 0
  1 1 0 1
  </DataItem></Geometry>
  <Topology TopologyType="Triangle" NumberOfElements="2" NodesPerElement="3">
  <DataItem DataType="Int" Dimensions="2 3" Format="XML" Precision="8">
  0 1 2 0 2 3
  </DataItem></Topology>
  <Attribute Name="T" AttributeType="Scalar" Center="Node">
  <DataItem DataType="Float" Dimensions="4" Format="XML">0 1 2.5 3</DataItem></Attribute>
  <Attribute Name="gmsh:physical" AttributeType="Scalar" Center="Cell">
  <DataItem DataType="Int" Dimensions="2" Format="XML">4 9</DataItem></Attribute>
  </Grid></Domain></Xdmf>
  """

/// An unstructured grid and marks of its facets as DOLFINx writes them, arrays in an HDF5 file.
private let marked = """
  <?xml version="1.0"?>
  <Xdmf Version="3.0" xmlns:xi="http://www.w3.org/2001/XInclude"><Domain>
  <Grid Name="mesh" GridType="Uniform">
  <Topology TopologyType="Tetrahedron" NumberOfElements="1" NodesPerElement="4">
  <DataItem Dimensions="1 4" NumberType="Int" Format="HDF">m.h5:/Mesh/mesh/topology</DataItem></Topology>
  <Geometry GeometryType="XYZ">
  <DataItem Dimensions="4 3" Format="HDF">m.h5:/Mesh/mesh/geometry</DataItem></Geometry>
  </Grid>
  <Grid Name="facet_tags" GridType="Uniform">
  <xi:include xpointer="xpointer(/Xdmf/Domain/Grid/Geometry)" />
  <Topology TopologyType="Triangle" NumberOfElements="2" NodesPerElement="3">
  <DataItem Dimensions="2 3" NumberType="Int" Format="HDF">m.h5:/facets/topology</DataItem></Topology>
  <Attribute Name="facet_tags" AttributeType="Scalar" Center="Cell">
  <DataItem Dimensions="2 1" NumberType="Int" Format="HDF">m.h5:/facets/values</DataItem></Attribute>
  </Grid></Domain></Xdmf>
  """

/// Writes the arrays of `marked`.
private func writeStore(_ path: String) {
  let file = unsafe ritz_hdf5_create(path, 0)
  func write(_ name: String, _ shape: [UInt64], _ values: [Int32]) {
    _ = unsafe ritz_hdf5_write(file, name, 1, Int32(shape.count), shape, 0, values)
  }
  write("/Mesh/mesh/topology", [1, 4], [0, 1, 2, 3])
  write("/facets/topology", [2, 3], [0, 1, 2, 1, 2, 3])
  write("/facets/values", [2, 1], [5, 6])
  let points = [0.0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
  _ = unsafe ritz_hdf5_write(file, "/Mesh/mesh/geometry", 0, 2, [4, 3], 0, points)
  _ = ritz_hdf5_close(file)
}

private func complaint(_ text: String) -> String {
  do {
    _ = try MeshContent(bytes: Array(text.utf8), file: "/nowhere/a.xdmf")
    return "accepted"
  } catch { return "\(error)" }
}

@Suite struct `Reading XDMF files` {
  @Test func `arrays in the text give mesh, marks and fields`() throws {
    let content = try MeshContent(bytes: Array(square.utf8), file: "a.xdmf")
    let mesh = content.mesh
    #expect(mesh.dimension == 2 && mesh.cellCount == 2)
    #expect(mesh.region(named: "physical 4").map { mesh.measure(of: $0) } == 0.5)
    #expect(mesh.region(named: "physical 9")?.cellCount == 1)
    #expect(content.pointField("T")?.values == [0, 1, 2.5, 3])
  }

  @Test func `arrays in an HDF5 file, and marks of facets, are read`() throws {
    let content = try withFolder { folder in
      writeStore(folder.appendingPathComponent("m.h5").path)
      let path = folder.appendingPathComponent("m.xdmf").path
      try Data(marked.utf8).write(to: URL(fileURLWithPath: path))
      return try MeshContent(reading: path)
    }
    let mesh = content.mesh
    #expect(mesh.dimension == 3 && mesh.cellCount == 1)
    #expect(mesh.region(named: "facet_tags 5").map { mesh.measure(of: $0) } == 0.5)
    #expect(mesh.region(named: "facet_tags 6")?.dimension == 2)
  }

  @Test func `the steps of a series share the mesh, and the first field is read`() throws {
    func step(_ time: String, _ values: String) -> String {
      """
      <Grid><xi:include xpointer="xpointer(//Grid[@Name=&quot;mesh&quot;]/*[self::Topology or \
      self::Geometry])"/><Time Value="\(time)"/>
      <Attribute Name="u" AttributeType="Scalar" Center="Node">
      <DataItem DataType="Float" Dimensions="4" Format="XML">\(values)</DataItem></Attribute></Grid>
      """
    }
    // meshio writes the series before the mesh.
    let series =
      "<Domain><Grid Name=\"s\" GridType=\"Collection\" CollectionType=\"Temporal\">"
      + step("0.5", "1 2 3 4") + step("2", "5 6 7 8") + "</Grid>"
    let start = try #require(square.firstRange(of: "<Attribute"))
    let end = try #require(square.firstRange(of: "</Grid></Domain>"))
    let text =
      (String(square[..<start.lowerBound]) + String(square[end.lowerBound...]))
      .replacing("<Domain>", with: series)
      .replacing("<Xdmf", with: "<Xdmf xmlns:xi=\"http://www.w3.org/2003/XInclude\"")
    let content = try MeshContent(bytes: Array(text.utf8), file: "a.xdmf")
    #expect(content.mesh.cellCount == 2 && content.pointField("u")?.values == [1, 2, 3, 4])
    #expect(content.times == [0.5, 2])
    let last = try MeshContent(bytes: Array(text.utf8), file: "a.xdmf", step: 1)
    #expect(last.pointField("u")?.values == [5, 6, 7, 8])
    let late = #expect(throws: MeshError.self) {
      try MeshContent(bytes: Array(text.utf8), file: "a.xdmf", step: 2)
    }
    #expect(late?.description.contains("there is no step 2; the file has 2") == true)
  }

  @Test(arguments: [
    (
      "TopologyType=\"Triangle\"", "TopologyType=\"3DRectMesh\"", "the topology '3DRectMesh' is not"
    ),
    ("\"XY\"", "\"ORIGIN_DXDY\"", "the geometry type 'ORIGIN_DXDY' is not"),
    ("Format=\"XML\" Precision", "Format=\"Binary\" Precision", "the format 'BINARY' is not"),
    ("Dimensions=\"4 2\"", "Dimensions=\"5 2\"", "a.xdmf:2: expected 10 numbers, found 8"),
    ("Dimensions=\"4 2\"", "Dimensions=\"8\"", "points of 2 coordinates, found an array of 8"),
    ("0 2 3\n", "0 2 4\n", "points from 0 to 3, found 4 in cell 1"),
    ("0 2 3\n", "0 2 x\n", "a.xdmf:8: expected a whole number, found 'x'"),
    ("2.5", "2,5", "a finite decimal number, found '2,5'"), ("2.5", "1e400", "a finite decimal"),
    ("Center=\"Node\"", "Center=\"Face\"", "'T' of 4 at 'Face'"),
    ("<Grid Name=\"mesh\">", "<Grid Name=\"mesh\" GridType=\"Subset\">", "the grid type 'Subset'"),
    ("Xdmf Version=\"3.0\"", "Xmdf", "mismatched tag"),
    ("DataType=\"Float\" Dim", "ItemType=\"HyperSlab\" Dim", "the item type 'HyperSlab' is not"),
    ("DataType=\"Float\" Dim", "Reference=\"/a\" Dim", "a reference to another <DataItem> is not"),
    ("Dimensions=\"4 2\"", "Dimensions=\"4 x\"", "sizes in Dimensions, found '4 x'"),
    ("Format=\"XML\" Precision", "Format=\"HDF\" Precision", "expected file.h5:/path, found"),
    ("\"Triangle\"", "\"Mixed\"", "the cell type 0 is not"),
    (
      "\"Triangle\" NumberOfElements=\"2\" NodesPerElement=\"3\"", "\"Quadrilateral\"",
      "whole cells of 4 points, found 6 numbers"
    ),
  ])
  func `idioms that are not read are named with their line`(
    old: String, new: String, expected: String
  ) {
    #expect(square.contains(old))
    let message = complaint(square.replacing(old, with: new, maxReplacements: 1))
    #expect(message.contains(expected), "\(message)")
  }

  @Test(arguments: [
    ("Geometry", "Geo", "a <Geometry>, found none"),
    ("Topology", "Topo", "a <Topology>, found none"),
    ("Grid", "Mesh", "a <Grid>, found none"), ("DataItem", "Item", "a <DataItem> in <Geometry>"),
    ("Domain", "Part", "<Xdmf> with a <Domain>"),
  ])
  func `parts that are missing are named`(old: String, new: String, expected: String) {
    let message = complaint(square.replacing(old, with: new))
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `mixed cells that break off are refused`() {
    let mixed = square.replacing("\"Triangle\"", with: "\"Mixed\"")
    for (nodes, expected) in [
      ("4 0 1 2 4 0", "whole cells, found a part of the last one"),
      ("2 3 0 1 2 0", "a polyline or a set of points is not"),
      ("5 0 1.5 2 0 2", "whole numbers of points, found others"),
    ] {
      let kind = nodes.contains(".") ? "Float" : "Int"
      let text = mixed.replacing(
        "DataType=\"Int\" Dimensions=\"2 3\"", with: "DataType=\"\(kind)\" Dimensions=\"6\"")
      let message = complaint(text.replacing("0 1 2 0 2 3", with: nodes))
      #expect(message.contains(expected), "\(message)")
    }
  }

  @Test func `missing stores and arrays are named`() throws {
    #expect(complaint(marked).contains("there is no HDF5 file '/nowhere/m.h5'"))
    try withFolder { folder in
      writeStore(folder.appendingPathComponent("m.h5").path)
      let file = folder.appendingPathComponent("a.xdmf").path
      for (old, new, expected) in [
        ("/facets/values", "/facets/marks", "has no array of this name"),
        ("<xi:include", "<xi:include href=\"b.xdmf\"", "an xi:include of another file is not"),
      ] {
        let error = #expect(throws: MeshError.self) {
          try MeshContent(bytes: Array(marked.replacing(old, with: new).utf8), file: file)
        }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
      }
    }
  }
}
