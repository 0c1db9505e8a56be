import Foundation
import Testing

private let deck = """
  *NODE
  1,0,0
  2,1,0
  3,1,1
  4,0,1
  *ELEMENT, TYPE=CPS4, ELSET=plate
  1,1,2,3,4
  *NSET, NSET=fixed
  1,4
  *SURFACE, NAME=pulled
  plate, S2

  """

@Suite struct `Mesh files on the command line` {
  @Test func `a mesh is converted with every group, and described in each format`() throws {
    let folder = try Folder()
    _ = try folder.write(deck, to: "a.inp")
    for (input, output) in [("a.inp", "b.msh"), ("b.msh", "c.vtu"), ("c.vtu", "d.inp")] {
      let outcome = try ritz("mesh", "convert", input, output, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.output == "\(output): 2D mesh, 4 points, 1 cells, 4 regions\n")
      #expect(outcome.narration.isEmpty, "\(outcome.narration)")
      let info = try ritz("info", output, in: folder)
      #expect(info.status == 0)
      #expect(info.output.contains("region \"fixed\": dimension 1, 1 cells, length 1.0"))
      #expect(info.output.contains("region \"fixed\": dimension 0, 2 cells"))
      #expect(info.output.contains("region \"pulled\": dimension 1"))
    }
  }

  @Test func `formats that are not written and broken meshes are refused`() throws {
    let folder = try Folder()
    _ = try folder.write(deck + "*NGEN\n1,2\n", to: "a.inp")
    #expect(try ritz("mesh", "convert", "a.inp", "a.xyz", in: folder).status == 64)
    let outcome = try ritz("mesh", "convert", "a.inp", "b.msh", in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.narration.contains("a.inp:12: *NGEN"))
    #expect(folder.files == ["a.inp"])
    #expect(try ritz("mesh", "convert", "no.inp", "b.msh", in: folder).status == 66)
  }

  @Test func `matrices and series are described`() throws {
    let folder = try Folder()
    _ = try folder.write(
      "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 3\n2 1 -1\n", to: "a.mtx")
    let info = try ritz("info", "a.mtx", in: folder)
    #expect(info.output.contains("2 × 2, real sparse, 3 entries"))
    #expect(info.output.contains("entries -1.0 … 3.0"))
    _ = try folder.write(deck, to: "a.inp")
    _ = try ritz("mesh", "convert", "a.inp", "a.vtu", in: folder)
    _ = try folder.write(
      "<VTKFile type=\"Collection\"><Collection><DataSet timestep=\"0.5\" file=\"a.vtu\"/>"
        + "<DataSet timestep=\"2\" file=\"a.vtu\"/></Collection></VTKFile>", to: "s.pvd")
    let series = try ritz("info", "s.pvd", "--json", in: folder)
    #expect(series.output.contains("\"steps\": 2") || series.output.contains("\"steps\":2"))
  }
}
