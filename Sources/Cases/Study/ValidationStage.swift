internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// Full and reduced model compared at unseen points, for several basis sizes.
struct ValidationStage {
  /// One entry per size, ascending.
  let sizes: [Results.Validation]
  /// ‖u_N‖ of each point at each size, for relative numbers.
  let norms: [[Double]]
  /// The bound by the classical expanded formula at each point and size, for comparison; infinite
  /// where nothing is proven.
  let classical: [[Double]]

  /// Compares.
  init(
    _ stage: ReductionStage, _ model: DiffusionModel, at points: [Parameter], sizes wanted: [Int]
  ) throws {
    let available = stage.model.size
    var sizes = Set(wanted.map { min($0, available) }).sorted()
    if sizes.isEmpty { sizes = [available] }
    let models = sizes.map { stage.model.truncated(to: $0) }
    let expanded = ExpandedResidualNorm(stage.model)
    let field = model.reducedField(stage.basis)
    var found = [Result<[PointJudgement], any Error>?](repeating: nil, count: points.count)
    unsafe found.withDisjointWrites { found in
      forEachChunk(of: points.count, size: 1, scratch: { models.map { OnlineSolver($0) } }) {
        online, range in
        for row in range {
          // Safe: row `row` belongs to this range alone.
          do {
            unsafe found.base[row] = .success(
              try ValidationStage.judge(points[row], online, expanded, stage.basis, field, model))
          } catch { unsafe found.base[row] = .failure(error) }
        }
      }
    }
    var judgements: [[PointJudgement]] = []
    for result in found { if let result { judgements.append(try result.get()) } }
    norms = sizes.indices.map { s in judgements.map { $0[s].norm } }
    classical = sizes.indices.map { s in judgements.map { $0[s].classical } }
    self.sizes = sizes.enumerated().map { s, size in
      let judged = judgements.map { $0[s] }
      let relative = judged.compactMap { j in
        j.fullNorm > 0 ? j.point.error / j.fullNorm : nil
      }
      return Results.Validation(
        size: size, points: judged.map(\.point),
        errors: relative.isEmpty
          ? []
          : [
            Results.Validation.FieldError(
              field: "u", max: relative.max() ?? 0,
              mean: relative.reduce(0, +) / Double(relative.count))
          ])
    }
  }

  /// One point at one size.
  private struct PointJudgement {
    let point: Results.Validation.Point
    let norm: Double
    let fullNorm: Double
    let classical: Double
  }

  private static func judge(
    _ mu: Parameter, _ online: [OnlineSolver], _ expanded: ExpandedResidualNorm,
    _ basis: ReducedBasis<Double>, _ field: ReducedField?, _ model: DiffusionModel
  ) throws -> [PointJudgement] {
    let solver = model.solver
    var answers: [ReducedAnswer] = []
    for solver in online { answers.append(try solver.answer(at: mu)) }
    let full = try solver.refinedSolution(at: mu)
    let fullNorm = basis.product.norm(full)
    let fullOutputs = try model.allOutputs(of: full, at: mu)
    let errors = try solver.trueErrors(of: answers.map(\.state), in: basis, at: mu)
    return try zip(answers, errors).map { answer, error in
      var point = Results.Validation.Point(
        parameter: mu.values, full: fullOutputs, reduced: try model.allOutputs(of: answer, field),
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
