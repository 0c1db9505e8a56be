internal import ModelReduction

/// The answers a case asks for, of the reduced model with the full one beside it.
struct QueryStage {
  /// One per point.
  let answers: [Results.Query]
  /// What can be drawn of the full model's answers, at the first points.
  let fullFrames: [StudyFrames]
  /// What can be drawn of the reduced model's answers, where there is one.
  let reducedFrames: [StudyFrames]

  /// The frames of an answer: of the reduced model where there is one.
  func frames(ofQuery i: Int) -> StudyFrames {
    reducedFrames.indices.contains(i) ? reducedFrames[i] : fullFrames[i]
  }

  /// How many points are also answered by the full model.
  static let mostFullSolves = 100

  /// Answers every point; without a reduced model by the full one.
  init(
    _ points: [Parameter], _ model: any StudyModel, _ reduction: (any StudyReduction)?,
    warnings: inout [String]
  ) throws {
    let solved = reduction == nil ? points.count : min(points.count, QueryStage.mostFullSolves)
    let full = try model.answers(at: Array(points.prefix(solved)))
    fullFrames = full.map(\.frames)
    warnings += full.flatMap(\.warnings)
    guard let reduction else {
      answers = full.map(\.query)
      reducedFrames = []
      return
    }
    if solved < points.count {
      warnings.append(
        "the full model answered the first \(solved) of \(points.count) query points only")
    }
    let reduced = try reduction.answers(at: points)
    answers = reduced.enumerated().map { i, answer in
      var query = answer.query
      if i < full.count { query.add(full: full[i].query) }
      return query
    }
    reducedFrames = reduced.map(\.frames)
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
    norm = answer.state.norm
    isOutside = !space.contains(answer.parameter)
  }

  /// Puts the full model's numbers beside those of the reduced one.
  mutating func add(full: Results.Query) {
    fullOutputs = full.outputs
    for i in steps.indices where full.steps.indices.contains(i) {
      steps[i].fullOutputs = full.steps[i].outputs
    }
  }
}
