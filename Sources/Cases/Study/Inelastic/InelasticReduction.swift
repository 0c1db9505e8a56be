internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics
internal import Synchronization

/// An inelastic body reduced to a few coordinates and points; where the case asks for it, steps of a
/// query that the reduced model is not sure of are computed by the full one, and every later query
/// profits.
struct InelasticReduction: StudyReduction {
  private let model: QuasiStaticModel
  private let outputs: [ElasticityOutput]
  private let fields: InelasticFields
  private let settings: AdaptiveHyperReduction.Settings
  private let learner: Learner
  private let initial: ReductionFacts

  /// The model as it is by now.
  private final class Learner: Sendable {
    let state: Mutex<AdaptiveHyperReduction>
    let enrichments = Mutex<[Results.Reduction.Enrichment]>([])

    init(_ state: AdaptiveHyperReduction) { self.state = Mutex(state) }
  }

  var facts: ReductionFacts {
    var facts = initial
    let adaptive = learner.state.withLock { $0 }
    facts.results.describe(adaptive.reduced.reduction)
    facts.results.enrichments = learner.enrichments.withLock { $0 }
    return facts
  }

  init(
    _ model: QuasiStaticModel, _ outputs: [ElasticityOutput], _ fields: InelasticFields,
    _ task: inout ReductionTask
  ) throws {
    (self.model, self.outputs, self.fields) = (model, outputs, fields)
    let request = task.request
    guard let hyper = request.hyper else {
      throw StudyError.notReducible("the case does not say how to reduce a body with a history")
    }
    let end = hyper.until ?? model.grid.end
    guard model.grid.times.contains(where: { abs($0 - end) <= 1e-9 * abs(end) }) else {
      throw StudyError.notSolvable(
        "'until' in [training] is \(plain(end)), which is no time of [time]")
    }
    let product = try model.innerProduct(
      ElasticityModel.Product(rawValue: request.product.rawValue) ?? .energy)
    var snapshots = MechanicalSnapshots(of: model)
    for (row, mu) in task.training.enumerated() {
      let start = ContinuousClock.now
      do {
        try model.trajectory(at: mu) { frame in
          guard frame.time <= end * (1 + 1e-9) else { throw TrainingEnd() }
          snapshots.add(frame, at: mu)
        }
      } catch is TrainingEnd {}
      task.ledger.add((ContinuousClock.now - start).seconds, to: .solve)
      task.ledger.fullSolves += 1
      task.progress(row, "\(snapshots.count) snapshots")
    }
    let options = HyperReductionOptions(
      displacement: request.tolerance, cubature: hyper.cubature, dual: hyper.dual,
      size: request.size)
    let adaptive = try task.ledger.measure(.reduction) {
      try AdaptiveHyperReduction(snapshots, of: model, in: product, options: options)
    }
    learner = Learner(adaptive)
    let calibration = try task.ledger.measure(.reduction) { try adaptive.calibration() }
    settings = AdaptiveHyperReduction.Settings(
      tolerance: hyper.enrich ?? .infinity, fullSteps: hyper.fullSteps, calibration: calibration)
    var results = Results.Reduction(method: "pod", size: 0, product: product.name)
    results.describe(adaptive.reduced.reduction)
    initial = ReductionFacts(results: results, trainingCount: task.training.count)
    task.warnings.append(
      "a reduced model with a history is not saved in a file yet: model.ritz is not written")
  }

  /// The last training time has been passed.
  private struct TrainingEnd: Error {}

  func modes(_ count: Int) -> [StudyField] {
    let reduction = learner.state.withLock { $0.reduced.reduction }
    let modes = (0..<min(count, reduction.basis.size)).map { k in
      fields.plot.displacement.field(
        model.displacement(free: reduction.basis.vectors.column(k)), at: fields.plot.dofs,
        named: "mode \(k)")
    }
    return modes + [fields.plot.scalar("cubature weight", model.cubatureWeights(of: reduction))]
  }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let shown = FrameChoice(model.grid)
    return try points.enumerated().map { q, mu in
      var steps: [Results.Step] = []
      var drawn: [[StudyField]] = []
      try run(at: mu, query: q) { whole, estimate in
        let isShown = shown.contains(steps.count) && q < StudyFiles.mostFields
        if isShown { drawn.append(fields.fields(of: whole)) }
        steps.append(
          Results.Step(
            time: whole.time, outputs: try values(in: whole, at: mu), estimate: estimate.finite))
      }
      var query = Results.Query(at: mu, steps: steps)
      query.estimate = steps.compactMap(\.estimate).max()
      query.guarantee = .indicator
      query.isOutside = !model.parameterSpace.contains(mu)
      let kept = drawn
      return StudyAnswer(
        query: query,
        frames: StudyFrames(shown.times.prefix(kept.count).map { .time($0) }) { kept[$0] })
    }
  }

  private func values(
    in frame: QuasiStaticModel.Frame, at mu: Parameter
  ) throws -> Results.Outputs {
    try outputs.map { (key: $0.name, value: try model.value(of: $0, in: frame, at: mu)) }
  }

  /// All frames of a run, each as a whole with the error estimated for it.
  private func run(
    at mu: Parameter, query: Int?,
    _ visit: (QuasiStaticModel.Frame, _ estimate: Double) throws -> Void
  ) throws {
    guard settings.tolerance < .infinity, let query else {
      let reduced = learner.state.withLock { $0.reduced }
      try reduced.trajectory(at: mu) {
        try visit(try reduced.whole($0, at: mu), settings.estimate($0.indicator))
      }
      return
    }
    try learner.state.withLock { adaptive in
      try adaptive.trajectory(at: mu, settings: settings) { step in
        switch step {
        case .reduced(let frame, let online):
          try visit(try online.whole(frame, at: mu), settings.estimate(frame.indicator))
        case .full(let frame, let enrichment):
          learner.enrichments.withLock {
            $0.append(
              Results.Reduction.Enrichment(
                query: query, time: enrichment.time, indicator: enrichment.indicator.finite,
                size: enrichment.modes, points: enrichment.points,
                seconds: enrichment.seconds.full + enrichment.seconds.offline))
          }
          try visit(frame, 0)
        }
      }
    }
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    let reduced = learner.state.withLock { $0.reduced }
    return try CostLedger.SecondsPerQuery(
      at: points, full: { try model.trajectory(at: $0) { _ in } },
      reduced: { try reduced.trajectory(at: $0) { _ in } })
  }

  func write(to path: String, for study: Study) throws {}

  /// Judges the model as training has left it, without enrichment, field by field.
  func validation(at points: [Parameter], sizes wanted: [Int]) throws -> StudyValidation {
    var errors = FieldErrors(model)
    var judged: [Results.Validation.Point] = []
    var norms: [Double] = []
    for mu in points {
      var full: [QuasiStaticModel.Frame] = []
      try model.trajectory(at: mu) { full.append($0) }
      var found: [(frame: QuasiStaticModel.Frame, estimate: Double)] = []
      try run(at: mu, query: nil) { found.append(($0, $1)) }
      let error = errors.add(full, found.map(\.frame))
      guard let last = full.last, let answer = found.last else { continue }
      let estimate = found.map(\.estimate).max() ?? 0
      var point = Results.Validation.Point(
        parameter: mu.values, full: try values(in: last, at: mu),
        reduced: try values(in: answer.frame, at: mu), error: error.displacement.max() ?? 0,
        residual: nil, estimate: estimate.finite, guarantee: .indicator, effectivity: nil)
      point.steps = zip(found, error.judged).map { step, error in
        (time: step.frame.time, error: error, estimate: step.estimate.finite)
      }
      judged.append(point)
      norms.append(1)
    }
    return StudyValidation(
      sizes: [
        Results.Validation(
          size: facts.results.size, points: judged, errors: errors.fields)
      ], norms: [norms], comparisons: [])
  }
}

extension Results.Reduction {
  /// Sizes of a hyperreduction.
  fileprivate mutating func describe(_ reduction: HyperReduction) {
    size = reduction.basis.size
    singularValues = reduction.singularValues
    points = reduction.points.count
    cubatureResidual = reduction.cubature.report.residual
    stopped =
      "\(reduction.basis.size) modes, \(reduction.cubature.points.count) points of cubature, "
      + "\(reduction.points.count - reduction.cubature.points.count) more for reconstructions"
  }
}
