/// Why a parameter space cannot be what it was asked to be.
public enum ParameterSpaceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A name that is no identifier.
  case invalidName(String)
  /// Two parameters of one name.
  case duplicateName(String)
  /// A vector-valued parameter without components.
  case emptyAxis(name: String)
  /// Ranges or defaults that are not one per component.
  case wrongCount(name: String, expected: Int, found: Int)
  /// NaN or infinity as an end of a range.
  case rangeNotFinite(name: String)
  /// A logarithmic axis that reaches zero or below.
  case logarithmOfNonpositive(name: String, lowerBound: Double)
  /// A range so far out that a standard normal number is never there.
  case noProbability(name: String, range: ClosedRange<Double>)
  /// A default that is not finite, or not positive on a logarithmic axis.
  case invalidDefault(name: String)

  /// What is wrong, with the numbers.
  public var description: String {
    switch self {
    case .invalidName(let name): "'\(name)' cannot name a parameter: letters, digits and _ only"
    case .duplicateName(let name): "two parameters are named '\(name)'"
    case .emptyAxis(let name): "parameter '\(name)' has no component; size must be at least 1"
    case .wrongCount(let name, let expected, let found):
      "parameter '\(name)' has \(expected) components but \(found) values are given"
    case .rangeNotFinite(let name): "the range of parameter '\(name)' is not finite"
    case .logarithmOfNonpositive(let name, let low):
      "parameter '\(name)' cannot spread logarithmically over a range that starts at \(low)"
    case .noProbability(let name, let range):
      "no standard normal number lies in the range of parameter '\(name)', \(range.lowerBound) to "
        + "\(range.upperBound)"
    case .invalidDefault(let name):
      "the default of parameter '\(name)' is not finite, or not positive on a logarithmic axis"
    }
  }
}

/// Why a text does not name a point of a parameter space.
public enum ParameterQueryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No parameter of that name; `suggestion` is the nearest one, where one is near.
  case unknownName(String, suggestion: String?)
  /// An index beyond the size of a parameter.
  case indexOutOfRange(name: String, index: Int, size: Int)
  /// A parameter, or a component, that was not given a value.
  case missing([String])
  /// A vector-valued parameter with too few or too many numbers.
  case wrongCount(name: String, expected: Int, found: Int)
  /// A value given twice.
  case duplicate(String)
  /// A text that is no finite number.
  case notANumber(name: String, text: String)
  /// A piece that belongs to no name.
  case notAnAssignment(String)

  /// What is wrong, with the cure.
  public var description: String {
    switch self {
    case .unknownName(let name, let suggestion):
      "unknown parameter '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .indexOutOfRange(let name, let index, let size):
      "parameter '\(name)' has no component \(index); it has components 0 to \(size - 1)"
    case .missing(let names): "no value for " + names.joined(separator: ", ")
    case .wrongCount(let name, let expected, let found):
      "parameter '\(name)' takes \(expected) number\(expected == 1 ? "" : "s"), not \(found)"
    case .duplicate(let name): "'\(name)' is given twice"
    case .notANumber(let name, let text): "'\(text)' is not a finite number (for '\(name)')"
    case .notAnAssignment(let text): "'\(text)' has no name before it; write name=value"
    }
  }
}
