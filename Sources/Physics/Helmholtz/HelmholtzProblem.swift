public import Expressions

/// Time-harmonic waves in weak form: find a complex u, equal to the essential data on their
/// regions, with
///
///     ∫ (1/ρ)∇u·∇v − k² ∫ (m/ρ) u v − ∫_robin β u v  =  ∫ f v + ∫_robin g v + ∫_flux q v
///
/// for all v that vanish on the essential regions; nothing is conjugated. The convention is
/// e^{−iωt}: e^{ikx} travels towards larger x. In acoustics u is a pressure, k = ω/c₀ the wave
/// number in a reference medium, ρ the density relative to it and m = n² = (c₀/c)² the squared
/// refractive index; a positive imaginary part of m absorbs.
///
/// On the boundary (1/ρ) ∂u/∂n = β u + g. An absorbing part has β = i k; with an incident wave w, it
/// lets w in and the rest out: g = ∂w/∂n − i k w.
public struct HelmholtzProblem: Sendable {
  /// What a region is made of. Where two materials meet on a cell, the later one holds.
  public struct Material: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// m = n².
    public var index: ComplexExpression
    /// ρ.
    public var density: ComplexExpression

    /// A medium on some regions.
    public init(
      regions: [String], index: ComplexExpression = ComplexExpression(1),
      density: ComplexExpression = ComplexExpression(1)
    ) {
      (self.regions, self.index, self.density) = (regions, index, density)
    }
  }

  /// What happens on a part of the boundary; where nothing is said, it is sound-hard. Natural data
  /// of several entries add up.
  public struct Boundary: Sendable {
    /// The regions: of one dimension less than the domain for natural data, of any for essential.
    public var regions: [String]
    /// u itself; zero is sound-soft.
    public var value: ComplexExpression?
    /// q.
    public var flux: ComplexExpression?
    /// β and g.
    public var robin: (coefficient: ComplexExpression, value: ComplexExpression)?
    /// Whether the wave leaves here, and what comes in.
    public var absorption: Absorption?

    /// A boundary through which waves leave.
    public enum Absorption: Sendable {
      /// Nothing comes in.
      case outgoing
      /// A wave w, given as an expression, comes in.
      case incident(ComplexExpression)
    }

    /// A condition on some regions.
    public init(
      regions: [String], value: ComplexExpression? = nil, flux: ComplexExpression? = nil,
      robin: (coefficient: ComplexExpression, value: ComplexExpression)? = nil,
      absorption: Absorption? = nil
    ) {
      (self.regions, self.value, self.flux) = (regions, value, flux)
      (self.robin, self.absorption) = (robin, absorption)
    }
  }

  /// What is radiated inside, per volume. Several entries add up.
  public struct Source: Sendable {
    /// The regions, of the dimension of the domain.
    public var regions: [String]
    /// f.
    public var value: ComplexExpression

    /// A source on some regions.
    public init(regions: [String], value: ComplexExpression) {
      (self.regions, self.value) = (regions, value)
    }
  }

  /// A quantity of interest, linear in u: an integral, a mean or the value at a point.
  public typealias Output = DiffusionProblem.Output

  /// Lagrange degree, 1 or 2.
  public var degree: Int
  /// k, an expression of the parameters alone.
  public var wavenumber: Expression
  /// At least one, together covering the domain.
  public var materials: [Material]
  /// Conditions on the boundary.
  public var boundaries: [Boundary]
  /// Sources.
  public var sources: [Source]
  /// Quantities of interest.
  public var outputs: [Output]

  /// A problem from its data.
  public init(
    degree: Int = 1, wavenumber: Expression, materials: [Material],
    boundaries: [Boundary] = [], sources: [Source] = [], outputs: [Output] = []
  ) {
    (self.degree, self.wavenumber, self.materials) = (degree, wavenumber, materials)
    (self.boundaries, self.sources, self.outputs) = (boundaries, sources, outputs)
  }
}
