internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// A coercive model reduced by greedy bases for parts of the parameter domain.
struct SplitReduction<Model: CoerciveStudyModel>: StudyReduction {
  /// The full model.
  let full: Model
  /// The reduced models of all parts.
  let split: SplitReducedModel
  /// One reduction for each part.
  let parts: [CoerciveReduction<Model>]
  /// How they came about; the history is that of the part that is served worst.
  let facts: ReductionFacts

  /// Reduces a model as a case asks.
  ///
  /// - Parameter count: The most parts.
  init(_ full: Model, most count: Int, _ task: inout ReductionTask) throws {
    self.full = full
    let (request, progress) = (task.request, task.progress)
    let problem = full.solver.decomposition
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var done = 0
    let empty = try task.projection(of: problem, full.facts, &results)
    let greedy = try SplitGreedy(
      of: full.solver, goal: try request.goal.map { try problem.goal($0) }, over: task.training,
      options: WeakGreedy.Options(request), most: count, projection: empty,
      solutions: task.solutions, ledger: &task.ledger
    ) { part, open in
      done += 1
      progress(
        part.steps.last?.row ?? 0, "part \(done), \(part.model.size) vectors, \(open) open")
    }
    let models =
      request.goal == nil
      ? try task.corrected(greedy.parts.map { ($0.projection, $0.training) })
      : greedy.parts.map(\.model)
    let space = problem.parameterSpace
    split = SplitReducedModel(in: space, boxes: greedy.model.boxes, models: models)
    results.greedy =
      (greedy.parts.max { $0.estimate < $1.estimate }?.steps ?? []).map(Results.GreedyStep.init)
    results.stopped =
      greedy.meetsTolerance
      ? "stopped at the tolerance \(request.tolerance) in each of \(greedy.parts.count) parts"
      : "stopped at \(greedy.parts.count) parts of at most \(request.size) vectors, above the "
        + "tolerance \(request.tolerance) in some"
    if !greedy.meetsTolerance {
      task.warnings.append("the greedy algorithm " + (results.stopped ?? ""))
    }
    results.size = models.map(\.size).max() ?? 0
    results.product = models[0].productName
    results.certifiedDownTo = greedy.parts.compactMap(\.certifiedDownTo).max()?.finite
    results.parts = greedy.parts.map { part in
      Results.Part(
        lower: space.parameter(at: part.box.map(\.lowerBound)).values,
        upper: space.parameter(at: part.box.map(\.upperBound)).values,
        size: part.model.size, estimate: part.estimate.finite)
    }
    let facts = ReductionFacts(
      results: results, noiseFloor: nil, trainingCount: task.training.count)
    self.facts = facts
    parts = zip(models, greedy.parts).map {
      CoerciveReduction(full, $0, $1.basis, facts, in: $1.box)
    }
  }

  func modes(_ count: Int) -> [StudyField] { parts[0].modes(count) }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try points.flatMap { try parts[split.part(at: $0)].answers(at: [$0]) }
  }

  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let sizes = validationSizes(task.sizes, of: facts.results.size)
    var places = [[Int]](repeating: [], count: parts.count)
    for (row, mu) in task.points.enumerated() { places[split.part(at: mu)].append(row) }
    var judged = SplitValidation(sizes, task)
    for (part, rows) in zip(parts, places) where !rows.isEmpty {
      let found = try part.validation(
        ValidationTask(
          points: rows.map { task.points[$0] }, sizes: sizes, estimators: task.estimators))
      judged.add(found, at: rows)
    }
    return judged.whole
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    // The largest model answers slowest.
    let largest = parts.indices.max { parts[$0].model.size < parts[$1].model.size } ?? 0
    let inside = points.filter { split.part(at: $0) == largest }
    return try parts[largest].secondsPerQuery(at: inside.isEmpty ? points : inside)
  }

  func write(to path: String, for study: Study) throws {
    try full.file(.split(split), parts.map(\.basis), facts, for: study).write(to: path)
  }
}
