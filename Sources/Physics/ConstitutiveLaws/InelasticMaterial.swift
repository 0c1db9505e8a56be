public import Expressions

/// Isotropic elasticity with a von Mises type of inelastic flow: plastic, creeping or viscoplastic,
/// with isotropic and kinematic hardening.
///
/// σ = K tr ε_e 1 + 2G dev ε_e with ε_e = ε − ε_p − α (T − T_ref) 1, and
/// f = J(s − ΣX_k) − R(p), J(a) = √(3/2 a:a), ε̇_p = ṗ n, n = 3/2 (s − X)/J(s − X),
/// Ẋ_k = 2/3 C_k ε̇_p − D_k X_k ṗ (+ X_k Ċ_k/C_k where C_k changes with the temperature, which is
/// to say that X_k/C_k, a strain, is what the material remembers). How ṗ follows from f is the
/// flow rule. A step is implicit in all of this and comes down to one scalar equation for the
/// increment of p, see FlowEquation.swift.
///
/// Every coefficient may be an expression in the field T, the temperature at the end of the step.
///
/// - Source: Lemaitre, Chaboche, *Mechanics of Solid Materials*, Cambridge 1990, chapters 5 and 6;
///   Simo, Hughes, *Computational Inelasticity*, Springer 1998, for the consistent tangent.
public struct InelasticMaterial: ConstitutiveLaw {
  /// Young's modulus, Poisson's ratio and thermal expansion.
  public struct Elasticity: Sendable, Hashable {
    /// E, positive; the unit of all stresses.
    public var young: Expression
    /// ν, between −1 and 1/2.
    public var poisson: Expression
    /// α, the secant coefficient of thermal expansion from T_ref.
    public var expansion: Expression
    /// T_ref.
    public var referenceTemperature: Double

    /// Constants of an isotropic material.
    public init(
      young: Expression, poisson: Expression, expansion: Expression = Expression(0),
      referenceTemperature: Double = 0
    ) {
      (self.young, self.poisson, self.expansion) = (young, poisson, expansion)
      self.referenceTemperature = referenceTemperature
    }
  }

  /// R(p): how the yield stress follows the cumulated plastic strain.
  public enum YieldStress: Sendable, Hashable {
    /// Perfect plasticity; zero where creep has no threshold.
    case constant(Expression)
    /// R = initial + modulus · p.
    case linear(initial: Expression, modulus: Expression)
    /// R = initial + saturation (1 − exp(−rate · p)) + modulus · p, after Voce.
    case voce(
      initial: Expression, saturation: Expression, rate: Expression, modulus: Expression)
    /// Linear between stresses given at ascending plastic strains, constant outside.
    case table(plasticStrain: [Double], stress: [Expression])
  }

  /// One backstress after Armstrong and Frederick: Ẋ = 2/3 C ε̇_p − D X ṗ.
  public struct Backstress: Sendable, Hashable {
    /// C, a stress.
    public var modulus: Expression
    /// D; zero for linear kinematic hardening after Prager.
    public var recall: Expression

    /// A backstress from its coefficients.
    public init(modulus: Expression, recall: Expression = Expression(0)) {
      (self.modulus, self.recall) = (modulus, recall)
    }
  }

  /// How the rate ṗ of the cumulated plastic strain follows from the excess f.
  public enum Flow: Sendable, Hashable {
    /// Plasticity: f ≤ 0, whatever the rate.
    case rateIndependent
    /// Norton creep ṗ = A J^n; its yield stress must be zero.
    case norton(coefficient: Expression, exponent: Expression)
    /// Perzyna ṗ = γ ⟨f/σ₀⟩^n.
    case perzyna(rate: Expression, stress: Expression, exponent: Expression)
    /// Chaboche ṗ = ⟨f/K⟩^n, K in stress · time^(1/n).
    case chaboche(resistance: Expression, exponent: Expression)
  }

  /// Elastic constants.
  public let elasticity: Elasticity
  /// R(p).
  public let yieldStress: YieldStress
  /// The X_k.
  public let backstresses: [Backstress]
  /// The flow rule.
  public let flow: Flow

  let coefficients: CoefficientTable
  /// The C_k alone, for the temperature at the start of the step.
  let startModuli: CoefficientTable
  /// Plastic strains of the table, empty for other curves.
  let tableStrains: [Double]

  /// A law from its parts.
  ///
  /// - Parameters:
  ///   - elasticity: Elastic constants.
  ///   - yieldStress: R(p); none for creep.
  ///   - backstresses: Any number.
  ///   - flow: The flow rule.
  ///   - subject: What errors speak of.
  /// - Throws: Where a coefficient is out of its range or depends on anything but T, where a
  ///   table is no table, or creep has a threshold.
  public init(
    elasticity: Elasticity, yieldStress: YieldStress = .constant(Expression(0)),
    backstresses: [Backstress] = [], flow: Flow = .rateIndependent,
    subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) {
    (self.elasticity, self.yieldStress) = (elasticity, yieldStress)
    (self.backstresses, self.flow) = (backstresses, flow)
    guard elasticity.referenceTemperature.isFinite else {
      throw PhysicsError(
        subject, "the reference temperature is \(elasticity.referenceTemperature)")
    }
    if case .norton = flow, yieldStress != .constant(Expression(0)) {
      throw PhysicsError(
        subject,
        "Norton creep has no threshold, so its yield stress is 0; for a threshold take the flow "
          + "rule of Chaboche or Perzyna")
    }
    if case .table(let strains, let stresses) = yieldStress {
      try InelasticMaterial.checkTable(strains, stresses, subject)
      tableStrains = strains
    } else {
      tableStrains = []
    }
    startModuli = try CoefficientTable(
      backstresses.map { .init("modulus C of a backstress", $0.modulus, .nonnegative) }, subject)
    coefficients = try CoefficientTable(
      InelasticMaterial.entries(elasticity, yieldStress, backstresses, flow), subject)
  }

  /// plasticStrain, p and one backstress_k each.
  public var variables: [InternalVariable] {
    [
      InternalVariable(name: "plasticStrain", kind: .strain),
      InternalVariable(name: "p", kind: .scalar),
    ]
      + backstresses.indices.map {
        InternalVariable(name: "backstress_\($0 + 1)", kind: .stress)
      }
  }

  /// Symmetric unless a backstress recalls: with D > 0 the direction in which the backstress
  /// changes is not that of flow, and the tangent has a part that is not symmetric.
  public var tangentSymmetry: TangentSymmetry {
    backstresses.allSatisfy { $0.recall.simplified().constantValue == 0 } ? .symmetric : .general
  }

  /// One implicit step at every point.
  public func advance(
    _ points: inout MaterialPoints, over step: TimeIncrement
  ) throws(ConstitutiveError) {
    precondition(
      points.stateCount == stateCount,
      "points with \(points.stateCount) numbers of state for a law with \(stateCount)")
    guard step.length >= 0, step.length.isFinite else {
      throw ConstitutiveError(point: 0, message: "a time step of length \(step.length)")
    }
    let columns = coefficients.columns(at: points.temperature, count: points.count)
    let startColumns = startModuli.columns(at: points.startTemperature, count: points.count)
    try points.withAccess { advance($0, columns, startColumns, step.length) }
  }

  private static func checkTable(
    _ strains: [Double], _ stresses: [Expression], _ subject: PhysicsError.Subject
  ) throws(PhysicsError) {
    guard !strains.isEmpty, strains.count == stresses.count else {
      throw PhysicsError(
        subject,
        "a hardening table of \(strains.count) plastic strains and \(stresses.count) stresses; it "
          + "has as many of both, at least one")
    }
    for i in strains.indices {
      guard strains[i].isFinite, strains[i] >= 0, i == 0 || strains[i] > strains[i - 1] else {
        throw PhysicsError(
          subject,
          "plastic strain \(i + 1) of the hardening table is \(strains[i]); they are not negative "
            + "and ascend strictly")
      }
    }
  }
}
