internal import ModelReduction
internal import Physics

extension CostLedger.SecondsPerQuery {
  /// Medians over repeated queries: the full model on one thread, the reduced one without and with
  /// its estimate.
  init(
    _ solver: FullOrderSolver, _ model: GalerkinReducedModel, at points: [Parameter]
  ) throws(ModelError) {
    self.init()
    guard !points.isEmpty else { return }
    var times: [Double] = []
    for mu in points.prefix(5) {
      let start = ContinuousClock.now
      _ = try solver.solve(at: mu)
      times.append((ContinuousClock.now - start).seconds)
    }
    full = times.sorted()[times.count / 2]
    let online = OnlineSolver(model)
    var solves: [Double] = []
    var estimates: [Double] = []
    for mu in points.prefix(50) {
      // One untimed query brings the arrays into the cache, as in use.
      try online.solve(at: mu)
      let start = ContinuousClock.now
      try online.solve(at: mu)
      let middle = ContinuousClock.now
      _ = online.errorEstimate()
      solves.append((middle - start).seconds)
      estimates.append((ContinuousClock.now - middle).seconds)
    }
    reduced = solves.sorted()[solves.count / 2]
    estimate = estimates.sorted()[estimates.count / 2]
  }
}
