public import Meshes

/// One integral that is linear in a vector field u and in the test function v, and symmetric.
public struct VectorBilinearTerm: Sendable {
  /// What is integrated.
  public enum Form: Sendable, Hashable {
    /// ∫ ε(u) : C ε(v) over cells of the domain. The coefficient is λ, μ of Lamé or the upper
    /// triangle of C, row by row, in the order of the strain's components.
    case elasticity
    /// ∫ λ div u div v over cells of the domain, λ scalar.
    case dilatation
    /// ∫ 2 μ ε(u) : ε(v) over cells of the domain, μ scalar.
    case shear
    /// ∫ ρ u·v over cells of the domain, ρ scalar.
    case mass
    /// ∫ v·k u over cells of the domain or of its boundary: springs; k is a scalar or a symmetric
    /// tensor, xx, yy, xy or xx, yy, zz, yz, xz, xy.
    case foundation
    /// ∫ k (u·n) (v·n) over facets, with the unit normal n and k scalar: springs that act along the
    /// normal.
    case normalFoundation
  }
  /// How the dilatation div u enters the λ-part of an integral.
  public enum Dilatation: String, Sendable {
    /// As it is at each point: volumetric locking near incompressibility.
    case pointwise
    /// Only its part of one degree less, which does not lock: on quadrilaterals, hexahedra, wedges
    /// and pyramids of degree 1 its mean over the cell, of degree 2 that seen by the quadrature of
    /// one degree less. Simplices of degree 2 do not need it; on those of degree 1 the dilatation is
    /// constant already, and locking remains.
    /// - Source: Malkus, Hughes, *Mixed finite element methods: reduced and selective integration
    ///   techniques*, Comput. Methods Appl. Mech. Eng. 15 (1978).
    case averaged
  }

  /// What is integrated.
  public let form: Form
  /// The coefficient.
  public let coefficient: Coefficient
  /// Where.
  public let region: Region
  /// The dilatation in the λ-part; needs Lamé's coefficients.
  public let dilatation: Dilatation
  /// The degree of the quadrature; nil leaves the choice to the assembly.
  public let quadratureDegree: Int?

  /// A term.
  public init(
    _ form: Form, _ coefficient: Coefficient, on region: Region,
    dilatation: Dilatation = .pointwise, quadratureDegree: Int? = nil
  ) {
    self.form = form
    self.coefficient = coefficient
    self.region = region
    self.dilatation = dilatation
    self.quadratureDegree = quadratureDegree
  }

  /// ∫ ε(u) : C ε(v).
  public static func elasticity(
    _ stiffness: Coefficient, on region: Region, dilatation: Dilatation = .pointwise
  ) -> VectorBilinearTerm {
    VectorBilinearTerm(.elasticity, stiffness, on: region, dilatation: dilatation)
  }

  /// ∫ λ div u div v.
  public static func dilatation(
    _ lambda: Coefficient, on region: Region, dilatation: Dilatation = .pointwise
  ) -> VectorBilinearTerm {
    VectorBilinearTerm(.dilatation, lambda, on: region, dilatation: dilatation)
  }

  /// ∫ 2 μ ε(u) : ε(v).
  public static func shear(_ mu: Coefficient, on region: Region) -> VectorBilinearTerm {
    VectorBilinearTerm(.shear, mu, on: region)
  }

  /// ∫ ρ u·v.
  public static func mass(_ density: Coefficient, on region: Region) -> VectorBilinearTerm {
    VectorBilinearTerm(.mass, density, on: region)
  }

  /// ∫ v·k u.
  public static func foundation(_ k: Coefficient, on region: Region) -> VectorBilinearTerm {
    VectorBilinearTerm(.foundation, k, on: region)
  }

  /// ∫ k (u·n) (v·n).
  public static func normalFoundation(_ k: Coefficient, on region: Region) -> VectorBilinearTerm {
    VectorBilinearTerm(.normalFoundation, k, on: region)
  }
}

/// One integral that is linear in the test function v of a vector space: a load or a linear output.
public struct VectorLinearTerm: Sendable {
  /// What is integrated.
  public enum Form: Sendable, Hashable {
    /// ∫ f·v over cells of any dimension, f with the components of the space: a body force, a
    /// traction on facets, a force per length on edges or, over point cells, forces.
    case force
    /// ∫ −p n·v over facets, with the normal n that points out of the domain and p scalar.
    case pressure
    /// ∫ σ : ε(v) over cells of the domain, σ in the order of the strain's components: the load of
    /// an initial or thermal strain ε₀ with σ = C ε₀, or a mean of a stress C ε(u) as an output.
    case stress
    /// ∫ b : ∇v over cells of the domain; entry (k, m) of b, of `components` rows and as many columns
    /// as coordinates, row by row, belongs to ∂v_k/∂x_m.
    case gradient
  }
  /// What is integrated.
  public let form: Form
  /// The coefficient.
  public let coefficient: Coefficient
  /// Where.
  public let region: Region
  /// The degree of the quadrature; nil leaves the choice to the assembly.
  public let quadratureDegree: Int?

  /// A term.
  public init(
    _ form: Form, _ coefficient: Coefficient, on region: Region, quadratureDegree: Int? = nil
  ) {
    self.form = form
    self.coefficient = coefficient
    self.region = region
    self.quadratureDegree = quadratureDegree
  }

  /// ∫ f·v.
  public static func force(_ f: Coefficient, on region: Region) -> VectorLinearTerm {
    VectorLinearTerm(.force, f, on: region)
  }

  /// ∫ −p n·v.
  public static func pressure(_ p: Coefficient, on region: Region) -> VectorLinearTerm {
    VectorLinearTerm(.pressure, p, on: region)
  }

  /// ∫ σ : ε(v).
  public static func stress(_ sigma: Coefficient, on region: Region) -> VectorLinearTerm {
    VectorLinearTerm(.stress, sigma, on: region)
  }

  /// ∫ b : ∇v.
  public static func gradient(_ b: Coefficient, on region: Region) -> VectorLinearTerm {
    VectorLinearTerm(.gradient, b, on: region)
  }
}
