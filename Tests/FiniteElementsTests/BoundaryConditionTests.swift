import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import TestSupport
import Testing

@Suite struct `Boundary conditions` {
  @Test(arguments: [(2, 1), (2, 2), (3, 1), (3, 2)])
  func `through a wall with an exchange coefficient the profile is linear`(
    dimension: Int, degree: Int
  ) throws {
    // −κ u'' = 0, inflow q at the left, κ u' = h (T − u) at the right: u = T + q/h + q (1 − x)/κ.
    let (kappa, q, h, ambient) = (2.0, 3.0, 5.0, 20.0)
    let problem = try Diffusion(try NastyMesh.read(dimension), degree: degree)
    let (left, right) = (try problem.region("left"), try problem.region("right"))
    let domain = try problem.region("domain")
    let field = try problem.solve(
      [.stiffness(.constant(kappa), on: domain), .mass(.constant(h), on: right)],
      [.value(.constant(q), on: left), .value(.constant(h * ambient), on: right)], [])
    for (dof, value) in field.values.enumerated() {
      let x = problem.space.place(ofDof: dof).x
      #expect(abs(value - (ambient + q / h + q * (1 - x) / kappa)) < 1e-10)
    }
    // What flows in flows out.
    let out =
      h * (try field.integral(over: right) - ambient * problem.space.mesh.measure(of: right))
    #expect(abs(out - q) < 1e-10)
  }

  @Test(arguments: [1, 2])
  func `all heat from source and flux leaves through exchange and essential boundary`(
    degree: Int
  ) throws {
    let problem = try Diffusion(NastyMesh.bentBox(2, 9), degree: degree)
    let domain = try problem.region("domain")
    let kappa = try Coefficient(
      Expression(parsing: "1 + x^2 + y", in: ExpressionScope(coordinates: 2)))
    let operators: [BilinearTerm] = [
      .stiffness(kappa, on: domain), .mass(.constant(4), on: try problem.region("top")),
    ]
    let loads: [LinearTerm] = [
      .value(Coefficient { 1 + $0.x }, on: domain),
      .value(.constant(0.7), on: try problem.region("right")),
    ]
    let field = try problem.solve(
      operators, loads,
      [DirichletCondition(Coefficient { $0.x * $0.y }, on: try problem.region("left"))])
    let a = try problem.plan.assemble(operators)
    let f = try problem.plan.assemble(loads)
    var reaction = a * field.values
    axpy(-1, f, into: &reaction)
    let left = problem.space.dofs(on: try problem.region("left"))
    let essential = left.reduce(0.0) { $0 - reaction[Int($1)] }
    let exchange = try 4 * field.integral(over: try problem.region("top"))
    #expect(abs(f.reduce(0, +) - essential - exchange) < 1e-11)
    #expect(abs(essential) > 0.1 && abs(exchange) > 0.1)
  }

  @Test func `where two regions meet the later condition wins and contradictions are counted`()
    throws
  {
    let mesh = Box(size: [1, 1], cells: [4, 4]).mesh()
    let space = try FunctionSpace(mesh, degree: 1)
    let left = try #require(mesh.region(named: "left"))
    let bottom = try #require(mesh.region(named: "bottom"))
    let essential = try EssentialDofs(
      space,
      [DirichletCondition(.constant(1), on: left), DirichletCondition(.constant(2), on: bottom)])
    #expect(essential.contradictionCount == 1)
    #expect(essential.constrained.count == 9 && essential.free.count == 16)
    let corner = try #require(essential.constrained.firstIndex(of: 0))
    #expect(essential.values[corner] == 2 && essential.condition[corner] == 1)
    let agreeing = try EssentialDofs(
      space,
      [
        DirichletCondition(Coefficient { 1 + $0.x }, on: left),
        DirichletCondition(Coefficient { 1 + $0.x }, on: bottom),
      ])
    #expect(agreeing.contradictionCount == 0)
    let rounded = try EssentialDofs(
      space,
      [
        DirichletCondition(Coefficient { $0.y + 1e-17 }, on: left),
        DirichletCondition(.constant(0), on: bottom),
      ])
    #expect(rounded.contradictionCount == 0)
    #expect(try agreeing.values(of: [nil, .constant(3)]).filter { $0 == 3 }.count == 5)
    #expect(throws: DirichletError.self) {
      try EssentialDofs(space, [DirichletCondition(Coefficient { 1 / $0.x }, on: left)])
    }
  }

  @Test func `elimination of a family keeps symmetry and one pattern`() throws {
    let mesh = Box(size: [1, 1, 1], cells: [4, 4, 4]).mesh()
    let problem = try Diffusion(mesh, degree: 1)
    let domain = try problem.region("domain")
    let family = try problem.plan.assemble(
      family: [[.stiffness(.constant(1), on: domain)], [.mass(.constant(1), on: domain)]])
    let essential = try EssentialDofs(
      problem.space, [DirichletCondition(.constant(1), on: try problem.region("bottom"))])
    let elimination = Elimination(problem.plan.pattern, essential)
    let free = elimination.free(of: family)
    let lift = elimination.lift(of: family)
    #expect(free.terms[0].pattern === free.terms[1].pattern)
    #expect(lift.terms[0].pattern === lift.terms[1].pattern)
    #expect(free.terms[0].isSymmetric(tolerance: 1e-15))
    // A u restricted to free rows is A_ff u_f + A_fc u_c.
    var random = SeededRandom(seed: 5)
    let u = (0..<problem.space.dofCount).map { _ in random.uniform() }
    let whole = essential.free(of: family.terms[0] * u)
    var split = free.terms[0] * essential.free(of: u)
    axpy(1, lift.terms[0] * essential.constrained.map { u[Int($0)] }, into: &split)
    for (a, b) in zip(whole, split) { #expect(abs(a - b) < 1e-13) }
    let again = essential.assembled(
      free: essential.free(of: u), values: essential.constrained.map { u[Int($0)] })
    #expect(again == u)
  }
}
