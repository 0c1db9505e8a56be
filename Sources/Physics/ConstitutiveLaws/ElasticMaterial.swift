public import Expressions

/// Linear elasticity with thermal strains: σ = C(T) (ε − α(T) (T − T_ref)).
///
/// It has no memory; its tangent is C. α is a secant coefficient: it multiplies the whole rise of
/// temperature from T_ref, where the free body has no strain.
public struct ElasticMaterial: ConstitutiveLaw {
  /// The stiffness, along axes of its own if it is not isotropic.
  public let stiffness: ElasticLaw
  /// α: one for all directions, or one along each axis of the material.
  public let expansion: [Expression]
  /// T_ref.
  public let referenceTemperature: Double

  let coefficients: CoefficientTable
  /// C = Σ c M, each M as 36 numbers row by row; their c come first among the coefficients.
  let modes: [[Double]]
  /// ε_thermal = (T − T_ref) Σ α d; their α follow.
  let thermalDirections: [[Double]]

  /// A law from its coefficients, numbers or expressions in the field T.
  ///
  /// - Parameters:
  ///   - stiffness: Isotropic, orthotropic or a whole matrix of 6 × 6, and its axes.
  ///   - expansion: α along the axes, 1 or 3 entries, in the reciprocal of the unit of T; none if
  ///     temperature produces no strain.
  ///   - referenceTemperature: T_ref.
  ///   - subject: What errors speak of.
  /// - Throws: Where coefficients are too few, not finite, depend on anything but T, or give a
  ///   constant stiffness without positive energy; one that follows T is checked point by point.
  public init(
    _ stiffness: ElasticLaw, expansion: [Expression] = [], referenceTemperature: Double = 0,
    subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    guard [0, 1, 3].contains(expansion.count) else {
      throw PhysicsError(
        subject,
        "\(expansion.count) coefficients of thermal expansion; there is one for all directions or "
          + "one along each of the 3 axes")
    }
    guard referenceTemperature.isFinite else {
      throw PhysicsError(subject, "the reference temperature is \(referenceTemperature)")
    }
    (self.stiffness, self.expansion) = (stiffness, expansion)
    self.referenceTemperature = referenceTemperature
    let space = ElasticKinematics(3, .planeStrain)
    if case .isotropic(let young, let poisson) = stiffness.form {
      _ = try CoefficientTable(
        [.init("Young's modulus", young, .positive), .init("Poisson's ratio", poisson, .poisson)],
        subject)
    }
    let parts = try stiffness.modes(space, subject)
    modes = parts.map { $0.matrix.flatMap { $0 } }
    let axes = try MaterialAxes(
      stiffness.axes ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]], space, subject)
    thermalDirections =
      expansion.count == 1
      ? [[1, 1, 1, 0, 0, 0]]
      : expansion.indices.map { i in axes.strain((0..<3).map { $0 == i ? 1 : 0 }) }
    coefficients = try CoefficientTable(
      parts.enumerated().map { .init("stiffness coefficient \($0 + 1)", $1.coefficient, .finite) }
        + expansion.map { .init("thermal expansion", $0, .finite) }, subject)
    if !coefficients.varying.contains(where: { $0 < parts.count }) {
      if let objection = objectionToConstantStiffness() {
        throw PhysicsError(subject, objection)
      }
    }
  }

  /// None.
  public var variables: [InternalVariable] { [] }

  /// C is symmetric.
  public var tangentSymmetry: TangentSymmetry { .symmetric }

  /// One step: σ = C (ε − ε_thermal), the tangent is C.
  public func advance(
    _ points: inout MaterialPoints, over step: TimeIncrement
  ) throws(ConstitutiveError) {
    precondition(points.stateCount == 0, "elastic points have no state, not \(points.stateCount)")
    let columns = coefficients.columns(at: points.temperature, count: points.count)
    try points.withAccess { advance($0, columns) }
  }
}
