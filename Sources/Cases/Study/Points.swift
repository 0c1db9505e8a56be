internal import ModelReduction

extension CaseFile.Points {
  /// The points in the space of the study.
  ///
  /// - Throws: `SamplingError` where the space cannot be sampled as asked.
  func parameters(in space: ParameterSpace) throws(SamplingError) -> [Parameter] {
    switch self {
    case .given(let points): points.map { Parameter($0) }
    case .sampled(let sampling, let count, let seed):
      try (Sampling(name: sampling.rawValue) ?? .random)
        .points(count: count, seed: seed, in: space)
    }
  }

  /// "100 points, log-random, seed 2".
  var words: String {
    switch self {
    case .given(let points): "\(points.count) given \(points.count == 1 ? "point" : "points")"
    case .sampled(let sampling, let count, let seed):
      "\(count) \(count == 1 ? "point" : "points"), \(sampling.rawValue), seed \(seed)"
    }
  }
}
