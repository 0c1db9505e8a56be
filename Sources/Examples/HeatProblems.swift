internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// Cools a bar of length 1 from u = sin πx with u = 0 at its ends, by BDF2.
///
/// - Returns: u in the middle at t = 0.1, near exp(−π²/10), and the number of factorizations: one
///   for the first step, which is backward Euler, and one for all others.
public func coolingOfABar(steps: Int) throws -> (middle: Double, factorizations: Int) {
  let mesh = Box(size: [1, 0.1], cells: [20, 1], shape: .quadrilateral).mesh()
  let scope = ExpressionScope(coordinates: 2)
  let problem = HeatProblem(
    conduction: DiffusionProblem(
      degree: 2, materials: [.init(regions: ["*"], conductivity: .scalar(Expression(1)))],
      boundaries: [.init(regions: ["left", "right"], value: Expression(0))],
      outputs: [.init(name: "middle", kind: .value(at: [0.5, 0.05]))]),
    capacities: [Expression(1)],
    initials: [.init(value: try Expression(parsing: "sin(pi*x)", in: scope))])
  let model = try HeatModel(
    problem, on: mesh, parameters: .point, scheme: .bdf2,
    grid: try TimeGrid(end: 0.1, step: 0.1 / Double(steps)))
  let last = try model.solver.outputs(at: []).last
  return (last?.values[0].value ?? .nan, model.solver.work.factorizations)
}

/// Heats a bar by 1 per area at one end while the other radiates with ε σ = 1 to zero.
///
/// - Returns: u where it radiates, whose fourth power is the flux, and the number of Newton steps.
public func radiatingBar() throws -> (end: Double, iterations: Int) {
  let mesh = Box(size: [1, 0.1], cells: [4, 1], shape: .quadrilateral).mesh()
  let problem = HeatProblem(
    conduction: DiffusionProblem(
      materials: [.init(regions: ["*"], conductivity: .scalar(Expression(1)))],
      boundaries: [.init(regions: ["left"], flux: Expression(1)), .init(regions: ["right"])]),
    initials: [.init(value: Expression(2))],
    radiations: [
      .init(
        boundary: 1, emissivity: Expression(1), ambient: Expression(0), constant: Expression(1))
    ])
  let model = try NonlinearHeatModel(problem, on: mesh, parameters: .point)
  let solution = try model.solve(at: [])
  let field = Field(model.space, solution.field)
  let right = mesh.region(named: "right")
  return (
    right.flatMap { field.minimum(over: $0) } ?? .nan, solution.report?.stepLengths.count ?? 0
  )
}

/// Carries u = 0 at the inlet through a channel to u = 1 at the outlet, against hardly any diffusion.
///
/// - Returns: The smallest value of u by Galerkin's method, which rings, and by SUPG.
public func boundaryLayer(cells: Int) throws -> (galerkin: Double, supg: Double) {
  let mesh = Box(size: [1, 0.01], cells: [cells, 1], shape: .quadrilateral).mesh()
  func smallest(_ kind: AdvectionDiffusionProblem.Stabilization) throws -> Double {
    let problem = AdvectionDiffusionProblem(
      diffusion: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(Expression(0.01)))],
        boundaries: [
          .init(regions: ["left"], value: Expression(0)),
          .init(regions: ["right"], value: Expression(1)),
        ]),
      velocities: [[Expression(1), Expression(0)]], stabilization: kind)
    let model = try AdvectionDiffusionModel(problem, on: mesh, parameters: .point)
    return try model.field(model.solve(at: []), at: []).min() ?? .nan
  }
  return (try smallest(.none), try smallest(.supg))
}

/// Tests the divergence of a quadratic velocity with linear pressures, the Taylor–Hood pair.
///
/// - Returns: ∫ ∇·w over the unit cube for w = (x², y z, 1): 3/2.
public func divergenceOfAVelocity() throws -> Double {
  let mesh = Box(size: [1, 1, 1], cells: [2, 2, 2], shape: .hexahedron).mesh()
  let domain = mesh.topology.everything(ofDimension: 3)
  let velocity = try FunctionSpace(mesh, degree: 2)
  let plan = MixedAssemblyPlan(test: try FunctionSpace(mesh, degree: 1), trial: velocity)
  let components = [
    velocity.interpolate { $0.x * $0.x }, velocity.interpolate { $0.y * $0.z },
    velocity.interpolate { _ in 1 },
  ]
  return try components.enumerated().reduce(0) { sum, component in
    let b = try plan.assemble([.derivative(component.offset, .constant(1), on: domain)])
    return sum + (b * component.element).reduce(0, +)
  }
}
