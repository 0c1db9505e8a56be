import Cases
import Testing

@Suite struct `Errors of a case file` {
  @Test func `name file, line and column, suggest a key and point at it`() {
    let text = bent("tolerance = 1e-3", "tolerence = 1e-3")
    do throws(CaseDiagnostics) {
      _ = try read(text)
      Issue.record("the misspelt key was accepted")
    } catch {
      let position = place(of: "tolerence", in: text)
      #expect(
        error.description == """
          case.toml:\(position): error: unknown key 'tolerence' in [reduction]; did you mean 'tolerance'?
            tolerence = 1e-3
            ^^^^^^^^^
          """)
      #expect(error.exitCode == 65)
    }
  }

  @Test func `are all reported at once, by line`() {
    let text = """
      schema = 1
      unitz = "m-kg-s-K"
      [mesh]
      partitions = 0
      [physics]
      kind = "difusion"
      degree = 3
      [[material]]
      on = 4
      conductivity = inf
      [[output]]
      name = "a"
      [[output]]
      name = "a"
      mean = "u"
      max = "u"
      """
    let found = complaints(text)
    let kinds =
      (CaseSchema.kinds.count > 1 ? "one of " : "")
      + CaseSchema.kinds.map { "\"\($0)\"" }.joined(separator: ", ")
    let expected = [
      "2:1: unknown key 'unitz' at the top level; did you mean 'units'?",
      "3:1: missing key in [mesh]: give 'file' or 'box'",
      "4:14: 'partitions' in [mesh] must be an integer from 1 to 100000; found the integer 0",
      "6:8: 'kind' in [physics] must be \(kinds); found \"difusion\"; did you mean \"diffusion\"?",
      "7:10: 'degree' in [physics] must be an integer from 1 to 2; found the integer 3",
      "9:6: 'on' in [[material]] must be the name of a region, a list of names, or \"*\"; found the integer 4",
    ]
    #expect(Array(found.prefix(6)) == expected)
    #expect(found.contains { $0.hasPrefix("10:16: 'conductivity' in [[material]] must be") })
    #expect(found.contains { $0.hasPrefix("11:1: missing key in [[output]]: give 'integral',") })
    #expect(found.contains("14:8: an output 'a' already exists at case.toml:12:8"))
    #expect(
      found.contains("16:1: 'max' and 'mean' exclude each other in [[output]]; give one of them"))
    #expect(found.count == 10)
  }

  @Test(arguments: [
    ("schema = 1\n", "", "missing key 'schema'"),
    ("schema = 1", "schema = 2", "must be 1; found the integer 2"),
    ("degree = 2", "degree = 2.0", "write 2 instead of 2.0"),
    ("tolerance = 1e-3", "tolerance = nan", "found the number nan"),
    ("tolerance = 1e-3", "tolerance = 0", "strictly between 0 and 1000000; found the integer 0"),
    ("tolerance = 1e-3", "tolerance = \"1e-3\"", "found the string"),
    ("range = [1, 3]", "range = [3, 1]", "'range' is reversed: 3 is larger than 1"),
    ("range = [1, 3]", "range = [1, 1]", "'range' is empty"),
    ("range = [1, 3]", "range = [1, 3, 4]", "'range' in [[parameter]] must be"),
    ("range = [0.1, 10]", "range = [0, 10]", "scale \"log\" needs a range above 0"),
    ("range = [0.1, 10]", "range = [[0.1, 10]]", "1 pairs, but the parameter has 2 components"),
    ("range = [1, 3]", "range = [1, 3]\ndefault = 4", "'default' 4 lies outside the range 1 to 3"),
    ("name = \"h\"", "name = \"k\"", "a parameter 'k' already exists at case.toml:13:8"),
    ("name = \"h\"", "name = \"u\"", "'u' already has a meaning in expressions"),
    ("name = \"h\"", "name = \"exp\"", "'exp' already has a meaning in expressions"),
    ("name = \"h\"", "name = \"2h\"", "cannot be the name of a parameter"),
    ("scale = \"log\"", "scale = \"logarithmic\"", "must be one of \"linear\", \"log\""),
    (
      "points = [[1, 2, 3]]", "points = [[1, 2]]",
      "the point has 2 numbers; 3 are needed: k[0], k[1], h"
    ),
    ("flux = \"1 + 0.2*x\"", "value = 1", "'value' fixes u: 'exchange' cannot hold"),
    ("value = \"20 degC\"", "", "missing key in [[boundary]]: give 'value', 'flux' or 'exchange'"),
    ("[[boundary]]", "[boundary]", "cannot redefine"),
    ("count = 5\n", "count = 5\nseed = 1\n", "would draw points the model has learnt from"),
    ("sizes = [2, 4]", "sizes = [4, 2]", "must grow"),
    ("size = 10", "size = 10\nstart = 50", "not a training row; the rows are 0 to 49"),
    (
      "at = [0.5, \"50 cm\"]", "at = [1, 2, 3]", "'at' has 3 coordinates; the mesh has 2 dimensions"
    ),
    ("relative = 1e-6", "", "a number needs 'relative' or 'absolute'"),
    ("cells = [4, 4]", "cells = [4]", "'cells' in [mesh.box] must be a list of at least 2"),
    ("cells = [4, 4]", "cells = [4, 4, 4]", "'cells' has 3 numbers, 'size' has 2"),
    ("degree = 2", "degree = 1979-05-27", "found a date"),
    ("on = \"*\"", "on = []", "found an empty list"),
  ])
  func `say what is wrong`(piece: String, replacement: String, message: String) {
    let found = complaints(bent(piece, replacement))
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test func `tell a missing training set and reversed tables`() {
    let text = bent("[training]\nsampling = \"halton\"\ncount = 50\n", "")
    #expect(
      complaints(text) == [
        "\(place(of: "reduction", in: text)): [reduction] needs [training]: say from which points to learn"
      ])
    let single = "schema = 1\n[material]\non = \"*\"\n[[mesh]]\n"
    let found = complaints(single)
    #expect(
      found.contains(
        "2:2: 'material' may be given several times: write [[material]] with two brackets"))
    #expect(found.contains("4:3: 'mesh' is given once: write [mesh] with one bracket"))
  }

  @Test(arguments: [
    ("a = [", "1:"), ("schema = 1\nschema = 2", "2:"), ("title = \"\u{0}\"", "1:10: a NUL byte"),
    ("a = " + String(repeating: "[", count: 100_000), "1:69: values are nested too deeply"),
    (String(repeating: "a.", count: 100_000) + "b = 1", "1:34: a key has too many dotted parts"),
    ("a = 1\n[.mesh]\nb = 2\n", "2:1: this line is not legal TOML"),
    ("a = 1\n[\u{E9}]\n", "2:2: a character beyond ASCII"),
    ("a = \"\"\"x\"\"\"\"\nb = \u{A0}1\n", "2:5: a character beyond ASCII"),
    ("a = 99999999999999999999", "1:"), ("x = 1e999", "1:"),
  ])
  func `of TOML itself have a place`(text: String, start: String) {
    let found = complaints(text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(start) == true, "\(found)")
  }

  @Test func `refuse what is not UTF-8`() {
    do throws(CaseDiagnostics) {
      _ = try CaseFile(
        parsing: Array("schema = 1\ntitle = \"".utf8) + [0xFF, 0x22], path: "c.toml")
      Issue.record("accepted")
    } catch {
      #expect(error.diagnostics.first?.location.line == 2)
    }
  }

  @Test func `of a missing file carry their own exit code`() {
    do throws(CaseDiagnostics) {
      _ = try CaseFile(reading: "no such folder/case.toml")
      Issue.record("accepted")
    } catch {
      #expect(error.exitCode == 66)
      #expect(error.description.contains("No such file or directory"))
    }
    do throws(CaseDiagnostics) {
      _ = try read(bent("box = { size = [1, 1], cells = [4, 4] }", "file = \"none.msh\""))
      Issue.record("accepted")
    } catch {
      #expect(error.exitCode == 66)
      #expect(error.diagnostics.map(\.location.line) == [6])
    }
  }

  @Test func `end somewhere, and fast, in a file that is no case at all`() {
    var text = "schema = 1\n"
    for i in 0..<100_000 { text += "k\(i) = 3\n" }
    let start = ContinuousClock.now
    let count = complaints(text).count
    #expect((500...510).contains(count))
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}
