internal import ArgumentParser
internal import Cases
internal import Foundation

/// `ritz test`: do the pinned numbers hold?
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run cases that pin numbers with [[expect]] and say which hold.",
    discussion: """
      Without names all cases of the folder cases/ are run. Exits with 11 if a number is missed.

      Examples:
        ritz test
        ritz test cases/heat-sink.toml -o out
      """)

  @Argument(help: "Case files. (default: cases/*.toml)")
  var files: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Keep the results, a folder per case, in this folder.")
  var output: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object on standard output.")
  var json = false

  @OptionGroup var loudness: LoudnessOptions

  /// What became of one case.
  private enum Outcome {
    case judged([ExpectationOutcome])
    case skipped
    case failed(Failure)
  }

  func run() throws {
    threads.apply()
    let cases = try files.isEmpty ? Test.allCases() : files
    let scratch = try output ?? Test.temporaryFolder()
    defer { if output == nil { try? FileManager.default.removeItem(atPath: scratch) } }
    var outcomes: [(file: String, outcome: Outcome)] = []
    for file in cases {
      let outcome = judge(file, in: "\(scratch)/\(ResultsFolder.name(of: file))")
      outcomes.append((file, outcome))
      if !json { try StandardStream.output.write(Test.text(file, outcome)) }
    }
    let judged = outcomes.flatMap { entry -> [ExpectationOutcome] in
      if case .judged(let expectations) = entry.outcome { expectations } else { [] }
    }
    let failures = outcomes.compactMap { entry -> Failure? in
      if case .failed(let failure) = entry.outcome { failure } else { nil }
    }
    let passed = judged.count(where: \.passes)
    let failed = judged.count - passed + failures.count
    if json {
      try StandardStream.output.write(
        JSONValue.object([
          ("passed", .integer(passed)), ("failed", .integer(failed)),
          ("cases", .array(outcomes.map { Test.json($0.file, $0.outcome) })),
        ]))
    } else {
      try StandardStream.output.write("\(passed) passed, \(failed) failed\n")
    }
    if let worst = failures.first { throw Failure(worst.status) }
    if failed > 0 { throw Failure(.expectationMissed) }
  }

  private func judge(_ file: String, in folder: String) -> Outcome {
    do {
      guard try !CaseFile(reading: file).expectations.isEmpty else { return .skipped }
      let outcome = try Study(reading: file)
        .run(into: folder, loudness: loudness.loudness, threads: threads.threads)
      if let failure = outcome.failure { throw failure }
      return .judged(outcome.expectations)
    } catch {
      let failure = Failure(error)
      failure.report()
      return .failed(failure)
    }
  }

  private static func allCases() throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "cases")) ?? []
    let cases = names.filter { $0.hasSuffix(".toml") }.sorted().map { "cases/\($0)" }
    guard !cases.isEmpty else {
      throw Failure(.fileMissing, "error: there are no cases here (cases/*.toml); name some")
    }
    return cases
  }

  private static func temporaryFolder() throws -> String {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ritz-test-\(UUID().uuidString)")
    do { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) } catch
    {
      throw Failure(.badData, "error: cannot make \(url.path): \(error.localizedDescription)")
    }
    Interruption.willRemove(url.path)
    return url.path
  }

  private static func text(_ file: String, _ outcome: Outcome) -> String {
    switch outcome {
    case .judged(let expectations):
      file + "\n" + expectations.map { "  \($0)\n" }.joined()
    case .skipped: "\(file)\n  no [[expect]], not run\n"
    case .failed: "\(file)\n  miss: did not run; the reason is on standard error\n"
    }
  }

  private static func json(_ file: String, _ outcome: Outcome) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("case", .string(file))]
    switch outcome {
    case .judged(let expectations):
      members.append(
        (
          "expectations",
          .array(
            expectations.map { outcome in
              .object([
                ("quantity", .string(outcome.expectation.quantity.text)),
                ("passes", .boolean(outcome.passes)), ("found", outcome.found ?? .null),
                ("message", .string(outcome.message)),
              ])
            })
        ))
    case .skipped: members.append(("skipped", .boolean(true)))
    case .failed(let failure): members.append(("error", .string(failure.message)))
    }
    return .object(members)
  }
}
