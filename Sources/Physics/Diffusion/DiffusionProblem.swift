public import Expressions

/// Steady diffusion in weak form: find u, equal to the essential data on their regions, with
///
///     ∫ κ∇u·∇v + ∫ r u v + ∫_exchange h u v  =  ∫ f v + ∫_flux q v + ∫_exchange h u_a v
///
/// for all v that vanish on the essential regions. In heat conduction u is a temperature, κ a
/// conductivity, q the heat that flows in through the boundary, h an exchange coefficient and u_a
/// the ambient temperature; the units are those of one consistent system.
///
/// Every coefficient is an expression of the coordinates and the parameters of a study.
public struct DiffusionProblem: Sendable {
  /// κ, in one number or as a symmetric tensor.
  public enum Conductivity: Sendable {
    /// κ times the identity.
    case scalar(Expression)
    /// The entries xx, yy, xy in the plane, xx, yy, zz, yz, xz, xy in space.
    case tensor([Expression])

    /// κ alone, or the entries.
    var entries: [Expression] {
      switch self {
      case .scalar(let kappa): [kappa]
      case .tensor(let entries): entries
      }
    }
  }

  /// What a region is made of. Where two materials meet on a cell, the later one holds.
  public struct Material: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// κ.
    public var conductivity: Conductivity
    /// r, per volume; nil where there is none.
    public var reaction: Expression?

    /// A material on some regions.
    public init(regions: [String], conductivity: Conductivity, reaction: Expression? = nil) {
      self.regions = regions
      self.conductivity = conductivity
      self.reaction = reaction
    }
  }

  /// What happens on a part of the boundary. Natural data of several entries add up.
  /// Essential data must agree on a facet; at a corner of two regions the later entry holds.
  public struct Boundary: Sendable {
    /// The regions: of one dimension less than the domain for natural data, of any for essential.
    public var regions: [String]
    /// u itself.
    public var value: Expression?
    /// q, what flows in through the boundary, per area.
    public var flux: Expression?
    /// h and u_a of the exchange q = h (u_a − u).
    public var exchange: (coefficient: Expression, ambient: Expression)?

    /// A condition on some regions.
    public init(
      regions: [String], value: Expression? = nil, flux: Expression? = nil,
      exchange: (coefficient: Expression, ambient: Expression)? = nil
    ) {
      self.regions = regions
      self.value = value
      self.flux = flux
      self.exchange = exchange
    }
  }

  /// What is produced inside, per volume. Several entries add up.
  public struct Source: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// f.
    public var value: Expression

    /// A source on some regions.
    public init(regions: [String], value: Expression) {
      self.regions = regions
      self.value = value
    }
  }

  /// A quantity of interest.
  public struct Output: Sendable {
    /// How a number is made of the field.
    public enum Kind: Sendable {
      /// ∫ of an expression in u, dx(u), dy(u), dz(u), the coordinates and the parameters.
      case integral(Expression)
      /// The same divided by the measure of the region.
      case mean(Expression)
      /// The value of u at a point.
      case value(at: [Double])
      /// The largest nodal value.
      case maximum
      /// The smallest nodal value.
      case minimum
      /// (∫ u²)^½.
      case normL2
      /// (∫ u² + |∇u|²)^½.
      case normH1
      /// What the essential values on the regions let in, ∫ k ∇u·n by the balance of the discrete
      /// system: of steady problems with affine data.
      case inflow
    }

    /// Its name in results and queries.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// The regions it is taken over; not used for a value at a point.
    public var regions: [String]

    /// An output over some regions.
    public init(name: String, kind: Kind, regions: [String] = ["*"]) {
      self.name = name
      self.kind = kind
      self.regions = regions
    }
  }

  /// Lagrange degree, 1 or 2.
  public var degree: Int
  /// At least one, together covering the domain.
  public var materials: [Material]
  /// Conditions on the boundary; where none is given the flux is zero.
  public var boundaries: [Boundary]
  /// Sources.
  public var sources: [Source]
  /// Quantities of interest.
  public var outputs: [Output]

  /// A problem from its data.
  public init(
    degree: Int = 1, materials: [Material], boundaries: [Boundary] = [], sources: [Source] = [],
    outputs: [Output] = []
  ) {
    self.degree = degree
    self.materials = materials
    self.boundaries = boundaries
    self.sources = sources
    self.outputs = outputs
  }
}
