internal import LinearAlgebra
internal import LinearSolvers
internal import ModelReduction
internal import Physics

/// A study's model that runs in time: M u' + A u = f.
protocol EvolutionStudyModel: StudyModel {
  /// Steps it.
  var solver: FullEvolutionSolver { get }
  /// Whether some outputs need the whole field, because no reduced model carries them.
  var hasFieldOutputs: Bool { get }
  /// Those outputs of all values of the field, at a parameter that ends with the time.
  func fieldOutputs(of whole: [Double], at point: Parameter) throws -> Results.Outputs
  /// The fluxes through held values, which take the whole fields of successive times.
  var heldFluxes: [HeldFlux] { get }
  /// What is drawn of all values of the field; a name of their own for basis vectors.
  func fields(of whole: [Double], named name: String?) -> [StudyField]
  /// What a saved reduced model needs to draw fields.
  var attachments: [String: StoredValue] { get }
}

extension EvolutionStudyModel {
  var work: FullOrderSolver.Work { solver.work }
  var sequence: SequenceAccount? { solver.sequence }
  func use(_ settings: SolverSettings) { solver.use(settings) }

  func answers(at points: [Parameter]) throws -> [StudyAnswer] {
    let shown = FrameChoice(solver.evolution.grid)
    var names: [String] = []
    func run(_ k: Int) throws -> TrajectoryNumbers {
      let (run, found) = try trajectory(at: points[k], shown)
      names = found
      return run
    }
    let dealt = try spreadOverRanks(points.count) { try run($0).values }
    let runs = try points.indices.map { k in
      try dealt.map { TrajectoryNumbers(values: $0[k], shown: shown) } ?? run(k)
    }
    return zip(points, runs).map { mu, run in
      StudyAnswer(
        query: Results.Query(at: mu, steps: run.steps(names, solver.evolution.grid)),
        frames: frames(shown, run.states(names.count, solver.evolution.grid), at: mu))
    }
  }

  /// One run: the outputs at all times with their names, and the states that are drawn.
  private func trajectory(
    at mu: Parameter, _ shown: FrameChoice
  ) throws -> (TrajectoryNumbers, names: [String]) {
    var kept: [Double] = []
    var steps: [Results.Step] = []
    var record = HeldFluxRecord(heldFluxes)
    var failure: (any Error)?
    try solver.trajectory(at: mu) { moment in
      do {
        steps.append(
          Results.Step(
            time: moment.time, outputs: try outputs(of: moment.state, at: mu, moment.time)))
        if !heldFluxes.isEmpty {
          try record.add(whole(moment.state, at: mu, moment.time), at: mu, moment.time)
        }
      } catch { failure = failure ?? error }
      if shown.contains(moment.index) { kept += moment.state }
    }
    if let failure { throw failure }
    record.append(to: &steps)
    let values = steps.flatMap { $0.outputs.map(\.value) }
    return (
      TrajectoryNumbers(values: values + kept, shown: shown),
      steps.first?.outputs.map(\.key) ?? []
    )
  }

  func check(_ mu: Parameter) throws(ModelError) {
    let evolution = solver.evolution
    for family in [
      evolution.massCoefficients, evolution.operatorCoefficients, evolution.initialCoefficients,
    ] {
      _ = try family.checkedValues(at: mu, in: evolution.parameterSpace)
    }
  }

  /// The frames of some states over the free unknowns.
  func frames(_ shown: FrameChoice, _ states: [[Double]], at mu: Parameter) -> StudyFrames {
    StudyFrames(shown.times.map { .time($0) }) { frame in
      fields(of: try whole(states[frame], at: mu, shown.times[frame]), named: nil)
    }
  }

  /// All values of the field at a time from those at the free unknowns.
  func whole(_ free: [Double], at mu: Parameter, _ time: Double) throws(ModelError) -> [Double] {
    guard let field = solver.evolution.field else { return free }
    return try field.field(
      free: free, at: mu.at(time: time), in: solver.evolution.timeSpace)
  }

  /// All outputs at a time of a state over the free unknowns.
  func outputs(of free: [Double], at mu: Parameter, _ time: Double) throws -> Results.Outputs {
    let values = try solver.evolution.outputValues(of: free, at: mu, time: time)
    guard hasFieldOutputs else { return values }
    return values + (try fieldOutputs(of: whole(free, at: mu, time), at: mu.at(time: time)))
  }
}

/// What an answer in time is made of, as a list of numbers that goes from rank to rank: the outputs at
/// each time, then the states that are drawn.
struct TrajectoryNumbers {
  let values: [Double]
  let shown: FrameChoice

  /// The outputs at the times of the grid.
  func steps(_ names: [String], _ grid: TimeGrid) -> [Results.Step] {
    grid.times.indices.map { k in
      let mine = values[k * names.count..<(k + 1) * names.count]
      return Results.Step(
        time: grid.times[k], outputs: zip(names, mine).map { (key: $0, value: $1) })
    }
  }

  /// The states that are drawn, over the free unknowns.
  func states(_ outputs: Int, _ grid: TimeGrid) -> [[Double]] {
    let rest = values[(outputs * grid.times.count)...]
    let n = rest.count / max(1, shown.indices.count)
    return shown.indices.indices.map { k in
      Array(rest[rest.startIndex + k * n..<rest.startIndex + (k + 1) * n])
    }
  }
}

/// The times of a grid that are drawn: at most so many, evenly chosen, the first and last among them.
struct FrameChoice: Sendable {
  /// The numbers of the steps.
  let indices: [Int]
  /// Their times.
  let times: [Double]

  /// The most states that are kept for pictures and files.
  static let most = 51

  init(_ grid: TimeGrid) {
    let (count, most) = (grid.times.count, FrameChoice.most)
    indices = count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
    times = indices.map { grid.times[$0] }
  }

  /// Whether a step is drawn.
  func contains(_ index: Int) -> Bool { indices.contains(index) }
}

extension Results.Query {
  /// An answer in time, whose outputs are those at the end.
  init(at mu: Parameter, steps: [Results.Step]) {
    self.init(parameter: mu.values, outputs: steps.last?.outputs ?? [])
    self.steps = steps
  }
}

extension AffineEvolution {
  /// "1 of the mass, 3 of the operator, 1 of the load".
  var termsInWords: String {
    "\(massSum.terms.count) of the mass, \(operatorSum.terms.count) of the operator, "
      + "\(loadSum.terms.count) of the load"
  }

  /// Coefficients, steps and outputs for `ritz check`.
  var plan: [(heading: String, text: String)] {
    [
      ("mass", "θ = " + massCoefficients.words),
      ("operator", "θ = " + operatorCoefficients.words), ("load", "θ = " + loadCoefficients.words),
      (
        "time",
        "\(grid.stepCount) steps of \(scheme.rawValue) to t = \(grid.end), "
          + "\(grid.distinctSteps.count) different"
      ),
      ("outputs", outputs.map { "\($0.name) (\($0.kind))" }.joined(separator: ", ")),
    ]
  }
}
