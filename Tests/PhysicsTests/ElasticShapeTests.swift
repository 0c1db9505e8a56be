import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

/// Elasticity on every filling of a box, pyramids and mixtures among them, and on cells of second
/// order with few or all nodes.
@Suite struct `Elasticity on cells of every shape` {
  private static let sides = ["left", "right", "bottom", "top", "front", "back"]

  /// The largest difference to a stretch whose values are prescribed on all sides.
  private func stretchError(_ mesh: Mesh, degree: Int) throws -> Double {
    let t = try ElasticTexts()
    let texts =
      mesh.dimension == 2
      ? ["0.01*x + 0.02*y", "0.005*x - 0.003*y"]
      : ["0.01*x + 0.02*y - 0.01*z", "0.005*x - 0.003*y", "0.02*z + 0.01*x"]
    let present = Self.sides.filter { mesh.region(named: $0) != nil }
    let problem = ElasticityProblem(
      degree: degree, materials: [try t.material("200", "0.3")],
      boundaries: [.init(regions: present, value: try texts.map { try t($0) })])
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

  @Test(arguments: ShapedBox.all, [1, 2])
  func `a constant stress is exact on distorted cells`(box: ShapedBox, degree: Int) throws {
    #expect(try stretchError(box.mesh(4, distortion: 0.15), degree: degree) < 1e-13)
  }

  @Test(
    arguments: [ShapedBox.Filling.quadrilaterals, .hexahedra, .wedges],
    [NodeSet.serendipity, .complete])
  func `a constant stress is exact on cells of second order`(
    filling: ShapedBox.Filling, nodes: NodeSet
  ) throws {
    let mesh = ShapedBox(filling).mesh(3, distortion: 0.15).withEdgeNodes(nodes)
    #expect(try stretchError(mesh, degree: 2) < 1e-13)
  }

  /// u = (sin y cos z, sin z cos x, sin x cos y) has no divergence and Δu = −2u; with λ = μ = 1 the
  /// force −div σ is 2u.
  private func errors(_ mesh: Mesh, degree: Int) throws -> (l2: Double, h1: Double) {
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
      degree: degree, materials: [try t.material("2.5", "0.25")],
      boundaries: [.init(regions: Self.sides, value: try exact.map { try t($0) })],
      sources: [.init(regions: ["*"], value: try exact.map { try t("2*" + $0) })],
      outputs: [
        .init(name: "L2", kind: .integral(try squares(values))),
        .init(name: "H1", kind: .integral(try squares(slopes))),
      ])
    let outputs = try ElasticSolution(problem, on: mesh, t).outputs()
    return (
      try #require(outputs["L2"]).squareRoot(), try #require(outputs["H1"]).squareRoot()
    )
  }

  @Test(
    arguments: [ShapedBox.Filling.tetrahedra, .hexahedra, .wedges, .pyramids],
    [1, 2])
  func `in space the error falls as h^(k+1) in L2 and h^k in H1`(
    filling: ShapedBox.Filling, degree: Int
  ) throws {
    let counts = degree == 1 ? [4, 6, 8] : [2, 4, 6]
    let all = try counts.map { try errors(ShapedBox(filling).mesh($0), degree: degree) }
    let sizes = counts.map { 1 / Double($0) }
    let l2 = ObservedOrder(errors: all.map(\.l2), sizes: sizes)
    let h1 = ObservedOrder(errors: all.map(\.h1), sizes: sizes)
    #expect(abs(l2.finest - Double(degree + 1)) < 0.25, "L² \(l2)")
    #expect(abs(h1.finest - Double(degree)) < 0.25, "H¹ \(h1)")
  }
}
