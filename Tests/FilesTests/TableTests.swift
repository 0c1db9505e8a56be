import Files
import Testing

private func table(_ text: String) throws(FormatError) -> NumberTable {
  try NumberTable(bytes: Array(text.utf8), file: "a.csv")
}

private func complaint(_ read: () throws -> Void) -> String {
  do {
    try read()
    return "accepted"
  } catch { return "\(error)" }
}

@Suite struct `Tables and time histories` {
  @Test(arguments: [
    "t,load\n0,0\n2,10\n3,10\n", "\u{FEFF}# made\r\n0,0\r\n\r\n2\t1e1\r\n 3, +10.0",
  ])
  func `a history is linear between its lines and constant beyond`(text: String) throws {
    let history = try TimeHistory(table(text))
    #expect(history.times == [0, 2, 3] && history.values == [0, 10, 10])
    #expect([-1, 0, 0.5, 2, 2.5, 9].map { history.value(at: $0) } == [0, 0, 2.5, 10, 10, 10])
  }

  @Test func `a column is taken by its name or number`() throws {
    let table = try table("\"time\", a, b\n0,1,2\n1,3,4\n")
    #expect(table.names == ["time", "a", "b"] && table.lines == [2, 3])
    #expect(try TimeHistory(table, column: "b").values == [2, 4])
    #expect(try TimeHistory(table, column: "2").values == [1, 3])
    #expect(complaint { _ = try TimeHistory(table) }.contains("a.csv: it has 3 columns"))
    #expect(complaint { _ = try TimeHistory(table, column: "c") }.contains("no column 'c'"))
  }

  @Test(arguments: [
    ("0;1\n", "a.csv:1: expected columns separated by commas"),
    ("0,1\n1,2,3\n", "a.csv:2: expected 2 columns as above, found 3"),
    ("0,1\n1,nan\n", "a.csv:2: expected a finite decimal number, found 'nan'"),
    ("0,1\n1,1e400\n", "a.csv:2: expected a finite decimal number, found '1e400'"),
    ("0,1\n1,\n", "a.csv:2: expected a finite decimal number, found ''"),
    ("t,v\n1\n", "a.csv:2: expected 2 columns as in the line of names, found 1"),
    ("t,v\n", "expected rows of numbers, found none"), ("", "expected rows of numbers"),
    ("0,\u{0}1\n", "a.csv:1: expected UTF-8 text, found a NUL byte"),
    ("0,1\n0,2\n", "a.csv:2: expected times that ascend, found 0.0 after 0.0"),
  ])
  func `mistakes are told with their line`(text: String, expected: String) {
    let message = complaint { _ = try TimeHistory(table(text)) }
    #expect(message.contains(expected), "\(message)")
  }
}

@Suite struct `XML elements` {
  @Test func `attributes, text and lines are kept`() throws {
    let root = try XMLElement(
      parsing: Array("<?xml version=\"1.0\"?>\n<a x='1 &amp; 2'>\n t<b/>u<c y=\"\">v</c></a>".utf8),
      file: "a.xml")
    #expect(root.name == "a" && root["x"] == "1 & 2" && root.line == 2)
    #expect(root.children.map(\.name) == ["b", "c"] && root.first("c")?.line == 3)
    #expect(String(decoding: root.text, as: UTF8.self).filter { !$0.isWhitespace } == "tu")
  }

  @Test func `a file may break off where it is told to`() throws {
    let bytes = Array("<a><b>1</b><c><Appended".utf8)
    let root = try XMLElement(parsing: bytes, upTo: bytes.count - 9, file: "a.xml")
    #expect(root.children.map(\.name) == ["b", "c"])
  }

  @Test func `what is no XML is refused with its line`() {
    for (text, expected) in [
      ("<a>\n</b>", "a.xml:2: expected well-formed XML, found mismatched tag"),
      ("", "an empty file"), ("<a>", "a.xml:1"), ("hello", "a.xml:1"),
      (String(repeating: "<a>", count: 100_000), "XML of more than 64 levels"),
    ] {
      let message = complaint { _ = try XMLElement(parsing: Array(text.utf8), file: "a.xml") }
      #expect(message.contains(expected), "\(message)")
    }
  }
}
