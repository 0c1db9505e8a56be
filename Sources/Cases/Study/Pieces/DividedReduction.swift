internal import DomainDecomposition
internal import LinearAlgebra
internal import ModelReduction

/// A coercive model in pieces reduced by the weak greedy algorithm or by proper orthogonal
/// decomposition, its basis in pieces, too. The reduced model is the same on all ranks.
struct DividedReduction<C: Communicator>: StudyReduction {
  let full: DividedStudyModel<C>
  let model: GalerkinReducedModel
  let projection: DividedProjection<C>
  let facts: ReductionFacts

  /// Reduces a model as a case asks; collective.
  init(_ full: DividedStudyModel<C>, _ task: inout ReductionTask) throws {
    try DividedReduction.refuse(task)
    self.full = full
    let (request, training, divided) = (task.request, task.training, full.divided)
    let (options, progress) = (WeakGreedy.Options(request), task.progress)
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var projection = try task.ledger.measure(.reduction) { try DividedProjection(of: divided) }
    task.ledger.rieszSolves += projection.rieszSolves
    var noiseFloor: Double?
    switch request.method {
    case .greedy:
      let greedy = try DividedGreedy(
        projection, over: training, options: options, ledger: &task.ledger
      ) { progress($0.row, "\(request.error.rawValue) bound \($0.estimate)") }
      results.describe(greedy.steps, greedy.limit, options, &task.warnings)
      results.certifiedDownTo = greedy.certifiedDownTo.finite
      projection = greedy.projection
    case .pod:
      var states: [[Double]] = []
      for (row, mu) in training.enumerated() {
        states.append(
          try task.ledger.measure(.solve) { try divided.solve(at: mu, row: row) })
        progress(row, "solution \(row + 1) of \(training.count)")
      }
      task.ledger.fullSolves += training.count
      let pod = try task.ledger.measure(.reduction) {
        try heard { () throws(DistributedFailure) in
          try DividedPOD(states, of: divided, tolerance: request.tolerance, size: request.size)
        }
      }
      results.singularValues = pod.singularValues
      results.retainedEnergy = pod.retainedEnergy
      results.stopped = pod.limit.words(request)
      if pod.limit != .tolerance {
        task.warnings.append("the decomposition " + pod.limit.words(request))
      }
      noiseFloor = pod.noiseFloor
      let before = projection.rieszSolves
      try task.ledger.measure(.reduction) {
        for mode in 0..<pod.modes.columnCount {
          try projection.extend(by: pod.modes.column(mode))
        }
      }
      task.ledger.rieszSolves += projection.rieszSolves - before
      results.certifiedDownTo = try projection.model.largestFloor(over: training, options.measure)
        .finite
    }
    model = try DividedReduction.corrected(projection, &task)
    self.projection = projection
    results.size = model.size
    results.product = model.productName
    facts = ReductionFacts(
      results: results, noiseFloor: noiseFloor, trainingCount: training.count)
  }

  /// The model of a projection, its linear outputs corrected by their dual problems, as for a mesh in one
  /// piece.
  private static func corrected(
    _ primal: DividedProjection<C>, _ task: inout ReductionTask
  ) throws -> GalerkinReducedModel {
    var model = primal.model
    let options = WeakGreedy.Options(task.request)
    for name in model.outputsToCorrect {
      task.progress(0, "dual problem of '\(name)'")
      guard let empty = primal.dual(ofOutput: name) else { continue }
      let greedy = try DividedGreedy(
        empty, over: task.training, options: options, ledger: &task.ledger)
      model = task.ledger.measure(.reduction) {
        primal.corrected(model, by: greedy.projection, forOutput: name)
      }
    }
    return model
  }

  /// Refuses what only a whole mesh can do.
  private static func refuse(_ task: ReductionTask) throws(StudyError) {
    let request = task.request
    let asked: String? =
      request.parts != nil
      ? "parts"
      : request.goal != nil
        ? "goal"
        : request.stability != .coefficients ? "stability" : task.adaptive > 0 ? "adaptive" : nil
    if let asked {
      throw .notReducible(
        "'\(asked)' needs the whole mesh on each rank: leave it out, or 'in-pieces' in [mesh]")
    }
  }

  func modes(_ count: Int) -> [StudyField] {
    (0..<min(count, projection.size)).map { i in
      let vector = projection.modes.column(i)
      let whole = full.divided.piece.field.map { $0.spread(free: vector) } ?? vector
      return full.piece.mode(i, whole)
    }
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let online = OnlineSolver(model)
    let space = model.parameterSpace
    let (full, modes) = (full, projection.modes)
    return try points.map { mu in
      let answer = try online.answer(at: mu)
      return StudyAnswer(
        query: Results.Query(answer, in: space),
        frames: full.frames(
          modes.columns(0..<answer.state.coordinates.count) * answer.state.coordinates, at: mu))
    }
  }

  /// Other estimates, which need X⁻¹ on one rank, are not drawn beside.
  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let sizes = validationSizes(task.sizes, of: model.size)
    let models = sizes.map { model.truncated(to: $0) }
    var judgements: [[SizeJudgement]] = []
    for mu in task.points {
      let u = try full.divided.refinedSolution(at: mu)
      let fullNorm = full.divided.norm(u)
      let outputs = try full.divided.outputValues(of: u, at: mu)
      var answers: [ReducedAnswer] = []
      for model in models { answers.append(try model.answer(at: mu)) }
      let errors = try projection.trueErrors(of: answers.map(\.state), at: mu)
      judgements.append(
        zip(answers, errors).map { answer, error in
          SizeJudgement(
            point: Results.Validation.Point(
              judging: Results.Query(answer, in: model.parameterSpace), full: outputs,
              error: error, residual: answer.residual),
            norm: answer.state.norm, fullNorm: fullNorm)
        })
    }
    return StudyValidation(sizes: sizes, judgements)
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    let online = OnlineSolver(model)
    return try CostLedger.SecondsPerQuery(
      at: points, full: { _ = try full.divided.solve(at: $0, row: nil) },
      reduced: { try online.solve(at: $0) })
  }

  /// The basis stays in pieces, so that the file answers for outputs and bounds, not for fields.
  func write(to path: String, for study: Study) throws {
    try ModelFile(
      content: .coercive(model), provenance: study.provenance(of: facts),
      certifiedDownTo: facts.results.certifiedDownTo, attachments: [:]
    ).write(to: path)
  }
}
