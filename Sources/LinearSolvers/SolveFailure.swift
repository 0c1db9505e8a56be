internal import Krylov
internal import LinearAlgebra

/// Why a method has to give way to another one.
enum SolveFailure: CustomStringConvertible {
  /// It ended without a solution.
  case status(SolveReport.Status)
  /// What it needs could not be made.
  case error(FactorizationError)

  /// Whether the cause is a matrix that is not positive definite.
  var lacksDefiniteness: Bool {
    switch self {
    case .status(let status): status == .breakdown(.operatorNotDefinite)
    case .error(let error): error.lacksDefiniteness
    }
  }

  var description: String {
    switch self {
    case .status(let status): status.description
    case .error(let error): error.description
    }
  }
}
