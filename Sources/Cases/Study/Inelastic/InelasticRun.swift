internal import Files
internal import Logging
internal import ModelReduction
internal import Physics

/// A run through all times at all points asked for, which keeps on disk what it needs to go on.
struct InelasticRun {
  private let model: QuasiStaticModel
  private let outputs: [PlacedOutput]
  private let fields: InelasticFields
  private let progress: RunProgress?
  private let points: [Parameter]
  private let shown: FrameChoice
  private var line: ProgressLine?
  /// Everything so far.
  private var checkpoint = Checkpoint()
  /// The fields of each state drawn, point after point.
  private var drawn: [[[StudyField]]] = []
  /// For each point the number of states whose fields are on disk.
  private var kept: [Int] = []
  private var lastKept = ContinuousClock.now
  private var cost = Duration.zero
  /// Whether it has been said that nothing can be kept.
  private var isWarned = false

  init(
    _ model: QuasiStaticModel, _ outputs: [PlacedOutput], _ fields: InelasticFields,
    _ progress: RunProgress?, points: [Parameter]
  ) {
    (self.model, self.outputs, self.fields) = (model, outputs, fields)
    (self.progress, self.points) = (progress, points)
    shown = FrameChoice(model.grid)
    line = progress.map {
      ProgressLine(
        "steps", total: points.count * model.grid.stepCount, loudness: $0.loudness)
    }
  }

  /// The answers, in the order of the points.
  mutating func answers() throws -> [StudyAnswer] {
    try resume()
    while checkpoint.finished.count < points.count { try advance() }
    line?.finish()
    let names = outputs.map(\.name)
    return checkpoint.finished.enumerated().map { i, record in
      let fields = drawn[i]
      let times = shown.times.prefix(fields.count)
      return StudyAnswer(
        query: record.query(at: points[i], names: names),
        frames: StudyFrames(times.map { .time($0) }) { fields[$0] })
    }
  }

  /// Takes up what an interrupted run has left.
  private mutating func resume() throws {
    guard let progress, let found = try progress.checkpoint() else { return }
    let isWhole =
      found.finished.count < points.count
      && (found.finished + [found.current]).allSatisfy { record in
        record.outputs.allSatisfy { $0.count == outputs.count }
      }
    guard isWhole, found.frame?.frame(of: model) != nil,
      found.current.times.last == found.frame?.time
    else {
      throw StudyError.notSolvable(
        "\(progress.files.path) does not fit this model; run without --resume")
    }
    checkpoint = found
    for (q, record) in (found.finished + [found.current]).enumerated() {
      drawn.append(
        try (0..<(isDrawn(q) ? record.shown : 0)).map {
          try progress.files.fields(query: q, frame: $0)
        })
    }
    kept = drawn.map(\.count)
  }

  /// Fields are written for the first points only.
  private func isDrawn(_ query: Int) -> Bool { query < StudyFiles.mostFields }

  /// Goes through all times at one point.
  private mutating func advance() throws {
    let q = checkpoint.finished.count
    let mu = points[q]
    let model = model
    var known = checkpoint.frame?.frame(of: model)
    if known == nil {
      drawn.append([])
      kept.append(0)
    }
    do {
      try model.trajectory(at: mu, from: known) { frame in
        // The frame from which a run goes on has been seen.
        if known != nil { return known = nil }
        try add(frame, query: q, at: mu)
      }
    } catch let error as ModelError {
      guard case .notConverged(let report, _) = error else { throw error }
      checkpoint.current.fail(report, of: model.grid.end)
    }
    checkpoint.finished.append(checkpoint.current)
    (checkpoint.current, checkpoint.frame) = (RunRecord(), nil)
  }

  private mutating func add(
    _ frame: QuasiStaticModel.Frame, query q: Int, at mu: Parameter
  ) throws {
    let isShown = shown.contains(checkpoint.current.times.count)
    let values = try outputs.map { try model.value(of: $0, in: frame, at: mu) }
    checkpoint.current.add(frame, outputs: values, isShown: isShown)
    if isShown, isDrawn(q) { drawn[q].append(fields.fields(of: frame)) }
    let step = checkpoint.current.times.count - 1
    let done = q * model.grid.stepCount + step
    line?.advance(to: done, "t = \(Float(frame.time))")
    guard let progress, step > 0 else { return }
    let moment = KeepingSchedule.Moment(
      point: q, step: step, elapsed: .now - lastKept, cost: cost)
    guard try progress.schedule.isDue(moment) else { return }
    keep(frame, progress)
  }

  /// Writes down where the run stands.
  private mutating func keep(_ frame: QuasiStaticModel.Frame, _ progress: RunProgress) {
    let (start, files) = (ContinuousClock.now, progress.files)
    checkpoint.frame = KeptFrame(frame)
    do throws(FileError) {
      // Those of points that were finished since the last time too: the checkpoint counts on them.
      for (point, states) in drawn.enumerated() {
        while kept[point] < states.count {
          try files.write(states[kept[point]], query: point, frame: kept[point])
          kept[point] += 1
        }
      }
      try files.write(checkpoint)
    } catch {
      // A full disk must not end a run whose results may still find room.
      if !isWarned {
        progress.log.warning(
          "the run cannot be kept, --resume would not go on from here: \(error)")
      }
      isWarned = true
    }
    lastKept = .now
    cost = lastKept - start
  }
}
