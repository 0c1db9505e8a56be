internal import LinearAlgebra
internal import Logging
internal import ModelReduction

/// Everything a run computes, before any of it is written.
struct StudyNumbers {
  /// The reduced model and how it came about; nil for a plain finite element run.
  let reduction: (any StudyReduction)?
  /// The comparison at unseen points; nil where none is asked for.
  let validation: StudyValidation?
  /// The answers.
  let query: QueryStage
  /// The points asked for.
  let queryPoints: [Parameter]

  init(
    _ study: Study, _ model: any StudyModel, _ extent: StudyExtent,
    solutions: (any SolutionStore)?, ledger: inout CostLedger, warnings: inout [String],
    log: Logger, loudness: Narration.Loudness
  ) throws {
    let caseFile = study.caseFile
    let space = study.parameterSpace
    queryPoints = StudyNumbers.queryPoints(of: study, extent)
    guard extent == .whole, let request = caseFile.reduction, let training = caseFile.training
    else {
      reduction = nil
      validation = nil
      let before = model.work
      query = try QueryStage(queryPoints, model, nil, warnings: &warnings)
      let work = model.work
      ledger.add(work, since: before)
      ledger.fullSolves += queryPoints.count
      ledger.secondsPerQuery.full =
        (work.factorizationSeconds + work.solveSeconds) / Double(max(1, queryPoints.count))
      return
    }
    let trainingPoints = try training.points.parameters(in: space)
    log.info("training set: \(training.points.words)")
    let line = ReductionProgress(request, loudness)
    var task = ReductionTask(
      request: request, training: trainingPoints, adaptive: training.adaptive,
      store: training.store, solutions: solutions, ledger: ledger,
      warnings: warnings,
      progress: line.advance)
    defer { (ledger, warnings) = (task.ledger, task.warnings) }
    let reduction = try model.reduce(&task)
    line.finish()
    log.info("\(reduction.facts.results.size) basis vectors; \(reduction.facts.stopped)")
    self.reduction = reduction
    var timed = trainingPoints
    func judged() throws -> StudyValidation? {
      guard let asked = caseFile.validation else { return nil }
      timed = try asked.points.parameters(in: space)
      log.info("validation: \(asked.points.words)")
      return try reduction.validation(
        ValidationTask(
          points: timed, sizes: asked.sizes, estimators: asked.estimators, against: asked.against))
    }
    let asTrained = reduction.learnsFromQueries ? nil : try judged()
    let start = ContinuousClock.now
    query = try QueryStage(queryPoints, model, reduction, warnings: &task.warnings)
    task.ledger.add((ContinuousClock.now - start).seconds, to: .online)
    validation = reduction.learnsFromQueries ? try judged() : asTrained
    task.ledger.secondsPerQuery = try reduction.secondsPerQuery(at: timed)
  }
}

extension StudyNumbers {
  /// The points a run answers: those asked for, or the reference where that is all there is.
  static func queryPoints(of study: Study, _ extent: StudyExtent) -> [Parameter] {
    let space = study.parameterSpace
    let isUnnamed = space.dimension == 0 || extent == .fullModel
    return study.caseFile.query?.map { Parameter($0) } ?? (isUnnamed ? [space.reference] : [])
  }
}

/// The line that tells how far a reduction has come.
private final class ReductionProgress {
  private var line: ProgressLine
  private var done = 0
  private let size: Int

  init(_ request: CaseFile.Reduction, _ loudness: Narration.Loudness) {
    size = request.size
    line = ProgressLine(request.method.rawValue, total: request.size, loudness: loudness)
  }

  func advance(_ row: Int, _ detail: String) {
    done += 1
    line.advance(to: min(done, size), "row \(row), \(detail)")
  }

  func finish() { line.finish() }
}

extension Results.Ledger {
  /// The costs of a study.
  init(_ ledger: CostLedger) {
    self.init()
    fullSolves = ledger.fullSolves
    seconds = CostLedger.Stage.allCases.map { (key: $0.rawValue, value: ledger.seconds(in: $0)) }
    let query = ledger.secondsPerQuery
    secondsPerQuery = (
      full: query.full, reduced: query.reduced > 0 ? query.reduced : nil,
      estimate: query.estimate > 0 ? query.estimate : nil
    )
    secondsOfReconstruction = query.reconstruction > 0 ? query.reconstruction : nil
    breakEvenQueries = query.reduced > 0 ? ledger.breakEvenQueries.map(Double.init) : nil
    peakMemoryBytes = CostLedger.peakMemoryBytes
  }
}
