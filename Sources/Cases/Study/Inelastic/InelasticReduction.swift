internal import FiniteElements
internal import LinearAlgebra
internal import Logging
internal import Meshes
internal import ModelReduction
internal import Physics
internal import Synchronization

/// An inelastic body reduced to a few coordinates and points; where the case asks for it, steps of a
/// query that the reduced model is not sure of are computed by the full one, and every later query
/// profits.
struct InelasticReduction: StudyReduction {
  private let model: QuasiStaticModel
  private let outputs: [PlacedOutput]
  private let fields: InelasticFields
  private let settings: AdaptiveHyperReduction.Settings
  private let states: States
  private let learner: Learner
  private let initial: ReductionFacts

  /// Where stresses and internal variables of whole bodies come from.
  private enum States {
    /// Modes of each field, fitted to the values at the selected points.
    case fitted
    /// The laws at every point, with sweeps or without.
    case recomputed(EquilibriumSweeps?)
  }

  /// The model as it is by now.
  private final class Learner: Sendable {
    let state: Mutex<AdaptiveHyperReduction>
    let enrichments = Mutex<[Results.Reduction.Enrichment]>([])
    /// As training left it, where queries may change it.
    let trained: (reduced: HyperReducedModel, reduction: HyperReduction)?
    /// How long whole runs of the full model have taken.
    let fullSeconds = Mutex<[Double]>([])
    /// How long the whole bodies of all times of reduced runs have taken.
    let wholeSeconds = Mutex<[Double]>([])

    init(_ state: AdaptiveHyperReduction, remembersTraining: Bool) {
      self.state = Mutex(state)
      trained = remembersTraining ? (state.reduced, state.reduction) : nil
    }
  }

  var facts: ReductionFacts {
    var facts = initial
    let adaptive = learner.state.withLock { $0 }
    facts.results.describe(adaptive.reduction, of: model)
    facts.results.enrichments = learner.enrichments.withLock { $0 }
    return facts
  }

  init(
    _ model: QuasiStaticModel, _ outputs: [PlacedOutput], _ fields: InelasticFields,
    _ progress: RunProgress?, _ task: inout ReductionTask
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
    let cells = model.points.space.scalar.mesh.cellCount
    guard hyper.subdomains <= cells else {
      throw StudyError.notReducible(
        "'subdomains' in [reduction] is \(hyper.subdomains), but the mesh has \(cells) cells")
    }
    let product = try model.innerProduct(
      ElasticityModel.Product(rawValue: request.product.rawValue) ?? .energy)
    let snapshots = try InelasticReduction.train(model, fields, until: end, progress, &task)
    let options = HyperReductionOptions(
      displacement: request.tolerance, cubature: hyper.cubature, dual: hyper.dual,
      size: request.size, unit: hyper.unit, subdomains: hyper.subdomains)
    var adaptive = try task.ledger.measure(.reduction) {
      try AdaptiveHyperReduction(
        snapshots, of: model, in: product, options: options, outputs: outputs)
    }
    let learnt =
      hyper.reconstruction == .regression
      ? try task.ledger.measure(.reduction) { try adaptive.learnReconstructions() } : []
    states = try task.ledger.measure(.reduction) { () throws -> States in
      guard hyper.reconstruction == .laws else { return .fitted }
      return .recomputed(
        hyper.sweeps > 0 ? try EquilibriumSweeps(hyper.sweeps, of: model) : nil)
    }
    let pairs = try task.ledger.measure(.reduction) { try adaptive.indicatorPairs() }
    adaptive.calibrate(pairs)
    learner = Learner(adaptive, remembersTraining: hyper.enrich != nil)
    settings = AdaptiveHyperReduction.Settings(
      tolerance: hyper.enrich ?? .infinity, fullSteps: hyper.fullSteps,
      calibration: adaptive.reduced.calibration)
    var results = Results.Reduction(method: "pod", size: 0, product: product.name)
    results.indicatorPairs = pairs
    results.reconstructions = learnt.map {
      Results.Reduction.Reconstruction(
        field: $0.field, penalty: $0.penalty, error: $0.error, gappyError: $0.gappyError,
        isTaken: $0.isTaken)
    }
    if let calibration = adaptive.reduced.calibration {
      results.indicatorEstimates = calibration.samples(40)
    }
    results.describe(adaptive.reduction, of: model)
    initial = ReductionFacts(results: results, trainingCount: task.training.count)
  }

  /// The training runs: computed, or taken from a store or from what an interrupted run has kept.
  private static func train(
    _ model: QuasiStaticModel, _ fields: InelasticFields, until end: Double,
    _ progress: RunProgress?, _ task: inout ReductionTask
  ) throws -> MechanicalSnapshots {
    var snapshots = MechanicalSnapshots(of: model)
    let stored = try task.store.map { try StoredRuns($0, for: model, on: fields.plot) }
    // Runs of a store are read again as fast as kept ones would be.
    let kept = stored == nil ? progress?.training : nil
    if progress?.start == .beginning { kept?.remove() }
    var found = 0
    for (row, mu) in task.training.enumerated() {
      let start = ContinuousClock.now
      if let known = kept?.frames(ofRow: row, at: mu), known.allSatisfy(snapshots.fits) {
        for column in known { snapshots.add(column, at: mu) }
        found += 1
      } else {
        var columns: [MechanicalSnapshots.Column] = []
        do {
          let learn = { (frame: QuasiStaticModel.Frame) throws in
            guard frame.time <= end * (1 + 1e-9) else { throw TrainingEnd() }
            columns.append(MechanicalSnapshots.Column(frame))
          }
          if let stored {
            try model.recompute(try stored.displacements(ofRun: row), at: mu, learn)
          } else {
            defer { task.ledger.fullSolves += 1 }
            try model.trajectory(at: mu, learn)
          }
        } catch is TrainingEnd {}
        for column in columns { snapshots.add(column, at: mu) }
        kept?.keep(columns, ofRow: row, at: mu)
      }
      task.ledger.add((ContinuousClock.now - start).seconds, to: .solve)
      task.progress(row, "\(snapshots.count) snapshots")
    }
    if found > 0 {
      progress?.log.info("\(found) of \(task.training.count) training runs had been kept")
    }
    return snapshots
  }

  /// The last training time has been passed.
  private struct TrainingEnd: Error {}

  func modes(_ count: Int) -> [StudyField] {
    let reduction = learner.state.withLock { $0.reduction }
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
      try run(at: mu, query: q) { step in
        let isShown = shown.contains(steps.count) && q < StudyFiles.mostFields
        if isShown { drawn.append(fields.fields(of: try step.whole())) }
        steps.append(
          Results.Step(time: step.time, outputs: step.outputs, estimate: step.estimate.finite))
        steps[steps.count - 1].increments = step.increments
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

  /// A step of a run; the whole body only where somebody looks at it.
  private struct Answer {
    let time: Double
    let outputs: Results.Outputs
    /// How many led there from the time before.
    let increments: Int
    /// The error estimated for it.
    let estimate: Double
    let whole: () throws -> QuasiStaticModel.Frame
    /// With the fits of gappy POD alone, where the case asks for something better.
    var fitted: (() throws -> QuasiStaticModel.Frame)?
  }

  private func named(_ values: [Double]) -> Results.Outputs {
    zip(outputs, values).map { (key: $0.name, value: $1) }
  }

  private func values(in frame: QuasiStaticModel.Frame, at mu: Parameter) throws -> [Double] {
    try outputs.map { try model.value(of: $0, in: frame, at: mu) }
  }

  /// All steps of a run.
  private func run(at mu: Parameter, query: Int?, _ visit: (Answer) throws -> Void) throws {
    func answer(
      _ frame: HyperReducedModel.Frame, _ online: HyperReducedModel, _ reduction: HyperReduction,
      whole: (() throws -> QuasiStaticModel.Frame)? = nil
    ) throws -> Answer {
      let fitted = { try model.whole(frame, of: reduction.uncorrected, at: mu) }
      return Answer(
        time: frame.time, outputs: named(try online.values(in: frame, at: mu)),
        increments: frame.reports.count, estimate: settings.estimate(frame.indicator),
        whole: whole ?? { try model.whole(frame, of: reduction, at: mu) },
        fitted: whole == nil && initial.results.reconstructions.isEmpty ? nil : fitted)
    }
    guard settings.tolerance < .infinity, let query else {
      let (reduced, reduction) = learner.state.withLock { ($0.reduced, $0.reduction) }
      guard case .recomputed(let sweeps) = states else {
        return try reduced.trajectory(at: mu) { try visit(try answer($0, reduced, reduction)) }
      }
      // Frames may be looked at later, and not all of them: the laws follow as far as somebody looks.
      var recomputed = RecomputedRun(of: reduction, model, at: mu, sweeps: sweeps)
      return try reduced.trajectory(at: mu) { frame in
        recomputed.add(frame)
        let k = recomputed.count - 1
        try visit(
          try answer(frame, reduced, reduction, whole: { try recomputed.frame(k) }))
      }
    }
    try learner.state.withLock { adaptive in
      try adaptive.trajectory(at: mu, settings: settings) { step in
        switch step {
        case .reduced(let frame, let online, let reduction):
          try visit(try answer(frame, online, reduction))
        case .full(let frame, let enrichment):
          learner.enrichments.withLock {
            $0.append(
              Results.Reduction.Enrichment(
                query: query, time: enrichment.time, indicator: enrichment.indicator.finite,
                estimate: enrichment.estimate.finite, size: enrichment.modes,
                points: enrichment.points,
                seconds: enrichment.seconds.full + enrichment.seconds.offline))
          }
          try visit(
            Answer(
              time: frame.time, outputs: named(try values(in: frame, at: mu)),
              increments: frame.reports.count, estimate: 0, whole: { frame }))
        }
      }
    }
  }

  func secondsPerQuery(at points: [Parameter]) throws -> CostLedger.SecondsPerQuery {
    let reduced = learner.state.withLock { $0.reduced }
    // A run may take hours: what validation has timed is not run again.
    var full = learner.fullSeconds.withLock { $0 }
    if full.isEmpty, let mu = points.first {
      full = [try wallTime { try model.trajectory(at: mu) { _ in } }]
    }
    var seconds = try CostLedger.SecondsPerQuery(at: points, full: full) { mu in
      try reduced.trajectory(at: mu) { _ = try reduced.values(in: $0, at: mu) }
    }
    var whole = learner.wholeSeconds.withLock { $0 }
    if whole.isEmpty, let mu = points.first {
      var found: [Answer] = []
      try run(at: mu, query: nil) { found.append($0) }
      whole = [try wallTime { for answer in found { _ = try answer.whole() } }]
    }
    if !whole.isEmpty { seconds.reconstruction = whole.sorted()[whole.count / 2] }
    return seconds
  }

  func write(to path: String, for study: Study) throws {
    let (reduced, reduction) = learner.state.withLock { ($0.reduced, $0.reduction) }
    guard let parts = reduced.parts else { return }
    var file = ModelFile(
      content: .parts(parts), provenance: study.provenance(of: facts),
      attachments: [SavedDuals.statesEntry: .text("laws")])
    if case .fitted = states {
      file.field = model.field(of: reduction)
      file.attachments = fields.attachments(of: reduction)
    }
    try file.write(to: path)
  }

  /// A run of the model that training left; nil where it does not come to the end.
  private func asTrained(at mu: Parameter) throws -> [HyperReducedModel.Frame]? {
    var frames: [HyperReducedModel.Frame] = []
    do {
      try learner.trained?.reduced.trajectory(at: mu) { frames.append($0) }
    } catch let error as ModelError {
      // What it cannot do is what the queries have taught.
      guard error.isNotConverged else { throw error }
      return nil
    }
    return frames
  }

  var learnsFromQueries: Bool { settings.tolerance < .infinity }

  /// Judges the model as training and queries have left it, without further enrichment, field by
  /// field.
  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let points = task.points
    var errors = FieldErrors(model)
    var fitted = FieldErrors(model)
    var trained = FieldErrors(model)
    // Errors of a part of the runs, or of parts of runs, would compare nothing.
    var isCompared = !learner.enrichments.withLock(\.isEmpty)
    var judged: [Results.Validation.Point] = []
    var norms: [Double] = []
    for mu in points {
      // Of the reduced run a few numbers are kept; whole bodies are made, compared and dropped one by
      // one as the full run comes to their times.
      var found: [Answer] = []
      try run(at: mu, query: nil) { found.append($0) }
      let before = isCompared ? try asTrained(at: mu) : nil
      isCompared = before != nil
      var (k, last, comparing) = (0, QuasiStaticModel.Frame?.none, 0.0)
      var making = 0.0
      let seconds = try wallTime {
        try model.trajectory(at: mu) { frame in
          comparing += try wallTime {
            guard k < found.count else { return }
            var whole: QuasiStaticModel.Frame?
            making += try wallTime { whole = try found[k].whole() }
            if let whole { errors.add(frame, whole) }
            if let plain = try found[k].fitted?() { fitted.add(frame, plain) }
            if let reduction = learner.trained?.reduction, let before, k < before.count {
              trained.add(frame, try model.whole(before[k], of: reduction, at: mu))
            }
          }
          (k, last) = (k + 1, frame)
        }
      }
      learner.fullSeconds.withLock { $0.append(seconds - comparing) }
      learner.wholeSeconds.withLock { $0.append(making) }
      _ = fitted.endRun()
      _ = trained.endRun()
      let error = errors.endRun()
      guard let last, let answer = found.last else { continue }
      let estimate = found.map(\.estimate).max() ?? 0
      var point = Results.Validation.Point(
        parameter: mu.values, full: named(try values(in: last, at: mu)),
        reduced: answer.outputs, error: error.displacement.max() ?? 0,
        residual: nil, estimate: estimate.finite, guarantee: .indicator, effectivity: nil)
      point.steps = zip(found, error.judged).map { step, error in
        (time: step.time, error: error, estimate: step.estimate.finite)
      }
      judged.append(point)
      norms.append(1)
    }
    var validation = Results.Validation(
      size: facts.results.size, points: judged, errors: errors.fields)
    validation.gappyErrors = fitted.fields
    validation.trainedErrors = isCompared ? trained.fields : []
    return StudyValidation(
      sizes: [validation], norms: [norms], comparisons: [])
  }
}

extension Results.Reduction {
  /// Sizes of a hyperreduction.
  fileprivate mutating func describe(
    _ reduction: HyperReduction, of model: QuasiStaticModel
  ) {
    size = reduction.basis.size
    singularValues = reduction.singularValues
    points = reduction.points.count
    let cells = model.cellCount(of: reduction)
    self.cells = cells
    cubatureResidual = reduction.cubature.report.residual
    cubatureHistory = reduction.cubature.report.history.map { ($0.points, $0.residual) }
    stopped =
      "\(reduction.basis.size) modes, \(reduction.cubature.points.count) points of cubature, "
      + "\(reduction.points.count - reduction.cubature.points.count) more for reconstructions, in "
      + "\(cells) cells"
  }
}
