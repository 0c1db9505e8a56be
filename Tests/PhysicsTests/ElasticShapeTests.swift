import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

/// Elasticity on every filling of a box, pyramids and mixtures among them, and on cells of second
/// order with few or all nodes.
@Suite struct `Elasticity on cells of every shape` {
  /// The largest difference to a stretch whose values are prescribed on all sides.
  private func stretchError(_ row: ShapedCase) throws -> Double {
    let (mesh, degree) = (row.mesh(2, distortion: 0.15), row.degree)
    let t = try ElasticTexts()
    let texts =
      mesh.dimension == 2
      ? ["0.01*x + 0.02*y", "0.005*x - 0.003*y"]
      : ["0.01*x + 0.02*y - 0.01*z", "0.005*x - 0.003*y", "0.02*z + 0.01*x"]
    let problem = ElasticityProblem(
      degree: degree, materials: [try t.material("200", "0.3")],
      boundaries: [.init(regions: row.sides, value: try texts.map { try t($0) })])
    let solution = try ElasticSolution(problem, on: mesh, t)
    let exact = solution.model.space.interpolate(mesh.dimension == 2 ? Self.flat : Self.solid)
    var largest = 0.0
    for (a, b) in zip(solution.field, exact) { largest = max(largest, abs(a - b)) }
    return largest
  }

  private static func flat(_ p: Point) -> Point {
    Point(0.01 * p.x + 0.02 * p.y, 0.005 * p.x - 0.003 * p.y, 0)
  }

  private static func solid(_ p: Point) -> Point {
    let u = 0.01 * p.x + 0.02 * p.y - 0.01 * p.z
    return Point(u, 0.005 * p.x - 0.003 * p.y, 0.02 * p.z + 0.01 * p.x)
  }

  @Test(arguments: ShapedCase.all)
  func `a constant stress is exact on distorted cells`(row: ShapedCase) throws {
    #expect(try stretchError(row) < 1e-13)
  }

  /// u = (sin y cos z, sin z cos x, sin x cos y) has no divergence and Δu = −2u; with λ = μ = 1 the
  /// force −div σ is 2u.
  private func errors(_ mesh: Mesh, _ row: ShapedCase) throws -> ErrorNorms {
    let t = try ElasticTexts()
    let exact = ["sin(y)*cos(z)", "sin(z)*cos(x)", "sin(x)*cos(y)"]
    let slopes: [(name: String, exact: String)] = [
      ("dx(u.x)", "0"), ("dy(u.x)", "cos(y)*cos(z)"), ("dz(u.x)", "-sin(y)*sin(z)"),
      ("dx(u.y)", "-sin(z)*sin(x)"), ("dy(u.y)", "0"), ("dz(u.y)", "cos(z)*cos(x)"),
      ("dx(u.z)", "cos(x)*cos(y)"), ("dy(u.z)", "-sin(x)*sin(y)"), ("dz(u.z)", "0"),
    ]
    func squares(_ pairs: [(name: String, exact: String)]) throws -> Expression {
      try pairs.reduce(Expression(0)) { sum, pair in
        let difference = Expression(.field(pair.name)) - (try t(pair.exact))
        return sum + difference * difference
      }
    }
    let values = zip(["u.x", "u.y", "u.z"], exact).map { (name: $0, exact: $1) }
    let problem = ElasticityProblem(
      degree: row.degree, materials: [try t.material("2.5", "0.25")],
      boundaries: [.init(regions: row.sides, value: try exact.map { try t($0) })],
      sources: [.init(regions: ["*"], value: try exact.map { try t("2*" + $0) })],
      outputs: [
        .init(name: "L2", kind: .integral(try squares(values))),
        .init(name: "H1", kind: .integral(try squares(slopes))),
      ])
    let outputs = try ElasticSolution(problem, on: mesh, t).outputs()
    return ErrorNorms(
      l2: try #require(outputs["L2"]).squareRoot(), h1: try #require(outputs["H1"]).squareRoot())
  }

  @Test(arguments: ShapedCase.all.filter { $0.dimension == 3 })
  func `in space the error falls as h^(k+1) in L2 and h^k in H1`(row: ShapedCase) throws {
    let orders = try row.orders { try errors($0, row) }
    #expect(orders.distance(toDegree: row.degree) < 0.15, "\(orders)")
  }

  @Test(arguments: ShapedCase.all.filter { $0.dimension == 3 && $0.nodes != .corners })
  func `in a curved shell the full order is kept`(row: ShapedCase) throws {
    let orders = try row.orders(on: CurvedShell.sphere.map) { try errors($0, row) }
    #expect(orders.distance(toDegree: 2) < 0.15, "\(orders)")
  }

  @Test(arguments: ShapedCase.all)
  func `the work of loads is twice the strain energy, and reactions balance loads`(
    row: ShapedCase
  ) throws {
    let t = try ElasticTexts()
    let d = row.dimension
    let problem = ElasticityProblem(
      degree: row.degree, materials: [try t.material("200*(1 + x)", "0.3")],
      boundaries: [
        .init(regions: ["left"], value: [Expression?](repeating: Expression(0), count: d)),
        .init(regions: ["right"], traction: try ["1", "2*y", "-3"].prefix(d).map { try t($0) }),
        try t.pressure("2 + x", on: "top"),
      ],
      sources: [.init(regions: ["*"], value: try ["0", "x", "-2"].prefix(d).map { try t($0) })],
      outputs: [.init(name: "energy", kind: .strainEnergy)]
        + (0..<d).map { .init(name: "r\($0)", kind: .reaction(axis: $0), regions: ["left"]) })
    let solution = try ElasticSolution(problem, on: row.mesh(2, distortion: 0.2), t)
    let outputs = try solution.outputs()
    let work = dot(try solution.model.decomposition.load(at: []), solution.free)
    let energy = try #require(outputs["energy"])
    #expect(energy > 1e-3 && abs(work - 2 * energy) < 1e-11 * work)
    // By hand: the traction's resultant (1, 1, −3), the body's (0, 1/2, −2), the pressure's 5/2
    // against the top, which lies across y in the plane and across z in space.
    let reactions: [Double] = d == 2 ? [-1, 2.5 - 1.5] : [-1, -1.5, 2.5 + 5]
    for (axis, expected) in reactions.enumerated() {
      #expect(abs(try #require(outputs["r\(axis)"]) - expected) < 1e-10)
    }
  }
}
