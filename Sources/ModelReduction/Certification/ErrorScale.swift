/// What a residual norm was divided by to become the estimate of an error.
public enum ErrorScale: Sendable, Equatable, CustomStringConvertible {
  /// A proven lower bound of the coercivity constant: the estimate is a bound.
  case coercivity(Double)
  /// A lower bound of the inf-sup constant by successive constraints: the estimate is a bound.
  case infSup(Double)
  /// A stability constant that the model declares typical of all parameters.
  case reference(Double)
  /// The smallest singular value of the reduced operator, about: near a resonance it vanishes.
  case reduced(Double)

  /// The divisor.
  public var value: Double {
    switch self {
    case .coercivity(let value), .infSup(let value), .reference(let value), .reduced(let value):
      value
    }
  }

  /// What it is, in words.
  public var description: String {
    switch self {
    case .coercivity(let value): "residual / proven coercivity constant \(value)"
    case .infSup(let value): "residual / inf-sup constant of at least \(value)"
    case .reference(let value): "residual / reference stability constant \(value)"
    case .reduced(let value): "residual / smallest singular value \(value) of the reduced operator"
    }
  }
}

extension ErrorEstimate {
  /// The estimate that a residual norm and its scale give: a bound only with a lower bound of a
  /// stability constant.
  init(residual: Double, slack: Double, consistency: Double, scale: ErrorScale) {
    let alpha: Double? =
      switch scale {
      case .coercivity(let value), .infSup(let value): value
      case .reference, .reduced: nil
      }
    self.init(
      residual: residual, slack: slack, consistency: consistency, alpha: alpha,
      substitute: scale.value)
  }
}
