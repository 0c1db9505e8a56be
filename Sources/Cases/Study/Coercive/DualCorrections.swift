internal import ModelReduction

extension ReductionTask {
  /// The models of projections of one problem, with the correction by the dual problem of each linear
  /// output that is no multiple of the load.
  ///
  /// Each dual basis is chosen from the rows of its primal one, to the tolerance and the size that the case
  /// asks for. One dual problem is at hand at a time: several of many unknowns need not fit into memory.
  mutating func corrected(
    _ parts: [(projection: GalerkinProjection, training: [Parameter])]
  ) throws -> [GalerkinReducedModel] {
    var models = parts.map(\.projection.model)
    guard let first = parts.first, let names = models.first?.outputsToCorrect else { return models }
    let options = WeakGreedy.Options(request)
    for (place, output) in first.projection.problem.outputs.enumerated() {
      guard case .linear(let linear) = output, names.contains(linear.name) else { continue }
      let dual = try first.projection.dual(of: linear)
      let kept = solutions.map { DualSolutions($0, ofOutput: place) }
      for (k, part) in parts.enumerated() {
        progress(
          0,
          "dual problem of '\(linear.name)'"
            + (parts.count > 1 ? ", part \(k + 1) of \(parts.count)" : ""))
        let greedy = try WeakGreedy(
          of: dual.solver, over: part.training, options: options, projection: dual.projection,
          solutions: kept, ledger: &ledger)
        models[k] = ledger.measure(.reduction) {
          models[k].corrected(by: greedy.projection, forOutput: linear.name, of: part.projection)
        }
      }
    }
    return models
  }
}
