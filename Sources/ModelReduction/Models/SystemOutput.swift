public import LinearAlgebra

/// A quantity of interest of an ``AffineSystem``; complex systems have linear ones only.
public enum SystemOutput<S: Scalar>: Sendable {
  /// Linear in the state.
  case linear(LinearFunctional<S>)
  /// Quadratic in the state, or the root of that.
  case quadratic(QuadraticOutput)
  /// The largest or smallest of some values of the field.
  case extremum(ExtremumOutput)

  /// The output's name.
  public var name: String {
    switch self {
    case .linear(let output): output.name
    case .quadratic(let output): output.name
    case .extremum(let output): output.name
    }
  }

  /// Whether it is linear in the state.
  public var isLinear: Bool { if case .linear = self { true } else { false } }

  /// The output of a full state over the free unknowns.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func value(
    of u: [S], at mu: Parameter, in space: ParameterSpace
  ) throws(ModelError) -> S {
    let real: ModelOutput
    switch self {
    case .linear(let output):
      let theta = try output.coefficients.checkedValues(at: mu, in: space)
      let offset = try output.offset.checkedValue(at: mu, in: space)
      return zip(theta, output.functional.terms).reduce(offset) {
        $0 + S(real: $1.0) * plainDot($1.1, u)
      }
    case .quadratic(let output): real = .quadratic(output)
    case .extremum(let output): real = .extremum(output)
    }
    return S(real: try real.value(of: u.map(\.realPart), at: mu, in: space))
  }
}

extension SystemOutput where S == Double {
  /// An output of a real model.
  public init(_ output: ModelOutput) {
    switch output {
    case .linear(let output): self = .linear(output)
    case .quadratic(let output): self = .quadratic(output)
    case .extremum(let output): self = .extremum(output)
    }
  }
}

/// Σ xᵢ yᵢ, nothing conjugated.
func plainDot<S: Scalar>(_ x: [S], _ y: [S]) -> S {
  S.self == Double.self ? dot(x, y) : dot(x.map(\.conjugate), y)
}
