import Cases
import Foundation
import Testing

@Suite struct `Overrides and includes` {
  @Test func `set numbers, texts and members of arrays of tables`() throws {
    let file = try read(
      wholeCase,
      [
        "reduction.tolerance=1e-8", "parameter[0].range=[0.5, 2]", "title=Two words",
        "material[0].conductivity=k[1]", "reduction.product=H1", "mesh.partitions=3",
      ])
    #expect(file.reduction?.tolerance == 1e-8)
    #expect(file.parameters[0].ranges == [0.5...2, 0.5...2])
    #expect(file.title == "Two words")
    #expect(file.materials[0]["conductivity"]?.text == "k[1]")
    #expect(file.reduction?.product == .h1)
    #expect(file.mesh?.partitions == 3)
  }

  @Test func `are named in errors where they are the cause`() {
    do throws(CaseDiagnostics) {
      _ = try read(wholeCase, ["reduction.tolerance=-1"])
      Issue.record("accepted")
    } catch {
      #expect(
        error.description.hasPrefix(
          "--set reduction.tolerance: error: 'tolerance' in [reduction] must be"))
    }
    for (override, message) in [
      ("reduction.tolerence=1", "did you mean 'tolerance'?"),
      ("reduction", "has the form key=value"), ("parameter[7].name=q", "has 2 members"),
      ("title.deep=1", "'title' is the string"), ("[0]=1", "must begin with the name"),
      ("a..b=1", "is not the path of a key"),
    ] {
      #expect(complaints(wholeCase, [override]).contains { $0.contains(message) })
    }
  }

  @Test func `merge tables, the later winning, and append arrays of tables`() throws {
    try withFolder { folder in
      try """
      units = "m-kg-s-K"
      [[material]]
      on = "steel"
      conductivity = "50 W/(m K)"
      [reduction]
      tolerance = 1e-2
      size = 7
      """.write(toFile: folder + "/steel.toml", atomically: false, encoding: .utf8)
      let main = "include = [\"steel.toml\"]\n" + bent("size = 10", "")
      try main.write(toFile: folder + "/case.toml", atomically: false, encoding: .utf8)
      let file = try CaseFile(reading: folder + "/case.toml")
      #expect(file.materials.map(\.on.names[0].text) == ["steel", "left half"])
      #expect(file.materials[0].on.names[0].file == folder + "/steel.toml")
      #expect(file.reduction?.tolerance == 1e-3)
      #expect(file.reduction?.size == 7)
      let resolved = file.resolvedText(in: folder)
      #expect(!resolved.contains("include ="))
      let again = try CaseFile(parsing: Array(resolved.utf8), path: folder + "/resolved.toml")
      #expect(again.hash == file.hash)
    }
  }

  @Test func `report errors in the included file under its name`() throws {
    try withFolder { folder in
      try "\n[[material]]\nonn = \"steel\"\n".write(
        toFile: folder + "/steel.toml", atomically: false, encoding: .utf8)
      let text = Array(("include = \"steel.toml\"\n" + wholeCase).utf8)
      do throws(CaseDiagnostics) {
        _ = try CaseFile(parsing: text, path: folder + "/case.toml")
        Issue.record("accepted")
      } catch {
        #expect(error.description.contains("\(folder)/steel.toml:3:1: error: unknown key 'onn'"))
        #expect(error.description.contains("\n  onn = \"steel\"\n  ^^^"))
      }
    }
  }

  @Test func `that go round in circles or are missing are errors`() throws {
    try withFolder { folder in
      try "include = \"b.toml\"\n".write(
        toFile: folder + "/a.toml", atomically: false, encoding: .utf8)
      try "include = [\"a.toml\", \"gone.toml\"]\n".write(
        toFile: folder + "/b.toml", atomically: false, encoding: .utf8)
      do throws(CaseDiagnostics) {
        _ = try CaseFile(reading: folder + "/a.toml")
        Issue.record("accepted")
      } catch {
        #expect(error.description.contains("b.toml:1:12: error: the file includes itself"))
        #expect(error.description.contains("b.toml:1:22: error: cannot open"))
        #expect(error.exitCode == 65)
      }
    }
  }

  @Test func `keep the paths of files pointing at the same files`() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/cases", withIntermediateDirectories: true)
      try "k[0],k[1],h\n1,2,3\n".write(
        toFile: folder + "/points.csv", atomically: false, encoding: .utf8)
      let text = bent("points = [[1, 2, 3]]", "file = \"../points.csv\"")
      let file = try CaseFile(parsing: Array(text.utf8), path: folder + "/cases/c.toml")
      #expect(file.query == [[1, 2, 3]])
      let resolved = file.resolvedText(in: folder + "/out/deep")
      #expect(resolved.contains("file = \"../../points.csv\""))
      let again = try CaseFile(parsing: Array(resolved.utf8), path: folder + "/out/deep/r.toml")
      #expect(again.query == file.query)
      #expect(again.warnings.count == file.warnings.count)
    }
  }
}
