internal import LinearAlgebra
internal import ModelReduction
internal import Physics

extension CoerciveReduction {
  func validation(_ task: ValidationTask) throws -> StudyValidation {
    let sizes = validationSizes(task.sizes, of: model.size)
    let models = sizes.map { model.truncated(to: $0) }
    let others = try OtherEstimators(self, models, task.estimators)
    let field = full.reducedField(basis)
    let judgements = try judged(task.points) { mu in try judge(mu, models, others, field) }
    let comparisons = others.names.enumerated().map { k, name in
      (
        name: name.words,
        values: sizes.indices.map { s in judgements.map { $0[s].others[k] } }
      )
    }
    return StudyValidation(
      sizes: sizes.enumerated().map { s, size in
        let judged = judgements.map { $0[s] }
        var validation = Results.Validation(
          size: size, points: judged.map(\.point),
          errors: .init(
            of: "u",
            judged.compactMap { j in j.fullNorm > 0 ? j.point.error / j.fullNorm : nil }))
        for (name, comparison) in zip(others.names, comparisons) {
          let values = comparison.values[s].filter(\.isFinite)
          if let largest = values.max() {
            validation.estimators.append((key: name.rawValue, value: largest))
          }
        }
        return validation
      }, norms: sizes.indices.map { s in judgements.map { $0[s].norm } },
      comparisons: comparisons)
  }

  /// One point at all sizes.
  private func judge(
    _ mu: Parameter, _ models: [GalerkinReducedModel], _ others: OtherEstimators,
    _ field: ReducedField?
  ) throws -> [PointJudgement] {
    let solver = try full.solver(at: mu)
    var answers: [ReducedAnswer] = []
    for model in models { answers.append(try model.answer(at: mu)) }
    let state = try solver.refinedSolution(at: mu)
    let fullNorm = basis.product.norm(state)
    let fullOutputs = try full.outputs(of: state, at: mu, solver.decomposition)
    let errors = try solver.trueErrors(of: answers.map(\.state), in: basis, at: mu)
    let estimates = others.values(answers)
    return try answers.indices.map { s in
      let (answer, error) = (answers[s], errors[s])
      var point = Results.Validation.Point(
        parameter: mu.values, full: fullOutputs, reduced: try full.outputs(of: answer, field),
        error: error,
        residual: answer.residual, estimate: answer.estimate.value.finite,
        guarantee: Results.Guarantee(answer.estimate.guarantee),
        effectivity: error > 0 ? (answer.estimate.value / error).finite : nil)
      point.outputBounds = answer.outputs.bounds
      point.outputGuarantees = answer.outputs.guarantees
      return PointJudgement(
        point: point, norm: answer.state.norm, fullNorm: fullNorm, others: estimates[s])
    }
  }
}

/// One point at one size.
private struct PointJudgement {
  let point: Results.Validation.Point
  /// ‖u_N‖.
  let norm: Double
  /// ‖u‖.
  let fullNorm: Double
  /// What other estimators say.
  let others: [Double]
}

extension [Results.Validation.FieldError] {
  /// The largest and the mean relative error of one field; nothing where there are none.
  init(of field: String, _ relative: [Double]) {
    self =
      relative.isEmpty
      ? []
      : [
        Results.Validation.FieldError(
          field: field, max: relative.max() ?? 0,
          mean: relative.reduce(0, +) / Double(relative.count))
      ]
  }
}

extension Double {
  /// The number, or nil where it is infinite or undefined.
  var finite: Double? { isFinite ? self : nil }
}

extension Results.Guarantee {
  /// The same statement in results.
  init(_ guarantee: Guarantee) {
    switch guarantee {
    case .upperBound: self = .upperBound
    case .indicator: self = .indicator
    case .notCertified: self = .notCertified
    }
  }
}

extension [OutputValue] {
  /// Names and values.
  var pairs: Results.Outputs { map { (key: $0.name, value: $0.value) } }
  /// Names and the bounds that are numbers.
  var bounds: Results.Outputs {
    filter { $0.estimate.value.isFinite }.map { (key: $0.name, value: $0.estimate.value) }
  }
  /// What the bounds promise.
  var guarantees: [(key: String, value: Results.Guarantee)] {
    filter { $0.estimate.value.isFinite }.map {
      (key: $0.name, value: Results.Guarantee($0.estimate.guarantee))
    }
  }
}
