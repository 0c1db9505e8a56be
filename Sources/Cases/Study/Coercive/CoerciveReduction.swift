internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// A coercive model reduced by the weak greedy algorithm or by proper orthogonal decomposition, with
/// its certificate.
struct CoerciveReduction<Model: CoerciveStudyModel>: StudyReduction {
  /// The full model.
  let full: Model
  /// The reduced model with all its corrections.
  let model: GalerkinReducedModel
  /// The basis over the free unknowns.
  let basis: ReducedBasis<Double>
  /// How they came about.
  let facts: ReductionFacts
  /// Where it answers, in scaled coordinates; nil for the whole domain.
  let box: [ClosedRange<Double>]?

  /// A reduction that is there already, for a part of the domain.
  init(
    _ full: Model, _ model: GalerkinReducedModel, _ basis: ReducedBasis<Double>,
    _ facts: ReductionFacts, in box: [ClosedRange<Double>]
  ) {
    (self.full, self.model, self.basis, self.facts) = (full, model, basis, facts)
    self.box = box
  }

  /// Reduces a model as a case asks.
  init(_ full: Model, _ task: inout ReductionTask) throws {
    (self.full, box) = (full, nil)
    let (request, training, solver) = (task.request, task.training, full.solver)
    let (options, progress) = (WeakGreedy.Options(request), task.progress)
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var (trainingCount, noiseFloor) = (training.count, Double?.none)
    let empty = try task.projection(of: solver.decomposition, full.facts, &results)
    switch (request.method, request.goal) {
    case (.greedy, let goal?):
      let greedy = try GoalOrientedGreedy(
        of: solver, goal: try solver.decomposition.goal(goal), over: training, options: options,
        projection: empty, solutions: task.solutions, ledger: &task.ledger
      ) { progress($0.row, "\(request.error.rawValue) bound of '\(goal.text)' \($0.estimate)") }
      results.describe(greedy.steps, greedy.limit, options, &task.warnings)
      (model, basis) = (greedy.model, greedy.projection.basis)
    case (.greedy, nil):
      let greedy = try AdaptiveTraining(solver, options, empty, &task)
      trainingCount = greedy.trainingCount
      results.describe(greedy.steps, greedy.limit, options, &task.warnings)
      results.certifiedDownTo = greedy.certifiedDownTo.finite
      model = try task.corrected([(greedy.projection, training)])[0]
      basis = greedy.projection.basis
    case (.pod, _):
      let states = try solver.solutions(at: training, from: task.solutions, &task.ledger)
      let snapshots = SnapshotSet(
        states: DenseMatrix(rowCount: solver.decomposition.dofCount, columns: states),
        parameters: training)
      let (pod, projection) = try task.ledger.measure(.reduction) {
        let pod = try POD(
          of: snapshots, in: solver.decomposition.innerProduct, tolerance: request.tolerance,
          size: request.size)
        var reduced = try empty ?? GalerkinProjection(of: solver.decomposition)
        for mode in 0..<pod.basis.size { try reduced.extend(by: pod.basis.vectors.column(mode)) }
        return (pod, reduced)
      }
      results.describe(pod, request, &task.warnings)
      noiseFloor = pod.noiseFloor
      results.certifiedDownTo = try projection.model.largestFloor(over: training, options.measure)
        .finite
      model = try task.corrected([(projection, training)])[0]
      basis = projection.basis
    }
    results.size = model.size
    results.product = model.productName
    facts = ReductionFacts(
      results: results, noiseFloor: noiseFloor, trainingCount: trainingCount)
  }

  /// Parameters spread evenly over where it answers.
  func sample(_ count: Int, seed: UInt64) throws -> [Parameter] {
    let space = full.solver.decomposition.parameterSpace
    let all = try Sampling.halton.points(count: count, seed: seed, in: space)
    guard let box else { return all }
    return all.map { mu in
      space.parameter(
        at: zip(box, space.scaledCoordinates(of: mu)).map { range, place in
          range.lowerBound + place * (range.upperBound - range.lowerBound)
        })
    }
  }

  func modes(_ count: Int) -> [StudyField] {
    (0..<min(count, basis.size)).map { i in
      let vector = basis.vectors.column(i)
      guard let reconstruction = full.solver.decomposition.field else {
        return full.mode(i, vector)
      }
      return full.mode(
        i, vector.spread(over: reconstruction.dofCount, at: reconstruction.freeDofs, else: 0))
    }
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let online = OnlineSolver(model)
    let field = full.reducedField(basis)
    let space = full.solver.decomposition.parameterSpace
    return try points.map { mu in
      let answer = try online.answer(at: mu)
      var query = Results.Query(answer, in: space)
      query.outputs = try full.outputs(of: answer, field)
      let state = answer.state
      return StudyAnswer(
        query: query,
        frames: StudyFrames(solution: {
          try full.fields(
            of: full.solver.decomposition.whole(basis.state(state), at: mu), at: mu)
        }))
    }
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    try CostLedger.SecondsPerQuery(full.solver, model, at: points)
  }

  func write(to path: String, for study: Study) throws {
    try full.file(.coercive(model), [basis], facts, for: study).write(to: path)
  }
}

extension GalerkinReducedModel {
  /// The largest round-off floor of the estimate over a training set.
  func largestFloor(
    over training: [Parameter], _ measure: WeakGreedy.Measure
  ) throws(ModelError) -> Double {
    let solver = OnlineSolver(self)
    var floor = 0.0
    for mu in training {
      try solver.solve(at: mu)
      let unit = measure == .absolute ? 1 : solver.solutionNorm
      if unit > 0 { floor = max(floor, solver.errorEstimate().floor / unit) }
    }
    return floor
  }
}
