internal import LinearAlgebra
internal import ModelReduction

/// An evolution reduced by the POD-greedy algorithm, or by proper orthogonal decomposition of whole
/// trajectories.
struct EvolutionReduction<Model: EvolutionStudyModel>: StudyReduction {
  /// The full model.
  let full: Model
  /// The reduced model.
  let model: ReducedEvolution
  /// The basis over the free unknowns.
  let basis: ReducedBasis<Double>
  /// How they came about.
  let facts: ReductionFacts

  /// Reduces a model as a case asks.
  init(_ full: Model, _ task: inout ReductionTask) throws {
    self.full = full
    let (request, training, solver) = (task.request, task.training, full.solver)
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var noiseFloor: Double?
    var sizes: [Int] = []
    let projection: EvolutionProjection
    let begin = try task.projection(of: solver.evolution, full.facts, &results)
    switch request.method {
    case .greedy:
      let options = WeakGreedy.Options(request)
      let progress = task.progress
      let greedy = try PODGreedy(
        of: solver, over: training,
        options: PODGreedy.Options(
          tolerance: options.tolerance, size: options.size, measure: options.measure,
          start: options.start), projection: begin, ledger: &task.ledger
      ) { progress($0.row, "\(request.error.rawValue) estimate \($0.estimate)") }
      (projection, sizes) = (greedy.projection, greedy.sizes)
      results.method = "pod-greedy"
      results.describe(greedy.steps, greedy.limit, options, &task.warnings)
      results.certifiedDownTo = greedy.certifiedDownTo.finite
    case .pod:
      let before = solver.work
      let snapshots = try SnapshotSet(trajectoriesOf: solver, at: training)
      task.ledger.add(solver.work, since: before)
      task.ledger.fullSolves += training.count
      let (pod, reduced) = try task.ledger.measure(.reduction) {
        let pod = try POD(
          of: snapshots, in: solver.evolution.innerProduct, tolerance: request.tolerance,
          size: request.size)
        var projection = try begin ?? EvolutionProjection(of: solver.evolution)
        try projection.extend(by: pod.basis)
        return (pod, projection)
      }
      projection = reduced
      noiseFloor = pod.noiseFloor
      results.describe(pod, request, &task.warnings)
    }
    basis = projection.basis
    model = try EvolutionReduction.corrected(projection, solver, &task)
    results.size = model.size
    results.product = model.productName
    facts = ReductionFacts(
      results: results, noiseFloor: noiseFloor, trainingCount: training.count,
      sizes: sizes)
  }

  /// The reduced model with a dual evolution for each linear output that one improves.
  private static func corrected(
    _ projection: EvolutionProjection, _ solver: FullEvolutionSolver, _ task: inout ReductionTask
  ) throws -> ReducedEvolution {
    var model = projection.model
    let options = WeakGreedy.Options(task.request)
    for name in model.outputsToCorrect {
      guard case .linear(let output)? = solver.evolution.outputs.first(where: { $0.name == name })
      else { continue }
      task.progress(0, "dual problem of '\(name)'")
      let dual = try solver.evolution.dual(of: output)
      let begin = try task.ledger.measure(.reduction) {
        try EvolutionProjection(
          of: dual, riesz: projection.riesz, coercivity: projection.coercivity)
      }
      let greedy = try PODGreedy(
        of: try FullEvolutionSolver(dual), over: task.training,
        options: PODGreedy.Options(
          tolerance: options.tolerance, size: options.size, measure: options.measure),
        projection: begin, ledger: &task.ledger)
      model = task.ledger.measure(.reduction) {
        model.corrected(by: greedy.projection, forOutput: name, of: projection)
      }
    }
    return model
  }

  func modes(_ count: Int) -> [StudyField] {
    (0..<min(count, basis.size)).flatMap { i -> [StudyField] in
      let vector = basis.vectors.column(i)
      guard let field = full.solver.evolution.field else { return [] }
      var whole = [Double](repeating: 0, count: field.dofCount)
      for (value, dof) in zip(vector, field.freeDofs) { whole[Int(dof)] = value }
      return full.fields(of: whole, named: "mode \(i)")
    }
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let online = EvolutionQuery(model)
    let shown = FrameChoice(full.solver.evolution.grid)
    return try points.map { mu in
      let answer = try online.answer(at: mu)
      var query = Results.Query(answer, in: model.parameterSpace)
      if full.hasFieldOutputs || !full.heldFluxes.isEmpty {
        var record = HeldFluxRecord(full.heldFluxes)
        for (k, step) in answer.steps.enumerated() {
          let whole = try full.whole(basis.state(step.state), at: mu, step.time)
          query.steps[k].outputs += try full.fieldOutputs(of: whole, at: mu.at(time: step.time))
          try record.add(whole, at: mu, step.time)
        }
        record.append(to: &query.steps)
        query.outputs = query.steps.last?.outputs ?? []
      }
      let states = shown.indices.map { answer.steps[$0].state }
      return StudyAnswer(
        query: query,
        frames: StudyFrames(shown.times.map { .time($0) }) { frame in
          full.fields(
            of: try full.whole(basis.state(states[frame]), at: mu, shown.times[frame]), named: nil)
        })
    }
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    let online = EvolutionQuery(model)
    return try CostLedger.SecondsPerQuery(
      at: points, full: { try full.solver.trajectory(at: $0) { _ in } },
      reduced: { _ = try online.answer(at: $0) })
  }

  func write(to path: String, for study: Study) throws {
    try ModelFile(
      content: .evolution(model),
      provenance: study.provenance(of: facts, interpolations: full.facts.interpolations),
      certifiedDownTo: facts.results.certifiedDownTo,
      field: full.solver.evolution.field.map { ReducedField(basis, $0) },
      attachments: full.attachments
    ).write(to: path)
  }

  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let points = task.points
    let sizes = validationSizes(task.sizes, of: model.size)
    let models = sizes.map { EvolutionQuery(model.truncated(to: $0)) }
    let judgements = try judged(points) { mu in
      let outputs = try full.solver.finalOutputs(of: full, at: mu)
      return try models.map { online in
        let answer = try online.answer(at: mu)
        let error = try full.solver.error(of: answer, in: basis)
        var point = Results.Validation.Point(
          judging: Results.Query(answer, in: model.parameterSpace), full: outputs,
          error: error.trajectory, residual: nil)
        point.steps = zip(answer.steps, zip(error.massNorms, error.norms)).map { step, norms in
          (time: step.time, error: norms.0, estimate: step.estimate.value.finite)
        }
        return SizeJudgement(point: point, norm: answer.norm, fullNorm: error.solutionNorm)
      }
    }
    return StudyValidation(sizes: sizes, judgements)
  }
}

extension EvolutionStudyModel {
  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    try EvolutionReduction(self, &task)
  }
}

extension FullEvolutionSolver {
  /// The outputs at the end.
  fileprivate func finalOutputs(
    of model: some EvolutionStudyModel, at mu: Parameter
  ) throws -> Results.Outputs {
    var last: EvolutionState?
    try trajectory(at: mu) { last = $0 }
    guard let last else { return [] }
    return try model.outputs(of: last.state, at: mu, last.time)
  }
}

extension Results.Query {
  /// An answer of a reduced evolution: outputs and estimates at all times.
  init(_ answer: EvolutionAnswer, in space: ParameterSpace) {
    self.init(
      at: answer.parameter,
      steps: answer.steps.map {
        Results.Step(
          time: $0.time, outputs: $0.outputs.pairs, estimate: $0.estimate.value.finite)
      })
    estimate = answer.trajectory.value.finite
    guarantee = Results.Guarantee(answer.trajectory.guarantee)
    outputBounds = answer.steps.last?.outputs.bounds ?? []
    outputGuarantees = answer.steps.last?.outputs.guarantees ?? []
    norm = answer.norm
    isOutside = !space.contains(answer.parameter)
  }
}
