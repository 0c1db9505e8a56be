import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Accuracy of elasticity` {
  /// u = (sin x sin y, cos x cos 2y) with E = 2.5, ν = 1/4, so λ = μ = 1: the force −div σ.
  private func errors(_ mesh: Mesh, degree: Int) throws -> (l2: Double, h1: Double) {
    let t = try ElasticTexts()
    let (u, v) = ("sin(x)*sin(y)", "cos(x)*cos(2*y)")
    let problem = ElasticityProblem(
      degree: degree, materials: [try t.material("2.5", "0.25")],
      boundaries: [try t.value(u, v, on: "left", "right", "bottom", "top")],
      sources: [
        .init(
          regions: ["*"],
          value: [
            try t("4*sin(x)*sin(y) - 4*sin(x)*sin(2*y)"),
            try t("13*cos(x)*cos(2*y) - 2*cos(x)*cos(y)"),
          ])
      ],
      outputs: [
        .init(
          name: "L2",
          kind: .integral(
            try t("(u.x - \(u))^2 + (u.y - \(v))^2"))),
        .init(
          name: "H1",
          kind: .integral(
            try slope("dx(u.x)", "cos(x)*sin(y)", t) + slope("dy(u.x)", "sin(x)*cos(y)", t)
              + slope("dx(u.y)", "-sin(x)*cos(2*y)", t)
              + slope("dy(u.y)", "-2*cos(x)*sin(2*y)", t))),
      ])
    let outputs = try ElasticSolution(problem, on: mesh, t).outputs()
    return (
      try #require(outputs["L2"]).squareRoot(), try #require(outputs["H1"]).squareRoot()
    )
  }

  private func slope(_ name: String, _ exact: String, _ t: ElasticTexts) throws -> Expression {
    let difference = Expression(.field(name)) - (try t(exact))
    return difference * difference
  }

  @Test(arguments: [CellShape.triangle, .quadrilateral], [1, 2])
  func `the error falls as h^(k+1) in L2 and h^k in H1`(shape: CellShape, degree: Int) throws {
    let counts = [4, 8, 16]
    let all = try counts.map {
      try errors(Box(size: [1, 1], cells: [$0, $0], shape: shape).mesh(), degree: degree)
    }
    let sizes = counts.map { 1 / Double($0) }
    let l2 = ObservedOrder(errors: all.map(\.l2), sizes: sizes)
    let h1 = ObservedOrder(errors: all.map(\.h1), sizes: sizes)
    #expect(abs(l2.finest - Double(degree + 1)) < 0.1, "L² \(l2)")
    #expect(abs(h1.finest - Double(degree)) < 0.1, "H¹ \(h1)")
  }

  /// A quarter of a thick ring, 1 ≤ r ≤ 2, of `n` × 2n cells.
  private func ring(_ n: Int, _ shape: CellShape) -> Mesh {
    Box(size: [1, 1], cells: [n, 2 * n], origin: [1, 0], shape: shape).mesh().mapped { p in
      let angle = p.y * Double.pi / 2
      return Point(p.x * Double.cos(angle), p.x * Double.sin(angle), 0)
    }
  }

  /// Lamé: u(b) = 2 p a² b (1 − ν²) / (E (b² − a²)) with a = 1, b = 2.
  private func lame(_ nu: Double) -> Double { 2 * 10 * 2 * (1 - nu * nu) / (200 * 3) }

  @Test func `a thick cylinder under pressure widens as Lamé says, plane and axisymmetric`() throws
  {
    let t = try ElasticTexts()
    let plane = ElasticityProblem(
      degree: 2, materials: [try t.material("200", "0.3")],
      boundaries: [
        t.symmetry(on: "bottom"), t.symmetry(on: "top"), try t.pressure("10", on: "left"),
      ])
    let solution = try ElasticSolution(plane, on: ring(8, .quadrilateral), t)
    let widened = solution.displacement(near: Point(2, 0, 0)).x
    // Straight sides: the error is that of the polygon.
    #expect(abs(widened - lame(0.3)) < 5e-3 * lame(0.3))
    let revolved = ElasticityProblem(
      degree: 2, assumption: .axisymmetric, materials: [try t.material("200", "0.3")],
      boundaries: [
        try t.value("free", "0", on: "bottom", "top"), try t.pressure("10", on: "left"),
      ])
    let section = Box(size: [1, 0.5], cells: [8, 2], origin: [1, 0], shape: .quadrilateral).mesh()
    let other = try ElasticSolution(revolved, on: section, t)
    #expect(abs(other.displacement(near: Point(2, 0, 0)).x - lame(0.3)) < 1e-5 * lame(0.3))
    // σ_θ at the bore: p (b² + a²)/(b² − a²).
    #expect(abs(other.stress("zz", near: Point(1, 0.25, 0)) - 50.0 / 3) < 0.05 * 50 / 3)
  }

  @Test func `pressure on the curved faces of 20-node hexahedra widens a cylinder as Lamé says`()
    throws
  {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 1, 0.5], cells: [4, 4, 1], origin: [1, 0, 0], shape: .hexahedron)
      .mesh().withEdgeNodes(.serendipity).mapped { p in
        let angle = p.y * Double.pi / 2
        return Point(p.x * Double.cos(angle), p.x * Double.sin(angle), p.z)
      }
    let problem = ElasticityProblem(
      degree: 2, materials: [try t.material("200", "0.3")],
      boundaries: [
        t.symmetry(on: "front", "back"), t.symmetry(on: "bottom"), t.symmetry(on: "top"),
        try t.pressure("10", on: "left"),
      ])
    let solution = try ElasticSolution(problem, on: mesh, t)
    for place in [Point(2, 0, 0), Point(0, 2, 0.5)] {
      let u = solution.displacement(near: place)
      #expect(abs((u * u).sum().squareRoot() - lame(0.3)) < 1e-3 * lame(0.3), "\(u)")
    }
  }

  @Test func `nearly incompressible rings lock without the averaged dilatation, not with it`()
    throws
  {
    let t = try ElasticTexts()
    for (degree, n) in [(1, 8), (2, 4)] {
      var problem = ElasticityProblem(
        degree: degree, materials: [try t.material("200", "0.4999")],
        boundaries: [
          t.symmetry(on: "bottom"), t.symmetry(on: "top"), try t.pressure("10", on: "left"),
        ])
      let mesh = ring(n, .quadrilateral)
      let plain = try ElasticSolution(problem, on: mesh, t).displacement(near: Point(2, 0, 0)).x
      problem.locking = .averagedDilatation
      let averaged = try ElasticSolution(problem, on: mesh, t)
      let exact = lame(0.4999)
      let error = abs(averaged.displacement(near: Point(2, 0, 0)).x - exact) / exact
      #expect(error < 0.03, "degree \(degree): \(error)")
      if degree == 1 { #expect(plain < 0.5 * exact) }
      // Pressures stay near −(σ_rr + σ_θθ)/2 = −p a²/(b² − a²) without a checkerboard.
      let pressure = averaged.stress("xx", near: Point(1.06, 1.06, 0))
      #expect(abs(pressure) < 20)
    }
  }

  @Test func `a turned body with turned loads has the same energy and the turned displacement`()
    throws
  {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 1, 1], cells: [2, 2, 2], shape: .hexahedron).mesh().shaken(0.1)
    let (c, s) = (Double.cos(0.7), Double.sin(0.7))
    func turned(_ p: Point) -> Point {
      let q = Point(c * p.x - s * p.y, s * p.x + c * p.y, p.z)
      return Point(q.x, c * q.y - s * q.z, s * q.y + c * q.z)
    }
    let law = ElasticLaw(
      .orthotropic(
        young: [try t("100"), try t("10"), try t("20")],
        poisson: [try t("0.3"), try t("0.2"), try t("0.25")],
        shear: [try t("8"), try t("5"), try t("4")]))
    func energy(_ mesh: Mesh, _ traction: Point, _ axes: [[Double]]?) throws -> (Double, Point) {
      let problem = ElasticityProblem(
        degree: 1,
        materials: [.init(regions: ["*"], law: ElasticLaw(law.form, axes: axes))],
        boundaries: [
          try t.value("0", "0", "0", on: "left"),
          try t.traction("\(traction.x)", "\(traction.y)", "\(traction.z)", on: "right"),
        ], outputs: [.init(name: "energy", kind: .strainEnergy)])
      let solution = try ElasticSolution(problem, on: mesh, t)
      let node = (0..<mesh.pointCount).last ?? 0
      return (
        try #require(try solution.outputs()["energy"]),
        Point(
          solution.field[3 * node], solution.field[3 * node + 1], solution.field[3 * node + 2])
      )
    }
    let force = Point(1, 0.5, -0.25)
    let axes = [Point(1, 0, 0), Point(0, 1, 0), Point(0, 0, 1)].map { axis in
      let q = turned(axis)
      return [q.x, q.y, q.z]
    }
    let (e0, u0) = try energy(mesh, force, nil)
    let (e1, u1) = try energy(mesh.mapped(turned), turned(force), axes)
    #expect(abs(e0 - e1) < 1e-11 * e0)
    let difference = turned(u0) - u1
    #expect((difference * difference).sum().squareRoot() < 1e-11)
  }
}
