internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// The integrals of an advection–diffusion problem as affine sums.
struct AdvectionForms {
  /// Σ θ_q A_q.
  private(set) var operators: AffineForms
  /// Σ θ_q M_q, for problems in time.
  private(set) var masses = AffineForms()
  /// Σ θ_p f_p.
  private(set) var loads: LoadForms

  init(
    _ problem: AdvectionDiffusionProblem, _ assembly: ScalarAssembly, times: [Double] = []
  ) throws(PhysicsError) {
    let (space, positive) = (assembly.space, assembly.positive)
    let (mesh, diffusion) = (space.mesh, problem.diffusion)
    if problem.stabilization == .supg, space.degree == 2,
      mesh.blocks.contains(where: { $0.shape == .pyramid && $0.cellCount > 0 })
    {
      throw PhysicsError(
        .problem,
        "SUPG of degree 2 needs second derivatives, which functions on pyramids have not; use "
          + "degree = 1, or a mesh without pyramids")
    }
    operators =
      try OperatorForms(diffusion, space, assembly.parameters, positive: positive).forms
    loads = try LoadForms(
      diffusion, space, assembly.parameters, times: times, positive: positive)
    let regions = try mesh.materialRegions(diffusion.materials.map(\.regions))
    for (m, region) in regions.enumerated() where region.cellCount > 0 {
      let (velocity, subject) = (problem.velocities[m], PhysicsError.Subject.material(m))
      guard velocity.count == mesh.dimension else {
        throw PhysicsError(
          subject,
          "the velocity has \(velocity.count) components in \(mesh.dimension) dimensions")
      }
      let capacity = problem.capacities.isEmpty ? Expression(1) : problem.capacities[m]
      _ = try operators.add(
        .advection, velocity, "velocity", region, subject, positive: positive)
      let mass = try masses.add(
        .mass, [capacity], "capacity", region, subject, positive: positive)
      guard !mass.places.isEmpty else { throw PhysicsError(subject, "the capacity is zero") }
      if problem.stabilization == .supg, velocity.contains(where: { $0.constantValue != 0 }) {
        try stabilize(problem, m, capacity, region, space, positive)
      }
    }
  }

  private mutating func stabilize(
    _ problem: AdvectionDiffusionProblem, _ m: Int, _ capacity: Expression, _ region: Region,
    _ space: FunctionSpace, _ positive: Set<Symbol>
  ) throws(PhysicsError) {
    let mesh = space.mesh
    let (material, subject) = (problem.diffusion.materials[m], PhysicsError.Subject.material(m))
    let entries =
      switch material.conductivity {
      case .scalar(let kappa): [kappa]
      case .tensor(let entries): entries
      }
    let upwinding = StreamlineUpwinding(
      velocity: problem.velocities[m], conductivity: entries, degree: space.degree)
    func tested(_ g: Expression) -> [Expression] {
      upwinding.test.map { ($0 * g).simplified() }
    }
    try operators.add(
      .directional, Expression(1), upwinding.residual + upwinding.test, "velocity", region, subject)
    if space.degree == 2 {
      for (axis, entries) in upwinding.curvature.enumerated() {
        try operators.add(
          .curvature(axis: axis), Expression(1), entries, "conductivity", region, subject)
      }
    }
    if let reaction = material.reaction {
      for (theta, g) in try separated(reaction, of: subject, as: "reaction", positive: positive) {
        try operators.add(
          .conservativeAdvection, theta, tested(g), "reaction", region, subject)
      }
    }
    for (theta, g) in try separated(capacity, of: subject, as: "capacity", positive: positive) {
      try masses.add(.conservativeAdvection, theta, tested(g), "capacity", region, subject)
    }
    let d = mesh.dimension
    for (s, source) in problem.diffusion.sources.enumerated() {
      let whole = try mesh.union(of: source.regions, dimensions: d...d, subject: .source(s))
      let common = region.intersection(whole)
      if common.cellCount == 0 { continue }
      for (theta, g) in try separated(
        source.value, of: .source(s), as: "source", positive: positive)
      { try loads.add(.gradient, theta, tested(g), "source", common, .source(s)) }
    }
  }

  /// Why the problem is no affine sum in the parameters; nil where it may be one.
  static func obstacle(
    _ problem: AdvectionDiffusionProblem, positive: Set<Symbol>
  ) -> String? {
    for (m, velocity) in problem.velocities.enumerated() {
      for component in velocity where (try? component.affineSplit(positive: positive)) == nil {
        return "the velocity '\(component)' does not separate into functions of the parameters "
          + "and of the point"
      }
      guard problem.stabilization == .supg else { continue }
      let entries =
        switch problem.diffusion.materials[m].conductivity {
        case .scalar(let kappa): [kappa]
        case .tensor(let entries): entries
        }
      if velocity.allSatisfy({ $0.constantValue == 0 }) { continue }
      for (name, expressions) in [("velocity", velocity), ("conductivity", entries)] {
        for expression in expressions where expression.usesParameters {
          return "with SUPG the \(name) '\(expression)' must not depend on the parameters: τ is no "
            + "sum of products of functions of the parameters and of the point"
        }
      }
    }
    return nil
  }
}

extension Expression {
  /// Whether a parameter or the time occurs.
  fileprivate var usesParameters: Bool {
    symbols.contains {
      switch $0 {
      case .parameter, .time: true
      default: false
      }
    }
  }
}
