public import Expressions
public import FiniteElements

/// Linear elasticity in weak form: find the displacement u, equal to the prescribed components on
/// their regions, with
///
///     ∫ ε(u) : C ε(v) + ∫_found v·k u  =  ∫ b·v + ∫_traction t·v − ∫_pressure p n·v + ∫ C ε_th : ε(v)
///
/// for all v that vanish where u is prescribed. ε is the symmetric gradient and ε_th = α (T − T₀) the
/// thermal strain. In the plane all integrals carry the thickness; for bodies of revolution (x the
/// radius, y the axis) they go around the full circle. Units are those of one consistent system.
///
/// Every coefficient is an expression of the coordinates and the parameters of a study.
public struct ElasticityProblem: Sendable {
  /// What a plane mesh stands for; a mesh of space is a solid whatever this says.
  public enum Assumption: String, Sendable, CaseIterable {
    /// No strain across the plane.
    case planeStrain = "plane-strain"
    /// No stress across the plane.
    case planeStress = "plane-stress"
    /// A body of revolution: x is the radius, y the axis.
    case axisymmetric
  }

  /// How the dilatation is integrated.
  public enum Locking: String, Sendable, CaseIterable {
    /// As it is: nearly incompressible material locks.
    case none
    /// Selective reduced dilatation, for nearly incompressible isotropic material.
    case averagedDilatation = "b-bar"
  }

  /// What a region is made of. Where two materials meet on a cell, the later one holds.
  public struct Material: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// Stress from strain.
    public var law: ElasticLaw
    /// Mass per volume; only needed for vibrations.
    public var density: Expression?
    /// α: one coefficient of thermal expansion, or three along the axes of the material.
    public var expansion: [Expression]
    /// T₀, at which there is no thermal strain.
    public var referenceTemperature: Expression

    /// A material on some regions.
    public init(
      regions: [String], law: ElasticLaw, density: Expression? = nil, expansion: [Expression] = [],
      referenceTemperature: Expression = Expression(0)
    ) {
      (self.regions, self.law, self.density) = (regions, law, density)
      (self.expansion, self.referenceTemperature) = (expansion, referenceTemperature)
    }
  }

  /// Springs under a boundary.
  public enum Foundation: Sendable {
    /// k of the traction −k (u·n) n.
    case normal(Expression)
    /// The diagonal of the tensor k of the traction −k u.
    case stiffness([Expression])
  }

  /// What happens on a part of the boundary. Natural data of several entries add up. Each prescribed
  /// component must agree on a facet; on an edge or at a corner of two regions the later entry holds.
  public struct Boundary: Sendable {
    /// The regions.
    public var regions: [String]
    /// Components of u, nil where free; nil as a whole where nothing is prescribed. Regions of any
    /// dimension.
    public var value: [Expression?]?
    /// Force per area, in components.
    public var traction: [Expression]?
    /// Pressure: force per area against the outward normal.
    public var pressure: Expression?
    /// Springs.
    public var foundation: Foundation?
    /// Whether u·n = 0: a plane of symmetry at any angle, or a frictionless support.
    public var symmetry: Symmetry?

    /// Marks a plane of symmetry.
    public enum Symmetry: Sendable {
      /// u·n = 0, the other directions free.
      case plane
    }

    /// A condition on some regions.
    public init(
      regions: [String], value: [Expression?]? = nil, traction: [Expression]? = nil,
      pressure: Expression? = nil, foundation: Foundation? = nil, symmetry: Symmetry? = nil
    ) {
      (self.regions, self.value, self.traction) = (regions, value, traction)
      (self.pressure, self.foundation, self.symmetry) = (pressure, foundation, symmetry)
    }
  }

  /// A force per volume; over regions of lower dimension per area, per length, or a force on points.
  /// Several entries add up.
  public struct Source: Sendable {
    /// The regions.
    public var regions: [String]
    /// Its components.
    public var value: [Expression]

    /// A force on some regions.
    public init(regions: [String], value: [Expression]) {
      (self.regions, self.value) = (regions, value)
    }
  }

  /// A temperature on some regions, as an expression in which "T" may stand for a nodal field and "T_0",
  /// "T_1", … for others, such as the modes of a random field. Where two meet on a cell, the later one
  /// holds.
  public struct Temperature: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// T.
    public var value: Expression
    /// The nodal field "T", on the mesh of the problem.
    public var field: Field?
    /// The nodal fields "T_0", "T_1", …, on the mesh of the problem.
    public var modes: [Field]

    /// A temperature on some regions.
    public init(
      regions: [String], value: Expression, field: Field? = nil, modes: [Field] = []
    ) {
      (self.regions, self.value, self.field, self.modes) = (regions, value, field, modes)
    }

    /// How the value calls a mode, counted from 0.
    public static func name(ofMode i: Int) -> String { name(ofField: i + 1) }

    /// "T", "T_0", "T_1", … for 0, 1, 2, ….
    static func name(ofField place: Int) -> String { place == 0 ? "T" : "T_\(place - 1)" }

    /// The place of a name among these; nil for other names.
    static func place(ofField name: String) -> Int? {
      if name == "T" { return 0 }
      guard name.hasPrefix("T_"), let i = Int(name.dropFirst(2)), i >= 0,
        name == Temperature.name(ofMode: i)
      else { return nil }
      return i + 1
    }

    /// All nodal fields by the names that the value has for them.
    var fields: [(name: String, field: Field)] {
      (field.map { [("T", $0)] } ?? [])
        + modes.enumerated().map { (Temperature.name(ofMode: $0), $1) }
    }
  }

  /// Lagrange degree, 1 or 2.
  public var degree: Int
  /// What a plane mesh stands for.
  public var assumption: Assumption
  /// How the dilatation is integrated.
  public var locking: Locking
  /// The thickness of a plane body.
  public var thickness: Expression
  /// At least one, together covering the domain.
  public var materials: [Material]
  /// Conditions on the boundary; where none is given it is free of traction.
  public var boundaries: [Boundary]
  /// Forces.
  public var sources: [Source]
  /// Temperatures.
  public var temperatures: [Temperature]
  /// Quantities of interest.
  public var outputs: [ElasticityOutput]

  /// A problem from its data.
  public init(
    degree: Int = 1, assumption: Assumption = .planeStrain, locking: Locking = .none,
    thickness: Expression = Expression(1), materials: [Material], boundaries: [Boundary] = [],
    sources: [Source] = [], temperatures: [Temperature] = [], outputs: [ElasticityOutput] = []
  ) {
    (self.degree, self.assumption, self.locking) = (degree, assumption, locking)
    (self.thickness, self.materials, self.boundaries) = (thickness, materials, boundaries)
    (self.sources, self.temperatures, self.outputs) = (sources, temperatures, outputs)
  }
}
