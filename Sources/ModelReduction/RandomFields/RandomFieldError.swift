public import LinearAlgebra

/// Why a random field has no modes as asked for.
public enum RandomFieldError: Error, Equatable, Sendable, CustomStringConvertible {
  /// More modes than stand out from round-off.
  case tooManyModes(asked: Int, available: Int)
  /// A factorization failed.
  case factorization(FactorizationError)

  /// One sentence.
  public var description: String {
    switch self {
    case .tooManyModes(let asked, let available):
      "\(asked) modes of the random field are asked for, but only \(available) stand out from "
        + "round-off"
    case .factorization(let error): "the modes of the random field: \(error)"
    }
  }
}
