public import Expressions

/// A quantity of interest of an elastic body.
///
/// Expressions may use the displacement "u.x", "u.y", "u.z", its derivatives "dx(u.x)" …, the strain
/// "strain.xx" …, the stress "stress.xx", "stress.yy", "stress.zz", "stress.yz", "stress.xz",
/// "stress.xy", "stress.von-mises", "stress.p1" ≥ "stress.p2" ≥ "stress.p3", the coordinates and the
/// parameters. Linear ones in u, stresses included, enter a reduced model exactly.
public struct ElasticityOutput: Sendable {
  /// How a number is made of the field.
  public enum Kind: Sendable {
    /// ∫ of an expression, over the volume, area or length of the regions. Stresses and strains
    /// inside the domain are those of the integration points.
    case integral(Expression)
    /// The same divided by the measure of the region.
    case mean(Expression)
    /// The value at a point. Stresses are recovered to the nodes.
    case value(Expression, at: [Double])
    /// The largest nodal value.
    case maximum(Expression)
    /// The smallest nodal value.
    case minimum(Expression)
    /// √∫ u·u.
    case normL2
    /// The sum over the regions of the forces that hold them, along an axis 0, 1, 2: what supports
    /// give to the body. Radially in a body of revolution it is the force per radian times 2π.
    case reaction(axis: Int)
    /// ½ ∫ (ε − ε_th) : C (ε − ε_th), with the energy of foundations left out.
    case strainEnergy
  }

  /// Whether its value is read out of the forms of the problem, not of the solution alone.
  var readsForms: Bool { if case .reaction = kind { true } else { false } }

  /// Its name in results and queries.
  public var name: String
  /// What it is.
  public var kind: Kind
  /// The regions it is taken over; not used for a value at a point.
  public var regions: [String]

  /// An output over some regions.
  public init(name: String, kind: Kind, regions: [String] = ["*"]) {
    (self.name, self.kind, self.regions) = (name, kind, regions)
  }
}
