/// What the points of a body remember from one time step to the next.
public struct MaterialState: Sendable, Equatable {
  /// Total strain, six numbers per point.
  public internal(set) var strain: [Double]
  /// Stress, six numbers per point.
  public internal(set) var stress: [Double]
  /// Temperature, one number per point.
  public internal(set) var temperature: [Double]
  /// For each material its internal variables, point after point of that material.
  public internal(set) var variables: [[Double]]
}

/// What constitutive laws answer to a trial strain.
struct MaterialResponse: Sendable {
  /// Six numbers per point.
  var stress: [Double]
  /// dσ/dε, 36 numbers per point.
  var moduli: [Double]
  /// As in ``MaterialState``.
  var variables: [[Double]]

  /// The state of points that answer so to a strain at a temperature.
  func state(strain: [Double], temperature: [Double]) -> MaterialState {
    MaterialState(strain: strain, stress: stress, temperature: temperature, variables: variables)
  }
}

/// Why the laws have no answer.
struct MaterialFailure: Error {
  /// The point of the body.
  let point: Int
  let material: Int
  let message: String
  /// The factor that the law wants the step shortened by, if that may help.
  let shorterStep: Double?
}
