public import Expressions
public import ModelReduction

/// Advection, diffusion and reaction in weak form: find u, equal to the essential data on their
/// regions, with
///
///     ∫ c u' v + ∫ κ∇u·∇v + ∫ (b·∇u) v + ∫ r u v + ∫_exchange h u v  =  ∫ f v + ∫_flux q v + …
///
/// for all v that vanish on the essential regions; b is the velocity, everything else as in
/// ``DiffusionProblem``, the first term only in time. On a boundary without data nothing diffuses
/// through: an outlet.
///
/// With ``Stabilization/supg`` the residual in each cell is tested with τ b·∇v as well,
///
///     Σ_cells ∫ (c u' + b·∇u − ∇·κ∇u + r u − f) τ b·∇v,
///     τ = h / (2|b|) (coth Pe − 1/Pe),  Pe = |b| h / (2 κ),
///
/// with h the longest edge of the cell, half of it for degree 2, and κ the mean of the diagonal where
/// it is a tensor. For degree 2 ∇·κ∇u = ∇κ·∇u + κ : ∇∇u is taken whole, on curved cells too. Within
/// cells of degree 1 it is ∇κ·∇u; on cells that are no simplices the second derivatives that their
/// functions have besides are left out, which are zero on rectangles and bricks.
/// - Source: Brooks and Hughes, *Streamline upwind/Petrov–Galerkin formulations for convection
///   dominated flows*, Comput. Methods Appl. Mech. Eng. 32 (1982); Codina, Oñate and Cervera, *The
///   intrinsic time for the streamline upwind/Petrov–Galerkin formulation using quadratic elements*,
///   Comput. Methods Appl. Mech. Eng. 94 (1992).
public struct AdvectionDiffusionProblem: Sendable {
  /// How sharp layers are kept from ringing.
  public enum Stabilization: String, Sendable, CaseIterable {
    /// Not at all: Galerkin's method, for Pe below one.
    case none
    /// Streamline upwind Petrov–Galerkin.
    case supg
  }

  /// Everything but the velocity.
  public var diffusion: DiffusionProblem
  /// b of each material of `diffusion`, a component for each axis.
  public var velocities: [[Expression]]
  /// c of each material; empty stands for 1.
  public var capacities: [Expression]
  /// u at the start; zero where none is given.
  public var initials: [HeatProblem.Initial]
  /// Galerkin or SUPG.
  public var stabilization: Stabilization
  /// τ of each material where it is not to be that of its velocity and conductivity, as where it was
  /// interpolated; the size h of the cell stands in it as a fourth coordinate.
  var upwinding: [Expression] = []

  /// A problem from its data.
  ///
  /// - Precondition: A velocity for each material, and a capacity for each or none at all.
  public init(
    diffusion: DiffusionProblem, velocities: [[Expression]],
    stabilization: Stabilization = .none, capacities: [Expression] = [],
    initials: [HeatProblem.Initial] = []
  ) {
    let count = diffusion.materials.count
    precondition(
      velocities.count == count && (capacities.isEmpty || capacities.count == count),
      "\(velocities.count) velocities and \(capacities.count) capacities for \(count) materials")
    (self.diffusion, self.velocities) = (diffusion, velocities)
    (self.stabilization, self.capacities) = (stabilization, capacities)
    self.initials = initials
  }

  /// The problem with numbers for its parameters.
  public func at(_ mu: Parameter) -> AdvectionDiffusionProblem {
    func numbers(_ e: Expression) -> Expression {
      e.substituting { symbol in
        if case .parameter(let index) = symbol { Expression(mu[index]) } else { nil }
      }.simplified()
    }
    var copy = self
    copy.diffusion = diffusion.mapping(numbers)
    copy.velocities = velocities.map { $0.map(numbers) }
    copy.capacities = capacities.map(numbers)
    copy.upwinding = upwinding.map(numbers)
    for i in initials.indices { copy.initials[i].value = numbers(initials[i].value) }
    return copy
  }
}

extension AdvectionDiffusionProblem {
  /// τ of each material, from its velocity and conductivity; zero where nothing flows.
  var upwindingWeights: [Expression] {
    velocities.indices.map { m in
      velocities[m].allSatisfy { $0.constantValue == 0 }
        ? Expression(0)
        : StreamlineUpwinding.weight(
          velocity: velocities[m], conductivity: diffusion.materials[m].conductivity.entries,
          degree: diffusion.degree)
    }
  }
}

extension DiffusionProblem {
  /// The problem with every coefficient, but for those of outputs, changed.
  func mapping(_ change: (Expression) -> Expression) -> DiffusionProblem {
    var copy = self
    for m in materials.indices {
      switch materials[m].conductivity {
      case .scalar(let kappa): copy.materials[m].conductivity = .scalar(change(kappa))
      case .tensor(let entries): copy.materials[m].conductivity = .tensor(entries.map(change))
      }
      copy.materials[m].reaction = materials[m].reaction.map(change)
    }
    for b in boundaries.indices {
      copy.boundaries[b].value = boundaries[b].value.map(change)
      copy.boundaries[b].flux = boundaries[b].flux.map(change)
      copy.boundaries[b].exchange = boundaries[b].exchange.map {
        (coefficient: change($0.coefficient), ambient: change($0.ambient))
      }
    }
    for s in sources.indices { copy.sources[s].value = change(sources[s].value) }
    return copy
  }
}
