import ComplexModule
import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

/// Numbers that no physics may change when points and cells are renumbered or the whole is moved:
/// data are constants, directions turn with the body.
@Suite struct `Invariance of every physics` {
  private func check(
    _ row: ShapedCase, _ measure: (Mesh, RigidMotion) throws -> [Double]
  ) throws {
    let changes = try row.changes(measure)
    #expect(changes.renumbered < 1e-12 && changes.moved < 1e-12, "\(changes)")
  }

  private func conduction(_ row: ShapedCase) throws -> DiffusionProblem {
    DiffusionProblem(
      degree: row.degree,
      materials: [.init(regions: ["*"], conductivity: .scalar(try heat("2")))],
      boundaries: [
        .init(regions: ["left"], value: try heat("1")),
        .init(regions: ["right"], flux: try heat("3")),
        .init(regions: ["top"], exchange: (try heat("2"), try heat("5"))),
      ], sources: [.init(regions: ["*"], value: try heat("4"))],
      outputs: [
        .init(name: "mean", kind: .mean(try heat("u")), regions: ["right"]),
        .init(name: "size", kind: .normH1),
      ])
  }

  @Test(arguments: ShapedCase.all)
  func `heat is the same`(row: ShapedCase) throws {
    let problem = HeatProblem(
      conduction: try conduction(row), capacities: [try heat("3")],
      initials: [.init(value: try heat("2"))])
    try check(row) { mesh, _ in
      let model = try HeatModel(
        problem, on: mesh, parameters: .point, scheme: .bdf2,
        grid: try TimeGrid(end: 0.6, step: 0.2))
      return try model.solver.outputs(at: []).flatMap { $0.values.map(\.value) }
    }
  }

  @Test(arguments: `Advection and diffusion on cells of every shape`.Method.all)
  func `a flow that turns with the body carries the same`(
    method: `Advection and diffusion on cells of every shape`.Method
  ) throws {
    let diffusion = try conduction(method.row)
    try check(method.row) { mesh, motion in
      let b = motion.turned(Point(8, -3, method.row.dimension == 3 ? 2 : 0))
      let model = try AdvectionDiffusionModel(
        AdvectionDiffusionProblem(
          diffusion: diffusion,
          velocities: [(0..<mesh.dimension).map { Expression(b[$0]) }],
          stabilization: method.stabilization), on: mesh, parameters: .point)
      return try model.outputValues(of: model.solve(at: []), at: []).map(\.value)
    }
  }

  @Test(arguments: ShapedCase.all)
  func `waves are the same`(row: ShapedCase) throws {
    let t = try HelmholtzTexts(dimension: row.dimension)
    let problem = HelmholtzProblem(
      degree: row.degree, wavenumber: Expression(2),
      materials: [.init(regions: ["*"], index: try t("2", "0.3"))],
      boundaries: [
        .init(regions: ["left"], value: try t("1", "2")),
        .init(regions: ["right"], absorption: .outgoing),
        .init(regions: ["top"], flux: try t("0", "1")),
      ], sources: [.init(regions: ["*"], value: try t("1", "1"))],
      outputs: [
        .init(name: "all", kind: .integral(try t.real("u"))),
        .init(name: "mean", kind: .mean(try t.real("u")), regions: ["right"]),
      ])
    try check(row) { mesh, _ in
      let model = try t.model(problem, on: mesh)
      return try model.outputs(of: model.solve(at: Parameter([])), at: []).flatMap {
        [$0.value.real, $0.value.imaginary]
      }
    }
  }

  @Test(arguments: ShapedCase.all)
  func `an elastic body is as stiff, under a pressure and a weight that turns with it`(
    row: ShapedCase
  ) throws {
    let t = try ElasticTexts()
    let d = row.dimension
    try check(row) { mesh, motion in
      let weight = motion.turned(Point(1, -2, d == 3 ? 3 : 0))
      let problem = ElasticityProblem(
        degree: row.degree, materials: [try t.material("200", "0.3")],
        boundaries: [
          .init(regions: ["left"], value: [Expression?](repeating: Expression(0), count: d)),
          try t.pressure("2", on: "right"),
        ],
        sources: [.init(regions: ["*"], value: (0..<d).map { Expression(weight[$0]) })],
        outputs: [
          .init(name: "energy", kind: .strainEnergy), .init(name: "size", kind: .normL2),
        ])
      let outputs = try ElasticSolution(problem, on: mesh, t).outputs()
      return [try #require(outputs["energy"]), try #require(outputs["size"])]
    }
  }
}
