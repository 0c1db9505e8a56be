internal import LinearAlgebra

/// A projection that grows by states, whatever these are made of.
protocol GrowingProjection: Sendable {
  /// N.
  var size: Int { get }
  /// The reduced model so far.
  var model: GalerkinReducedModel { get }
  /// Adds the part of a state that is new.
  mutating func extend(by state: [Double]) throws(ExtensionError)
}

extension GalerkinProjection: GrowingProjection {}

/// The loop of the weak greedy algorithm; see ``WeakGreedy``.
struct GreedyRun<Projection: GrowingProjection> {
  private(set) var steps: [GreedyStep] = []
  private(set) var limit = WeakGreedy.Limit.size
  private(set) var projection: Projection
  /// The largest floor over the training set after the last step.
  private(set) var floor = Double.infinity

  /// Adds the solutions that the space is estimated to serve worst.
  ///
  /// - Parameters:
  ///   - begun: What to start from; where it has vectors, at the row it serves worst.
  ///   - set: The rows to choose from.
  ///   - first: The row to start at.
  ///   - options: When to stop.
  ///   - ledger: Takes the costs.
  ///   - solve: The solution of a row.
  ///   - progress: Called with each step.
  init(
    _ begun: Projection, over set: TrainingSet, from first: Int, _ options: WeakGreedy.Options,
    ledger: inout CostLedger,
    solve: (Int, inout CostLedger) throws(ModelError) -> [Double],
    progress: (GreedyStep) -> Void
  ) throws(GreedyError) {
    projection = begun
    let training = set.points
    var row = first
    var isZeroPassed = false
    if projection.size > 0 {
      let worst = try WeakGreedy.worst(set, projection.model, options.measure)
      ledger.estimates += training.count
      (row, floor) = (worst.row, worst.floor)
      limit = worst.limit(options) ?? limit
    }
    while projection.size < options.size, limit == .size {
      let state: [Double]
      do throws(ModelError) { state = try solve(row, &ledger) } catch { throw .model(error) }
      let start = ContinuousClock.now
      defer { ledger.add((ContinuousClock.now - start).inSeconds, to: .reduction) }
      do throws(ExtensionError) {
        try projection.extend(by: state)
      } catch {
        guard case .linearlyDependent = error else { throw .extension(error, row: row) }
        guard projection.size == 0, !isZeroPassed else {
          limit = .linearDependence(row: row)
          break
        }
        // A vanishing solution teaches nothing: the row of the largest residual starts instead.
        isZeroPassed = true
        let worst = try WeakGreedy.worst(set, projection.model, .absolute)
        ledger.estimates += training.count
        (row, floor) = (worst.row, worst.floor)
        if worst.value > 0 { continue }
        limit = .tolerance
        break
      }
      let worst = try WeakGreedy.worst(set, projection.model, options.measure)
      ledger.estimates += training.count
      let step = GreedyStep(
        row: row, parameter: training[row], estimate: worst.value, guarantee: worst.guarantee,
        worstRow: worst.row)
      steps.append(step)
      progress(step)
      (row, floor) = (worst.row, worst.floor)
      limit = worst.limit(options) ?? limit
    }
  }
}
