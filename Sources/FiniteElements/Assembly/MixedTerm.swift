public import Meshes

/// One integral that is linear in a function u of one space and in a test function q of another on
/// the same mesh: the coupling of velocity and pressure, say.
public struct MixedTerm: Sendable {
  /// What is integrated over cells of the domain.
  public enum Form: Sendable, Hashable {
    /// ∫ c q u.
    case value
    /// ∫ c q ∂u/∂x_axis; one for each component of a velocity makes its divergence.
    case derivative(axis: Int)
  }
  /// What is integrated.
  public let form: Form
  /// c.
  public let coefficient: Coefficient
  /// Where.
  public let region: Region

  /// A term.
  public init(_ form: Form, _ coefficient: Coefficient, on region: Region) {
    (self.form, self.coefficient, self.region) = (form, coefficient, region)
  }

  /// ∫ c q u.
  public static func value(_ c: Coefficient, on region: Region) -> MixedTerm {
    MixedTerm(.value, c, on: region)
  }

  /// ∫ c q ∂u/∂x_axis.
  public static func derivative(
    _ axis: Int, _ c: Coefficient, on region: Region
  ) -> MixedTerm { MixedTerm(.derivative(axis: axis), c, on: region) }
}
