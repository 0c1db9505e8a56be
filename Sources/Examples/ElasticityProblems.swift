internal import Expressions
internal import FiniteElements
internal import Meshes
internal import ModelReduction
internal import Physics

/// Bends a cantilever of plane stress, E = 1000, by a force of 1 at its end.
///
/// - Returns: The deflection of the end, the force at the clamp and the largest von Mises stress.
public func cantilever(
  cells: Int
) throws -> (deflection: Double, reaction: Double, stress: Double) {
  let mesh = Box(size: [10, 1], cells: [10 * cells, cells], shape: .quadrilateral).mesh()
  let zero = Expression(0)
  let problem = ElasticityProblem(
    degree: 2, assumption: .planeStress,
    materials: [
      .init(regions: ["*"], law: .isotropic(young: Expression(1000), poisson: Expression(0.3)))
    ],
    boundaries: [
      .init(regions: ["left"], value: [zero, zero]),
      .init(regions: ["right"], traction: [zero, Expression(-1)]),
    ],
    outputs: [
      .init(name: "deflection", kind: .value(Expression(.field("u.y")), at: [10, 0.5])),
      .init(name: "reaction", kind: .reaction(axis: 1), regions: ["left"]),
      .init(name: "stress", kind: .maximum(Expression(.field("stress.von-mises")))),
    ])
  let model = try ElasticityModel(problem, on: mesh, parameters: .point)
  let free: [Double] = try model.solve(at: [])
  let linear = try model.decomposition.outputValues(of: free, at: [])
  let whole = try model.fieldOutputValues(ofField: try model.field(free, at: []), at: [])
  return (linear[0].value, linear[1].value, whole[0].value)
}

/// Rings a free steel cube of side 1 m.
///
/// - Returns: The number of rigid motions and the first frequency above zero, in Hz.
public func ringingCube(cells: Int) throws -> (rigid: Int, frequency: Double) {
  let mesh = Box(size: [1, 1, 1], cells: [cells, cells, cells], shape: .hexahedron).mesh()
  let problem = ElasticityProblem(
    degree: 2,
    materials: [
      .init(
        regions: ["*"], law: .isotropic(young: Expression(210e9), poisson: Expression(0.3)),
        density: Expression(7850))
    ])
  let modes = try VibrationModel(problem, on: mesh).modes(count: 7, at: [])
  return (modes.rigidCount, modes.frequencies[6])
}
