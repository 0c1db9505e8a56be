import Foundation
import Testing

@Suite struct `Meshes on the command line` {
  /// Two quadrilaterals and a triangle on a unit square with a roof.
  private static let house = """
    $MeshFormat
    2.2 0 8
    $EndMeshFormat
    $PhysicalNames
    2
    2 1 "walls"
    1 2 "ground"
    $EndPhysicalNames
    $Nodes
    7
    1 0 0 0
    2 1 0 0
    3 2 0 0
    4 0 1 0
    5 1 1 0
    6 2 1 0
    7 1 2 0
    $EndNodes
    $Elements
    5
    1 1 2 2 1 1 2
    2 1 2 2 1 2 3
    3 3 2 1 1 1 2 5 4
    4 3 2 1 1 2 3 6 5
    5 2 2 1 1 4 5 7
    $EndElements

    """

  private func house() throws -> Folder {
    let folder = try Folder()
    _ = try folder.write(Self.house, to: "house.msh")
    return folder
  }

  @Test func `quality tells each shape, and fails where it is asked for more`() throws {
    let folder = try house()
    let good = try ritz("mesh", "quality", "house.msh", in: folder)
    #expect(good.status == 0)
    #expect(good.output.contains("2 quadrilaterals: quality at least 1.0"))
    #expect(good.output.contains("1 triangles: quality at least 0.8"))
    #expect(good.output.contains("smallest angle 45.0"))
    let bad = try ritz(
      "mesh", "quality", "house.msh", "--at-least", "0.9", "--to", "q.vtu", in: folder)
    #expect(bad.status == 11)
    #expect(bad.narration.contains("1 cells have a quality below 0.9"))
    #expect(folder.exists("q.vtu"))
    let json = try ritz("mesh", "quality", "house.msh", "--json", in: folder)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["cells"] as? Int == 3)
  }

  @Test func `refining keeps regions, and its result can be refined again`() throws {
    let folder = try house()
    let once = try ritz("mesh", "refine", "house.msh", "finer.msh", in: folder)
    #expect(once.status == 0, "\(once.narration)")
    #expect(once.output == "finer.msh: 12 cells, 18 points\n")
    let info = try ritz("info", "finer.msh", in: folder)
    #expect(info.output.contains("region \"walls\": dimension 2, 12 cells, area 2.5"))
    #expect(info.output.contains("region \"ground\": dimension 1, 4 cells, length 2.0"))
    let again = try ritz("mesh", "refine", "finer.msh", "finest.vtu", "--times", "2", in: folder)
    #expect(again.status == 0 && again.output.contains("192 cells"))
    #expect(try ritz("mesh", "refine", "house.msh", "a.xyz", in: folder).status == 64)
    #expect(
      try ritz("mesh", "refine", "house.msh", "a.msh", "--times", "0", in: folder).status == 64)
    #expect(try ritz("mesh", "refine", "no.msh", "a.msh", in: folder).status == 66)
  }

  @Test func `partitions name their sizes and refuse more parts than cells`() throws {
    let folder = try house()
    let two = try ritz(
      "mesh", "partition", "house.msh", "--parts", "3", "--to", "p.vtu", in: folder)
    #expect(two.status == 0, "\(two.narration)")
    #expect(two.output.contains("part 2: 1 cells\n2 of 9 facets are cut"))
    #expect(folder.exists("p.vtu"))
    let many = try ritz("mesh", "partition", "house.msh", "--parts", "4", in: folder)
    #expect(many.status == 64)
    #expect(many.narration.contains("--parts 4: a number from 1 to 3, the cells, is needed"))
  }

  @Test func `a mesh in pieces is read and converted as the one that was cut`() throws {
    let folder = try house()
    let cut = try ritz(
      "mesh", "partition", "house.msh", "--parts", "3", "--to", "cut.pvtu", in: folder)
    #expect(cut.status == 0 && cut.narration.isEmpty, "\(cut.narration)")
    #expect(cut.output.hasSuffix("cut.pvtu written\n"))
    for part in 0..<3 { #expect(folder.exists("cut/cut.\(part).vtu")) }
    let back = try ritz("mesh", "convert", "cut.pvtu", "back.msh", in: folder)
    let once = try ritz("mesh", "convert", "house.msh", "back.msh", in: folder)
    #expect(back.status == 0 && back.output == once.output && back.narration.isEmpty)
    let again = try ritz(
      "mesh", "partition", "cut.pvtu", "--parts", "2", "--to", "./cut.pvtu", in: folder)
    #expect(again.status == 64 && folder.exists("cut/cut.2.vtu"))
    #expect(again.narration.contains("is the mesh that is read"))
    let two = try ritz(
      "mesh", "partition", "house.msh", "--parts", "2", "--to", "cut.pvtu", in: folder)
    #expect(two.status == 0 && !folder.exists("cut/cut.2.vtu"))
    let other = try ritz(
      "mesh", "partition", "house.msh", "--parts", "2", "--to", "cut.msh", in: folder)
    #expect(other.status == 64)
  }
}
