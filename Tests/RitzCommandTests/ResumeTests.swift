import Foundation
import Testing

/// A cube that yields slowly, pulled at two loads.
private let cube = """
  schema = 1
  [mesh]
  box = { size = [1, 1, 1], cells = [5, 5, 5], shape = "hexahedron" }
  [physics]
  kind = "elastoviscoplasticity"
  locking = "b-bar"
  [time]
  end = 3
  step = 0.1
  [[parameter]]
  name = "q"
  range = [50, 150]
  [[material]]
  on = "*"
  young = 2e5
  poisson = 0.3
  law = { kind = "chaboche", yield = 10, resistance = 300, exponent = 10, backstress = [{ modulus = 1e5, recall = 1000 }] }
  [[boundary]]
  on = "left"
  value = [0, 0, 0]
  [[boundary]]
  on = "right"
  traction = ["q*min(t, 1)", "10*t", 0]
  [[output]]
  name = "p"
  max = "p"
  [[output]]
  name = "stretch"
  mean = "u.x"
  on = "right"
  [query]
  points = [[80], [120]]
  """

@Suite struct `A run that is killed` {
  /// Starts a run, waits for a file of its folder, and kills it as no program can prevent.
  ///
  /// On a busy machine the run may end before anybody has seen the file: then it starts again from
  /// the same folder.
  private func killOnce(
    _ file: String, appears name: String, in folder: Folder, _ arguments: [String]
  ) throws {
    let files = FileManager.default
    let (place, kept) = (folder.path("killed"), folder.path("kept"))
    try? files.removeItem(atPath: kept)
    if files.fileExists(atPath: place) { try files.copyItem(atPath: place, toPath: kept) }
    for _ in 0..<20 {
      let running = try RitzProcess(arguments, in: folder.url)
      let deadline = Date(timeIntervalSinceNow: 60)
      while !folder.exists(name), running.process.isRunning, Date.now < deadline {
        Thread.sleep(forTimeInterval: 0.002)
      }
      kill(running.process.processIdentifier, SIGKILL)
      running.process.waitUntilExit()
      if folder.exists(name), !folder.exists("killed/results.json") { return }
      try? files.removeItem(atPath: place)
      if files.fileExists(atPath: kept) { try files.copyItem(atPath: kept, toPath: place) }
    }
    Issue.record("no run of twenty could be killed while \(name) was there")
  }

  /// The results without what they have cost.
  private func numbers(_ folder: Folder, _ name: String) throws -> Substring {
    let text = try folder.text(name + "/results.json")
    let end = try #require(text.range(of: "\"ledger\""))
    return text[..<end.lowerBound]
  }

  @Test func `goes on where it stood and ends with the same bytes`() throws {
    let folder = try Folder()
    let file = try folder.write(cube, to: "cube.toml")
    let whole = try ritz("run", file, "-q", "-o", "whole", in: folder)
    #expect(whole.status == 0, "\(whole.narration)")
    let checkpoint = "killed/checkpoint.ritzstate"
    let arguments = ["run", file, "-q", "-o", "killed"]
    try killOnce(file, appears: checkpoint, in: folder, arguments)
    try refusals(file, checkpoint, in: folder)
    // A second time, within the second point.
    try killOnce(
      file, appears: "killed/checkpoint-1-0.ritzstate", in: folder, arguments + ["--resume"])
    // What a process leaves that is killed while it writes; there is none of that number.
    try FileManager.default.createDirectory(
      atPath: folder.path("killed/fields"), withIntermediateDirectories: true)
    for name in ["fields/query-0-1.vtu", "results.json", "checkpoint.ritzstate"] {
      _ = try folder.write("half", to: "killed/\(name).\(Int32.max).7.tmp")
    }
    let resumed = try ritz("run", file, "--resume", "-o", "killed", in: folder)
    #expect(resumed.status == 0, "\(resumed.narration)")
    #expect(resumed.narration.contains("going on from the checkpoint: "))
    #expect(!folder.files.contains { $0.hasPrefix("killed/checkpoint") || $0.hasSuffix(".tmp") })
    #expect(try numbers(folder, "killed") == numbers(folder, "whole"))
    let fields = folder.files.filter { $0.hasPrefix("whole/fields/") }
    #expect(fields.count > 60)
    for field in fields {
      let other = "killed" + field.dropFirst("whole".count)
      #expect(
        FileManager.default.contentsEqual(atPath: folder.path(field), andPath: folder.path(other)),
        "\(field)")
    }
    // Nothing is left to go on from: the run begins at the beginning.
    let again = try ritz("run", file, "--resume", "-o", "killed", in: folder)
    #expect(again.status == 0 && again.narration.contains("there is no checkpoint in killed"))
    #expect(try numbers(folder, "killed") == numbers(folder, "whole"))
  }

  @Test func `has kept the training runs it had finished`() throws {
    let folder = try Folder()
    let learning = """

      [training]
      sampling = "grid"
      count = 4
      [reduction]
      method = "pod"
      tolerance = 1e-6
      [query]
      points = [[80]]
      """
    let text = cube.replacing("[query]\npoints = [[80], [120]]", with: learning)
      .replacing("end = 3", with: "end = 1")
    let file = try folder.write(text, to: "cube.toml")
    let whole = try ritz("run", file, "-q", "-o", "whole", in: folder)
    #expect(whole.status == 0, "\(whole.narration)")
    #expect(!folder.files.contains { $0.hasPrefix("whole/checkpoint") })
    try killOnce(
      file, appears: "killed/checkpoint-training-1.ritzstate", in: folder,
      ["run", file, "-q", "-o", "killed"])
    // The first of them is damaged: it alone is computed again.
    let path = folder.path("killed/checkpoint-training-0.ritzstate")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: path))
    let resumed = try ritz("run", file, "--resume", "-o", "killed", in: folder)
    #expect(resumed.status == 0, "\(resumed.narration)")
    #expect(resumed.narration.contains("cannot be read and is computed again"))
    #expect(resumed.narration.contains(" of 4 training runs had been kept"))
    #expect(!resumed.narration.contains("the run begins at the beginning"))
    #expect(try numbers(folder, "killed") == numbers(folder, "whole"))
    #expect(!folder.files.contains { $0.hasPrefix("killed/checkpoint") })
  }

  @Test func `that fails at one load has kept the others`() throws {
    let folder = try Folder()
    // Perfectly plastic: nothing carries more than the yield stress.
    let text = cube.replacing(
      "{ kind = \"chaboche\", yield = 10, resistance = 300, exponent = 10, backstress = [{ modulus = 1e5, recall = 1000 }] }",
      with: "{ kind = \"plastic\", yield = 60 }"
    ).replacing("range = [50, 150]", with: "range = [40, 400]")
      .replacing("end = 3", with: "end = 1").replacing("\"10*t\"", with: "0")
      .replacing(
        "[query]\npoints = [[80], [120]]",
        with: "[newton]\ncuts = 1\n[training]\nsampling = \"grid\"\ncount = 2\n[reduction]\n"
          + "method = \"pod\"\ntolerance = 1e-6\n[query]\npoints = [[40]]")
    let file = try folder.write(text, to: "cube.toml")
    for arguments in [[], ["--resume"]] {
      let outcome = try ritz(["run", file, "-o", "out"] + arguments, in: folder)
      #expect(outcome.status == 10, "\(outcome.narration)")
      #expect(folder.exists("out/checkpoint-training-0.ritzstate"))
      #expect(!folder.exists("out/checkpoint-training-1.ritzstate"))
    }
  }

  /// A checkpoint that is cut, damaged or of another run.
  private func refusals(_ file: String, _ checkpoint: String, in folder: Folder) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(checkpoint)))
    var flipped = bytes
    flipped[bytes.count / 2] ^= 4
    let spoilt: [(Data, [String], String)] = [
      (Data("hello".utf8), [], "is no state file of Ritz"), (bytes.prefix(4000), [], "checksum"),
      (flipped, [], "checksum"), (Data(), [], "is no state file of Ritz"),
      (bytes, ["--set", "time.step=0.2"], "belongs to another run"),
    ]
    for (content, more, message) in spoilt {
      try FileManager.default.createDirectory(
        atPath: folder.path("spoilt"), withIntermediateDirectories: true)
      try content.write(to: URL(fileURLWithPath: folder.path("spoilt/checkpoint.ritzstate")))
      let outcome = try ritz(
        ["run", file, "--resume", "-q", "-o", "spoilt"] + more, in: folder)
      #expect(outcome.status == 65, "\(outcome.narration)")
      #expect(outcome.narration.contains(message), "\(outcome.narration)")
      #expect(!folder.exists("spoilt/results.json"))
    }
  }
}
