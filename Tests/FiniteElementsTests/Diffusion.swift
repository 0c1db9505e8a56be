import FiniteElements
import LinearAlgebra
import Meshes
import RealModule
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
}
