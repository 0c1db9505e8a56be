import Cases
import Foundation
import Testing

@Suite struct `Arguments of the command` {
  @Test func `help lists every command and the exit codes on standard output`() throws {
    let outcome = try ritz("--help", in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.narration.isEmpty)
    for name in [
      "run", "check", "query", "test", "info", "mesh", "new", "schema", "doctor", "bench", "reduce",
      "update", "cluster", "compare", "import", "compress",
    ] {
      #expect(outcome.output.contains("\n  \(name) "))
    }
    #expect(outcome.output.contains("75 interrupted"))
  }

  @Test(arguments: [
    "run", "check", "query", "test", "info", "mesh", "new", "schema", "doctor", "bench", "reduce",
    "update", "cluster", "compare", "import", "compress",
  ])
  func `every command explains itself with examples`(name: String) throws {
    let outcome = try ritz(name, "--help", in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Examples:\n  ritz \(name)"))
  }

  @Test func `a misspelt command is refused with the nearest one`() throws {
    let outcome = try ritz("chekc", "case.toml", in: Folder())
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.narration.contains("unknown command 'chekc'; did you mean 'check'?"))
  }

  @Test func `a word like no command is refused with the list of them`() throws {
    let outcome = try ritz("frobnicate", in: Folder())
    #expect(outcome.status == 64)
    #expect(outcome.narration.contains("query"))
  }

  @Test(arguments: [
    ["run"], ["run", "a.toml", "--threads", "0"], ["run", "a.toml", "-q", "-v"],
    ["query", "m.ritz"], ["query", "m.ritz", "--at", "k=1", "--file", "p.csv"],
    ["check", "a.toml", "--frob"], ["bench", "assembly", "--size", "0"],
    ["run", "a.toml", "-o", ""],
  ])
  func `wrong arguments are usage errors`(arguments: [String]) throws {
    let outcome = try ritz(arguments, in: Folder())
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.narration.contains("Error: "))
  }

  @Test(arguments: [
    ["run", "no.toml"], ["check", "no.toml"], ["test", "no.toml"], ["info", "no.msh"],
    ["query", "no.ritz", "--at", "k=1"], ["test"], ["bench", "--peers", "no-folder"],
  ])
  func `a missing file has its own exit code and is named`(arguments: [String]) throws {
    let outcome = try ritz(arguments, in: Folder())
    #expect(outcome.status == 66)
    if arguments.count > 1 {
      #expect(outcome.narration.contains(try #require(arguments.first { $0.hasPrefix("no") })))
    }
  }
}

@Suite struct `Case files on the command line` {
  @Test func `a new case can be checked at once, and is never overwritten`() throws {
    let folder = try Folder()
    #expect(try ritz("new", "fin", in: folder).status == 0)
    let text = try folder.text("fin.toml")
    let check = try ritz("check", "fin.toml", in: folder)
    #expect(check.status == 0)
    #expect(check.output.contains("unknowns"))
    #expect(folder.files == ["fin.toml"])
    let again = try ritz("new", "fin", in: folder)
    #expect(again.status == 65)
    #expect(again.narration.contains("fin.toml exists already"))
    #expect(try folder.text("fin.toml") == text)
  }

  @Test func `the schema is a JSON object that knows the tables`() throws {
    let outcome = try ritz("schema", in: Folder())
    #expect(outcome.status == 0)
    let schema = try JSONValue(parsing: outcome.output)
    #expect(schema["properties"]?["reduction"] != nil)
    let page = try ritz("schema", "--reference", in: Folder())
    #expect(page.output.contains("[reduction]") && page.output.contains("tolerance"))
  }

  @Test func `all mistakes of a case are told at once, on standard error only`() throws {
    let folder = try Folder()
    let text = smallCase()
      .replacingOccurrences(of: "method =", with: "methode =")
      .replacingOccurrences(of: "range = [0.1, 10]", with: "range = [10, 0.1]")
      .replacingOccurrences(of: "kind = \"diffusion\"", with: "kind = \"diffusoin\"")
    let file = try folder.write(text, to: "bad.toml")
    for command in ["check", "run", "test"] {
      let outcome = try ritz(command, file, in: folder)
      #expect(outcome.status == 65)
      if command != "test" { #expect(outcome.output.isEmpty) }
      for word in ["methode", "bad.toml:6:8: error", "bad.toml:10:"] {
        #expect(outcome.narration.contains(word), "\(command) does not mention \(word)")
      }
    }
    #expect(folder.files == ["bad.toml"])
  }

  @Test func `an override changes the case and is itself checked`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    let less = try ritz("check", file, "--set", "training.count=7", in: folder)
    #expect(less.status == 0)
    #expect(less.output.contains("7 points"))
    let wrong = try ritz("check", file, "--set", "training.cuont=7", in: folder)
    #expect(wrong.status == 65)
    #expect(wrong.narration.contains("did you mean 'count'?"))
  }
}

@Suite struct `Facts about files` {
  @Test func `an unknown format is refused with the list of the known ones`() throws {
    let folder = try Folder()
    let file = try folder.write("hello", to: "hello.xyz")
    let outcome = try ritz("info", file, in: folder)
    #expect(outcome.status == 65)
    for ending in [".msh", ".inp", ".vtu", ".toml", ".ritz", ".csv", ".json"] {
      #expect(outcome.narration.contains(ending))
    }
  }

  @Test func `points, meshes and cases are described`() throws {
    let folder = try Folder()
    _ = try folder.write("k[0],k[1]\n1,2\n3,8\n", to: "points.csv")
    _ = try folder.write(smallCase(), to: "plate.toml")
    _ = try folder.write(
      """
      $MeshFormat
      2.2 0 8
      $EndMeshFormat
      $Nodes
      3
      1 0 0 0
      2 2 0 0
      3 0 1 0
      $EndNodes
      $Elements
      1
      1 2 2 1 1 1 2 3
      $EndElements

      """, to: "one.msh")
    for (file, words) in [
      ("points.csv", ["2 points, 2 columns", "k[1]: 2.0 … 8.0, mean 5.0"]),
      ("plate.toml", ["Plate", "parameter k (2 components)", "greedy"]),
      ("one.msh", ["3 points", "1 triangles", "area 1.0"]),
    ] {
      let outcome = try ritz("info", file, in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
      for word in words { #expect(outcome.output.contains(word), "\(outcome.output)") }
      let value = try JSONValue(parsing: try ritz("info", file, "--json", in: folder).output)
      #expect(value["format"] != nil)
    }
  }

  @Test func `damaged files are refused, not half understood`() throws {
    let folder = try Folder()
    for (name, text) in [
      ("a.msh", "$MeshFormat\n9.9 0 8\n"), ("a.csv", "1;2\n"), ("a.json", "{"),
      ("b.json", "{\"a\": 1}"), ("a.ritz", "nothing"), ("a.toml", "= 3"), ("e.csv", ""),
    ] {
      let outcome = try ritz("info", try folder.write(text, to: name), in: folder)
      #expect(outcome.status == 65, "\(name): \(outcome.output)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.narration.contains(name))
    }
  }
}
