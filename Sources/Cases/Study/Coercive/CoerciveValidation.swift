internal import LinearAlgebra
internal import ModelReduction
internal import Physics

extension CoerciveReduction {
  func validation(at points: [Parameter], sizes wanted: [Int]) throws -> StudyValidation {
    let sizes = validationSizes(wanted, of: model.size)
    let models = sizes.map { model.truncated(to: $0) }
    let expanded = ExpandedResidualNorm(model)
    let field = full.reducedField(basis)
    var found = [Result<[PointJudgement], any Error>?](repeating: nil, count: points.count)
    unsafe found.withDisjointWrites { found in
      forEachChunk(of: points.count, size: 1, scratch: { models.map { OnlineSolver($0) } }) {
        online, range in
        for row in range {
          // Safe: row `row` belongs to this range alone.
          do {
            unsafe found.base[row] = .success(try judge(points[row], online, expanded, field))
          } catch { unsafe found.base[row] = .failure(error) }
        }
      }
    }
    var judgements: [[PointJudgement]] = []
    for result in found { if let result { judgements.append(try result.get()) } }
    return StudyValidation(
      sizes: sizes.enumerated().map { s, size in
        let judged = judgements.map { $0[s] }
        return Results.Validation(
          size: size, points: judged.map(\.point),
          errors: .init(
            of: "u",
            judged.compactMap { j in j.fullNorm > 0 ? j.point.error / j.fullNorm : nil }))
      }, norms: sizes.indices.map { s in judgements.map { $0[s].norm } },
      comparisons: [
        (
          name: "classical expanded bound",
          values: sizes.indices.map { s in judgements.map { $0[s].classical } }
        )
      ])
  }

  /// One point at all sizes.
  private func judge(
    _ mu: Parameter, _ online: [OnlineSolver], _ expanded: ExpandedResidualNorm,
    _ field: ReducedField?
  ) throws -> [PointJudgement] {
    let solver = try full.solver(at: mu)
    var answers: [ReducedAnswer] = []
    for solver in online { answers.append(try solver.answer(at: mu)) }
    let state = try solver.refinedSolution(at: mu)
    let fullNorm = basis.product.norm(state)
    let fullOutputs = try full.outputs(of: state, at: mu, solver.decomposition)
    let errors = try solver.trueErrors(of: answers.map(\.state), in: basis, at: mu)
    return try zip(answers, errors).map { answer, error in
      var point = Results.Validation.Point(
        parameter: mu.values, full: fullOutputs, reduced: try full.outputs(of: answer, field),
        error: error,
        residual: answer.residual, estimate: answer.estimate.value.finite,
        guarantee: Results.Guarantee(answer.estimate.guarantee),
        effectivity: error > 0 ? (answer.estimate.value / error).finite : nil)
      point.outputBounds = answer.outputs.bounds
      point.outputGuarantees = answer.outputs.guarantees
      let square = expanded.squaredNorm(of: answer.state, at: mu)
      return PointJudgement(
        point: point, norm: answer.state.norm, fullNorm: fullNorm,
        classical: max(0, square).squareRoot() / (answer.coercivity ?? 0))
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
  /// The bound by the classical expanded formula; infinite where nothing is proven.
  let classical: Double
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
