internal import ComplexModule
internal import LinearAlgebra
internal import ModelReduction
internal import Physics
internal import RealModule

/// An affine system reduced by the weak greedy algorithm or by proper orthogonal decomposition; its
/// estimates say themselves whether they are bounds or indicators.
struct SystemReduction<Model: SystemStudyModel>: StudyReduction {
  typealias S = Model.S

  /// The full model.
  let full: Model
  /// The reduced model.
  let model: ReducedSystem<S>
  /// The basis over the free unknowns.
  let basis: ReducedBasis<S>
  /// How they came about.
  let facts: ReductionFacts

  /// Reduces a model as a case asks.
  init(_ full: Model, _ task: inout ReductionTask) throws {
    self.full = full
    let (request, training, solver) = (task.request, task.training, full.solver)
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var noiseFloor: Double?
    let known = try task.infSup(of: solver.system, full.facts, &results)
    let empty = try task.ledger.measure(.reduction) {
      try SystemProjection(of: solver.system, riesz: known?.riesz, infSup: known?.bound)
    }
    let (options, progress) = (WeakGreedy.Options(request), task.progress)
    let projection: SystemProjection<S>
    switch request.method {
    case .greedy:
      let greedy = try SystemGreedy(
        of: solver, over: training, options: options, projection: empty, ledger: &task.ledger
      ) { progress($0.row, "\(request.error.rawValue) estimate \($0.estimate)") }
      projection = greedy.projection
      results.describe(greedy.steps, greedy.limit, options, &task.warnings)
      results.certifiedDownTo = greedy.certifiedDownTo.finite
    case .pod:
      let before = solver.work
      let snapshots = try SnapshotSet(of: solver, at: training)
      task.ledger.add(solver.work, since: before)
      task.ledger.fullSolves += training.count
      let (pod, reduced) = try task.ledger.measure(.reduction) {
        var projection = empty
        let pod = try POD(
          of: snapshots, in: projection.basis.product, tolerance: request.tolerance,
          size: request.size)
        for k in 0..<pod.basis.size { try projection.extend(by: pod.basis.vectors.column(k)) }
        return (pod, projection)
      }
      projection = reduced
      noiseFloor = pod.noiseFloor
      results.describe(pod, request, &task.warnings)
    }
    basis = projection.basis
    var model = projection.model
    for name in model.outputsToCorrect {
      guard case .linear(let output)? = solver.system.outputs.first(where: { $0.name == name })
      else { continue }
      progress(0, "dual problem of '\(name)'")
      let dual = solver.system.dual(of: output)
      let greedy = try SystemGreedy(
        of: try FullSystemSolver(dual), over: training, options: options,
        projection: try SystemProjection(of: dual, riesz: projection.riesz, infSup: known?.bound),
        ledger: &task.ledger)
      model = task.ledger.measure(.reduction) {
        model.corrected(by: greedy.projection, forOutput: name, of: projection)
      }
    }
    self.model = model
    results.size = model.size
    results.product = model.productName
    facts = ReductionFacts(
      results: results, noiseFloor: noiseFloor, trainingCount: training.count)
  }

  func modes(_ count: Int) -> [StudyField] {
    (0..<min(count, basis.size)).flatMap { i -> [StudyField] in
      let vector = basis.vectors.column(i)
      guard let field = full.solver.system.field else { return [] }
      return full.fields(
        of: vector.spread(over: field.dofCount, at: field.freeDofs, else: S.zero),
        named: "mode \(i)")
    }
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let online = SystemQuery(model)
    return try points.map { mu in
      let answer = try online.answer(at: mu)
      let state = answer.state
      var query = Results.Query(answer, in: model.parameterSpace)
      if full.hasFieldOutputs {
        query.outputs += Results.Outputs(
          scalars: try full.fieldOutputs(of: full.whole(basis.state(state), at: mu), at: mu))
      }
      return StudyAnswer(
        query: query,
        frames: StudyFrames(solution: {
          full.fields(of: try full.whole(basis.state(state), at: mu), named: nil)
        }))
    }
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    let online = SystemQuery(model)
    return try CostLedger.SecondsPerQuery(
      at: points, full: { _ = try full.solver.solve(at: $0) },
      reduced: { _ = try online.answer(at: $0) })
  }

  func write(to path: String, for study: Study) throws {
    let field = full.solver.system.field.map { FieldBasis(basis, $0) }
    let content: ReducedContent? =
      (model as? ReducedSystem<Double>).map { .system($0) }
      ?? (model as? ReducedSystem<Complex<Double>>).map { .complexSystem($0) }
    guard let content else { return }
    try ModelFile(
      content: content,
      provenance: study.provenance(
        of: facts, interpolations: full.facts.interpolations,
        nonintrusive: full.facts.nonintrusive),
      certifiedDownTo: facts.results.certifiedDownTo, field: field as? ReducedField,
      complexField: field as? FieldBasis<Complex<Double>>, attachments: full.attachments
    ).write(to: path)
  }

  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let points = task.points
    let sizes = validationSizes(task.sizes, of: model.size)
    let models = sizes.map { SystemQuery(model.truncated(to: $0)) }
    if task.against == .commands, let sources = full.sources {
      return StudyValidation(
        sizes: sizes, try points.map { try judge(sources.system(at: $0), models) })
    }
    let judgements = try judged(points) { mu in
      let state = try full.solver.solve(at: mu)
      let norm = basis.product.norm(state)
      let outputs = try full.outputs(of: state, at: mu)
      return try models.map { online in
        let answer = try online.answer(at: mu)
        let error = try full.solver.error(of: answer.state, in: basis, at: mu)
        return SizeJudgement(
          point: Results.Validation.Point(
            judging: Results.Query(answer, in: model.parameterSpace), full: outputs, error: error,
            residual: answer.residual),
          norm: answer.state.norm, fullNorm: norm)
      }
    }
    return StudyValidation(sizes: sizes, judgements)
  }

  /// One point at all sizes, against the very matrices of which the full model is a sum of samples.
  ///
  /// Errors are differences of two states: below round-off times the condition of A they say nothing.
  private func judge(
    _ truth: SourceSystem<S>, _ models: [SystemQuery<S>]
  ) throws -> [SizeJudgement] {
    let state = try truth.solution()
    let size = basis.product.norm(state)
    let outputs = Results.Outputs(scalars: try truth.outputValues(of: state))
    return try models.map { online in
      let answer = try online.answer(at: truth.parameter)
      let error = basis.product.norm(zip(state, basis.state(answer.state)).map { $0 - $1 })
      var point = Results.Validation.Point(
        judging: Results.Query(answer, in: model.parameterSpace), full: outputs, error: error,
        residual: answer.residual)
      point.interpolationError = truth.interpolationError
      return SizeJudgement(point: point, norm: answer.state.norm, fullNorm: size)
    }
  }
}

extension SystemStudyModel {
  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    try SystemReduction(self, &task)
  }
}

extension Results.Query {
  /// An answer of a reduced system.
  init<S: Scalar>(_ answer: SystemAnswer<S>, in space: ParameterSpace) {
    self.init(
      parameter: answer.parameter.values,
      outputs: Results.Outputs(scalars: answer.outputs.map { (key: $0.name, value: $0.value) }),
      estimate: answer.estimate.value.finite,
      guarantee: Results.Guarantee(answer.estimate.guarantee))
    // The estimate of a complex output is one of its distance in the plane: it holds for each part.
    let names = answer.outputs.map { output in
      Results.Outputs(scalars: [(key: output.name, value: output.value)]).map(\.key)
    }
    for (output, names) in zip(answer.outputs, names) where output.estimate.value.isFinite {
      for name in names {
        outputBounds.append((key: name, value: output.estimate.value))
        outputGuarantees.append(
          (key: name, value: Results.Guarantee(output.estimate.guarantee)))
      }
    }
    norm = answer.state.norm
    isOutside = !space.contains(answer.parameter)
  }
}
