internal import ModelReduction
internal import Physics

/// The answers a case asks for, of the reduced model with the full one beside it.
struct QueryStage {
  /// One per point.
  let answers: [Results.Query]
  /// The full solutions over the free unknowns, of the first points.
  let fullStates: [[Double]]
  /// The reduced states, where there is a reduced model.
  let reducedStates: [ReducedState<Double>]

  /// How many points are also answered by the full model.
  static let mostFullSolves = 100

  /// Answers every point; without a reduced model by the full one.
  init(
    _ points: [Parameter], _ model: DiffusionModel, _ stage: ReductionStage?,
    warnings: inout [String]
  ) throws {
    let space = model.parameterSpace
    let solved = stage == nil ? points.count : min(points.count, QueryStage.mostFullSolves)
    fullStates = try points.prefix(solved).map { try model.solver.refinedSolution(at: $0) }
    let full = try zip(fullStates, points).map {
      try model.allOutputs(of: $0, at: $1)
    }
    guard let stage else {
      answers = zip(points, full).map { Results.Query(parameter: $0.values, outputs: $1) }
      reducedStates = []
      return
    }
    if solved < points.count {
      warnings.append(
        "the full model answered the first \(solved) of \(points.count) query points only")
    }
    let online = OnlineSolver(stage.model)
    let field = model.reducedField(stage.basis)
    var states: [ReducedState<Double>] = []
    answers = try points.enumerated().map { i, mu in
      let answer = try online.answer(at: mu)
      states.append(answer.state)
      var query = Results.Query(answer, in: space)
      query.outputs = try model.allOutputs(of: answer, field)
      query.fullOutputs = i < full.count ? full[i] : nil
      return query
    }
    reducedStates = states
    let outside = answers.count { $0.isOutside }
    if outside > 0 {
      warnings.append("\(outside) query points lie outside the parameters' ranges")
    }
  }
}

extension Results.Query {
  /// An answer of a reduced model.
  init(_ answer: ReducedAnswer, in space: ParameterSpace) {
    self.init(
      parameter: answer.parameter.values, outputs: answer.outputs.pairs,
      estimate: answer.estimate.value.finite,
      guarantee: Results.Guarantee(answer.estimate.guarantee))
    outputBounds = answer.outputs.bounds
    outputGuarantees = answer.outputs.guarantees
    isOutside = !space.contains(answer.parameter)
  }
}
