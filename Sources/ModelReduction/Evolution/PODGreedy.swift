public import LinearAlgebra

/// The POD-greedy algorithm: again and again the trajectory that the current space is estimated to
/// serve worst, of which the leading modes of the projection error join the basis.
///
/// The space starts from the initial states, so that none of the error is inherited from there.
///
/// - Source: Haasdonk, Ohlberger, ESAIM: M2AN 42 (2008); Haasdonk, ESAIM: M2AN 47 (2013).
public struct PODGreedy: Sendable {
  /// What to do.
  public struct Options: Sendable {
    /// The largest estimate of a trajectory's error to stop at.
    public var tolerance: Double
    /// The largest number of vectors.
    public var size: Int
    /// The number of modes taken from each trajectory.
    public var modes: Int
    /// Whether errors are divided by the norm of the trajectory.
    public var measure: WeakGreedy.Measure
    /// The first training row; nil for the one nearest to the defaults.
    public var start: Int?

    /// What to do.
    public init(
      tolerance: Double, size: Int, modes: Int = 1, measure: WeakGreedy.Measure = .relative,
      start: Int? = nil
    ) {
      (self.tolerance, self.size, self.modes) = (tolerance, size, max(1, modes))
      (self.measure, self.start) = (measure, start)
    }
  }

  /// The trajectories in the order they came; `estimate` is the largest over the training set once
  /// its modes are in.
  public let steps: [GreedyStep]
  /// The number of vectors after each of the steps.
  public let sizes: [Int]
  /// Why there are no more.
  public let limit: WeakGreedy.Limit
  /// The projection onto all vectors, ready for more.
  public let projection: EvolutionProjection
  /// The reduced evolution.
  public let model: ReducedEvolution
  /// The largest floor over the training set, in the measure of the estimates.
  public let certifiedDownTo: Double
  /// The basis.
  public var basis: ReducedBasis<Double> { projection.basis }

  /// Builds a basis.
  ///
  /// - Parameter projection: To begin with; nil for nothing yet.
  /// - Throws: When the training set is empty, a chosen row has no trajectory, or a reduced one
  ///   cannot be computed.
  public init(
    of solver: FullEvolutionSolver, over training: [Parameter], options: Options,
    projection start: EvolutionProjection? = nil, ledger: inout CostLedger,
    progress: (GreedyStep) -> Void = { _ in }
  ) throws(GreedyError) {
    guard !training.isEmpty else { throw .emptyTrainingSet }
    if let start = options.start, !training.indices.contains(start) {
      throw .startOutOfRange(start, count: training.count)
    }
    let evolution = solver.evolution
    var projection: EvolutionProjection
    if let start {
      projection = start
    } else {
      do throws(ModelError) {
        projection = try ledger.measure(.reduction) { () throws(ModelError) in
          try EvolutionProjection(of: evolution)
        }
      } catch { throw .model(error) }
    }
    var row = options.start ?? evolution.parameterSpace.nearestRow(of: training) ?? 0
    for state in evolution.initialSum.terms where projection.size < options.size {
      try projection.extend(by: state, row: row)
    }
    var (steps, sizes, limit, floor) = ([GreedyStep](), [Int](), WeakGreedy.Limit.size, 0.0)
    var isFirst = true
    while isFirst || projection.size < options.size {
      let room = options.size - projection.size
      let before = solver.work
      let errors: DenseMatrix<Double>
      do throws(ModelError) {
        errors = try solver.projectionErrors(of: projection.basis, at: training[row])
      } catch { throw .model(error) }
      ledger.fullSolves += 1
      ledger.add(solver.work, since: before)
      let start = ContinuousClock.now
      defer { ledger.add((ContinuousClock.now - start).inSeconds, to: .reduction) }
      let modes: POD<Double>
      do throws(FactorizationError) {
        modes = try POD(
          of: SnapshotSet(states: errors), in: evolution.innerProduct, tolerance: 0,
          size: min(options.modes, max(0, room)))
      } catch { throw .model(.factorization(error, at: training[row])) }
      let old = projection.size
      for k in 0..<modes.basis.size {
        try projection.extend(by: modes.basis.vectors.column(k), row: row)
      }
      if projection.size == old, !isFirst {
        limit = .linearDependence(row: row)
        break
      }
      isFirst = false
      let worst = try projection.model.worst(of: training, measure: options.measure)
      ledger.estimates += training.count
      let step = GreedyStep(
        row: row, parameter: training[row], estimate: worst.value, guarantee: worst.guarantee,
        worstRow: worst.row)
      steps.append(step)
      sizes.append(projection.size)
      progress(step)
      (row, floor) = (worst.row, worst.floor)
      if worst.value <= options.tolerance {
        limit = .tolerance
        break
      }
      if worst.value <= worst.floor || worst.guarantee == .notCertified {
        limit = .floor
        break
      }
    }
    ledger.rieszSolves += projection.rieszSolves
    (self.steps, self.sizes, self.limit, self.projection) = (steps, sizes, limit, projection)
    (model, certifiedDownTo) = (projection.model, floor)
  }
}

extension EvolutionProjection {
  /// Adds a vector unless nothing of it is new.
  fileprivate mutating func extend(by state: [Double], row: Int) throws(GreedyError) {
    do throws(ExtensionError) { try extend(by: state) } catch {
      guard case .linearlyDependent = error else { throw .extension(error, row: row) }
    }
  }
}

extension FullEvolutionSolver {
  /// √Δt (u(t_k) − Π u(t_k)) for all k: what a space misses of a trajectory.
  fileprivate func projectionErrors(
    of basis: ReducedBasis<Double>, at mu: Parameter
  ) throws(ModelError) -> DenseMatrix<Double> {
    var errors = DenseMatrix<Double>(rowCount: evolution.dofCount, columnCount: 0)
    try trajectory(at: mu) { step in
      errors.appendColumn(evolution.weighted(step.state, at: step.index))
    }
    // Twice, so that the error of a state in the space is round-off of round-off.
    for _ in 0..<2 {
      errors =
        errors - basis.vectors * basis.vectors.adjointTimes(evolution.innerProduct.apply(errors))
    }
    return errors
  }
}

extension ReducedEvolution {
  /// The training row served worst.
  fileprivate func worst(
    of training: [Parameter], measure: WeakGreedy.Measure
  ) throws(GreedyError) -> WorstEstimate {
    let query = EvolutionQuery(self)
    let results = forEachPoint(of: training, chunk: 4) { mu throws(ModelError) in
      try query.estimate(at: mu)
    }
    var estimates: [(estimate: ErrorEstimate, unit: Double)] = []
    do throws(ModelError) {
      for result in results {
        let point = try result.get()
        let unit = measure == .absolute || point.solutionNorm == 0 ? 1 : point.solutionNorm
        estimates.append((point.estimate, unit))
      }
    } catch { throw .model(error) }
    return WorstEstimate(estimates)
  }
}
