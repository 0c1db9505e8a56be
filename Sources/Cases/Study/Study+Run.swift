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
  public func run(
    into path: String, loudness: Narration.Loudness = .normal, threads: Int? = nil
  ) throws -> StudyOutcome {
    if let threads { Threads.count = threads }
    let directory = try OutputDirectory(path)
    let narration = try Narration(loudness, log: directory.file("log.jsonl"))
    let log = narration.logger()
    log.info("\(caseFile.title): \(caseFile.path)")
    for warning in caseFile.warnings { log.warning("\(warning)") }
    for note in meshReport.notes { log.notice("\(note)") }
    for warning in meshReport.warnings { log.warning("\(warning)") }
    try FileBytes.write(
      caseFile.resolvedText(in: directory.path), to: directory.file("case.resolved.toml"))

    var ledger = CostLedger()
    ledger.add(meshSeconds, to: .mesh)
    var warnings = caseFile.warnings.map(\.message) + meshReport.warnings
    let saidAtStart = warnings.count
    let model = try ledger.measure(.assembly) { try self.model() }
    warnings += model.facts.notes
    log.info("\(model.facts.summary)")
    var results = emptyResults(model)
    let numbers: StudyNumbers
    do {
      numbers = try StudyNumbers(
        self, model, ledger: &ledger, warnings: &warnings, log: log, loudness: loudness)
    } catch { throw StudyError(error) }
    results.reduction = numbers.reduction?.facts.results
    results.validation = numbers.validation?.sizes ?? []
    results.query = numbers.query.answers
    results.ledger = Results.Ledger(ledger)
    results.warnings = warnings
    let expectations = caseFile.expectations.map { $0.outcome(in: results.json) }
    do { try results.write(to: directory) } catch let error as JSONError {
      throw StudyError.notFinite("\(error)")
    }
    let files = StudyFiles(self, model, numbers, results, expectations)
    try files.write(to: directory, log: log)
    for warning in warnings.dropFirst(saidAtStart) { log.warning("\(warning)") }
    return StudyOutcome(
      directory: directory.path, results: results, expectations: expectations)
  }
}
