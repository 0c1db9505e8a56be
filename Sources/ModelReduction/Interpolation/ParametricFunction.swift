public import LinearAlgebra

/// A function g(x, μ) through which a matrix or a load depends on its parameters, sampled at points.
public struct ParametricFunction<S: Scalar>: Sendable {
  /// Your name for it.
  public let name: String
  /// Where it is sampled: enough for its shape in x, for waves ten points or more a wavelength.
  public let points: [[Double]]
  /// The norm of the block of the matrix it multiplies: its errors weigh that much. One where not
  /// known.
  public let weight: Double
  /// Whether it is the same for all parameters.
  public let isConstant: Bool
  /// g(x, μ).
  let value: @Sendable ([Double], Parameter) -> S

  /// A function of place and parameter.
  public init(
    _ name: String, at points: [[Double]], weight: Double = 1,
    _ value: @escaping @Sendable ([Double], Parameter) -> S
  ) {
    (self.name, self.points, self.weight, isConstant) = (name, points, weight, false)
    self.value = value
  }

  private init(constant name: String) {
    (self.name, points, weight, isConstant) = (name, [[]], 1, true)
    value = { _, _ in 1 }
  }

  /// The coefficient one of terms that do not depend on the parameters: with it the coefficients of
  /// an interpolation add up to one.
  public static func constant(_ name: String = "1") -> ParametricFunction {
    ParametricFunction(constant: name)
  }
}
