public import LinearAlgebra

/// Why a function could not be fitted to samples.
public enum RegressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Sizes that do not fit each other.
  case mismatch(what: String, found: String, expected: String)
  /// NaN or an infinity in a sample.
  case notFinite(what: String, sample: Int)
  /// A factorization failed.
  case factorization(FactorizationError)
  /// Numbers that make no sense here; the text says what and how to mend it.
  case refused(String)

  /// One sentence: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .mismatch(let what, let found, let expected):
      "\(what): found \(found), expected \(expected)"
    case .notFinite(let what, let sample):
      "\(what): sample \(sample), counted from 0, is not a finite number"
    case .factorization(let error): "\(error)"
    case .refused(let reason): reason
    }
  }
}
