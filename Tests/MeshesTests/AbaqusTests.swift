import Foundation
import Meshes
import Testing

/// A mesh from the text of an input deck.
func abaqus(_ text: String, notes: inout [String]) throws(MeshError) -> Mesh {
  try Mesh(bytes: Array(text.utf8), file: "deck.inp", notes: &notes)
}

func abaqus(_ text: String) throws -> Mesh {
  var notes: [String] = []
  return try abaqus(text, notes: &notes)
}

/// What is said of a deck that is refused.
private func complaint(_ text: String) -> String {
  do {
    _ = try abaqus(text)
    return "accepted"
  } catch { return "\(error)" }
}

/// A unit cube of one element, nodes 1 to 8.
private let cube = """
  *NODE
  1, 0, 0, 0
  2, 1, 0, 0
  3, 1, 1, 0
  4, 0, 1, 0
  5, 0, 0, 1
  6, 1, 0, 1
  7, 1, 1, 1
  8, 0, 1, 1
  *ELEMENT, TYPE=C3D8, ELSET=body
  1, 1, 2, 3, 4, 5, 6, 7, 8

  """

/// The corners of a cell of each shape, and the corners (from 1) between which the manual puts the
/// further nodes of its second-order elements.
private let shapes: [(type: String, corners: [[Double]], edges: [(Int, Int)], faces: [Double])] = [
  (
    "C3D10", [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [(1, 2), (2, 3), (3, 1), (1, 4), (2, 4), (3, 4)], [0.5, 0.5, 0.75.squareRoot(), 0.5]
  ),
  (
    "C3D20R",
    [
      [0, 0, 0], [1, 0, 0], [1, 2, 0], [0, 2, 0], [0, 0, 3], [1, 0, 3], [1, 2, 3], [0, 2, 3],
    ],
    [
      (1, 2), (2, 3), (3, 4), (4, 1), (5, 6), (6, 7), (7, 8), (8, 5), (1, 5), (2, 6), (3, 7),
      (4, 8),
    ], [2, 2, 3, 6, 3, 6]
  ),
  (
    "C3D15", [[0, 0, 0], [3, 0, 0], [0, 4, 0], [0, 0, 1], [3, 0, 1], [0, 4, 1]],
    [(1, 2), (2, 3), (3, 1), (4, 5), (5, 6), (6, 4), (1, 4), (2, 5), (3, 6)], [6, 6, 3, 5, 4]
  ),
  ("CPS6", [[0, 0, 0], [3, 0, 0], [0, 4, 0]], [(1, 2), (2, 3), (3, 1)], [3, 5, 4]),
  (
    "CAX8R", [[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]], [(1, 2), (2, 3), (3, 4), (4, 1)],
    [2, 1, 2, 1]
  ),
]

@Suite struct `Input decks of Abaqus and CalculiX` {
  @Test(arguments: shapes.indices)
  func `nodes and faces of second-order elements are those of the manual`(index: Int) throws {
    let shape = shapes[index]
    let points =
      shape.corners
      + shape.edges.map { edge in
        zip(shape.corners[edge.0 - 1], shape.corners[edge.1 - 1]).map { ($0 + $1) / 2 }
      }
    var text = "*Node\n"
    for (node, point) in points.enumerated() {
      text += "\(10 + node), " + point.map { "\($0)" }.joined(separator: ",") + "\n"
    }
    text += "*Element, type=\(shape.type), elset=E\n7, "
    text += points.indices.map { "\(10 + $0)" }.joined(separator: ",\n") + "\n"
    for face in 1...shape.faces.count {
      text += "*Surface, name=F\(face)\nE, S\(face)\n*Surface, name=G\(face)\n7, s\(face)\n"
    }
    let mesh = try abaqus(text)
    let block = mesh.blocks[0]
    for (e, edge) in block.shape.edges.enumerated() {
      let nodes = Array(block.nodes(of: 0))
      let middle = mesh.point(Int(nodes[block.shape.vertexCount + e]))
      let ends = edge.map { Array(mesh.point(Int(nodes[$0]))) }
      #expect(middle.elementsEqual(zip(ends[0], ends[1]).map { ($0 + $1) / 2 }))
    }
    for (face, area) in shape.faces.enumerated() {
      for letter in ["F", "G"] {
        let region = try #require(mesh.region(named: "\(letter)\(face + 1)"))
        #expect(region.dimension == mesh.dimension - 1 && region.cellCount == 1)
        #expect(abs(mesh.measure(of: region) - area) < 1e-14)
      }
    }
  }

  @Test func `keywords are read in any case, with blanks, comments and continued lines`() throws {
    let mesh = try abaqus(
      "\u{FEFF}** a comment\r\n * Node ,\r\n nset = \"All nodes\"\r\n1,0.,0.,\r\n 2 ,\t1.D0, , \r\n"
        + "\r\n** another\r\n 3,1,1.\r\n4,.0,1E+0,0\r\n*ELEMENT, Type = cps4r , ELSET=Plate\r\n"
        + "10,1,2,\r\n** in between\r\n3,\r\n4\r\n*STEP\r\n*END STEP")
    #expect(mesh.dimension == 2 && mesh.pointCount == 4 && mesh.cellCount == 1)
    #expect(mesh.region(named: "All nodes", dimension: 0)?.cellCount == 4)
    #expect(mesh.region(named: "Plate").map { mesh.measure(of: $0) } == 1)
  }

  @Test func `sets may name numbers and sets, be generated, overlap and go on later`() throws {
    var notes: [String] = []
    let mesh = try abaqus(
      "*NODE, NSET=low\n1,0,0\n2,1,0\n3,2,0\n*NODE, NSET=high\n1000004,0,1\n5,1,1\n6,2,1\n"
        + "*ELEMENT, TYPE=CPE4, ELSET=A\n1,1,2,5,1000004\n*ELEMENT, TYPE=CPE4, ELSET=A\n"
        + "5,2,3,6,5\n*ELSET, ELSET=right\n5\n*ELSET, ELSET=both, GENERATE\n1,2000000000,4\n"
        + "*ELSET, ELSET=mixed\nright,1\n*ELSET,ELSET=none,GENERATE\n2,4,2\n"
        + "*NSET, NSET=ends, GENERATE\n2,3,2\n*NSET, NSET=ends\nHIGH,\n"
        + "*NSET,NSET=touched,ELSET=right\n", notes: &notes)
    func cells(_ name: String, _ dimension: Int? = nil) -> Int? {
      mesh.region(named: name, dimension: dimension)?.cellCount
    }
    #expect(cells("A") == 2 && cells("right") == 1 && cells("both") == 2 && cells("mixed") == 2)
    #expect(cells("ends", 0) == 4 && cells("touched", 0) == 4)
    #expect(notes.contains { $0.contains("Sets without members: none") })
    // All of the upper side are in the set, but further nodes, too: it stays one of points.
    #expect(cells("ends", 1) == nil && cells("high", 1) == 2 && cells("high") == 2)
    #expect(notes.contains { $0.contains("'ends' are a region of points only") })
  }

  @Test func `the nodes of whole facets are a region of facets as well as of points`() throws {
    let mesh = try abaqus(
      cube + "*NSET, NSET=fixed\n1,4,5,8\n*NSET, NSET=edge\n1,2\n*NSET, NSET=all, GENERATE\n1,8\n")
    let fixed = try #require(mesh.region(named: "fixed"))
    #expect(fixed.dimension == 2 && mesh.measure(of: fixed) == 1)
    #expect(mesh.region(named: "fixed", dimension: 0)?.cellCount == 4)
    #expect(mesh.region(named: "edge")?.dimension == 0)
    #expect(mesh.region(named: "all").map { mesh.measure(of: $0) } == 6)
  }

  @Test func `surfaces are faces, free faces, shells or nodes, and may overlap`() throws {
    let mesh = try abaqus(
      cube + "*ELEMENT, TYPE=S4, ELSET=skin\n9,1,2,6,5\n"
        + "*SURFACE, NAME=top, TYPE=ELEMENT\nbody, S2\n*SURFACE, NAME=two\n1, S2\n1, S4\n"
        + "*SURFACE, NAME=free\nbody\n*SURFACE, NAME=front\nskin, SPOS\n"
        + "*SURFACE, NAME=sameFront\nbody, S3\n*SURFACE, NAME=nodes, TYPE=NODE\n5, 1.0\n6\n")
    func area(_ name: String) -> Double? { mesh.region(named: name).map { mesh.measure(of: $0) } }
    #expect(area("top") == 1 && area("two") == 2 && area("free") == 6)
    #expect(area("front") == 1 && area("sameFront") == 1 && area("skin") == 1)
    #expect(mesh.region(named: "nodes")?.dimension == 0)
    #expect(mesh.region(named: "front") != nil && mesh.topology.cellCount(ofDimension: 2) == 6)
    #expect(mesh.regions.allSatisfy { !$0.name.contains("\0") })
  }

  @Test func `a surface and a set of nodes may share a name`() throws {
    let mesh = try abaqus(cube + "*SURFACE, NAME=top\n1, S2\n*NSET, NSET=top\n5,6,7,8\n")
    #expect(mesh.region(named: "top", dimension: 2)?.cellCount == 1)
    #expect(mesh.region(named: "top", dimension: 0)?.cellCount == 4)
  }

  @Test func `a section gives its elements the name of their material`() throws {
    let mesh = try abaqus(
      cube
        + "*MATERIAL, NAME=Steel\n*ELASTIC\n210e3, .3\n*SOLID SECTION, ELSET=body, MATERIAL=Steel\n,\n"
    )
    #expect(mesh.region(named: "Steel").map { mesh.measure(of: $0) } == 1)
    #expect(mesh.region(named: "Steel")?.dimension == 3)
  }

  @Test func `trusses and beams are left out and other keywords listed`() throws {
    var notes: [String] = []
    let mesh = try abaqus(
      cube + "*ELEMENT,TYPE=B31,ELSET=beams\n20,1,2\n21,2,3\n*ELEMENT,TYPE=B32\n22,1,2,\n3\n"
        + "*BOUNDARY\nfixed,1,3\n*STEP\n*STATIC\n0.1, 1.\n*END STEP\n", notes: &notes)
    #expect(mesh.cellCount == 1 && mesh.region(named: "beams") == nil)
    #expect(notes.contains { $0.contains("elements B31 (2), B32") })
    #expect(notes.contains { $0.contains("Not read: *BOUNDARY, *ENDSTEP, *STATIC, *STEP") })
  }

  @Test func `parts become instances in their places, with the names of both`() throws {
    let mesh = try abaqus(
      "*HEADING\n Two bricks\n*PART, NAME=Brick\n" + cube
        + "*NSET, NSET=left\n1,4,5,8\n*SOLID SECTION, ELSET=body, MATERIAL=Iron\n*END PART\n"
        + "*ASSEMBLY, NAME=A\n*INSTANCE, NAME=One, PART=Brick\n*END INSTANCE\n"
        + "*INSTANCE, NAME=Two, PART=brick\n 5., 0., 0.\n 5., 0., 0., 5., 0., 1., 90.\n"
        + "*END INSTANCE\n*NSET, NSET=both, INSTANCE=One\n1\n*NSET, NSET=both, INSTANCE=Two\n7, 2\n"
        + "*ELSET, ELSET=_top, INTERNAL, INSTANCE=One\n1\n*SURFACE, NAME=top\n_top, S2\nTwo.body, S2\n"
        + "*NSET, NSET=named\nTWO.LEFT, One.3\n*END ASSEMBLY\n")
    #expect(mesh.cellCount == 2 && mesh.pointCount == 16)
    #expect(mesh.region(named: "One.body")?.cellCount == 1)
    #expect(mesh.region(named: "Iron")?.cellCount == 2)
    #expect(mesh.region(named: "both")?.cellCount == 3)
    #expect(mesh.region(named: "named")?.cellCount == 5)
    #expect(mesh.region(named: "top").map { mesh.measure(of: $0) } == 2)
    let left = try #require(mesh.region(named: "Two.left", dimension: 0))
    let points = left.members[0].cells.map {
      Array(mesh.point(Int(mesh.blocks[left.members[0].block].connectivity[Int($0)])))
    }
    // The side x = 0 of the brick, moved to x = 5 and turned about z there: y = 0, x from 4 to 5.
    #expect(points.allSatisfy { abs($0[1]) < 1e-15 && $0[0] > 3.9 && $0[0] < 5.1 })
  }

  @Test func `cylindrical coordinates are turned into cartesian ones`() throws {
    let mesh = try abaqus(
      "*NODE, SYSTEM=C\n1,1,0\n2,2,0\n3,1,90\n*ELEMENT,TYPE=CPS3\n1,1,2,3\n")
    #expect(abs(mesh.measure(of: mesh.topology.everything(ofDimension: 2)) - 0.5) < 1e-15)
  }

  @Test func `what is listed twice alike is one, what differs is refused`() throws {
    let again = "*NODE\n8,0,1,1\n*ELEMENT,TYPE=C3D8,ELSET=other\n1,1,2,3,4,5,6,7,8\n"
    let mesh = try abaqus(cube + again)
    #expect(mesh.cellCount == 1 && mesh.region(named: "other")?.cellCount == 1)
    #expect(complaint(cube + "*NODE\n8,0,1,2\n").contains("deck.inp:13: node 8 is listed twice"))
    let taken = complaint(cube + "*ELEMENT,TYPE=C3D4\n1,1,2,3,5\n")
    #expect(taken.contains("deck.inp:13: element 1 has the number"), "\(taken)")
  }
}

@Suite struct `Input decks that are refused` {
  @Test(arguments: [
    ("*ELEMENT, TYPE=C3D27\n", "deck.inp:12: element type 'C3D27' is not supported"),
    ("*ELEMENT, ELSET=a\n", "deck.inp:12: expected TYPE=… in *ELEMENT, found none"),
    ("*ELEMENT, TYPE=C3D4\n2,1,2,3,99\n", "deck.inp:13: element 2 refers to node 99"),
    ("*ELEMENT, TYPE=C3D4\n2,1,2,3\n", "expected 4 nodes of element 2, found fewer"),
    ("*ELEMENT, TYPE=C3D4\n2,1,2,3,5,6\n", "deck.inp:13: expected the end of the line"),
    ("*ELEMENT, TYPE=C3D4\n2,1,2,x,5\n", "deck.inp:13: expected a node of element 2"),
    ("*NODE\n9,0,5,0,0,0\n", "with decimal points"),
    ("*NODE\n9,1e400,0\n", "deck.inp:13: expected the x coordinate of a node, finite"),
    ("*NODE\n9,nan,0\n", "deck.inp:13: expected the x coordinate of a node, a decimal number"),
    ("*NODE\n-9,1,0\n", "deck.inp:13: expected the number of a node"),
    ("*NODE\n99999999999999999999,1,0\n", "deck.inp:13: expected the number of a node"),
    ("*NSET, NSET=a\n77\n", "deck.inp:13: expected the number of a node that the file lists"),
    ("*NSET, NSET=a\nnowhere\n", "deck.inp:13: expected a set of nodes that the file defines ("),
    ("*NSET, NSET=a\nb\n*NSET, NSET=b\na\n", "expected a set that does not name itself"),
    ("*NSET, NSET=a, GENERATE\n5, 1\n", "deck.inp:13: expected a range that ascends"),
    ("*SURFACE, NAME=a\nbody, S7\n", "deck.inp:13: expected a face of a hexahedron, S1 to S6"),
    ("*SURFACE, NAME=a\nBODE, S1\n", "expected a set of elements that the file defines ('body')"),
    (
      "*NGEN\n1,2\n", "deck.inp:12: *NGEN, which makes or moves nodes or elements, is not supported"
    ),
    ("*PART, NAME=a\n*NODE\n", "expected *END PART for the part 'a'"),
    ("*INSTANCE, NAME=a, PART=b\n", "a part that was read before (there is none), found 'b'"),
    ("*INCLUDE, INPUT=/nowhere/x.inp\n", "deck.inp:12: '/nowhere/x.inp' cannot be included"),
    ("*INCLUDE\n", "deck.inp:12: expected INPUT=… in *INCLUDE"),
    ("*NODE, SYSTEM=Q\n", "deck.inp:12: expected SYSTEM=R, C or S, found 'Q'"),
    ("*PART\n", "expected NAME=… in *PART, found none"),
    ("*PART, NAME=a\n*PART, NAME=b\n", "deck.inp:13: expected *END PART before the next *PART"),
    ("*END PART\n", "deck.inp:12: expected *PART before *END PART"),
    (
      "*PART, NAME=a\n*END PART\n*PART, NAME=A\n",
      "expected a part of another name, found 'A' again"
    ),
    (
      "*PART, NAME=a\n*END PART\n*INSTANCE, NAME=i, PART=a\n*INSTANCE, NAME=I, PART=a\n",
      "deck.inp:15: expected an instance of another name, found 'I' again"
    ),
    (
      "*PART, NAME=a\n*END PART\n*INSTANCE, NAME=i, PART=a\nx\n",
      "expected a number of the instance's place"
    ),
    (
      "*PART, NAME=a\n*END PART\n*INSTANCE, NAME=i, PART=a\n0,0,0,0,0,0,0,0\n",
      "three numbers of a translation, then seven of a turn"
    ),
    (
      "*PART, NAME=a\n*END PART\n*INSTANCE, NAME=i, PART=a\n0,0,0\n1,1,1,1,1,1,90\n",
      "expected two points of an axis and an angle"
    ),
    ("*ELEMENT, TYPE=B31\nx,1,2\n", "deck.inp:13: expected the number of an element"),
    ("*ELEMENT, TYPE=C3D4\nx,1,2,3,5\n", "deck.inp:13: expected the number of an element"),
    ("*NSET, NSET=a, GENERATE\nx, 1\n", "expected the first number of a range"),
    ("*NSET, NSET=a, GENERATE\n1, x\n", "expected the last number of a range"),
    ("*NSET, NSET=a, GENERATE\n1, 5, x\n", "expected the step of a range"),
    ("*NSET, NSET=a, GENERATE\n1, 5, 1, 1\n", "after first, last and step"),
    ("*NSET, NSET=a, INSTANCE=q\n1\n", "expected an instance that the file lists, found 'Q'"),
    ("*SURFACE, NAME=a\nbody, S1, S2\n", "after an element or a set, and a face"),
    (
      "*ELEMENT, TYPE=S4\n2,1,2,3,4\n*SURFACE, NAME=a\n2, E7\n",
      "a face of a quadrilateral, E1 to E4, SPOS or SNEG"
    ),
  ])
  func `mistakes are told with their line`(text: String, expected: String) {
    let message = complaint(cube + text)
    #expect(message.contains(expected), "\(message)")
  }

  @Test func `other encodings and other files are refused`() {
    #expect(complaint("").contains("found an empty file"))
    #expect(complaint("hello").contains("deck.inp:1: expected a keyword such as *NODE"))
    #expect(complaint("*HEADING\n").contains("the mesh has no elements"))
    var utf16: [UInt8] = [0xFF, 0xFE]
    for byte in "*NODE\n".utf8 { utf16 += [byte, 0] }
    var notes: [String] = []
    for (bytes, message) in [
      (utf16, "UTF-16 text is not supported"),
      (Array("*NO".utf8) + [0xFF] + Array("DE\n".utf8), "a keyword in UTF-8 text"),
      (Array(cube.utf8) + Array("*NSET, NSET=a\nb".utf8) + [0xFF, 10], "a name in UTF-8 text"),
    ] {
      let error = #expect(throws: MeshError.self) {
        try Mesh(bytes: bytes, file: "deck.inp", notes: &notes)
      }
      #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
    for bytes in [utf16, Array(utf16.dropFirst(2)), Array("*NODE\n1,\0,2\n".utf8)] {
      #expect(throws: MeshError.self) {
        try Mesh(bytes: bytes, file: "deck.inp", notes: &notes)
      }
    }
  }

  @Test func `decks that include themselves, or too deep, are refused`() throws {
    try withFolder { folder in
      func write(_ name: String, _ text: String) throws -> String {
        let file = folder.appendingPathComponent(name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
      }
      func message(_ path: String) -> String {
        do {
          var notes: [String] = []
          _ = try Mesh(reading: path, notes: &notes)
          return "accepted"
        } catch { return "\(error)" }
      }
      let own = try write("own.inp", "*INCLUDE, INPUT=own.inp\n")
      #expect(message(own).contains("'own.inp' includes itself"))
      for k in 1...40 { _ = try write("\(k).inp", "*INCLUDE, INPUT=\(k + 1).inp\n") }
      #expect(message(try write("0.inp", "*INCLUDE, INPUT=1.inp\n")).contains("more than 32 files"))
    }
  }
}
