import Files
import Foundation
import Testing

@Suite struct `Words of a command` {
  @Test(arguments: [
    ("awk -f a.awk 1", ["awk", "-f", "a.awk", "1"]),
    (
      "  run\t'one word'  \"and \\\"another\\\" \\\\ \\n\" ",
      ["run", "one word", "and \"another\" \\ \\n"]
    ),
    ("./my\\ program --name='a b'c \"\"", ["./my program", "--name=a bc", ""]),
    (
      "echo $HOME `id` *.txt ~ a|b '|' \\;",
      ["echo", "$HOME", "`id`", "*.txt", "~", "a|b", "|", ";"]
    ),
  ])
  func `are cut at blanks, kept together by quotes, and never expanded`(
    text: String, words: [String]
  ) throws {
    #expect(try CommandWords.split(text) == words)
  }

  @Test func `of a shell are refused, and so is a quote that is not closed`() {
    #expect(throws: CommandWords.Problem.shell("|", column: 9)) {
      try CommandWords.split("make it | cat")
    }
    #expect(throws: CommandWords.Problem.shell(">", column: 6)) {
      try CommandWords.split("make > out.mtx")
    }
    #expect(throws: CommandWords.Problem.openQuote("'", column: 6)) {
      try CommandWords.split("make 'it")
    }
    for text in ["", "  ", "''"] {
      #expect(throws: CommandWords.Problem.empty) { try CommandWords.split(text) }
    }
  }
}

@Suite struct `A program of somebody else` {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("ritz-call-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func run(_ words: [String], timeout: Double = 60, limit: Int = 1 << 20) throws -> String {
    let output = folder.appendingPathComponent("output").path
    try FileBytes.write("old", to: output)
    var call = ProgramCall(words, in: folder.path, timeout: timeout)
    call.outputLimit = limit
    try call.run(output: output)
    return String(decoding: try FileBytes.read(output), as: UTF8.self)
  }

  private func failure(
    _ script: String, timeout: Double = 60, limit: Int = 1 << 20
  ) -> ProgramCall.Failure? {
    do {
      _ = try run(["sh", "-c", script], timeout: timeout, limit: limit)
      return nil
    } catch { return error as? ProgramCall.Failure }
  }

  @Test func `gets its words as they are, an empty stdin, and its folder`() throws {
    #expect(try run(["printf", "%s|", "a b", "$HOME", "", "'"]) == "a b|$HOME||'|")
    #expect(try run(["sh", "-c", "cat; basename \"$PWD\""]) == folder.lastPathComponent + "\n")
    try "echo here".write(
      to: folder.appendingPathComponent("tool"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.appendingPathComponent("tool").path)
    #expect(ProgramCall(["./tool"], in: folder.path).programPath != nil)
    #expect(ProgramCall(["./other"], in: folder.path).programPath == nil)
    #expect(ProgramCall(["sh"]).programPath?.hasSuffix("/sh") == true)
  }

  @Test func `takes none of the signals that its parent ignores`() throws {
    signal(SIGPIPE, SIG_IGN)
    // A pipe that closes ends `yes` by SIGPIPE; ignored, it would complain of it.
    #expect(try run(["sh", "-c", "(yes; echo $? >&2) 2>said | head -n 1; cat said"]) == "y\n141\n")
    guard case .signal(15, _) = failure("kill -TERM $$; sleep 5") else {
      Issue.record("\(String(describing: failure("kill -TERM $$")))")
      return
    }
  }

  @Test func `that fails is quoted with the end of what it said`() throws {
    let found = failure("echo first >&2; echo 'no such mesh: a.msh' >&2; exit 3")
    #expect(found == .status(3, said: "first / no such mesh: a.msh"))
    #expect(failure("exit 1") == .status(1, said: ""))
    #expect(
      "\(try #require(failure("exit 1")))"
        == "it ended with status 1 and said nothing on stderr")
    guard case .signal(9, _) = failure("kill -9 $$") else {
      Issue.record("not a signal")
      return
    }
  }

  @Test func `that is not there is missing`() throws {
    do {
      _ = try run(["no-such-program-anywhere"])
      Issue.record("ran")
    } catch let error as ProgramCall.Failure { #expect(error.isMissing, "\(error)") }
    do {
      _ = try run(["./not-here"])
      Issue.record("ran")
    } catch let error as ProgramCall.Failure { #expect(error.isMissing, "\(error)") }
  }

  @Test func `that takes too long or writes too much is stopped with all it has started`() throws {
    let mark = folder.appendingPathComponent("late").path
    let slow = failure("(sleep 1; echo late > '\(mark)') & echo waiting >&2; wait", timeout: 0.2)
    #expect(slow == .timeout(seconds: 0.2, said: "waiting"))
    #expect(failure("yes", limit: 1 << 16) == .output(limit: 1 << 16))
    // A process left behind by one that ends is stopped as well.
    #expect(failure("(sleep 1; echo late > '\(mark)') & exit 0") == nil)
    Thread.sleep(forTimeInterval: 1.3)
    #expect(!FileBytes.isReadable(mark))
  }

  @Test func `is shown as one would type it`() {
    #expect(ProgramCall(["a.out", "x y", "it's"]).text == "a.out 'x y' 'it'\\''s'")
  }

  @Test func `keeps no folder locked that was given back while it was being started`() throws {
    let place = folder.path
    let starter = Thread {
      for _ in 0..<400 {
        try? ProgramCall(["true"], in: place, timeout: 60).run(output: "\(place)/said")
      }
    }
    starter.start()
    var count = 0
    while !starter.isFinished {
      _ = try FolderLock(place, cure: "wait")
      count += 1
    }
    #expect(count > 0)
  }
}
