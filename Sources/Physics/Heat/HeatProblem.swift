public import Expressions
public import FiniteElements

/// Heat conduction in weak form: find u(t), equal to the essential data on their regions, with
///
///     ∫ c u' v + ∫ κ∇u·∇v + ∫ r u v  =  ∫ f v + ∫_flux q v + ∫_exchange h (u_a − u) v
///                                      + ∫_radiation ε σ (T_a⁴ − u⁴) v
///
/// for all v that vanish on the essential regions, from u(t₀) = u₀. Here c is the capacity per
/// volume (density times specific heat); everything else is as in ``DiffusionProblem``.
///
/// Every coefficient is an expression of the coordinates, the parameters and the time t. Where one
/// depends on u, or one of the left side on t, or where there is radiation, the problem is one for
/// ``NonlinearHeatModel``. Radiation wants absolute temperatures.
public struct HeatProblem: Sendable {
  /// u₀ on some regions; where two overlap, the later one holds.
  public struct Initial: Sendable {
    /// The regions, of any dimension.
    public var regions: [String]
    /// u₀, of the coordinates and the parameters; with a nodal field, the factor of it.
    public var value: Expression
    /// Values at the nodes of the mesh of the problem; nil where `value` says all.
    public var field: Field?

    /// An initial value on some regions.
    public init(regions: [String] = ["*"], value: Expression) {
      (self.regions, self.value) = (regions, value)
    }

    /// Values at the nodes, times a factor.
    public init(regions: [String] = ["*"], field: Field, times factor: Expression = Expression(1)) {
      (self.regions, self.value, self.field) = (regions, factor, field)
    }
  }

  /// Radiation from a grey surface to an environment of one temperature.
  public struct Radiation: Sendable {
    /// The place of its entry among `conduction.boundaries`, on whose regions it acts.
    public var boundary: Int
    /// ε, from 0 to 1.
    public var emissivity: Expression
    /// T_a, absolute.
    public var ambient: Expression
    /// σ, the Stefan–Boltzmann constant in the units of the problem.
    public var constant: Expression

    /// σ in W/(m² K⁴).
    /// - Source: CODATA 2018.
    public static let stefanBoltzmann = 5.670374419e-8

    /// Radiation on the regions of a boundary entry.
    public init(
      boundary: Int, emissivity: Expression, ambient: Expression,
      constant: Expression = Expression(Radiation.stefanBoltzmann)
    ) {
      (self.boundary, self.emissivity) = (boundary, emissivity)
      (self.ambient, self.constant) = (ambient, constant)
    }
  }

  /// Conductivities, boundary conditions, sources and outputs.
  public var conduction: DiffusionProblem
  /// c of each material of `conduction`; empty for a steady problem.
  public var capacities: [Expression]
  /// u₀; zero where none is given.
  public var initials: [Initial]
  /// Radiating parts of the boundary.
  public var radiations: [Radiation]

  /// A problem from its data.
  ///
  /// - Precondition: A capacity for each material, or none at all; radiations name boundary entries.
  public init(
    conduction: DiffusionProblem, capacities: [Expression] = [], initials: [Initial] = [],
    radiations: [Radiation] = []
  ) {
    precondition(
      capacities.isEmpty || capacities.count == conduction.materials.count,
      "\(capacities.count) capacities for \(conduction.materials.count) materials")
    precondition(
      radiations.allSatisfy { conduction.boundaries.indices.contains($0.boundary) },
      "radiation on a boundary entry that does not exist")
    (self.conduction, self.capacities) = (conduction, capacities)
    (self.initials, self.radiations) = (initials, radiations)
  }

  /// Whether Newton's method is needed: a coefficient depends on u, there is radiation, or the left
  /// side moves with time, which no affine evolution does.
  public var isNonlinear: Bool {
    !radiations.isEmpty || conduction.usesField || capacities.contains(where: \.usesField)
      || (capacities + conduction.operatorCoefficients).contains { $0.symbols.contains(.time) }
  }
}

extension DiffusionProblem {
  /// Whether a coefficient, but for those of outputs, depends on u.
  var usesField: Bool {
    operatorCoefficients.contains(where: \.usesField) || sources.contains(where: \.value.usesField)
      || boundaries.contains { boundary in
        boundary.flux?.usesField ?? false || boundary.exchange?.ambient.usesField ?? false
      }
  }

  /// Conductivities, reactions and exchange coefficients.
  var operatorCoefficients: [Expression] {
    materials.flatMap { material -> [Expression] in
      let reaction = material.reaction.map { [$0] } ?? []
      switch material.conductivity {
      case .scalar(let kappa): return [kappa] + reaction
      case .tensor(let entries): return entries + reaction
      }
    } + boundaries.compactMap { $0.exchange?.coefficient }
  }
}

extension Expression {
  /// Whether u or a derivative of it occurs.
  var usesField: Bool {
    symbols.contains { if case .field = $0 { true } else { false } }
  }
}
