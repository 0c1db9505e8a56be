import FiniteElements
import LinearAlgebra
import Meshes
import RealModule
import TestSupport
import Testing

func cosine(_ x: Double) -> Double { Double.cos(x) }

/// −∇·(κ ∇u) + c u = f with essential values on some regions, solved directly.
struct Diffusion {
  let space: FunctionSpace
  let plan: AssemblyPlan

  init(_ mesh: Mesh, degree: Int) throws {
    space = try FunctionSpace(mesh, degree: degree)
    plan = AssemblyPlan(space)
  }

  func region(_ name: String) throws -> Region {
    try #require(space.mesh.region(named: name), "no region '\(name)'")
  }

  func solve(
    _ operators: [BilinearTerm], _ loads: [LinearTerm], _ conditions: [DirichletCondition]
  ) throws -> Field {
    let a = try plan.assemble(operators)
    let f = try plan.assemble(loads)
    let essential = try EssentialDofs(space, conditions)
    let elimination = Elimination(plan.pattern, essential)
    let factor = try SparseCholesky(elimination.free(of: a))
    return Field(space, essential.assembled(free: factor.solve(elimination.load(f, a))))
  }

  /// The errors of a manufactured wave whose values are prescribed on all sides of a box.
  static func waveErrors(on mesh: Mesh, _ row: ShapedCase) throws -> ErrorNorms {
    let exact = ManufacturedSolution.wave(row.dimension)
    let problem = try Diffusion(mesh, degree: row.degree)
    let domain = try problem.region("domain")
    let field = try problem.solve(
      [.stiffness(.constant(1), on: domain)], [.value(Coefficient(exact.source), on: domain)],
      try row.sides.map {
        DirichletCondition(Coefficient(exact.value), on: try problem.region($0))
      })
    return ErrorNorms(
      l2: try field.errorL2(exact.value, over: domain, quadratureDegree: 6),
      h1: try field.errorH1(exact.gradient, over: domain, quadratureDegree: 6))
  }
}
