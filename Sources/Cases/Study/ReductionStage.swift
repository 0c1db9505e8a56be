internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// What the offline stage leaves: the reduced model, its basis, and how they came about.
struct ReductionStage {
  /// The reduced model with all its corrections.
  let model: GalerkinReducedModel
  /// The basis over the free unknowns.
  let basis: ReducedBasis<Double>
  /// The history of the greedy algorithm; empty for POD.
  let steps: [GreedyStep]
  /// The decomposition of the snapshots; nil for the greedy algorithm.
  let pod: POD<Double>?
  /// The error, in the measure of the case, below which nothing is certified.
  let certifiedDownTo: Double
  /// Why it stopped, in words.
  let stopped: String
  /// The training set.
  let training: [Parameter]

  /// Reduces a model as a case asks.
  init(
    _ request: CaseFile.Reduction, _ training: [Parameter], _ solver: FullOrderSolver,
    ledger: inout CostLedger, warnings: inout [String], progress: @escaping (Int, String) -> Void
  ) throws {
    self.training = training
    let options = WeakGreedy.Options(
      tolerance: request.tolerance, size: request.size,
      measure: request.error == .relative ? .relative : .absolute, start: request.start)
    let projection: GalerkinProjection
    switch request.method {
    case .greedy:
      let greedy = try WeakGreedy(of: solver, over: training, options: options, ledger: &ledger) {
        progress($0.row, "\(request.error.rawValue) bound \($0.estimate)")
      }
      projection = greedy.projection
      steps = greedy.steps
      pod = nil
      stopped = ReductionStage.words(greedy.limit, options)
      certifiedDownTo = greedy.certifiedDownTo
      if greedy.limit != .tolerance { warnings.append("the greedy algorithm " + stopped) }
    case .pod:
      let before = solver.work
      let states = try solver.solve(at: training)
      ledger.add(solver.work, since: before)
      ledger.fullSolves += training.count
      let snapshots = SnapshotSet(
        states: DenseMatrix(rowCount: solver.decomposition.dofCount, columns: states),
        parameters: training)
      let (pod, reduced) = try ledger.measure(.reduction) {
        let pod = try POD(
          of: snapshots, in: solver.decomposition.innerProduct, tolerance: request.tolerance,
          size: request.size)
        var reduced = try GalerkinProjection(of: solver.decomposition)
        for mode in 0..<pod.basis.size { try reduced.extend(by: pod.basis.vectors.column(mode)) }
        return (pod, reduced)
      }
      projection = reduced
      steps = []
      self.pod = pod
      stopped = ReductionStage.words(pod.limit, request)
      certifiedDownTo = try ReductionStage.floor(reduced.model, training, options.measure)
      if pod.limit != .tolerance { warnings.append("the decomposition " + stopped) }
    }
    var model = projection.model
    for name in model.outputsToCorrect {
      guard
        case .linear(let output)? = solver.decomposition.outputs.first(where: { $0.name == name })
      else { continue }
      progress(0, "dual problem of '\(name)'")
      let dual = solver.decomposition.dual(of: output)
      let start = try GalerkinProjection(
        of: dual, riesz: projection.riesz, coercivity: projection.coercivity)
      let greedy = try WeakGreedy(
        of: try FullOrderSolver(dual), over: training, options: options, projection: start,
        ledger: &ledger)
      model = ledger.measure(.reduction) {
        model.corrected(by: greedy.projection, forOutput: name, of: projection)
      }
    }
    self.model = model
    basis = projection.basis
  }

  /// The largest floor over the training set.
  private static func floor(
    _ model: GalerkinReducedModel, _ training: [Parameter], _ measure: WeakGreedy.Measure
  ) throws(ModelError) -> Double {
    let solver = OnlineSolver(model)
    var floor = 0.0
    for mu in training {
      try solver.solve(at: mu)
      let unit = measure == .absolute ? 1 : solver.solutionNorm
      if unit > 0 { floor = max(floor, solver.errorEstimate().floor / unit) }
    }
    return floor
  }

  private static func words(_ limit: WeakGreedy.Limit, _ options: WeakGreedy.Options) -> String {
    switch limit {
    case .tolerance: "stopped at the tolerance \(options.tolerance)"
    case .size: "stopped at \(options.size) vectors, above the tolerance \(options.tolerance)"
    case .floor: "stopped at the round-off floor, above the tolerance \(options.tolerance)"
    case .linearDependence(let row):
      "stopped because the solution of training row \(row) is in the reduced space already"
    }
  }

  private static func words(_ limit: POD<Double>.Limit, _ request: CaseFile.Reduction) -> String {
    switch limit {
    case .tolerance: "stopped at the tolerance \(request.tolerance)"
    case .size: "stopped at \(request.size) modes, above the tolerance \(request.tolerance)"
    case .rank: "stopped at the numerical rank of the snapshots; further modes would be noise"
    }
  }
}
