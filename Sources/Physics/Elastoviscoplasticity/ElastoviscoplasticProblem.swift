/// A body whose material yields, creeps or hardens, under loads that vary slowly in time: at every
/// time find the displacement u, equal to the prescribed components on their regions, with
///
///     ∫ σ : ε(v)  =  ∫ b·v + ∫_traction t·v − ∫_pressure p n·v
///
/// for all v that vanish where u is prescribed; σ follows from the history of ε(u) and of the
/// temperature by the law of each material. Strains are small and inertia is left out. Loads,
/// prescribed displacements and temperatures are expressions of the coordinates, of t and of the
/// parameters of a study.
public struct ElastoviscoplasticProblem: Sendable {
  /// What a plane mesh stands for; a mesh of space is a solid whatever this says.
  public enum Assumption: String, Sendable, CaseIterable {
    /// No strain across the plane.
    case planeStrain = "plane-strain"
    /// A body of revolution: x is the radius, y the axis.
    case axisymmetric
  }

  /// What a region is made of. Where two materials meet on a cell, the later one holds.
  public struct Material: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// Stress from the history of strain and temperature.
    public var law: any ConstitutiveLaw
    /// The temperature where no other is given.
    public var referenceTemperature: Double

    /// A material on some regions.
    public init(
      regions: [String], law: any ConstitutiveLaw, referenceTemperature: Double = 0
    ) {
      (self.regions, self.law) = (regions, law)
      self.referenceTemperature = referenceTemperature
    }
  }

  /// Lagrange degree, 1 or 2.
  public var degree: Int
  /// What a plane mesh stands for.
  public var assumption: Assumption
  /// How the dilatation enters the strain: `.averagedDilatation` (B̄) for linear quadrilaterals,
  /// hexahedra and wedges, which lock when flow keeps the volume.
  public var locking: ElasticityProblem.Locking
  /// The degree of the quadrature; nil leaves the choice to the cells.
  public var quadratureDegree: Int?
  /// At least one, together covering the domain.
  public var materials: [Material]
  /// Conditions on the boundary; where none is given it is free of traction.
  public var boundaries: [ElasticityProblem.Boundary]
  /// Forces.
  public var sources: [ElasticityProblem.Source]
  /// Temperatures.
  public var temperatures: [ElasticityProblem.Temperature]

  /// A problem from its data.
  public init(
    degree: Int = 1, assumption: Assumption = .planeStrain,
    locking: ElasticityProblem.Locking = .none, quadratureDegree: Int? = nil,
    materials: [Material], boundaries: [ElasticityProblem.Boundary] = [],
    sources: [ElasticityProblem.Source] = [], temperatures: [ElasticityProblem.Temperature] = []
  ) {
    (self.degree, self.assumption, self.locking) = (degree, assumption, locking)
    (self.quadratureDegree, self.materials) = (quadratureDegree, materials)
    (self.boundaries, self.sources, self.temperatures) = (boundaries, sources, temperatures)
  }

  /// Its supports and forces, as linear elasticity reads them.
  var mechanics: ElasticityProblem {
    ElasticityProblem(
      degree: degree, assumption: assumption == .axisymmetric ? .axisymmetric : .planeStrain,
      materials: [], boundaries: boundaries, sources: sources)
  }
}
