internal import LinearAlgebra
internal import ModelReduction
internal import Physics

/// Other ways to estimate the error of a coercive reduced model, to compare its bound with.
struct OtherEstimators: Sendable {
  /// Which.
  let names: [CaseFile.Validation.Estimator]
  private let expanded: ExpandedResidualNorm
  /// One per size, where the products are not too many.
  private let interpolated: [InterpolatedResidualNorm?]

  /// More products than these would take longer than what they are compared with.
  private static let mostProducts = 3000

  init<Model: CoerciveStudyModel>(
    _ reduction: CoerciveReduction<Model>, _ models: [GalerkinReducedModel],
    _ names: [CaseFile.Validation.Estimator]
  ) throws {
    self.names = names
    expanded = ExpandedResidualNorm(reduction.model)
    guard names.contains(.eim) else {
      interpolated = models.map { _ in nil }
      return
    }
    let riesz = try RieszMap(reduction.basis.product)
    let (solver, basis) = (reduction.full.solver, reduction.basis)
    interpolated = try models.map { model in
      let count = InterpolatedResidualNorm.productCount(of: model)
      guard count <= OtherEstimators.mostProducts else { return nil }
      return try InterpolatedResidualNorm(
        of: model, over: try reduction.sample(3 * count, seed: 5)
      ) { state, mu in
        try solver.residualNorm(of: state, in: basis, at: mu, riesz: riesz)
      }
    }
  }

  /// The estimates of the answers of all sizes at one parameter, NaN where there is none.
  func values(_ answers: [ReducedAnswer]) -> [[Double]] {
    answers.indices.map { s in
      let answer = answers[s]
      let alpha = answer.coercivity ?? 0
      return names.map { name in
        switch name {
        case .classical:
          let square = expanded.squaredNorm(of: answer.state, at: answer.parameter)
          return max(0, square).squareRoot() / alpha
        case .eim:
          let value = interpolated[s]?.value(of: answer.state, at: answer.parameter)
          return value.map { $0.norm / alpha } ?? .nan
        case .hierarchical:
          guard s + 1 < answers.count else { return .nan }
          let (fine, coarse) = (answers[s + 1].state.coordinates, answer.state.coordinates)
          return norm(
            fine.indices.map { $0 < coarse.count ? fine[$0] - coarse[$0] : fine[$0] })
        }
      }
    }
  }
}

extension CaseFile.Validation.Estimator {
  /// What reports call it.
  var words: String {
    switch self {
    case .classical: "classical expanded bound"
    case .eim: "bound by empirical interpolation"
    case .hierarchical: "distance to the next size"
    }
  }
}
