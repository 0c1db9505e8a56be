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
        ritz run study.toml --slurm --members 40 > study.sbatch
      """)

  @OptionGroup var options: RunOptions

  @Flag(
    help: """
      Go on where an interrupted run of the same case into the same folder stood; the results are \
      the same to the last bit. Known to elastoviscoplasticity, and to reductions of steady diffusion, heat \
      and elasticity.
      """)
  var resume = false

  @Flag(
    help: """
      Print a job array for Slurm that computes the training solutions of a steady POD case, and \
      compute nothing.
      """)
  var slurm = false

  @Option(help: "Compute only the training solutions of this member of the array, from 0.")
  var member: Int?

  @Option(
    help: "How many members there are. (default with --slurm: as many as points, at most 100)")
  var members: Int?

  func validate() throws {
    if let members, !(1...100_000).contains(members) {
      throw ValidationError("--members \(members): a number from 1 to 100000 is needed.")
    }
    if let member {
      guard let members, (0..<members).contains(member) else {
        throw ValidationError(
          "--member \(member): --members is needed with it, and a number below that.")
      }
      guard !slurm, !resume else {
        throw ValidationError("--member goes without --slurm and --resume.")
      }
    } else if members != nil, !slurm {
      throw ValidationError("--members goes with --slurm or --member.")
    }
  }

  func run() throws {
    guard slurm || member != nil else {
      return try options.run(.whole, from: resume ? .checkpoint : .beginning)
    }
    let campaign = try TrainingCampaign(
      Study(reading: options.file, overrides: options.overrides))
    let output = options.output ?? ResultsFolder.name(of: options.file)
    guard let member else {
      return try StandardStream.output.write(
        campaign.slurmScript(
          file: options.file, output: output, members: members ?? min(100, campaign.count),
          threads: options.threads.threads ?? 1))
    }
    options.threads.apply()
    let outcome = try campaign.run(
      member: member, of: members ?? 1, into: output, loudness: options.loudness.loudness)
    try StandardStream.output.write(
      "member \(outcome.member): \(outcome.rows.count) training solutions, \(outcome.computed) "
        + "computed, \(outcome.found) there already, \(outcome.failures.count) failed\n")
    if let first = outcome.failures.first {
      throw Failure(
        .membersFailed,
        "error: \(outcome.failures.count) of \(outcome.rows.count) training solutions failed, the "
          + "first at row \(first.row): \(first.reason)")
    }
  }
}

/// What is asked of a run.
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
    try CaseRun(
      file: file, output: output, overrides: overrides, threads: threads, json: json,
      loudness: loudness.loudness
    ).run(extent, from: start)
  }
}

/// A case, and what the command line says about running it.
struct CaseRun {
  let file: String
  let output: String?
  let overrides: [String]
  let threads: ThreadOptions
  let json: Bool
  let loudness: Narration.Loudness

  func run(_ extent: StudyExtent, from start: StudyStart = .beginning) throws {
    let study = try Study(reading: file, overrides: overrides)
    let folder = RankedRun.folder(output ?? ResultsFolder.name(of: file))
    defer { RankedRun.clean(folder) }
    let outcome = try study.run(
      into: folder, loudness: loudness, threads: threads.threads,
      extent: extent, from: start)
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
