internal import ArgumentParser
internal import Cases

/// `ritz run`: the whole case.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a case: full model, reduction, validation, queries, report.",
    discussion: """
      Writes results.json, report.html, model.ritz, ParaView fields, log.jsonl and
      case.resolved.toml into the folder of -o.

      Examples:
        ritz run cases/thermal-block-greedy.toml
        ritz run heat.toml -o coarse --set reduction.tolerance=1e-2 --set mesh.partitions=4
        ritz run heat.toml --json -q | jq .reduction.size
        ritz run vessel.toml --resume
      """)

  @OptionGroup var options: RunOptions

  @Flag(
    help: """
      Go on where an interrupted run of the same case into the same folder stood; the results are \
      the same to the last bit. Known to elastoviscoplasticity.
      """)
  var resume = false

  func run() throws { try options.run(.whole, from: resume ? .checkpoint : .beginning) }
}

/// `ritz solve`: the full model alone.
struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve the full model of a case at its query points, without any reduction.",
    discussion: """
      Where the case names no points, the model is solved at the reference parameters. Writes the
      same files as `ritz run`, without a reduced model.

      Examples:
        ritz solve cases/thermal-block-greedy.toml
        ritz solve beam.toml -o fine --set mesh.file=beam-fine.msh
      """)

  @OptionGroup var options: RunOptions

  func run() throws { try options.run(.fullModel) }
}

/// What `run` and `solve` have in common.
struct RunOptions: ParsableArguments {
  @Argument(help: "The case file.")
  var file: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "The folder of the results. (default: <name of the case>.out)")
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Override a key of the case; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "The results as one JSON object on standard output.")
  var json = false

  @OptionGroup var loudness: LoudnessOptions

  func validate() throws {
    // An unset variable of a script gives this; it would mean the root of the file system.
    if output?.isEmpty == true { throw ValidationError("-o needs the name of a folder.") }
  }

  func run(_ extent: StudyExtent, from start: StudyStart = .beginning) throws {
    threads.apply()
    let study = try Study(reading: file, overrides: overrides)
    let folder = output ?? ResultsFolder.name(of: file)
    let outcome = try study.run(
      into: folder, loudness: loudness.loudness, threads: threads.threads, extent: extent,
      from: start)
    if json {
      try StandardStream.output.write(outcome.results.json)
    } else {
      try StandardStream.output.write(outcome.summary)
    }
    // The narration has said it.
    if let failure = outcome.failure {
      throw Failure(ExitStatus(rawValue: failure.exitCode) ?? .notConverged)
    }
  }
}

/// The folder in which a run leaves its results.
enum ResultsFolder {
  /// `<name of the case>.out`, where the command is called.
  static func name(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return (name.hasSuffix(".toml") ? String(name.dropLast(5)) : name) + ".out"
  }
}

extension String {
  /// The text with one line end at its end.
  var endingInNewline: String { hasSuffix("\n") ? self : self + "\n" }
}
