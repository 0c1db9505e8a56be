import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import RealModule
import TestSupport
import Testing

@Suite struct `Functionals of a field` {
  static let cases = [(2, 1), (2, 2), (3, 1), (3, 2)]

  private func nasty(
    _ dimension: Int, _ degree: Int, _ u: (Point) -> Double
  ) throws -> (mesh: Mesh, field: Field) {
    let mesh = try NastyMesh.read(dimension)
    let space = try FunctionSpace(mesh, degree: degree)
    return (mesh, Field(space, space.interpolate(u)))
  }

  @Test(arguments: cases)
  func `integral, mean, extrema and norms of a linear function are exact`(
    dimension: Int, degree: Int
  ) throws {
    let (mesh, field) = try nasty(dimension, degree) { 1 + 2 * $0.x + $0.y }
    let domain = try #require(mesh.region(named: "domain"))
    let right = try #require(mesh.region(named: "right"))
    #expect(abs(try field.integral(over: domain) - 2.5) < 1e-13)
    #expect(abs(try field.mean(over: right) - 3.5) < 1e-13)
    #expect(field.maximum(over: domain) == 4 && field.minimum(over: domain) == 1)
    #expect(field.minimum(over: right) == 3)
    // ∫ (1 + 2x + y)² = 1 + 4/3 + 1/3 + 2 + 1 + 1.
    #expect(abs(try field.normL2(over: domain) - (20.0 / 3).squareRoot()) < 1e-13)
    #expect(abs(try field.seminormH1(over: domain) - 5.0.squareRoot()) < 1e-12)
    #expect(abs(try field.normH1(over: domain) - (20.0 / 3 + 5).squareRoot()) < 1e-12)
  }

  @Test(arguments: cases)
  func `point values and gradients are those of the function`(
    dimension: Int, degree: Int
  ) throws {
    let quadratic = degree == 2 ? 1.0 : 0
    let (mesh, field) = try nasty(dimension, degree) {
      1 + 2 * $0.x - $0.y + quadratic * $0.x * $0.y
    }
    let locator = CellLocator(mesh)
    var random = SeededRandom(seed: 11)
    for _ in 0..<50 {
      let p = (0..<dimension).map { _ in random.uniform(0...1) }
      let wanted = 1 + 2 * p[0] - p[1] + quadratic * p[0] * p[1]
      #expect(abs(try field.value(at: p, locator) - wanted) < 1e-12)
      let g = try field.gradient(at: p, locator)
      #expect(abs(g.x - 2 - quadratic * p[1]) < 1e-9 && abs(g.y + 1 - quadratic * p[0]) < 1e-9)
    }
    let outside = [Double](repeating: 1.5, count: dimension)
    #expect(throws: FieldError.outside(point: outside)) {
      try field.value(at: outside, locator)
    }
  }

  @Test(arguments: [2, 3])
  func `on a boundary the gradient is that of the cell behind it`(dimension: Int) throws {
    let (mesh, field) = try nasty(dimension, 2) { $0.x * $0.x + 3 * $0.y }
    let right = try #require(mesh.region(named: "right"))
    let scope = ExpressionScope(coordinates: 3, fields: ["u"])
    let flux = try Expression(parsing: "dx(u) + 10*dy(u)", in: scope)
    #expect(abs(try field.integral(of: flux, over: right) - 32) < 1e-9)
    let square = try Expression(parsing: "u^2 * y", in: scope)
    // On x = 1: ∫ (1 + 3y)² y = 1/2 + 2 + 9/4.
    #expect(abs(try field.integral(of: square, over: right) - 4.75) < 1e-12)
    let broken = try Expression(parsing: "log(u - 2)", in: scope)
    #expect(throws: FieldError.self) { try field.integral(of: broken, over: right) }
  }

  @Test(arguments: cases)
  func `a linear functional is the integral of the field and its gradient`(
    dimension: Int, degree: Int
  ) throws {
    let (mesh, field) = try nasty(dimension, degree) { Double.sin($0.x) + $0.y * $0.z }
    let plan = AssemblyPlan(field.space)
    let domain = try #require(mesh.region(named: "domain"))
    let b = [Double](repeating: 2, count: dimension)
    let ell = try plan.assemble([
      .value(Coefficient { 1 + $0.y }, on: domain), .gradient(.constant(b), on: domain),
    ])
    let sum = dimension == 2 ? "dx(u) + dy(u)" : "dx(u) + dy(u) + dz(u)"
    let integrand = try Expression(
      parsing: "(1 + y)*u + 2*(\(sum))",
      in: ExpressionScope(coordinates: 3, fields: ["u"]))
    let wanted = try field.integral(of: integrand, over: domain)
    #expect(abs(dot(ell, field.values) - wanted) < 1e-12 * abs(wanted) + 1e-12)
  }

  @Test func `the disc of curved cells has its area, its rim its length`() throws {
    let errors = try [4, 8, 16].map { rings -> Double in
      let mesh = NastyMesh.curvedDisc(rings)
      let space = try FunctionSpace(mesh, degree: 2)
      let one = Field(space, [Double](repeating: 1, count: space.dofCount))
      let rim = try #require(mesh.region(named: "rim"))
      let disc = try #require(mesh.region(named: "*"))
      #expect(abs(try one.integral(over: rim) / (2 * .pi) - 1) < 1e-4)
      #expect(abs(try one.integral(over: disc) - mesh.measure(of: disc)) < 1e-13)
      return abs(try one.integral(over: disc) - .pi)
    }
    #expect(ObservedOrder(errors: errors, sizes: [1 / 4.0, 1 / 8.0, 1 / 16.0]).finest > 3.9)
  }

  @Test func `on Gmsh's curved disc a quadratic is solved for to a few digits more than h`() throws
  {
    // −Δu = 4 with u = 0 on the circle: u = 1 − r², which curved cells nearly contain.
    var notes: [String] = []
    let mesh = try Mesh(reading: "meshes/disc-p2.msh", notes: &notes)
    let problem = try Diffusion(mesh, degree: 2)
    let disc = try problem.region("*")
    let field = try problem.solve(
      [.stiffness(.constant(1), on: disc)], [.value(.constant(4), on: disc)],
      [DirichletCondition(.constant(0), on: try problem.region("rim"))])
    #expect(abs(try field.integral(over: disc) - .pi / 2) < 2e-4)
    #expect(abs(try field.value(at: [0, 0], CellLocator(mesh)) - 1) < 1e-3)
    #expect(try field.errorL2({ 1 - $0.x * $0.x - $0.y * $0.y }, over: disc) < 3e-4)
  }

  @Test(arguments: [(1, 1), (1, 2), (2, 1), (2, 2)])
  func `a field for drawing has its values at the nodes of its mesh`(
    order: Int, degree: Int
  ) throws {
    let first = try NastyMesh.read(3)
    let mesh = order == 1 ? first : first.withEdgeNodes()
    let space = try FunctionSpace(mesh, degree: degree)
    let u = { (p: Point) in p.x + 2 * p.y * p.z }
    let (plot, values) = Field(space, space.interpolate(u)).nodal()
    #expect(plot.order == degree && values.count == plot.pointCount)
    for point in 0..<plot.pointCount {
      let p = Array(plot.point(point))
      #expect(values[point] == u(Point(p[0], p[1], p[2])))
    }
  }
}
