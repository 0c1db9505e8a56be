public import LinearAlgebra

/// The weak greedy algorithm for systems that need not be symmetric or coercive.
///
/// As ``WeakGreedy``; where no coercivity is proven the estimates that choose are indicators, and so
/// is what the result claims.
///
/// - Source: Veroy, Prud'homme, Rovas, Patera, AIAA 2003-3847.
public struct SystemGreedy<S: Scalar>: Sendable {
  /// The vectors in the order they came.
  public let steps: [GreedyStep]
  /// Why there are no more.
  public let limit: WeakGreedy.Limit
  /// The projection onto all of them, ready for more.
  public let projection: SystemProjection<S>
  /// The reduced system.
  public let model: ReducedSystem<S>
  /// The largest floor over the training set, in the measure of the estimates.
  public let certifiedDownTo: Double
  /// The parameters of the rows in the order they came.
  public var parameters: [Parameter] { steps.map(\.parameter) }
  /// The basis.
  public var basis: ReducedBasis<S> { projection.basis }

  /// Builds a basis.
  ///
  /// - Parameters:
  ///   - solver: Of the system to reduce.
  ///   - training: The rows to choose from.
  ///   - options: When to stop.
  ///   - projection: What to start from; it must be empty.
  ///   - ledger: Takes the costs.
  ///   - progress: Called with each step.
  /// - Throws: When the training set is empty or a chosen row has no solution.
  public init(
    of solver: FullSystemSolver<S>, over training: [Parameter], options: WeakGreedy.Options,
    projection empty: SystemProjection<S>? = nil, ledger: inout CostLedger,
    progress: (GreedyStep) -> Void = { _ in }
  ) throws(GreedyError) {
    guard !training.isEmpty else { throw .emptyTrainingSet }
    if let start = options.start, !training.indices.contains(start) {
      throw .startOutOfRange(start, count: training.count)
    }
    var projection: SystemProjection<S>
    do throws(ModelError) {
      projection = try ledger.measure(.reduction) { () throws(ModelError) in
        if let empty { return empty }
        return try SystemProjection(of: solver.system)
      }
    } catch { throw .model(error) }
    precondition(projection.size == 0, "the projection has \(projection.size) vectors already")
    var row = options.start ?? solver.system.parameterSpace.nearestRow(of: training) ?? 0
    var (steps, limit, floor) = ([GreedyStep](), WeakGreedy.Limit.size, Double.infinity)
    while steps.count < options.size {
      let state: [S]
      let before = solver.work
      do throws(ModelError) { state = try solver.solve(at: [training[row]])[0] } catch {
        throw .model(error)
      }
      ledger.fullSolves += 1
      ledger.add(solver.work, since: before)
      let start = ContinuousClock.now
      defer { ledger.add((ContinuousClock.now - start).inSeconds, to: .reduction) }
      do throws(ExtensionError) { try projection.extend(by: state) } catch {
        guard case .linearlyDependent = error else { throw .extension(error, row: row) }
        limit = .linearDependence(row: row)
        break
      }
      let worst = try projection.model.worst(of: training, measure: options.measure)
      ledger.estimates += training.count
      let step = GreedyStep(
        row: row, parameter: training[row], estimate: worst.value, guarantee: worst.guarantee,
        worstRow: worst.row)
      steps.append(step)
      progress(step)
      (row, floor) = (worst.row, worst.floor)
      if worst.value <= options.tolerance {
        limit = .tolerance
        break
      }
      if worst.value <= worst.floor {
        limit = .floor
        break
      }
    }
    ledger.rieszSolves += projection.rieszSolves
    (self.steps, self.limit, self.projection) = (steps, limit, projection)
    (model, certifiedDownTo) = (projection.model, floor)
  }
}

/// The largest estimate over a training set.
struct WorstEstimate: Sendable {
  var row: Int
  var value: Double
  var guarantee: Guarantee
  var floor: Double

  /// The largest of many; ties within one part in 10⁹ go to the smallest row.
  init(_ estimates: [(estimate: ErrorEstimate, unit: Double)]) {
    let values = estimates.map { $0.estimate.value / $0.unit }
    let largest = values.max() ?? 0
    row = values.firstIndex { !($0 < largest * (1 - 1e-9)) } ?? 0
    value = values.isEmpty ? 0 : values[row]
    guarantee = estimates.isEmpty ? .indicator : estimates[row].estimate.guarantee
    floor = estimates.reduce(0) { max($0, $1.estimate.floor / $1.unit) }
  }
}

extension ReducedSystem {
  /// The training row served worst.
  fileprivate func worst(
    of training: [Parameter], measure: WeakGreedy.Measure
  ) throws(GreedyError) -> WorstEstimate {
    let query = SystemQuery(self)
    let results = forEachPoint(of: training, chunk: 16) { mu throws(ModelError) in
      try query.estimate(at: mu)
    }
    var estimates: [(estimate: ErrorEstimate, unit: Double)] = []
    for result in results {
      switch result {
      case .success(let point):
        let unit = measure == .absolute || point.solutionNorm == 0 ? 1 : point.solutionNorm
        estimates.append((point.estimate, unit))
      case .failure(.factorization(.singular, _)):
        // The reduced space has a resonance here that the full one need not have.
        estimates.append((ErrorEstimate(value: .infinity, guarantee: .indicator, floor: 0), 1))
      case .failure(let error): throw .model(error)
      }
    }
    return WorstEstimate(estimates)
  }
}

extension SnapshotSet {
  /// The states of a system at given parameters, computed on all threads.
  ///
  /// - Throws: The first failure in the order of the parameters.
  public init(
    of solver: FullSystemSolver<S>, at parameters: [Parameter]
  ) throws(ModelError) {
    let states = try solver.solve(at: parameters)
    self.init(
      states: DenseMatrix(rowCount: solver.system.dofCount, columns: states),
      parameters: parameters)
  }
}
