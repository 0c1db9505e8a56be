import Files
import Meshes
import TestSupport
import Testing

/// The error that reading gives, nil if there is none.
func refusal(_ bytes: [UInt8]) -> MeshError? {
  var notes: [String] = []
  do throws(MeshError) {
    _ = try Mesh(bytes: bytes, file: "test.msh", notes: &notes)
    return nil
  } catch { return error }
}

func refusal(_ text: String) -> MeshError? { refusal(Array(text.utf8)) }

/// Two triangles on a square, MSH 2.2; lines are numbered in the tests below.
private let square = """
  $MeshFormat
  2.2 0 8
  $EndMeshFormat
  $Nodes
  4
  1 0 0 0
  2 1 0 0
  3 1 1 0
  4 0 1 0
  $EndNodes
  $Elements
  2
  1 2 2 7 1 1 2 3
  2 2 2 7 1 1 3 4
  $EndElements

  """

@Suite struct `Defects of mesh files` {
  @Test func `the sound file is read`() throws {
    try #expect(mesh(square).mesh.cellCount == 2)
  }

  @Test(arguments: [
    ("2 1 0 0", "2 1,5 0 0", 7, "number"), ("2 1 0 0", "2 nan 0 0", 7, "coordinate"),
    ("2 1 0 0", "2 1e400 0 0", 7, "finite"), ("2 1 0 0", "2 1 0", 7, "coordinate"),
    ("2 1 0 0", "2 1 0 0 0", 7, "end of the line"), ("2 1 0 0", "2 1 \0 0", 7, "x00"),
    ("2 1 0 0", "-2 1 0 0", 7, "negative"), ("2 1 0 0", "1 1 0 0", 7, "listed twice"),
    ("2 1 0 0", "99999999999999999999 1 0 0", 7, "2^63"),
    ("\n4\n", "\n100000000000000\n", 5, "number of nodes"), ("\n4\n", "\n3\n", 9, "$EndNodes"),
    ("\n4\n", "\n5\n", 10, "$EndNodes"), ("\n4\n", "\n-4\n", 5, "negative"),
    ("1 2 2 7 1 1 2 3", "1 2 2 7 1 1 2 9", 13, "refers to node 9"),
    ("1 2 2 7 1 1 2 3", "1 2 2 7 1 1 2 2", 13, "has node 2 twice"),
    ("1 2 2 7 1 1 2 3", "1 21 2 7 1 1 2 3 4", 13, "order 3 to 5"),
    ("1 2 2 7 1 1 2 3", "1 999 2 7 1 1 2 3 4", 13, "element type"),
    ("2 2 2 7 1 1 3 4", "2 2 2 7 1 3 2 1", 14, "same cell as element 1"),
    ("2 2 2 7 1 1 3 4", "1 2 2 7 1 1 3 4", 14, "number of an earlier element"),
    ("3 1 1 0", "3 2 0 0", 13, "flat"), ("2.2 0 8", "3.0 0 8", 2, "version"),
    ("2.2 0 8", "2.2 0 4", 2, "size of a real"), ("$Elements", "$Elemants", 11, "$EndElemants"),
    ("$EndElements", "", 16, "$EndElements"), ("$Nodes", "Nodes", 4, "section"),
    ("$EndNodes\n", "$EndNodes\n$Nodes\n", 11, "one section $Nodes, found a second one"),
    ("2.2 0 8", "x 0 8", 2, "the version of the format"),
    ("2.2 0 8", "1.5 0 8", 2, "MSH version 1.5 is not supported"),
    ("2.2 0 8", "2.2 2 8", 2, "the file type, 0 (text) or 1 (binary), found 2"),
    ("1 2 2 7 1 1 2 3", "x 2 2 7 1 1 2 3", 13, "the number of an element"),
    ("1 2 2 7 1 1 2 3", "1 x 2 7 1 1 2 3", 13, "the type of an element"),
    ("1 2 2 7 1 1 2 3", "1 2 x 7 1 1 2 3", 13, "the number of tags of an element"),
    ("1 2 2 7 1 1 2 3", "1 2 2 7 x 1 2 3", 13, "a tag of an element"),
    ("$Nodes", "$PhysicalNames\n1\n4 7 \"a\"\n$EndPhysicalNames\n$Nodes", 6, "0 to 3"),
    (
      "$Nodes", "$PhysicalNames\n1\n2 x \"a\"\n$EndPhysicalNames\n$Nodes", 6,
      "the number of a physical group"
    ),
    (
      "$Nodes", "$PhysicalNames\n1\n2 7 \"a\n$EndPhysicalNames\n$Nodes", 6,
      "a name in double quotes"
    ),
    ("$Nodes", "$ParametricNodes\n$EndParametricNodes\n$Nodes", 4, "a section of parametric nodes"),
  ])
  func `a defect is named with its line`(
    old: String, new: String, line: Int, says: String
  ) throws {
    let error = try #require(refusal(square.replacing(old, with: new)))
    #expect(error.description.hasPrefix("test.msh:\(line): "), "\(error)")
    #expect(error.description.contains(says), "\(error)")
  }

  @Test(arguments: [
    ("1 4 1 4\n2", "1 4 x 4\n2", "the smallest node number"),
    ("1 4 1 4\n2", "1 4 1 x\n2", "the largest node number"),
    ("1 4 1 4\n2", "1 3 1 4\n2", "as many nodes in the blocks as announced, 3, found 4"),
    ("2 1 0 4", "x 1 0 4", "the entity of a node block"),
    ("1 2 1 2\n2", "1 2 x 2\n2", "the smallest element number"),
    ("1 2 1 2\n2", "1 2 1 x\n2", "the largest element number"),
    ("1 2 1 2\n2", "1 3 1 2\n2", "as many elements in the blocks as announced, 3, found 2"),
    ("2 1 2 2\n", "1 1 2 2\n", "elements of dimension 1, that of their entity, found triangles"),
    ("2 1 2 2\n", "2 1 2 x\n", "the number of elements in the block"),
    ("1 1 2 3", "-1 1 2 3", "the number of an element, not negative"),
    ("1 0 0 0 1 1 0 1 7 0", "x 0 0 0 1 1 0 1 7 0", "the number of an entity"),
    ("1 0 0 0 1 1 0 1 7 0", "1 0 0", "the box of an entity"),
    ("1 0 0 0 1 1 0 1 7 0", "1 0 0 0 1 1 0 1 x 0", "a physical group"),
    ("$Elements", "$Nodes", "one section $Nodes"),
  ])
  func `a defect of a file by entities is named`(old: String, new: String, says: String) throws {
    let sound = """
      $MeshFormat
      4.1 0 8
      $EndMeshFormat
      $Entities
      0 0 1 0
      1 0 0 0 1 1 0 1 7 0
      $EndEntities
      $Nodes
      1 4 1 4
      2 1 0 4
      1
      2
      3
      4
      0 0 0
      1 0 0
      1 1 0
      0 1 0
      $EndNodes
      $Elements
      1 2 1 2
      2 1 2 2
      1 1 2 3
      2 1 3 4
      $EndElements

      """
    #expect(refusal(sound) == nil)
    #expect(sound.contains(old))
    let error = try #require(refusal(sound.replacing(old, with: new, maxReplacements: 1)))
    #expect(error.description.contains(says), "\(error)")
  }

  @Test func `a block of no elements in a binary file is refused`() throws {
    var bytes = GmshFile(samples[0]).bytes(.init(version: .two, encoding: .little))
    let mark = Array("$Elements\n".utf8)
    let start = try #require(
      (0..<bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) })
    // The count in text, then type and number of the first block.
    let line = try #require(bytes[(start + mark.count)...].firstIndex(of: 10))
    for k in 5..<9 { bytes[line + k] = 0 }
    #expect(
      refusal(bytes)?.description.contains("elements in the block, found 0") == true,
      "\(String(describing: refusal(bytes)))")
  }

  @Test func `whole-file defects are named`() throws {
    let cut = square.prefix(upTo: square.firstRange(of: "$Elements")?.lowerBound ?? square.endIndex)
    #expect(
      refusal(String(cut))?.description.contains("a section $Elements, found the end") == true)
    #expect(refusal("")?.description.contains("empty file") == true)
    let wide = square.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(refusal([0xFF, 0xFE] + wide)?.description.contains("UTF-16") == true)
    #expect(refusal(wide)?.description.contains("UTF-16") == true)
    #expect(refusal("$NOD\n1\n$ENDNOD\n")?.description.contains("version 1") == true)
    let surface = refusal(square.replacing("3 1 1 0", with: "3 1 1 0.5"))
    #expect(surface?.description.contains("surface in space") == true)
    let lines = refusal(
      square.replacing(" 2 2 7 1 1 2 3", with: " 1 2 7 1 1 2")
        .replacing(" 2 2 7 1 1 3 4", with: " 1 2 7 1 1 3"))
    #expect(lines?.description.contains("only points and lines") == true)
  }

  @Test(arguments: GmshFile.Variant.all.filter { $0.encoding != .text })
  func `a defect of a binary file is named with its byte and element`(
    variant: GmshFile.Variant
  ) throws {
    var file = GmshFile(samples[0])
    file.elements[3].nodes[1] = 4711
    let error = try #require(refusal(file.bytes(variant)))
    guard case .badElement(let place, 4, .unknownNode(4711)) = error, case .byte = place.position
    else {
      Issue.record("\(error)")
      return
    }
    file = GmshFile(samples[0])
    file.nodes[2].point[1] = .nan
    #expect(refusal(file.bytes(variant))?.description.contains("byte") == true)
  }

  @Test func `a byte order that is neither the one nor the other is refused`() throws {
    var bytes = GmshFile(samples[0]).bytes(.init(version: .fourOne, encoding: .little))
    let place = try #require(bytes.firstIndex(of: 1))
    bytes[place] = 2
    #expect(refusal(bytes)?.description.contains("byte \(place): expected the number 1") == true)
  }

  @Test(arguments: GmshFile.Variant.all)
  func `every truncated file is refused`(variant: GmshFile.Variant) {
    let bytes = GmshFile(samples[0]).bytes(variant)
    // The last bytes are the newline and the end of the last end tag's line.
    for length in stride(from: 0, to: bytes.count - 1, by: 7) {
      #expect(refusal(Array(bytes[..<length])) != nil, "\(length) bytes of \(bytes.count)")
    }
  }

  @Test(arguments: [GmshFile.Version.fourZero, .fourOne], [100_000_000_000_000, 13, Int.min])
  func `a wrong count in a binary file is refused before memory is taken`(
    version: GmshFile.Version, count: Int
  ) throws {
    let file = GmshFile(samples[0])
    var bytes = file.bytes(.init(version: version, encoding: .little))
    // One block, then the number of nodes, in eight bytes each.
    let head = [UInt8](arrayLiteral: 1, 0, 0, 0, 0, 0, 0, 0, UInt8(file.nodes.count), 0, 0, 0)
    let mark = Array("$Nodes\n".utf8) + head
    let place = try #require(
      (0..<bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) })
    for index in 0..<8 {
      bytes[place + 15 + index] = UInt8(truncatingIfNeeded: count >> (8 * index))
    }
    let error = try #require(refusal(bytes))
    guard case .malformed(let at, _, _) = error, case .byte(let byte) = at.position else {
      Issue.record("\(error)")
      return
    }
    #expect(byte == place + 15, "\(error)")
  }

  @Test func `a folded second-order cell is refused with its element`() throws {
    var file = GmshFile(samples[1])
    // The middle node of the first edge of element 3 goes to the opposite corner.
    let nodes = file.elements[2].nodes
    file.nodes[nodes[3] - 1].point = file.nodes[nodes[2] - 1].point
    file.nodes[nodes[3] - 1].point[0] += 1e-3
    guard
      case .badElement(_, let element, .folded(let lowest, let highest))? = refusal(
        file.text(.fourOne))
    else {
      Issue.record("\(String(describing: refusal(file.text(.fourOne))))")
      return
    }
    #expect(lowest < 0 && highest > 0)
    #expect(file.elements.first { $0.number == element }?.nodes.contains(nodes[3]) == true)
  }

  @Test func `a cell whose corners are listed crosswise or that is flat is refused`() throws {
    let first = square.replacing("1 2 2 7 1 1 2 3", with: "1 3 2 7 1 1 2 3 4")
    try #expect(
      mesh(first.replacing("2 2 2 7 1 1 3 4\n", with: "2 1 2 8 1 1 2\n")).mesh.cellCount == 1)
    let crossed = refusal(first.replacing("1 3 2 7 1 1 2 3 4", with: "1 3 2 7 1 1 2 4 3"))
    #expect(crossed?.description.contains("wrong order") == true, "\(String(describing: crossed))")
    let flat = refusal(
      first.replacing("3 1 1 0", with: "3 3 0 0").replacing("4 0 1 0", with: "4 2 0 0"))
    #expect(flat?.description.contains("flat") == true, "\(String(describing: flat))")
    // A straight angle is no fold.
    let blunt = first.replacing("3 1 1 0", with: "3 0.5 0.5 0").replacing(
      "2 2 2 7 1 1 3 4\n", with: "2 1 2 8 1 1 2\n")
    try #expect(mesh(blunt).mesh.cellCount == 1)
  }

  @Test func `cells of different orders or kinds of nodes are not mixed`() throws {
    var file = GmshFile(samples[1])
    file.elements[0].type = 2
    file.elements[0].nodes = Array(file.elements[0].nodes.prefix(3))
    let orders = try #require(refusal(file.text(.two)))
    #expect(orders.description.contains("first and second order are mixed"))
    #expect(orders.description.contains("element 1 is a 3-node triangle"))
    var complete = GmshFile(
      Box(size: [2, 1], cells: [2, 1], shape: .quadrilateral).mesh().withEdgeNodes())
    complete.elements[1].type = 16
    complete.elements[1].nodes.removeLast()
    let kinds = try #require(refusal(complete.text(.fourOne)))
    #expect(kinds.description.contains("element 2 is a 8-node quadrilateral"), "\(kinds)")
    #expect(kinds.description.contains("element 1 is a 9-node quadrilateral"))
    #expect(kinds.description.contains("Mesh.SecondOrderIncomplete"))
  }

  @Test func `a missing file is named with the system's reason`() {
    var notes: [String] = []
    #expect(throws: MeshError.unreadable(path: "no/such.msh", reason: "No such file or directory"))
    {
      _ = try Mesh(reading: "no/such.msh", notes: &notes)
    }
    #expect(throws: MeshError.unreadable(path: "/dev/zero", reason: "it is no regular file")) {
      _ = try Mesh(reading: "/dev/zero", notes: &notes)
    }
  }
}
