import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Patch tests of elasticity` {
  private static let sides = ["left", "right", "bottom", "top", "front", "back"]

  @Test(arguments: [CellShape.triangle, .quadrilateral], [1, 2])
  func `in the plane a constant stress is exact on distorted cells`(
    shape: CellShape, degree: Int
  ) throws {
    let t = try ElasticTexts()
    let mesh = Box(size: [2, 1], cells: [4, 3], shape: shape).mesh().shaken(0.08)
    for assumption in [ElasticityProblem.Assumption.planeStrain, .planeStress] {
      let problem = ElasticityProblem(
        degree: degree, assumption: assumption, materials: [try t.material("200", "0.3")],
        boundaries: [
          try t.value("0.01*x + 0.02*y", "0.005*x - 0.003*y", on: "left", "right", "bottom", "top")
        ])
      let solution = try ElasticSolution(problem, on: mesh, t)
      let exact = solution.model.space.interpolate {
        Point(0.01 * $0.x + 0.02 * $0.y, 0.005 * $0.x - 0.003 * $0.y, 0)
      }
      let error = zip(solution.field, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error < 1e-15 * 100)
      let (e, nu) = (200.0, 0.3)
      let mu = e / (2 * (1 + nu))
      let lambda =
        assumption == .planeStress ? e * nu / (1 - nu * nu) : e * nu / ((1 + nu) * (1 - 2 * nu))
      let expected = [
        lambda * 0.007 + 2 * mu * 0.01, lambda * 0.007 - 2 * mu * 0.003,
        assumption == .planeStress ? 0 : lambda * 0.007, 0, 0, mu * 0.025,
      ]
      let stress = solution.model.stress(of: solution.field, at: [])
      for node in 0..<solution.model.space.scalar.dofCount {
        let tensor = try #require(stress.tensor(atNode: node))
        for (a, b) in zip(tensor.components, expected) { #expect(abs(a - b) < 1e-11) }
      }
    }
  }

  @Test(arguments: [CellShape.tetrahedron, .hexahedron, .wedge], [1, 2])
  func `in space a constant stress is exact on distorted cells`(
    shape: CellShape, degree: Int
  ) throws {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 1, 1], cells: [2, 2, 2], shape: shape).mesh().shaken(0.1)
    let problem = ElasticityProblem(
      degree: degree, materials: [try t.material("200", "0.3")],
      boundaries: [
        .init(
          regions: Self.sides,
          value: [
            try t("0.01*x + 0.02*y - 0.01*z"), try t("0.005*x - 0.003*y"), try t("0.02*z + 0.01*x"),
          ])
      ])
    let solution = try ElasticSolution(problem, on: mesh, t)
    let mu = 200 / 2.6
    let lambda = 200 * 0.3 / (1.3 * 0.4)
    let trace = 0.01 - 0.003 + 0.02
    let expected = [
      lambda * trace + 2 * mu * 0.01, lambda * trace - 2 * mu * 0.003,
      lambda * trace + 2 * mu * 0.02, 0, 0, mu * 0.025,
    ]
    let stress = solution.model.stress(of: solution.field, at: [])
    for node in 0..<solution.model.space.scalar.dofCount {
      let tensor = try #require(stress.tensor(atNode: node))
      for (a, b) in zip(tensor.components, expected) { #expect(abs(a - b) < 1e-10) }
    }
  }

  @Test(arguments: [CellShape.triangle, .quadrilateral], [1, 2])
  func `a body of revolution stretched evenly has one stress, held by its pressures`(
    shape: CellShape, degree: Int
  ) throws {
    let t = try ElasticTexts()
    let mesh = Box(size: [1, 2], cells: [3, 4], origin: [0, 0], shape: shape).mesh().shaken(0.05)
    // σ_rr = σ_θθ = p and σ_zz = q: u_r = r (p (1 − ν) − ν q)/E, u_z = z (q − 2 ν p)/E.
    let problem = ElasticityProblem(
      degree: degree, assumption: .axisymmetric, materials: [try t.material("200", "0.3")],
      boundaries: [
        try t.pressure("-7", on: "right"), try t.traction("0", "5", on: "top"),
        try t.value("free", "0", on: "bottom"),
      ])
    let solution = try ElasticSolution(problem, on: mesh, t)
    let exact = solution.model.space.interpolate {
      Point($0.x * (7 * 0.7 - 0.3 * 5) / 200, $0.y * (5 - 0.6 * 7) / 200, 0)
    }
    let error = zip(solution.field, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(error < 1e-13)
    let stress = solution.model.stress(of: solution.field, at: [])
    for node in 0..<solution.model.space.scalar.dofCount {
      guard solution.model.space.scalar.place(ofDof: node).x > 0.01 else { continue }
      let tensor = try #require(stress.tensor(atNode: node))
      for (a, b) in zip(tensor.components, [7.0, 5, 7, 0, 0, 0]) { #expect(abs(a - b) < 1e-10) }
    }
  }

  @Test func `a free thermal strain gives no stress, and a held one that of its material`() throws {
    let t = try ElasticTexts(ParameterAxis(name: "a", range: 0.5...2))
    let mesh = Box(size: [1, 1], cells: [4, 4], shape: .quadrilateral).mesh().shaken(0.05)
    for assumption in ElasticityProblem.Assumption.allCases {
      var problem = ElasticityProblem(
        degree: 2, assumption: assumption,
        materials: [try t.material("200", "0.25", expansion: "0.001*a")],
        boundaries: [try t.value("0", "free", on: "left"), try t.value("free", "0", on: "bottom")],
        temperatures: [.init(regions: ["*"], value: try t("40"))],
        outputs: [.init(name: "zz", kind: .mean(try t("stress.zz")))])
      let solution = try ElasticSolution(problem, on: mesh, t, at: [1.5])
      let sample = solution.stress("xx", near: Point(0.9, 0.9, 0))
      #expect(abs(sample) < 1e-10)
      let zz = try #require(try solution.outputs()["zz"])
      let expected = assumption == .planeStrain ? -200 * 0.001 * 1.5 * 40 : 0
      #expect(abs(zz - expected) < 1e-9, "\(assumption) \(zz)")
      problem.boundaries = [
        try t.value("0", "0", on: "left", "right", "bottom", "top")
      ]
      guard assumption != .axisymmetric else { continue }
      let held = try ElasticSolution(problem, on: mesh, t, at: [1.5])
      let factor = assumption == .planeStress ? 1 / 0.75 : 1 / 0.5
      #expect(
        abs(held.stress("xx", near: Point(0.5, 0.5, 0)) + 200 * 0.06 * factor) < 1e-9)
    }
  }

  @Test func `a symmetry plane at 30 degrees equals the full model`() throws {
    let t = try ElasticTexts()
    // A wedge of 30° under pressure, held by its two planes: a sixth of a thick ring's half.
    let polar = Box(size: [1, 30], cells: [6, 4], origin: [1, 0], shape: .quadrilateral).mesh()
    let mesh = polar.mapped { p in
      let angle = p.y * Double.pi / 180
      return Point(p.x * Double.cos(angle), p.x * Double.sin(angle), 0)
    }
    let problem = ElasticityProblem(
      degree: 1, materials: [try t.material("200", "0.3")],
      boundaries: [
        t.symmetry(on: "bottom"), t.symmetry(on: "top"), try t.pressure("10", on: "left"),
      ])
    let solution = try ElasticSolution(problem, on: mesh, t)
    #expect(solution.model.decomposition.field?.dependents.isEmpty == false)
    // On the upper plane u·n vanishes, and the solution is mirrored about 15°.
    let (c, s) = (Double.cos(Double.pi / 6), 0.5)
    for k in 0...6 {
      let radius = 1 + Double(k) / 6
      let upper = solution.displacement(near: Point(radius * c, radius * s, 0))
      let lower = solution.displacement(near: Point(radius, 0, 0))
      #expect(abs(-s * upper.x + c * upper.y) < 1e-15)
      #expect(abs(upper.x * c + upper.y * s - lower.x) < 1e-13)
    }
    // The full model: 90° of the same cells with planes along the axes.
    let quarter = Box(size: [1, 90], cells: [6, 12], origin: [1, 0], shape: .quadrilateral).mesh()
      .mapped { p in
        let angle = p.y * Double.pi / 180
        return Point(p.x * Double.cos(angle), p.x * Double.sin(angle), 0)
      }
    let full = try ElasticSolution(problem, on: quarter, t)
    for k in 0...6 {
      let radius = 1 + Double(k) / 6
      let (a, b) = (
        full.displacement(near: Point(radius, 0, 0)),
        solution.displacement(near: Point(radius, 0, 0))
      )
      #expect(abs(a.x - b.x) < 1e-9 * abs(a.x))
    }
  }
}
