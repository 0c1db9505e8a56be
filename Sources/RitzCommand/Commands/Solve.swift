internal import ArgumentParser
internal import Cases
internal import DomainDecomposition
internal import Files
internal import Krylov
internal import LinearSolvers

/// `ritz solve`: the full model of a case, or systems in files.
struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve the full model of a case, or a sequence of linear systems in files.",
    discussion: """
      With a case (.toml) its full model is solved at its query points, or at the reference \
      parameters where it names none, without any reduction; the files are those of `ritz run`.

      With matrices and right-hand sides in turns, the systems are solved one after the other, each \
      with what was learnt from those before: matrices as MatrixMarket or numpy, right-hand sides \
      also as text, a column for each. -o names a folder for the solutions and the report.

      Examples:
        ritz solve cases/thermal-block-greedy.toml
        ritz solve beam.toml -o fine --set mesh.file=beam-fine.msh
        ritz solve A.mtx b.txt --json
        ritz solve A1.mtx b.txt A2.mtx b.txt A3.mtx b.txt --recycle 20 --order nearest -o solutions
        ritz solve A.mtx b.npy --method gmres --preconditioner ilu --tolerance 1e-10
        ritz solve K.mtx f.npy --preconditioner amg --block 3 --near-null-space rigid.npy
      """)

  @Argument(
    help: ArgumentHelp(
      "A case, or matrix and right-hand side in turns.",
      valueName: "case.toml | A.mtx b.txt …"))
  var files: [String]

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: """
      The folder of the results. (default: <name of the case>.out; no files for systems)
      """)
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Override a key of the case; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(
    help: """
      Of systems: auto, direct, cg, deflated-cg, minres, bicgstab, gmres, fgmres or gcro-dr. \
      (default: auto)
      """)
  var method: SolverMethod?

  @Option(
    help: """
      Of systems: auto, none, jacobi, ssor, ic, ilu, ilut, chebyshev, amg, schwarz, \
      two-level-schwarz, neighbour or definite-part. (default: auto)
      """)
  var preconditioner: PreconditionerKind?

  @Option(help: "Vectors carried from system to system; 0 for none. (default: what suits)")
  var recycle: Int?

  @Option(help: "The order of solving: given, nearest, hilbert or tree. (default: given)")
  var order: SequenceOrder?

  @Option(help: "The relative residual at which an iteration ends. (default: 1e-8)")
  var tolerance: Double?

  @Option(help: "The most iterations of a system. (default: 10000)")
  var iterations: Int?

  @Option(help: "Steps after which GMRES and GCRO-DR start again. (default: 30)")
  var restart: Int?

  @Option(help: "ω of ssor. (default: 1)")
  var relaxation: Double?

  @Flag(help: "Learn ω of ssor along the sequence, from iteration counts.")
  var learnRelaxation = false

  @Option(help: "Subdomains of Schwarz methods. (default: one for 2500 unknowns)")
  var subdomains: Int?

  @Option(
    help: """
      Consecutive unknowns at each node, which amg keeps together. (default: what rows with the same \
      columns show)
      """)
  var block: Int?

  @Option(
    help: ArgumentHelp(
      """
      Vectors of small energy, such as the rigid motions of an elastic body, a column each: what amg \
      and two-level-schwarz carry to their coarse levels. (default: constants)
      """, valueName: "modes.npy"))
  var nearNullSpace: String?

  @Option(help: "Where iterations start: zero, previous or reduced. (default: zero)")
  var guess: InitialGuess?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "The results as one JSON object on standard output.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write the report page of systems here. (default: report.html in the folder of -o)",
      valueName: "page.html"))
  var report: String?

  @OptionGroup var loudness: LoudnessOptions

  private var isCase: Bool { files.count == 1 && files[0].lowercased().hasSuffix(".toml") }

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("-o needs the name of a folder.") }
    if isCase {
      guard method == nil, preconditioner == nil, recycle == nil, order == nil, tolerance == nil,
        iterations == nil, restart == nil, relaxation == nil, subdomains == nil, guess == nil,
        !learnRelaxation, block == nil, nearNullSpace == nil, report == nil
      else {
        throw ValidationError(
          "Options of systems do not go with a case; its [solver] table, or --set, says the same.")
      }
      return
    }
    guard files.count % 2 == 0 else {
      throw ValidationError(
        """
        \(files.count) files: a case (.toml), or a matrix and a right-hand side in turns, \
        are needed.
        """)
    }
    guard overrides.isEmpty else { throw ValidationError("--set goes with a case.") }
    try validateNumbers()
  }

  private func validateNumbers() throws {
    if let recycle, !(0...1000).contains(recycle) {
      throw ValidationError("--recycle \(recycle): a number from 0 to 1000 is needed.")
    }
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw ValidationError("--tolerance \(tolerance): a number between 0 and 1 is needed.")
    }
    if let iterations, iterations < 1 {
      throw ValidationError("--iterations \(iterations): at least one is needed.")
    }
    if let restart, !(2...10_000).contains(restart) {
      throw ValidationError("--restart \(restart): a number from 2 to 10000 is needed.")
    }
    if let relaxation, !(relaxation > 0 && relaxation < 2) {
      throw ValidationError("--relaxation \(relaxation): a number between 0 and 2 is needed.")
    }
    if let block, !(1...100).contains(block) {
      throw ValidationError("--block \(block): a number from 1 to 100 is needed.")
    }
    if block != nil, ![nil, .auto, .multigrid].contains(preconditioner) {
      throw ValidationError("--block goes with the preconditioner amg.")
    }
    if nearNullSpace != nil,
      ![nil, .auto, .multigrid, .twoLevelSchwarz].contains(preconditioner)
    {
      throw ValidationError(
        "--near-null-space goes with the preconditioners amg and two-level-schwarz.")
    }
    if let subdomains, subdomains < 1 {
      throw ValidationError("--subdomains \(subdomains): at least one is needed.")
    }
  }

  private var settings: SolverSettings {
    var settings = SolverSettings()
    settings.method = method ?? .auto
    settings.preconditioner = preconditioner ?? .auto
    settings.recycle = recycle
    settings.order = order ?? .given
    settings.rule.relative = tolerance ?? settings.rule.relative
    settings.rule.iterations = iterations ?? settings.rule.iterations
    settings.restart = restart ?? settings.restart
    settings.relaxation = relaxation ?? 1
    settings.subdomains = subdomains
    settings.learnsRelaxation = learnRelaxation
    settings.guess = guess ?? .zero
    return settings
  }

  func run() throws {
    threads.apply()
    if isCase {
      return try CaseRun(
        file: files[0], output: output, overrides: overrides, threads: threads, json: json,
        loudness: loudness.loudness
      ).run(.fullModel)
    }
    var line = ProgressLine(
      "solving", total: files.count / 2, loudness: loudness.loudness)
    let sequence = try SystemSequence(
      SystemSequence.Request(
        files, settings: settings, output: output.map { RankedRun.folder($0) },
        nearNullSpace: nearNullSpace, unknownsPerNode: block)
    ) { done, total in line.advance(to: done * (files.count / 2) / total) }
    line.finish()
    defer { if let output { RankedRun.clean(RankedRun.folder(output)) } }
    if let page = report ?? output.map({ $0 + "/report.html" }),
      Processes.communicator.map({ $0.rank == 0 }) ?? true
    {
      try FileBytes.write(sequence.page(), to: page)
    }
    if json {
      try StandardStream.output.write(sequence.json)
    } else {
      try StandardStream.output.write(sequence.text)
    }
    guard sequence.isConverged else {
      let failed = sequence.entries.filter { !$0.report.status.isConverged }
      throw Failure(
        .notConverged,
        "error: \(failed.count) of \(sequence.entries.count) systems were not solved, the first "
          + "\(failed[0].matrix): \(failed[0].report.status)")
    }
  }
}
