public import DomainDecomposition
internal import Expressions
public import LinearAlgebra

/// Why a model has no answer at a parameter.
public enum ModelError: IterationError, Equatable, Sendable, CustomStringConvertible {
  /// A parameter with the wrong number of components.
  case parameterCount(expected: Int, found: Int)
  /// NaN or infinity given for the component of that name.
  case parameterNotFinite(name: String)
  /// A coefficient that is not a finite number at this parameter.
  case coefficientNotFinite(text: String, at: Parameter)
  /// A component outside its range, where a coefficient has no finite value.
  case outsideRange(name: String, value: Double, range: ClosedRange<Double>)
  /// The system at this parameter cannot be solved.
  case factorization(FactorizationError, at: Parameter)
  /// The system at this parameter cannot be assembled.
  case notAssembled(String, at: Parameter)
  /// Newton's method did not converge.
  case notConverged(NewtonReport, at: Parameter)
  /// An iterative solver did not reach the solution at this parameter.
  case notSolved(String, at: Parameter)
  /// Another rank has no answer, with its words.
  case onAnotherRank(String)
  /// The reduced operator is not positive definite at this parameter.
  case notPositiveDefinite(pivot: Int, at: Parameter)

  /// Whether an iteration did not converge, which is no fault of the input's form.
  public var isNotConverged: Bool {
    switch self {
    case .notConverged, .notSolved: true
    default: false
    }
  }

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .parameterCount(let expected, let found):
      "a parameter of \(expected) components is needed, \(found) are given"
    case .parameterNotFinite(let name): "the value of '\(name)' is not a finite number"
    case .coefficientNotFinite(let text, let mu):
      "the coefficient \(shortened(text)) is not a finite number at \(mu)"
    case .outsideRange(let name, let value, let range):
      "'\(name)' = \(value) lies outside its range \(range.lowerBound) to \(range.upperBound), "
        + "and a coefficient that depends on '\(name)' has no value there; data that do not "
        + "separate are interpolated in '\(name)' over its range alone: widen the range"
    case .factorization(let cause, let mu): mu.count == 0 ? "\(cause)" : "at \(mu): \(cause)"
    case .notAssembled(let cause, let mu): "at \(mu): \(cause)"
    case .notConverged(let report, let mu): mu.count == 0 ? "\(report)" : "at \(mu): \(report)"
    case .notSolved(let cause, let mu): mu.count == 0 ? cause : "at \(mu): \(cause)"
    case .onAnotherRank(let words): words
    case .notPositiveDefinite(let pivot, let mu):
      "the reduced operator is not positive definite at \(mu) (pivot \(pivot)); "
        + "the parameter lies outside the region where the problem is coercive"
    }
  }
}

extension ModelError {
  /// What a failure of another rank is here: the words of that rank.
  package init(ofAnotherRank words: String, isNotConverged: Bool) {
    self = isNotConverged ? .notSolved(words, at: []) : .onAnotherRank(words)
  }

  /// That a coefficient has no finite value at μ; names the component outside its range that it
  /// depends on, where there is one.
  static func notFinite(
    _ coefficient: Expression, at mu: Parameter, in space: ParameterSpace
  ) -> ModelError {
    let symbols = coefficient.symbols
    let ranges = space.axes.flatMap(\.ranges)
    for (j, range) in ranges.enumerated()
    where mu.values.indices.contains(j) && !range.contains(mu[j])
      && symbols.contains(.parameter(j))
    {
      return .outsideRange(name: space.names[j], value: mu[j], range: range)
    }
    return .coefficientNotFinite(text: coefficient.description, at: mu)
  }
}

/// The beginning of a text: coefficients may be of any length.
func shortened(_ text: String) -> String { text.count <= 120 ? text : text.prefix(119) + "…" }
