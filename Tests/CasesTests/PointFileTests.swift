import Cases
import Testing

@Suite struct `A file of points` {
  let names = ["k[0]", "k[1]", "h"]

  func points(_ text: String) throws(CaseDiagnostics) -> [[Double]] {
    try PointFile.points(in: Array(text.utf8), file: "train.csv", names: names)
  }

  func complaint(_ text: String) -> String {
    do throws(CaseDiagnostics) {
      _ = try points(text)
      return ""
    } catch {
      return error.diagnostics.first?.description ?? ""
    }
  }

  @Test(arguments: [
    "k[0],k[1],h\n1,2,3\n4,5,6\n", "1,2,3\n4,5,6", "# made by hand\r\n\r\n1, 2 ,3\r\n4,5,6\r\n",
    "h,k[0],k[1]\n3,1,2\n6,4,5\n", "\"h\",\"k[0]\",\"k[1]\"\n3.0,1e0,+2\n6,4,.5e1\n",
    "\u{FEFF}1,2,3\n4,5,6\n",
  ])
  func `may have a header in any order, comments and either line end`(text: String) throws {
    #expect(try points(text) == [[1, 2, 3], [4, 5, 6]])
  }

  @Test(arguments: [
    (
      "1,2,3\n4,5\n",
      "train.csv:2:1: error: found 2 columns; 3 are needed: k[0],k[1],h\n  4,5\n  ^^^"
    ),
    ("1,2,3\n4,nan,6\n", "train.csv:2:3: error: 'nan' is not a finite number"),
    ("1,2,3\n4,5,inf\n", "train.csv:2:5: error: 'inf' is not a finite number"),
    ("1,2,3\n4,5,1e400\n", "train.csv:2:5: error: '1e400' is not a finite number"),
    ("1,2,3\n4,5,0x10\n", "train.csv:2:5: error: '0x10' is not a finite number"),
    ("1,2,3\n4,,6\n", "train.csv:2:3: error: '' is not a finite number"),
    ("k[0],k[1],hh\n1,2,3\n", "train.csv:1:11: error: unknown parameter 'hh'; did you mean 'h'?"),
    ("k[0],h\n1,2\n", "train.csv:1:1: error: the column 'k[1]' is missing"),
    ("k[0],k[1],h,h\n1,2,3,4\n", "train.csv:1:13: error: column 'h' is given twice"),
    ("1;2;3\n", "train.csv:1:2: error: found ';': please separate columns by commas"),
    ("1,2,3\n4,\u{0},6\n", "train.csv:2:3: error: a NUL byte"),
    ("", "train.csv:1:1: error: the file has no points"),
    ("k[0],k[1],h\n", "train.csv:1:1: error: the file has no points"),
  ])
  func `is refused with line and column`(text: String, message: String) {
    #expect(complaint(text).hasPrefix(message), "\(complaint(text))")
  }

  @Test func `stops complaining after twenty lines`() {
    do throws(CaseDiagnostics) {
      _ = try points(String(repeating: "1\n", count: 1000))
      Issue.record("accepted")
    } catch {
      #expect(error.diagnostics.count == 20)
    }
  }

  @Test func `keeps every bit of its numbers`() throws {
    let text = "0.1,2.2250738585072014e-308,1.7976931348623157e308\n"
    #expect(try points(text) == [[0.1, 0x1p-1022, .greatestFiniteMagnitude]])
  }

  @Test func `has a sister on the command line`() throws {
    let layout = ParameterLayout([(name: "k", size: 2), (name: "h", size: nil)])
    #expect(try layout.point(parsing: "k=1,2 h=3") == [1, 2, 3])
    #expect(try layout.point(parsing: "h=3;k=1,2") == [1, 2, 3])
    #expect(try layout.point(parsing: "1,2,3") == [1, 2, 3])
    for bad in ["k=1 h=3", "k=1,2", "k=1,2 g=3", "1,2", "k=1,2 h=nan", "k=1,2 h=3 h=4", "k"] {
      #expect(throws: PointError.self) { _ = try layout.point(parsing: bad) }
    }
  }
}
