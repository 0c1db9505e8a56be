internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction

/// The integrals of an advection–diffusion problem as affine sums.
struct AdvectionForms {
  /// Σ θ_q A_q.
  private(set) var operators: AffineForms
  /// Σ θ_q M_q, for problems in time.
  private(set) var masses = CapacityForms()
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
      try masses.add(capacity: capacity, on: region, of: subject, assembly)
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
    func terms(
      _ entries: [Expression], _ name: String
    ) throws(PhysicsError) -> [StreamlineUpwinding.Term] {
      // Signs and numbers would make several terms of what is one without parameters.
      guard entries.contains(where: \.usesParameters) else { return [(Expression(1), entries)] }
      let split = try SeparatedTerms(entries, of: subject, as: name, positive: positive)
      return zip(split.thetas.coefficients, split.functions).map { (theta: $0, g: $1) }
    }
    let weights = problem.upwinding.isEmpty ? problem.upwindingWeights : problem.upwinding
    let upwinding = StreamlineUpwinding(
      velocity: try terms(problem.velocities[m], "velocity"),
      conductivity: try terms(material.conductivity.entries, "conductivity"),
      weight: try separated(weights[m], of: subject, as: "weight of SUPG", positive: positive))
    func tested(_ theta: Expression, _ g: Expression) -> [StreamlineUpwinding.Term] {
      upwinding.tests.map { test in
        (theta: (test.theta * theta).simplified(), g: test.g.map { ($0 * g).simplified() })
      }
    }
    for test in upwinding.tests {
      for residual in upwinding.residuals {
        try operators.add(
          .directional, (residual.theta * test.theta).simplified(), residual.g + test.g,
          "velocity", region, subject)
      }
    }
    if space.degree == 2 {
      for (axis, curvatures) in upwinding.curvatures.enumerated() {
        for term in curvatures {
          try operators.add(
            .curvature(axis: axis), term.theta, term.g, "conductivity", region, subject)
        }
      }
    }
    if let reaction = material.reaction {
      for (theta, g) in try separated(reaction, of: subject, as: "reaction", positive: positive) {
        for term in tested(theta, g) {
          try operators.add(
            .conservativeAdvection, term.theta, term.g, "reaction", region, subject)
        }
      }
    }
    for (theta, g) in try separated(capacity, of: subject, as: "capacity", positive: positive) {
      for term in tested(theta, g) {
        try masses.add(term.theta, upwinded: term.g, on: region, of: subject)
      }
    }
    let d = mesh.dimension
    for (s, source) in problem.diffusion.sources.enumerated() {
      let whole = try mesh.union(of: source.regions, dimensions: d...d, subject: .source(s))
      let common = region.intersection(whole)
      if common.cellCount == 0 { continue }
      for (theta, g) in try separated(
        source.value, of: .source(s), as: "source", positive: positive)
      {
        for term in tested(theta, g) {
          try loads.add(.gradient, term.theta, term.g, "source", common, .source(s))
        }
      }
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
      guard problem.stabilization == .supg, problem.upwinding.isEmpty else { continue }
      let weight = problem.upwindingWeights[m]
      if (try? weight.affineSplit(positive: positive)) == nil {
        return "the weight of SUPG for the velocity '\(velocity.map(\.description))' does not "
          + "separate into functions of the parameters and of the point"
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
