public import LinearAlgebra

/// Why points, weights or a reconstruction from points could not be computed.
public enum HyperReductionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Sizes that do not fit each other.
  case mismatch(what: String, found: String, expected: String)
  /// NaN or an infinity: in which data, at which row, at which point.
  case notFinite(what: String, row: Int, point: Int)
  /// No nonnegative weights reach the tolerance; the residual is the smallest that was found.
  case notReached(residual: Double, tolerance: Double, points: Int)
  /// A factorization failed.
  case factorization(FactorizationError)
  /// A number that makes no sense here; the text says what and how to mend it.
  case refused(String)

  /// One sentence: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .mismatch(let what, let found, let expected):
      "\(what): found \(found), expected \(expected)"
    case .notFinite(let what, let row, let point):
      "\(what): the value in row \(row) at point \(point) is not a finite number"
    case .notReached(let residual, let tolerance, let points):
      "the cubature stagnates at a relative residual of \(residual) with \(points) points, above "
        + "the tolerance \(tolerance): the full rule may have negative weights, or the tolerance "
        + "lies below the round-off of the integrands; loosen the tolerance"
    case .factorization(let error): "\(error)"
    case .refused(let reason): reason
    }
  }
}
