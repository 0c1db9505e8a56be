internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics
internal import Synchronization

/// Nonlinear heat conduction in a study, solved by Newton's method.
struct NonlinearHeatStudyModel: StudyModel {
  let facts: StudyModelFacts
  private let model: NonlinearHeatModel
  private let plot: (mesh: Mesh, dofs: [Int32])
  private let meter = WorkMeter()

  init(_ model: NonlinearHeatModel) {
    self.model = model
    let plot = model.space.plotMesh()
    self.plot = plot
    facts = StudyModelFacts(
      kind: "nonlinear heat conduction" + (model.time == nil ? "" : " in time"),
      space: Results.Space(
        dofs: model.space.dofCount, free: model.freeCount, degree: model.space.degree),
      summary: model.summary, notes: model.notes,
      plan: [("outputs", model.problem.conduction.outputs.map(\.name).joined(separator: ", "))],
      terms: "none: the laws depend on the solution", plotMesh: plot.mesh)
  }

  var work: FullOrderSolver.Work { meter.work(factorizations: model.factorizations) }

  var sequence: SequenceAccount? { model.sequence }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    try points.map { mu in try meter.measure { try answer(at: mu) } }
  }

  func reduce(_ task: inout ReductionTask) throws -> any StudyReduction {
    throw StudyError.notReducible(
      "this problem is nonlinear: its laws depend on the solution, and without hyperreduction a "
        + "reduced model would be no faster than the full one. Take out [reduction], [training] and "
        + "[validation], or make the laws independent of u")
  }

  /// The answer at a point; where Newton's method does not come to its end, what had been found.
  private func answer(at mu: Parameter) throws -> StudyAnswer {
    var history = History()
    let shown = model.time.map { FrameChoice($0.grid) }
    do throws(ModelError) {
      var index = 0
      try model.trajectory(at: mu) { solution in
        history.add(solution, isShown: shown?.contains(index) ?? true)
        index += 1
      }
    } catch {
      guard case .notConverged(let report, _) = error else { throw error }
      history.failed = report
    }
    return try answer(history, at: mu)
  }

  private func answer(_ history: History, at mu: Parameter) throws -> StudyAnswer {
    var query = Results.Query(parameter: mu.values, outputs: [])
    for solution in history.solutions {
      let outputs: Results.Outputs = try model.problem.conduction.outputs.map {
        (key: $0.name, value: try model.value(of: $0, solution, at: mu))
      }
      query.outputs = outputs
      if let time = solution.time {
        query.steps.append(Results.Step(time: time, outputs: outputs))
      }
    }
    query.iteration = history.report.map {
      Results.Iteration(converged: $0.isConverged, residuals: $0.residuals)
    }
    let kept = history.shown
    return StudyAnswer(
      query: query,
      frames: StudyFrames(kept.map { $0.time.map { .time($0) } ?? .solution }) { frame in
        [SavedFields.scalar.field(kept[frame].field, at: plot.dofs)]
      })
  }

  /// The solutions of one run in time.
  private struct History {
    var solutions: [NonlinearHeatModel.Solution] = []
    var shown: [NonlinearHeatModel.Solution] = []
    var failed: NewtonReport?

    mutating func add(_ solution: NonlinearHeatModel.Solution, isShown: Bool) {
      solutions.append(solution)
      if isShown { shown.append(solution) }
    }

    /// The report that failed, or of the step that needed the most iterations.
    var report: NewtonReport? {
      failed ?? solutions.compactMap(\.report).max { $0.residuals.count < $1.residuals.count }
    }
  }
}

/// What the queries of a model that has no solver of its own have cost.
final class WorkMeter: Sendable {
  private let spent = Mutex(FullOrderSolver.Work())

  var work: FullOrderSolver.Work { spent.withLock { $0 } }

  /// The same with the factorizations of a model that counts its own.
  func work(factorizations: Int) -> FullOrderSolver.Work {
    var work = work
    work.factorizations += factorizations
    return work
  }

  /// Runs the body and adds its time.
  func measure<Value>(_ body: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start).seconds
      spent.withLock { $0.solveSeconds += seconds }
    }
    return try body()
  }
}
