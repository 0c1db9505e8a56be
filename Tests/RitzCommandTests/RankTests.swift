import Foundation
import Meshes
import Testing

/// The command built with the trait MPI, and the launcher: both are named by the environment, because
/// an ordinary build has neither.
private let ranked: (ritz: String, launcher: String)? = {
  let environment = ProcessInfo.processInfo.environment
  guard let ritz = environment["RITZ_WITH_MPI"], FileManager.default.isExecutableFile(atPath: ritz)
  else { return nil }
  return (ritz, environment["MPIRUN"] ?? "/usr/bin/mpirun")
}()

private func launch(_ ranks: Int, _ arguments: [String], in folder: Folder) throws -> RitzOutcome {
  let program = try #require(ranked)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program.launcher)
  process.arguments =
    ["--allow-run-as-root", "--oversubscribe", "-np", "\(ranks)", program.ritz] + arguments
  process.currentDirectoryURL = folder.url
  process.standardInput = FileHandle.nullDevice
  let (output, narration) = (Pipe(), Pipe())
  (process.standardOutput, process.standardError) = (output, narration)
  try process.run()
  let said = String(
    decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  let told = String(
    decoding: narration.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return RitzOutcome(status: process.terminationStatus, output: said, narration: told)
}

@Suite(.enabled(if: ranked != nil), .serialized) struct `A case over ranks` {
  private func numbers(_ folder: Folder, _ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("\(name)/results.json")))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func answers(_ folder: Folder, _ name: String) throws -> [Double] {
    let query = try #require(try numbers(folder, name)["query"] as? [[String: Any]])
    return try query.map {
      let outputs = try #require($0["outputs"] as? [String: Any])
      return try #require(outputs["mean-bottom"] as? Double)
    }
  }

  private func podCase(_ folder: Folder, _ tables: String = "") throws -> String {
    try folder.write(
      smallCase(cells: 24, training: 9)
        .replacingOccurrences(of: "method = \"greedy\"", with: "method = \"pod\"") + "\n" + tables,
      to: "case.toml")
  }

  @Test func `training dealt out to ranks leaves the same model to the last bit`() throws {
    let folder = try Folder("ranks")
    let file = try podCase(folder)
    for ranks in [1, 2, 4] {
      let outcome = try launch(ranks, ["run", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let models = try [1, 2, 4].map {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("r\($0)/model.ritz")))
    }
    #expect(models[0] == models[1])
    #expect(models[0] == models[2])
  }

  @Test func `systems solved by all ranks together agree to the solver's tolerance`() throws {
    let folder = try Folder("ranks")
    let solver = """
      [solver]
      method = "cg"
      preconditioner = "two-level-schwarz"
      subdomains = 8
      tolerance = 1e-11
      """
    let file = try podCase(folder, solver)
    for ranks in [1, 2, 4] {
      let outcome = try launch(ranks, ["solve", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let reference = try answers(folder, "r1")
    for ranks in [2, 4] {
      for (found, expected) in zip(try answers(folder, "r\(ranks)"), reference) {
        #expect((found - expected).magnitude <= 1e-9 * expected.magnitude)
      }
    }
  }

  @Test func `fields of any number of ranks are read back as those of one process`() throws {
    let folder = try Folder("ranks")
    let solver =
      "[solver]\nmethod = \"cg\"\npreconditioner = \"two-level-schwarz\"\ntolerance = 1e-11\n"
    let file = try podCase(folder, solver)
    for ranks in [1, 2, 4] {
      let outcome = try launch(ranks, ["solve", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let whole = try MeshContent(reading: folder.path("r1/fields/query-0.vtu"))
    let u = try #require(whole.pointField("u"))
    for ranks in [2, 4] {
      let pieces = try MeshContent(reading: folder.path("r\(ranks)/fields/query-0.pvtu"))
      #expect(pieces.mesh.coordinates == whole.mesh.coordinates)
      #expect(pieces.mesh.cellCount == whole.mesh.cellCount)
      let found = try #require(pieces.pointField("u"))
      #expect(found.values.count == u.values.count)
      for (x, y) in zip(found.values, u.values) { #expect((x - y).magnitude <= 1e-8) }
      let info = try ritz("info", "r\(ranks)/fields/queries.pvd", in: folder)
      #expect(info.status == 0, "\(info.narration)")
    }
  }

  @Test func `systems fewer than ranks are solved by groups of ranks`() throws {
    let folder = try Folder("ranks")
    let solver =
      "[solver]\nmethod = \"cg\"\npreconditioner = \"two-level-schwarz\"\ntolerance = 1e-11\n"
    let text = try String(
      contentsOfFile: folder.path(podCase(folder, solver)), encoding: .utf8)
    let queries = "[query]\npoints = [[1, 2], [3, 0.5], [0.2, 5]]\n"
    let file = try folder.write(
      text.components(separatedBy: "[query]")[0] + queries + solver, to: "three.toml")
    for ranks in [1, 4] {
      let outcome = try launch(ranks, ["solve", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let (one, four) = (try answers(folder, "r1"), try answers(folder, "r4"))
    #expect(one.count == 3 && four.count == 3)
    for (x, y) in zip(one, four) { #expect((x - y).magnitude <= 1e-9 * x.magnitude) }
  }

  @Test func `runs in time are dealt out, and judged alike by any number of ranks`() throws {
    let folder = try Folder("ranks")
    let file = try folder.write(
      smallCase(cells: 8, training: 5)
        .replacingOccurrences(of: "kind = \"diffusion\"", with: "kind = \"heat\"")
        .replacingOccurrences(
          of: "on = \"*\"\nconductivity",
          with: "on = \"*\"\ndensity = 1\nspecific-heat = 1\nconductivity"
        )
        .replacingOccurrences(of: "method = \"greedy\"", with: "method = \"pod\"")
          + """

          [time]
          end = 0.5
          step = 0.1
          [validation]
          count = 3
          [solver]
          method = "cg"
          preconditioner = "two-level-schwarz"
          tolerance = 1e-12
          """, to: "heat.toml")
    for ranks in [1, 2, 4] {
      let outcome = try launch(ranks, ["run", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    func errors(_ name: String) throws -> [Double] {
      let validation = try #require(try numbers(folder, name)["validation"] as? [[String: Any]])
      let points = try #require(validation.last?["points"] as? [[String: Any]])
      return points.compactMap { $0["error"] as? Double }
    }
    let (reference, judged) = (try answers(folder, "r1"), try errors("r1"))
    #expect(judged.count == 3)
    func end(_ name: String, _ ending: String) throws -> [Double] {
      let file = folder.path("\(name)/fields/query-1-5.\(ending)")
      return try #require(try MeshContent(reading: file).pointField("u full")).values
    }
    let field = try end("r1", "vtu")
    for ranks in [2, 4] {
      let (found, seen) = (try answers(folder, "r\(ranks)"), try errors("r\(ranks)"))
      let drawn = try end("r\(ranks)", "pvtu")
      #expect(found.count == reference.count && seen.count == 3 && drawn.count == field.count)
      for (x, y) in zip(found, reference) { #expect((x - y).magnitude <= 1e-9 * y.magnitude) }
      for (x, y) in zip(seen, judged) { #expect((x - y).magnitude <= 1e-4 * y.magnitude) }
      for (x, y) in zip(drawn, field) { #expect((x - y).magnitude <= 1e-8) }
    }
  }

  @Test func `a run into the same folder leaves no pieces of one with more ranks`() throws {
    let folder = try Folder("ranks")
    let file = try podCase(folder)
    for ranks in [4, 2] {
      let outcome = try launch(ranks, ["solve", file, "-o", "out"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    let pieces = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("out/fields/pieces"))
    #expect(
      pieces.sorted() == ["query-0.0.vtu", "query-0.1.vtu", "query-1.0.vtu", "query-1.1.vtu"])
    #expect(try ritz("solve", file, "-o", "out", in: folder).status == 0)
    let fields = try FileManager.default.contentsOfDirectory(atPath: folder.path("out/fields"))
    #expect(!fields.contains { $0.hasSuffix(".pvtu") } && fields.contains("query-0.vtu"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out/fields/pieces")).isEmpty)
  }

  @Test func `a run with checkpoints goes on in one process alone, which is said`() throws {
    let folder = try Folder("ranks")
    let text = """
      schema = 1
      [mesh]
      box = { size = [1, 1, 1], cells = [2, 2, 2] }
      [physics]
      kind = "elastoviscoplasticity"
      [time]
      end = 1
      step = 0.5
      [[material]]
      on = "*"
      young = 1
      poisson = 0.3
      law = { kind = "plastic", yield = 10 }
      [[boundary]]
      on = "left"
      value = [0, 0, 0]
      """
    let file = try folder.write(text, to: "body.toml")
    let outcome = try launch(2, ["run", file, "--resume"], in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.narration.contains("without mpirun"), "\(outcome.narration)")
  }

  @Test func `a failure of another rank is told with its words`() throws {
    let folder = try Folder("ranks")
    let solver = "[solver]\nmethod = \"cg\"\npreconditioner = \"two-level-schwarz\"\n"
    let text = try String(
      contentsOfFile: folder.path(podCase(folder, solver)), encoding: .utf8
    )
    .replacingOccurrences(of: "k[0] + k[1]*x", with: "4 - k[0] + k[1]*x")
    let queries = "[query]\npoints = [[1, 2], [9, 0.5]]\n"
    let file = try folder.write(
      text.components(separatedBy: "[training]")[0] + queries + solver, to: "bad.toml")
    let outcome = try launch(2, ["solve", file], in: folder)
    #expect(outcome.status == 10)
    #expect(outcome.narration.contains("rank 1: at (9.0, 0.5)"), "\(outcome.narration)")
  }

  @Test func `solutions of a slain run are found again by all ranks`() throws {
    let folder = try Folder("ranks")
    let file = try podCase(folder)
    // Members have computed two thirds, as a run that was slain leaves them.
    for member in ["0", "1"] {
      #expect(
        try ritz("run", file, "-o", "out", "--member", member, "--members", "3", in: folder).status
          == 0)
    }
    let outcome = try launch(2, ["run", file, "-o", "out", "--resume"], in: folder)
    #expect(outcome.status == 0, "\(outcome.narration)")
    #expect(try ritz("run", file, "-o", "alone", in: folder).status == 0)
    let models = try ["out", "alone"].map {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0)/model.ritz")))
    }
    #expect(models[0] == models[1])
  }

  @Test func `of a mesh in pieces comes the model of the whole, with its bounds, and its fields`()
    throws
  {
    let folder = try Folder("ranks")
    let text = smallCase(cells: 12, training: 12) + "\n[validation]\ncount = 3\n"
    let file = try folder.write(
      text.replacingOccurrences(of: "[12, 12] }", with: "[12, 12] }\nin-pieces = true"),
      to: "case.toml")
    for ranks in [1, 2, 4] {
      let outcome = try launch(ranks, ["run", file, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
    }
    func values(_ name: String, _ key: String) throws -> [Double] {
      let validation = try #require(try numbers(folder, name)["validation"] as? [[String: Any]])
      let points = try #require(validation.last?["points"] as? [[String: Any]])
      return points.compactMap { $0[key] as? Double }
    }
    func rows(_ name: String) throws -> [Int] {
      let reduction = try #require(try numbers(folder, name)["reduction"] as? [String: Any])
      return try #require(reduction["greedy"] as? [[String: Any]]).compactMap { $0["row"] as? Int }
    }
    func near(_ x: [Double], _ y: [Double], _ tolerance: Double) -> Bool {
      x.count == y.count && zip(x, y).allSatisfy { ($0 - $1).magnitude <= tolerance * $1.magnitude }
    }
    let whole = try MeshContent(reading: folder.path("r1/fields/query-1.vtu"))
    let u = try #require(whole.pointField("u full")).values
    #expect(try values("r1", "error").count == 3)
    for ranks in [2, 4] {
      let name = "r\(ranks)"
      #expect(try rows(name) == rows("r1"))
      #expect(near(try answers(folder, name), try answers(folder, "r1"), 1e-9))
      #expect(near(try values(name, "error"), try values("r1", "error"), 1e-4))
      #expect(near(try values(name, "estimate"), try values("r1", "estimate"), 1e-4))
      let pieces = try MeshContent(reading: folder.path("\(name)/fields/query-1.pvtu"))
      #expect(pieces.mesh.coordinates == whole.mesh.coordinates)
      let found = try #require(pieces.pointField("u full")).values
      #expect(found.count == u.count)
      for (x, y) in zip(found, u) { #expect((x - y).magnitude <= 1e-7) }
      let query = try ritz("query", "\(name)/model.ritz", "--at", "k=1,2", in: folder)
      #expect(query.status == 0 && query.output.contains("mean-bottom"), "\(query.narration)")
    }
  }

  @Test func `ranks read the pieces of a mesh apart, and refuse what needs the whole`() throws {
    let folder = try Folder("ranks")
    try MSHFile(Box(size: [1, 1], cells: [10, 10], shape: .triangle).mesh()).write(
      to: folder.path("plate.msh"))
    let cut = try ritz(
      "mesh", "partition", "plate.msh", "--parts", "3", "--to", "plate.pvtu", in: folder)
    #expect(cut.status == 0, "\(cut.narration)")
    func text(_ file: String, _ more: String = "") -> String {
      """
      schema = 1
      [mesh]
      file = "\(file)"
      in-pieces = true
      [physics]
      kind = "diffusion"
      [[material]]
      on = "*"
      conductivity = "1 + x"
      [[boundary]]
      on = "left"
      value = 0
      [[boundary]]
      on = "right"
      flux = 1
      [[output]]
      name = "mean-bottom"
      mean = "u"
      on = "right"
      \(more)
      """
    }
    let (whole, pieces) = (
      try folder.write(text("plate.msh"), to: "whole.toml"),
      try folder.write(text("plate.pvtu"), to: "pieces.toml")
    )
    #expect(try ritz("solve", whole, "-o", "one", in: folder).status == 0)
    for ranks in [1, 2, 3] {
      let outcome = try launch(ranks, ["solve", pieces, "-o", "r\(ranks)"], in: folder)
      #expect(outcome.status == 0, "\(outcome.narration)")
      let (found, expected) = (try answers(folder, "r\(ranks)"), try answers(folder, "one"))
      #expect(found.count == 1 && (found[0] - expected[0]).magnitude <= 1e-8 * expected[0])
    }
    let far = try folder.write(
      text("plate.pvtu", "[[output]]\nname = \"far\"\nat = [3, 3]"), to: "far.toml")
    let lost = try launch(2, ["solve", far], in: folder)
    #expect(lost.status == 65)
    #expect(lost.narration.contains("lies outside the mesh"), "\(lost.narration)")
    let cube = try folder.write(
      text("plate.pvtu", "[[output]]\nname = \"cube\"\nintegral = \"u^3\""), to: "cube.toml")
    let refused = try launch(2, ["solve", cube], in: folder)
    #expect(refused.status == 65)
    #expect(refused.narration.contains("needs the whole mesh"), "\(refused.narration)")
  }

  @Test func `a case that is wrong is told once and ends all ranks with its status`() throws {
    let folder = try Folder("ranks")
    let file = try folder.write("schema = 1\n[physics]\nkind = \"diffusio\"\n", to: "case.toml")
    let outcome = try launch(2, ["run", file], in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.narration.components(separatedBy: "did you mean \"diffusion\"").count == 2)
  }
}

@Suite struct `A launcher of MPI without the trait` {
  @Test func `the command says how to build it`() throws {
    let folder = try Folder()
    let outcome = try ritz(
      "run", "case.toml", in: folder, environment: ["OMPI_COMM_WORLD_SIZE": "2"])
    #expect(outcome.status == 69)
    #expect(outcome.narration.contains("--traits MPI"))
  }
}
