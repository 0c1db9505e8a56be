internal import LinearAlgebra
internal import Logging
internal import ModelReduction
internal import Physics

/// Everything a run computes, before any of it is written.
struct StudyNumbers {
  /// The reduced model and how it came about; nil for a plain finite element run.
  let stage: ReductionStage?
  /// The comparison at unseen points; nil where none is asked for.
  let validation: ValidationStage?
  /// The answers.
  let query: QueryStage
  /// The points asked for.
  let queryPoints: [Parameter]

  init(
    _ study: Study, _ model: DiffusionModel, ledger: inout CostLedger, warnings: inout [String],
    log: Logger, loudness: Narration.Loudness
  ) throws {
    let caseFile = study.caseFile
    let space = study.parameterSpace
    queryPoints =
      caseFile.query?.map { Parameter($0) } ?? (space.dimension == 0 ? [Parameter([])] : [])
    guard let request = caseFile.reduction, let training = caseFile.training else {
      stage = nil
      validation = nil
      let before = model.solver.work
      query = try QueryStage(queryPoints, model, nil, warnings: &warnings)
      let work = model.solver.work
      ledger.add(work, since: before)
      ledger.fullSolves += queryPoints.count
      ledger.secondsPerQuery.full =
        (work.factorizationSeconds + work.solveSeconds) / Double(max(1, queryPoints.count))
      return
    }
    let trainingPoints = try training.points.parameters(in: space)
    log.info("training set: \(training.points.words)")
    var line = ProgressLine(request.method.rawValue, total: request.size, loudness: loudness)
    var done = 0
    let stage = try ReductionStage(
      request, trainingPoints, model.solver, ledger: &ledger, warnings: &warnings
    ) { row, detail in
      done += 1
      line.advance(to: min(done, request.size), "row \(row), \(detail)")
    }
    line.finish()
    log.info("\(stage.model.size) basis vectors; \(stage.stopped)")
    self.stage = stage
    var timed = trainingPoints
    if let asked = caseFile.validation {
      let points = try asked.points.parameters(in: space)
      log.info("validation: \(asked.points.words)")
      timed = points
      validation = try ValidationStage(stage, model, at: points, sizes: asked.sizes)
    } else {
      validation = nil
    }
    let start = ContinuousClock.now
    query = try QueryStage(queryPoints, model, stage, warnings: &warnings)
    ledger.add((ContinuousClock.now - start).seconds, to: .online)
    ledger.secondsPerQuery = try CostLedger.SecondsPerQuery(model.solver, stage.model, at: timed)
  }

  /// How the basis came about, for the results.
  func reduction(of caseFile: CaseFile) -> Results.Reduction? {
    guard let stage, let request = caseFile.reduction else { return nil }
    var reduction = Results.Reduction(
      method: request.method.rawValue, size: stage.model.size, product: stage.model.productName)
    reduction.greedy = stage.steps.map {
      Results.GreedyStep(
        row: $0.row, parameter: $0.parameter.values, estimate: $0.estimate.finite,
        guarantee: Results.Guarantee($0.guarantee))
    }
    if let pod = stage.pod {
      reduction.singularValues = pod.singularValues
      reduction.retainedEnergy = pod.retainedEnergy
    }
    reduction.certifiedDownTo = stage.certifiedDownTo.finite
    reduction.stopped = stage.stopped
    return reduction
  }
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
    breakEvenQueries = query.reduced > 0 ? ledger.breakEvenQueries.map(Double.init) : nil
    peakMemoryBytes = CostLedger.peakMemoryBytes
  }
}
