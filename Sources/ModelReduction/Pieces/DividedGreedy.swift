public import DomainDecomposition
internal import LinearAlgebra

/// ``WeakGreedy`` of a problem in pieces: the reduced model and with it every choice is the same on all
/// ranks.
public struct DividedGreedy<C: Communicator>: Sendable {
  /// The vectors in the order they came.
  public let steps: [GreedyStep]
  /// Why there are no more.
  public let limit: WeakGreedy.Limit
  /// The projection onto all of them.
  public let projection: DividedProjection<C>
  /// As of ``WeakGreedy``.
  public let certifiedDownTo: Double

  /// Builds a basis; collective.
  ///
  /// - Parameters:
  ///   - empty: The projection onto nothing.
  ///   - training: The rows to choose from.
  ///   - options: When to stop.
  ///   - ledger: Takes the costs.
  ///   - progress: Called with each step.
  /// - Throws: When the training set is empty or a row has no solution.
  public init(
    _ empty: DividedProjection<C>, over training: [Parameter], options: WeakGreedy.Options,
    ledger: inout CostLedger, progress: (GreedyStep) -> Void = { _ in }
  ) throws(GreedyError) {
    let problem = empty.problem
    guard !training.isEmpty else { throw .emptyTrainingSet }
    if let start = options.start, !training.indices.contains(start) {
      throw .startOutOfRange(start, count: training.count)
    }
    let set: TrainingSet
    do throws(ModelError) {
      set = try TrainingSet(training, of: problem.piece, coercivity: empty.coercivity)
    } catch { throw .model(error) }
    let run = try GreedyRun(
      empty, over: set,
      from: options.start ?? problem.piece.parameterSpace.nearestRow(of: training) ?? 0, options,
      ledger: &ledger,
      solve: { row, ledger throws(ModelError) in
        ledger.fullSolves += 1
        return try ledger.measure(.solve) { () throws(ModelError) in
          try problem.solve(at: training[row], row: row, tolerance: 1e-12)
        }
      }, progress: progress)
    ledger.rieszSolves += run.projection.rieszSolves - empty.rieszSolves
    (steps, limit, projection) = (run.steps, run.limit, run.projection)
    certifiedDownTo = run.floor
  }
}

extension DividedProjection: GrowingProjection {}
