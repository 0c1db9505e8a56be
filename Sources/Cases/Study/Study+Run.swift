internal import DomainDecomposition
internal import Files
internal import LinearAlgebra
internal import Logging
internal import Meshes
internal import ModelReduction
internal import Physics

/// What a run leaves.
public struct StudyOutcome: Sendable {
  /// Where the files are.
  public let directory: String
  /// What stands in results.json.
  public let results: Results
  /// The pinned numbers, held against the results.
  public let expectations: [ExpectationOutcome]
  /// Why the results are not all that was asked for; what had been computed is in them.
  public let failure: StudyError?
}

/// How much of a case is run.
public enum StudyExtent: Sendable {
  /// All of it.
  case whole
  /// The full model at the points of the case alone, or at the reference if it names none.
  case fullModel
}

extension Study {
  /// Runs the whole case: full model, reduction, validation, queries, files.
  ///
  /// The output folder is made and locked before anything is computed; every file appears under its
  /// name only when it is complete.
  ///
  /// - Throws: `CaseDiagnostics`, `StudyError`, `FileError` or `MeshError`.
  ///
  /// - Parameters:
  ///   - path: The folder for everything the run writes.
  ///   - loudness: How much is told on stderr.
  ///   - threads: How many threads may be used; nil leaves the setting alone.
  ///   - extent: How much is run.
  ///   - start: Where the run begins.
  public func run(
    into path: String, loudness: Narration.Loudness = .normal, threads: Int? = nil,
    extent: StudyExtent = .whole, from start: StudyStart = .beginning
  ) throws -> StudyOutcome {
    try run(
      into: path, loudness: loudness, threads: threads, extent: extent, from: start, keeping: .tenth
    )
  }

  /// The same, which is kept on its way when a schedule says so.
  package func run(
    into path: String, loudness: Narration.Loudness, threads: Int? = nil,
    extent: StudyExtent = .whole, from start: StudyStart = .beginning,
    keeping schedule: KeepingSchedule
  ) throws -> StudyOutcome {
    try check(start)
    if let threads { Threads.count = threads }
    let directory = try OutputDirectory(path)
    let narration = try Narration(loudness, log: directory.file("log.jsonl"))
    let log = narration.logger()
    log.info("\(caseFile.title): \(caseFile.path)")
    for warning in caseFile.warnings { log.warning("\(warning)") }
    for note in (meshReport?.notes ?? []) + pieceNotes { log.notice("\(note)") }
    for warning in meshReport?.warnings ?? [] { log.warning("\(warning)") }
    try FileBytes.write(
      caseFile.resolvedText(in: directory.path), to: directory.file("case.resolved.toml"))

    var ledger = CostLedger()
    ledger.add(meshSeconds, to: .mesh)
    var warnings = caseFile.warnings.map(\.message) + (meshReport?.warnings ?? [])
    let saidAtStart = warnings.count
    let kept = try keptSolutions(in: directory, log)
    if start == .beginning { kept?.remove() }
    let progress = try progress(in: directory, extent, from: start, schedule, log, loudness)
    let assembled = AssembledMatrices(folder: directory.file("assembled"), log: log)
    let model = try ledger.measure(.assembly) { try self.model(progress, assembled: assembled) }
    if let solver = caseFile.solver { model.use(solver) }
    warnings += model.facts.notes(reduced: caseFile.reduction != nil)
    log.info("\(model.facts.summary)")
    if let randomField { log.info("random temperature: \(randomField.words)") }
    var results = emptyResults(model)
    let numbers: StudyNumbers
    do {
      numbers = try StudyNumbers(
        self, model, extent, solutions: kept, ledger: &ledger, warnings: &warnings, log: log,
        loudness: loudness)
    } catch { throw StudyError(error) }
    // Everything is computed; where the disk is nearly full the results need the room.
    kept?.remove()
    progress?.training.remove()
    results.reduction = numbers.reduction?.facts.results
    results.validation = numbers.validation?.sizes ?? []
    results.query = numbers.query.answers
    results.solver = Results.Solver(model.sequence, isTogether: spreadMesh != nil)
    results.ledger = Results.Ledger(ledger)
    results.warnings = warnings
    let expectations = caseFile.expectations.map { $0.outcome(in: results.json) }
    let files = StudyFiles(self, model, numbers, results, expectations)
    do {
      try results.write(to: directory)
      try files.write(to: directory, log: log)
    } catch let error as JSONError {
      throw StudyError.notFinite("\(error)")
    } catch {
      if progress?.files.exists == true {
        log.notice("the last checkpoint is kept: --resume goes on there once files can be written")
      }
      throw error
    }
    try progress?.files.remove()
    for warning in warnings.dropFirst(saidAtStart) { log.warning("\(warning)") }
    let failure = results.failure
    if let failure { log.error("\(failure)") }
    return StudyOutcome(
      directory: directory.path, results: results, expectations: expectations, failure: failure)
  }
}

extension Study {
  private var keepsCheckpoints: Bool {
    PhysicsKinds.named(caseFile.physics.kind).keepsCheckpoints
  }

  /// Whether a steady problem is reduced in a way that keeps its solutions until it ends.
  var keepsSolutions: Bool {
    PhysicsKinds.named(caseFile.physics.kind).keepsSolutions && caseFile.entry("time") == nil
      && caseFile.reduction != nil
  }

  /// Where full solutions are kept, for the kinds that do.
  private func keptSolutions(
    in directory: OutputDirectory, _ log: Logger
  ) throws(FileError) -> KeptSolutions? {
    // Of a mesh in pieces no rank has a solution to keep.
    guard keepsSolutions, spreadMesh == nil else { return nil }
    return KeptSolutions(folder: directory.path, identity: try runIdentity([]), log: log)
  }

  private func check(_ start: StudyStart) throws(StudyError) {
    if start == .checkpoint, keepsCheckpoints, Processes.count > 1 {
      throw .notSolvable(
        "a run of the kind '\(caseFile.physics.kind)' goes on from its checkpoint in one process "
          + "alone; call ritz run --resume without mpirun")
    }
    if start == .checkpoint, spreadMesh != nil {
      throw .notSolvable(
        "there is nothing to go on from: a run over a mesh in pieces keeps no solutions; run without "
          + "--resume")
    }
    guard start == .checkpoint, !keepsSolutions,
      !PhysicsKinds.named(caseFile.physics.kind).canResume
    else { return }
    let kinds = PhysicsKinds.all.filter { $0.keepsCheckpoints }.map { $0.kind }
    throw .notSolvable(
      "there is nothing to go on from: a run of the kind '\(caseFile.physics.kind)' keeps no "
        + "checkpoints, only \(kinds.joined(separator: ", ")) does, and reductions of steady "
        + "diffusion, heat and elasticity; run without --resume")
  }

  /// Where a run keeps what it needs to go on, for the kinds that do.
  private func progress(
    in directory: OutputDirectory, _ extent: StudyExtent, from start: StudyStart,
    _ schedule: KeepingSchedule, _ log: Logger, _ loudness: Narration.Loudness
  ) throws(FileError) -> RunProgress? {
    guard keepsCheckpoints else { return nil }
    let points = StudyNumbers.queryPoints(of: self, extent)
    return RunProgress(
      start: start,
      files: CheckpointFiles(folder: directory.path, identity: try runIdentity(points)),
      schedule: schedule, log: log, loudness: loudness)
  }
}

extension Results {
  /// That an iteration did not come to its end, if one did not.
  fileprivate var failure: StudyError? {
    guard
      let place = query.firstIndex(where: { $0.iteration?.converged == false }),
      let iteration = query[place].iteration
    else { return nil }
    if let reason = iteration.reason {
      return .notConverged(
        "query \(place) could not be finished: \(reason); everything computed until then is in the "
          + "results")
    }
    guard let last = iteration.residuals.last else { return nil }
    let time = query[place].steps.last.map { ", last converged at t = \($0.time)" } ?? ""
    return .notConverged(
      "Newton's method did not converge at query \(place)\(time): after "
        + "\(iteration.residuals.count - 1) iterations the residual is \(last), at first it was "
        + "\(iteration.residuals[0]); everything computed until then is in the results. Smaller "
        + "steps, a better initial state or milder laws may help")
  }
}
