internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// Solves −Δu = 1 on the unit square with u = 0 around it, by quadratic triangles.
///
/// - Returns: The largest value of u and its integral.
public func poissonOnTheUnitSquare(cells: Int) throws -> (maximum: Double, integral: Double) {
  let mesh = Box(size: [1, 1], cells: [cells, cells], split: .crossed).mesh()
  let problem = DiffusionProblem(
    degree: 2,
    materials: [.init(regions: ["*"], conductivity: .scalar(Expression(1)))],
    boundaries: [.init(regions: ["left", "right", "bottom", "top"], value: Expression(0))],
    sources: [.init(regions: ["*"], value: Expression(1))])
  let model = try DiffusionModel(problem, on: mesh, parameters: .point)
  let field = Field(model.space, try model.field(try model.solve(at: []), at: []))
  let domain = mesh.topology.everything(ofDimension: 2)
  return (field.maximum(over: domain) ?? .nan, try field.integral(over: domain))
}

/// Assembles all operators of ∫ (θ₁ + θ₂ x) ∇u·∇v + θ₃ u v in one sweep over the cells, and forms
/// the operator of given θ from them.
///
/// - Returns: The energy of u = x on the unit cube: θ₁ + θ₂/2 + θ₃/3.
public func energyOfAFamily(theta: [Double]) throws -> Double {
  let mesh = Box(size: [1, 1, 1], cells: [4, 4, 4]).mesh()
  let domain = mesh.topology.everything(ofDimension: 3)
  let space = try FunctionSpace(mesh, degree: 1)
  let family = try AssemblyPlan(space).assemble(family: [
    [.stiffness(.constant(1), on: domain)],
    [.stiffness(try Coefficient(Expression(.coordinate(0))), on: domain)],
    [.mass(.constant(1), on: domain)],
  ])
  let u = space.interpolate { $0.x }
  return family.combined(with: theta).bilinear(u, u)
}

/// Looks at a linear function as a finite element field: its value at a point and its norms.
///
/// - Returns: u(0.3, 0.6), ‖u‖ and ‖∇u‖ of u = x + 2 y on the unit square.
public func valuesOfAField() throws -> (value: Double, normL2: Double, seminormH1: Double) {
  let mesh = Box(size: [1, 1], cells: [5, 5]).mesh()
  let space = try FunctionSpace(mesh, degree: 1)
  let field = Field(space, space.interpolate { $0.x + 2 * $0.y })
  let domain = mesh.topology.everything(ofDimension: 2)
  return (
    try field.value(at: [0.3, 0.6], CellLocator(mesh)), try field.normL2(over: domain),
    try field.seminormH1(over: domain)
  )
}
