import Cases
import Foundation
import Testing

@Suite struct `A case run by the command` {
  @Test func `its model answers a query with the bits of its results`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    let run = try ritz("run", file, "-q", in: folder)
    #expect(run.status == 0, "\(run.narration)")
    #expect(run.output.contains("results in plate.out"))
    for name in ["results.json", "report.html", "model.ritz", "log.jsonl", "case.resolved.toml"] {
      #expect(folder.exists("plate.out/\(name)"))
    }
    let results = try JSONValue(parsing: try folder.text("plate.out/results.json"))
    for (i, point) in ["k=1,2", "k[0]=0.3, k[1]=7.7"].enumerated() {
      let query = try ritz("query", "plate.out/model.ritz", "--at", point, "--json", in: folder)
      #expect(query.status == 0, "\(query.narration)")
      let answer = try JSONValue(parsing: query.output)
      for path in ["outputs.mean-bottom", "estimate"] {
        let kept = try results.value(at: "query[\(i)].\(path)").number
        let asked = try answer.value(at: "query[0].\(path)").number
        #expect(kept != nil && kept?.bitPattern == asked?.bitPattern, "\(path) at \(point)")
      }
    }
    let info = try ritz("info", "plate.out/model.ritz", in: folder)
    #expect(info.status == 0)
    #expect(info.output.contains("mean-bottom"))
    #expect(try ritz("info", "plate.out/results.json", in: folder).output.contains("greedy"))
  }

  @Test func `numbers do not depend on threads, language or where it is called`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    var texts: [String] = []
    for (threads, language, output) in [
      ("1", "C", "a"), ("2", "de_DE.UTF-8", "b"), ("3", "tr_TR.UTF-8", "ein Ort mit ü"),
    ] {
      let run = try ritz(
        "run", file, "-q", "--threads", threads, "-o", output, in: folder,
        environment: ["LANG": language, "LC_ALL": language, "HOME": "/nowhere"])
      #expect(run.status == 0, "\(run.narration)")
      let results = try JSONValue(parsing: try folder.text("\(output)/results.json"))
      var text = ""
      for key in ["mesh", "space", "reduction", "validation", "query"] {
        text += try results[key]?.text() ?? ""
      }
      texts.append(text)
    }
    #expect(texts[0].contains("0.29999999999999999"))
    #expect(texts[0] == texts[1] && texts[0] == texts[2])
  }

  @Test func `many points and a field come from the model file alone`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    #expect(try ritz("run", file, "-q", in: folder).status == 0)
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent(file))
    _ = try folder.write("k[1],k[0]\n2,1\n7.7,0.3\n", to: "points.csv")
    let many = try ritz(
      "query", "plate.out/model.ritz", "--file", "points.csv", "--json", in: folder)
    let one = try ritz(
      "query", "plate.out/model.ritz", "--at", "k=1,2", "--json", "--field", "u.vtu", in: folder)
    #expect(many.status == 0 && one.status == 0)
    #expect(folder.exists("u.vtu"))
    let path = "query[0].outputs.mean-bottom"
    #expect(
      try JSONValue(parsing: many.output).value(at: path).number
        == JSONValue(parsing: one.output).value(at: path).number)
    let unknown = try ritz("query", "plate.out/model.ritz", "--at", "q=1", in: folder)
    #expect(unknown.status == 64)
    #expect(unknown.narration.contains("'q'"))
  }

  @Test func `a damaged model is refused`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    #expect(try ritz("run", file, "-q", in: folder).status == 0)
    let place = folder.url.appendingPathComponent("plate.out/model.ritz")
    var bytes = try Data(contentsOf: place)
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: place)
    let outcome = try ritz("query", "plate.out/model.ritz", "--at", "k=1,2", in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.narration.contains("damaged"))
  }

  @Test func `test says of every number whether it holds`() throws {
    let folder = try Folder()
    let expect = { (value: String) in
      """
      [[expect]]
      quantity = "query[0].outputs.mean-bottom"
      value = \(value)
      absolute = 0.2
      [[expect]]
      quantity = "reduction.size"
      atLeast = 1
      """
    }
    _ = try folder.write(smallCase(expect: expect("0.75")), to: "good.toml")
    _ = try folder.write(smallCase(expect: expect("75")), to: "bad.toml")
    _ = try folder.write(smallCase(), to: "silent.toml")
    let good = try ritz("test", "good.toml", "silent.toml", "-q", in: folder)
    #expect(good.status == 0, "\(good.output)")
    #expect(good.output.hasSuffix("2 passed, 0 failed\n"))
    #expect(good.output.contains("silent.toml\n  no [[expect]]"))
    let bad = try ritz("test", "good.toml", "bad.toml", "-q", in: folder)
    #expect(bad.status == 11)
    #expect(bad.output.contains("miss query[0].outputs.mean-bottom"))
    #expect(bad.output.hasSuffix("3 passed, 1 failed\n"))
    #expect(folder.files.sorted() == ["bad.toml", "good.toml", "silent.toml"])
  }
}

@Suite struct `A run under bad circumstances` {
  @Test(arguments: [SIGINT, SIGTERM])
  func `interrupted, leaves no half file and says so`(signal: Int32) throws {
    let folder = try Folder()
    let text = smallCase(cells: 240, size: 100, tolerance: "1e-14", training: 3000)
      .replacingOccurrences(
        of: "\"k[0] + k[1]*x\"",
        with:
          "\"k[0]*(2 + sin(9*x)) + k[1]*x^2 + k[0]*k[1]*(1 + y) + k[0]^2*(x*y) + k[1]^2*exp(y)\"")
    let file = try folder.write(text, to: "long.toml")
    let running = try RitzProcess(["run", file], in: folder.url)
    let deadline = Date(timeIntervalSinceNow: 120)
    while !running.narration.contains("training set"), running.process.isRunning,
      Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    Thread.sleep(forTimeInterval: 0.2)
    let start = Date.now
    kill(running.process.processIdentifier, signal)
    let outcome = try running.outcome()
    #expect(outcome.status == 75, "\(outcome.narration)")
    // Far less than the rest of the run would take, however busy the machine is.
    #expect(Date.now.timeIntervalSince(start) < 30)
    #expect(outcome.output.isEmpty)
    #expect(outcome.narration.hasSuffix("interrupted; complete files are kept, others removed\n"))
    #expect(!folder.exists("long.out/results.json"))
    #expect(!folder.files.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".partial") })
    // Nothing of the first keeps a second run from the folder.
    _ = try folder.write(smallCase(), to: "short.toml")
    #expect(try ritz("run", "short.toml", "-q", "-o", "long.out", in: folder).status == 0)
  }

  @Test func `refuses a folder that it cannot write to before it computes`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    _ = try folder.write("mine", to: "taken")
    for place in ["taken", "taken/inside", "/proc/ritz-results"] {
      let outcome = try ritz("run", file, "-o", place, in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.output.isEmpty)
      #expect(outcome.narration.contains(place == "taken/inside" ? "taken" : place))
      #expect(!outcome.narration.contains("basis vectors"))
    }
    #expect(try folder.text("taken") == "mine")
  }

  /// Results, then the reduced model, the report and fields: each may be the first that is too large.
  @Test(arguments: [
    (4, "run", 8, "results.json"), (150, "run", 40, "model.ritz"), (600, "run", 40, "report.html"),
    (600, "solve", 240, "fields/query-0.vtu"),
  ])
  func `a limit on the size of files is an error that names the file`(
    limit: Int, command: String, cells: Int, name: String
  ) throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(cells: cells), to: "plate.toml")
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c",
      "ulimit -f \(limit); exec env --default-signal=XFSZ \"$0\" \(command) \"$1\" -q 2> said",
      RitzProcess.executable.path,
      file,
    ]
    shell.currentDirectoryURL = folder.url
    shell.standardOutput = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    // HDF5 would crash at the exit, with the code of a signal.
    #expect(shell.terminationReason == .exit && shell.terminationStatus == 65)
    #expect(try folder.text("said").contains("plate.out/\(name)"))
    #expect(!folder.exists("plate.out/\(name)"))
    #expect(!folder.files.contains { $0.hasSuffix(".tmp") || $0.hasSuffix(".partial") })
  }

  @Test func `a full standard output is an error, but the results are there`() throws {
    let folder = try Folder()
    let file = try folder.write(smallCase(), to: "plate.toml")
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let outcome = try ritz("run", file, "-q", in: folder, output: full)
    #expect(outcome.status == 65)
    #expect(outcome.narration.contains("standard output"))
    _ = try JSONValue(parsing: try folder.text("plate.out/results.json"))
  }

  @Test func `a reader that has had enough is no error`() throws {
    let folder = try Folder()
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    let outcome = try ritz("schema", in: folder, output: pipe.fileHandleForWriting)
    #expect(outcome.status == 0)
    #expect(outcome.narration.isEmpty)
  }
}
