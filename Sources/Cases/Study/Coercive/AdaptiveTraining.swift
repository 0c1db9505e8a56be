internal import LinearAlgebra
internal import ModelReduction

/// A greedy algorithm whose training set grows by what it turns out to have missed.
///
/// Once the tolerance is met on the training set, fresh points are looked at; those whose estimate is
/// above it join the training, and the algorithm goes on from the basis it has. It ends when a whole set
/// of fresh points is served.
///
/// - Source: Hesthaven, Stamm, Zhang, ESAIM: M2AN 48 (2014).
struct AdaptiveTraining {
  /// The vectors in the order they came; rows beyond those of the case are points that joined.
  private(set) var steps: [GreedyStep]
  /// Why there are no more.
  private(set) var limit: WeakGreedy.Limit
  private(set) var projection: GalerkinProjection
  private(set) var certifiedDownTo: Double
  /// The rows in the end.
  private(set) var trainingCount: Int

  /// At most so many sets of fresh points.
  private static let mostRounds = 20

  /// Builds a basis as a task asks; without fresh points this is the greedy algorithm itself.
  init(
    _ solver: FullOrderSolver, _ options: WeakGreedy.Options, _ empty: GalerkinProjection?,
    _ task: inout ReductionTask
  ) throws {
    let (request, progress, solutions) = (task.request, task.progress, task.solutions)
    let space = solver.decomposition.parameterSpace
    var training = task.training
    var greedy = try WeakGreedy(
      of: solver, over: training, options: options, projection: empty, solutions: solutions,
      ledger: &task.ledger
    ) { progress($0.row, "\(request.error.rawValue) bound \($0.estimate)") }
    steps = greedy.steps
    for round in 0..<AdaptiveTraining.mostRounds where task.adaptive > 0 {
      guard greedy.limit == .tolerance else { break }
      let fresh = try Sampling.random.points(
        count: task.adaptive, seed: 1_000_003 + UInt64(round), in: space)
      let missed = try greedy.points(among: fresh, notServedBy: options)
      task.ledger.estimates += fresh.count
      if missed.isEmpty { break }
      training += missed
      greedy = try WeakGreedy(
        of: solver, over: training, options: options, projection: greedy.projection,
        solutions: solutions, ledger: &task.ledger
      ) { progress($0.row, "\(request.error.rawValue) bound \($0.estimate)") }
      steps += greedy.steps
      if round == AdaptiveTraining.mostRounds - 1 {
        task.warnings.append(
          "after \(AdaptiveTraining.mostRounds) sets of \(task.adaptive) fresh points there are still "
            + "some above the tolerance")
      }
    }
    (limit, projection) = (greedy.limit, greedy.projection)
    (certifiedDownTo, trainingCount) = (greedy.certifiedDownTo, training.count)
  }
}

extension AffineDecomposition {
  /// The name of a goal, which must be a linear output.
  func goal(_ name: SourceText) throws(StudyError) -> String {
    guard linearOutput(named: name.text) != nil else {
      throw .notSolvable(
        "'goal' in [reduction]: the output '\(name.text)' is not linear in the solution, so it has no "
          + "dual problem")
    }
    return name.text
  }
}
