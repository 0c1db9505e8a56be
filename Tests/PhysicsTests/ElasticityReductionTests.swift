import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `A reduced elastic problem` {
  /// Checks errors and outputs of reduced models of every size against the full model.
  private func check(_ model: ElasticityModel, size: Int, certified: Bool = true) throws {
    var ledger = CostLedger()
    let points = try Sampling.random.points(count: 40, seed: 1, in: model.parameterSpace)
    let solver = FullOrderSolver(model.decomposition)
    let greedy = try WeakGreedy(
      of: solver, over: points, options: .init(tolerance: 1e-9, size: size), ledger: &ledger)
    for mu in try Sampling.random.points(count: 12, seed: 77, in: model.parameterSpace) {
      let full = try solver.solve(at: mu)
      let truth = try model.decomposition.outputValues(of: full, at: mu)
      let answers = try (1...greedy.model.size).map {
        try OnlineSolver(greedy.model.truncated(to: $0)).answer(at: mu)
      }
      let errors = try solver.trueErrors(of: answers.map(\.state), in: greedy.basis, at: mu)
      for (answer, error) in zip(answers, errors) {
        #expect(answer.estimate.value >= error)
        if certified { #expect(answer.estimate.guarantee != .indicator) }
        for (output, (name, value)) in zip(answer.outputs, truth) {
          #expect(output.name == name)
          guard output.estimate.guarantee != .indicator else { continue }
          let scale = truth.reduce(1) { max($0, $1.1.magnitude) }
          #expect(abs(output.value - value) <= output.estimate.value + 1e-11 * scale)
        }
      }
      // Dependent and prescribed unknowns come back with the field.
      let field = ReducedField(greedy.basis, try #require(model.decomposition.field))
      let last = try #require(answers.last)
      let whole = field.values(of: last.state, at: mu)
      let exact = try model.field(full, at: mu)
      let distance = zip(whole, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
      let size = exact.reduce(0) { max($0, $1.magnitude) }
      #expect(distance < 5e-2 * size)
    }
  }

  @Test func `with two moduli and a ratio bounds its errors`() throws {
    let t = try ElasticTexts(
      ParameterAxis(name: "E1", range: 1...20, scale: .log),
      ParameterAxis(name: "E2", range: 1...20, scale: .log),
      ParameterAxis(name: "nu", range: 0.1...0.45))
    let mesh = Box(size: [2, 1], cells: [8, 4], shape: .quadrilateral).mesh().cut(into: 2)
    let problem = ElasticityProblem(
      materials: [
        try t.material("E1", "nu"), try t.material("E2*(1 + x)", "nu", on: ["block1"]),
      ],
      boundaries: [
        t.symmetry(on: "bottom"), try t.value("0.01*E1", "free", on: "left"),
        try t.traction("0", "-1", on: "right"),
      ],
      outputs: [
        .init(name: "drop", kind: .value(try t("u.y"), at: [2, 1])),
        .init(name: "stress", kind: .mean(try t("stress.xx")), regions: ["block1"]),
        .init(name: "force", kind: .reaction(axis: 0), regions: ["left"]),
        .init(name: "corner", kind: .value(try t("stress.xx"), at: [0, 0])),
        .init(name: "peak", kind: .maximum(try t("stress.von-mises"))),
      ])
    let model = try ElasticityModel(problem, on: mesh, parameters: t.parameters)
    #expect(model.decomposition.operatorSum.terms.count == 4)
    #expect(model.fieldOutputs.map(\.name) == ["peak"])
    try check(model, size: 10)
  }

  @Test func `with orthotropic moduli and a plane of symmetry at an angle bounds its errors`()
    throws
  {
    let t = try ElasticTexts(
      ParameterAxis(name: "E1", range: 10...40), ParameterAxis(name: "E2", range: 5...10),
      ParameterAxis(name: "p", range: -1...1))
    let mesh = Box(size: [1, 1], cells: [5, 5], shape: .quadrilateral).mesh().mapped { p in
      Point(p.x, p.y * (1 + 0.5 * p.x), 0)
    }
    let problem = ElasticityProblem(
      assumption: .planeStress,
      materials: [
        .init(
          regions: ["*"],
          law: ElasticLaw(
            .orthotropic(
              young: [try t("E1"), try t("E2"), try t("E2")],
              poisson: [try t("0.3"), try t("0.3"), try t("0.3")],
              shear: [try t("4"), try t("4"), try t("4")]), axes: [[0.8, 0.6], [-0.6, 0.8]]))
      ],
      boundaries: [
        t.symmetry(on: "top"), try t.value("0", "free", on: "left"),
        try t.traction("1", "p", on: "right"),
      ], outputs: [.init(name: "u", kind: .value(try t("u.x"), at: [1, 0]))])
    let model = try ElasticityModel(problem, on: mesh, parameters: t.parameters)
    #expect(model.decomposition.field?.dependents.isEmpty == false)
    #expect(model.decomposition.coercivity.semidefinite.allSatisfy { $0 })
    try check(model, size: 8)
  }

  @Test func `outputs of the assembled functional and of the field agree`() throws {
    let t = try ElasticTexts(ParameterAxis(name: "a", range: 0...2))
    let mesh = Box(size: [1, 1, 1], cells: [2, 2, 2], shape: .tetrahedron).mesh().shaken(0.1)
    let problem = ElasticityProblem(
      degree: 2, materials: [try t.material("200*(1 + x)", "0.3", expansion: "0.001")],
      boundaries: [
        try t.value("0", "a*y", "0", on: "left"), try t.traction("1", "2", "3", on: "right"),
      ], temperatures: [.init(regions: ["*"], value: try t("a*z"))],
      outputs: [
        .init(name: "linear", kind: .mean(try t("stress.xy"))),
        .init(
          name: "product",
          kind: .mean(
            Expression(.field("stress.xy"))
              + Expression(1e-30) * Expression(.field("stress.von-mises")))),
        .init(name: "strain", kind: .integral(try t("strain.zz"))),
        .init(name: "at", kind: .value(try t("stress.xz"), at: [0.4, 0.55, 0.3])),
        .init(
          name: "at nodes",
          kind: .value(
            Expression(.field("stress.xz"))
              + Expression(1e-30) * Expression(.field("stress.von-mises")), at: [0.4, 0.55, 0.3])),
        .init(name: "slope", kind: .integral(try t("dz(u.z)"))),
      ])
    let outputs = try ElasticSolution(problem, on: mesh, t, at: [1.3]).outputs()
    let at = try #require(outputs["at"])
    #expect(abs(at - (try #require(outputs["at nodes"]))) < 1e-10 * abs(at))
    let linear = try #require(outputs["linear"])
    #expect(abs(linear - (try #require(outputs["product"]))) < 1e-11 * abs(linear))
    #expect(
      abs(try #require(outputs["strain"]) - (try #require(outputs["slope"]))) < 1e-13)
  }
}
