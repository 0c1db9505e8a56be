public import LinearAlgebra

/// Why a kernel cannot be summed over points.
public enum KernelSumError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Points that are neither of the plane nor of space, or not of the same.
  case dimension(sources: Int, targets: Int)
  /// A coordinate that is NaN or infinite.
  case pointNotFinite(Int)
  /// A charge that is NaN or infinite.
  case chargeNotFinite(Int)
  /// Another number of charges than of sources.
  case chargeCount(found: Int, expected: Int)
  /// The kernel is NaN or infinite between points about so far apart.
  case kernelNotFinite(distance: Double)
  /// The points of an interpolation could not be solved for.
  case factorization(FactorizationError)
  /// An option that makes no sense; the text says which.
  case refused(String)

  /// One sentence: what was found, what was expected.
  public var description: String {
    switch self {
    case .dimension(let sources, let targets):
      "points have two or three coordinates, all of them the same number; sources have "
        + "\(sources), targets \(targets)"
    case .pointNotFinite(let point): "a coordinate of point \(point) is not a finite number"
    case .chargeNotFinite(let point): "the charge of point \(point) is not a finite number"
    case .chargeCount(let found, let expected):
      "\(found) charges for \(expected) sources; one for each is needed"
    case .kernelNotFinite(let distance):
      "the kernel is not finite at distances of about \(distance); it may be singular at zero only"
    case .factorization(let error): "the points of the kernel's interpolation: \(error)"
    case .refused(let reason): reason
    }
  }
}
