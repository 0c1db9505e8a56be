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
    let (request, training, progress) = (task.request, task.training, task.progress)
    let options = WeakGreedy.Options(request)
    var results = Results.Reduction(method: request.method.rawValue, size: 0, product: "")
    var done = 0
    let empty = try task.projection(of: full.solver.decomposition, full.facts, &results)
    let greedy = try SplitGreedy(
      of: full.solver, over: training, options: options, most: count, projection: empty,
      ledger: &task.ledger
    ) { part, open in
      done += 1
      progress(
        part.greedy.steps.last?.row ?? 0,
        "part \(done), \(part.greedy.model.size) vectors, \(open) open")
    }
    split = greedy.model
    let worst = greedy.parts.max { $0.lastEstimate < $1.lastEstimate }
    results.greedy = (worst?.greedy.steps ?? []).map(Results.GreedyStep.init)
    results.stopped =
      greedy.meetsTolerance
      ? "stopped at the tolerance \(request.tolerance) in each of \(greedy.parts.count) parts"
      : "stopped at \(greedy.parts.count) parts of at most \(request.size) vectors, above the "
        + "tolerance \(request.tolerance) in some"
    if !greedy.meetsTolerance {
      task.warnings.append("the greedy algorithm " + (results.stopped ?? ""))
    }
    results.size = greedy.parts.map(\.greedy.model.size).max() ?? 0
    results.product = split.models[0].productName
    results.certifiedDownTo = greedy.parts.map(\.greedy.certifiedDownTo).max()?.finite
    let space = full.solver.decomposition.parameterSpace
    results.parts = greedy.parts.map { part in
      Results.Part(
        lower: space.parameter(at: part.box.map(\.lowerBound)).values,
        upper: space.parameter(at: part.box.map(\.upperBound)).values,
        size: part.greedy.model.size, estimate: part.lastEstimate.finite)
    }
    let facts = ReductionFacts(
      results: results, noiseFloor: nil, trainingCount: training.count)
    self.facts = facts
    parts = greedy.parts.map {
      CoerciveReduction(full, $0.greedy.model, $0.greedy.basis, facts)
    }
  }

  func modes(_ count: Int) -> [StudyField] { parts[0].modes(count) }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try points.flatMap { try parts[split.part(at: $0)].answers(at: [$0]) }
  }

  func validation(_ task: ValidationTask) throws -> StudyValidation {
    var places = [[Int]](repeating: [], count: parts.count)
    for (row, mu) in task.points.enumerated() { places[split.part(at: mu)].append(row) }
    var judged = [(point: Results.Validation.Point, norm: Double)?](
      repeating: nil, count: task.points.count)
    for (part, rows) in zip(parts, places) where !rows.isEmpty {
      let found = try part.validation(
        ValidationTask(points: rows.map { task.points[$0] }, sizes: [], estimators: []))
      guard let points = found.sizes.last?.points, let norms = found.norms.last else { continue }
      for (k, row) in rows.enumerated() { judged[row] = (points[k], norms[k]) }
    }
    let all = judged.compactMap(\.self)
    return StudyValidation(
      sizes: [
        Results.Validation(
          size: facts.results.size, points: all.map(\.point),
          errors: .init(of: "u", all.compactMap { $0.norm > 0 ? $0.point.error / $0.norm : nil }))
      ], norms: [all.map(\.norm)], comparisons: [])
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    // The largest model answers slowest.
    let largest = parts.indices.max { parts[$0].model.size < parts[$1].model.size } ?? 0
    let inside = points.filter { split.part(at: $0) == largest }
    return try parts[largest].secondsPerQuery(at: inside.isEmpty ? points : inside)
  }

  func write(to path: String, for study: Study) throws {
    var file = ModelFile(
      content: .split(split),
      provenance: study.provenance(of: facts, interpolations: full.facts.interpolations),
      certifiedDownTo: facts.results.certifiedDownTo, attachments: full.attachments)
    if let reconstruction = full.solver.decomposition.field {
      let fields = parts.map { ReducedField($0.basis, reconstruction) }
      // One model after the other, as the coordinates of the whole are.
      file.field = ReducedField(
        vectors: DenseMatrix(
          rowCount: reconstruction.dofCount, columnCount: split.size,
          values: fields.flatMap(\.vectors.values)),
        lifts: reconstruction.lifts, liftCoefficients: reconstruction.liftCoefficients)
    }
    try file.write(to: path)
  }
}

extension SplitGreedy.Part {
  /// The largest estimate over its training points.
  fileprivate var lastEstimate: Double { greedy.steps.last?.estimate ?? 0 }
}
