import ComplexModule
import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import Testing

@Suite struct `Helmholtz families` {
  typealias Boundary = HelmholtzProblem.Boundary

  /// A duct with a lossy liner in its upper half, over a band of k.
  private func duct(_ cells: Int = 10) throws -> (HelmholtzTexts, HelmholtzModel) {
    let t = try HelmholtzTexts(
      try ParameterAxis(name: "k", range: 2...6), try ParameterAxis(name: "z", range: 0.2...2))
    let mesh = Box(size: [2, 1], cells: [2 * cells, cells]).mesh()
    let model = try t.model(
      HelmholtzProblem(
        wavenumber: try t.real("k"), materials: [.init(regions: ["*"])],
        boundaries: [
          Boundary(regions: ["left"], absorption: .incident(try t("cos(k*x)", "sin(k*x)"))),
          Boundary(regions: ["top"], robin: (try t("0.1", "z"), try t("0"))),
          Boundary(regions: ["right"], absorption: .outgoing),
        ],
        outputs: [
          .init(name: "end", kind: .mean(try t.real("u")), regions: ["right"]),
          .init(name: "shifted", kind: .mean(try t.real("2*u - 1")), regions: ["left"]),
        ]), on: mesh)
    return (t, model)
  }

  @Test func `a sweep reproduces its snapshots and reaches six digits in between`() throws {
    let (t, model) = try duct()
    #expect(model.notes.contains { $0.contains("interpolated") })
    var ledger = CostLedger()
    let training = try Sampling.random.points(count: 120, seed: 3, in: t.space)
    let greedy = try SystemGreedy(
      of: model.solver, over: training, options: .init(tolerance: 1e-7, size: 60),
      ledger: &ledger)
    #expect(greedy.limit == .tolerance)
    for step in greedy.steps.prefix(4) {
      let answer = try greedy.model.answer(at: step.parameter)
      let error = try model.solver.error(
        of: answer.state, in: greedy.basis, at: step.parameter)
      #expect(error < 1e-10 * answer.state.norm)
    }
    for mu in try Sampling.random.points(count: 15, seed: 77, in: t.space) {
      let answer = try greedy.model.answer(at: mu)
      let error = try model.solver.error(of: answer.state, in: greedy.basis, at: mu)
      #expect(error < 1e-6 * answer.state.norm)
      #expect(answer.estimate.guarantee == .indicator)
      #expect(0.1 * error < answer.estimate.value)
      let direct = try model.outputs(of: try model.solve(at: mu), at: mu)
      for (a, b) in zip(answer.outputs, direct) {
        #expect(a.name == b.key && (a.value - b.value).length < 1e-5)
      }
    }
  }

  @Test func `an incident wave is the same whether k is a parameter or a number`() throws {
    let (_, model) = try duct(6)
    let t = try HelmholtzTexts()
    let k = 3.7
    let single = try t.model(
      HelmholtzProblem(
        wavenumber: Expression(k), materials: [.init(regions: ["*"])],
        boundaries: [
          Boundary(regions: ["left"], absorption: .incident(try t("cos(\(k)*x)", "sin(\(k)*x)"))),
          Boundary(regions: ["top"], robin: (try t("0.1", "0.9"), try t("0"))),
          Boundary(regions: ["right"], absorption: .outgoing),
        ]), on: model.space.mesh)
    let (a, b) = (try model.solve(at: [k, 0.9]), try single.solve(at: Parameter([])))
    for (x, y) in zip(a, b) { #expect((x - y).length < 1e-10) }
  }

  @Test func `next to a resonance of a closed box the solver warns`() throws {
    let t = try HelmholtzTexts(try ParameterAxis(name: "k", range: 1...10))
    let model = try t.model(
      HelmholtzProblem(
        wavenumber: try t.real("k"), materials: [.init(regions: ["*"])],
        boundaries: [Boundary(regions: ["left", "right", "top", "bottom"], value: try t("0"))],
        sources: [.init(regions: ["*"], value: try t("1"))]), on: .square(8))
    // The lowest eigenvalue of the discrete pair, by inverse iteration with the parts of the sum.
    let terms = model.system.operatorSum.terms.map {
      SparseMatrix<Double>(pattern: $0.pattern, values: $0.values.map(\.real))
    }
    let factor = try SparseCholesky(terms[0])
    var v = [Double](repeating: 1, count: terms[0].rowCount)
    var square = 0.0
    for _ in 0..<200 {
      v = factor.solve(terms[1] * v)
      scale(1 / norm(v), &v)
      square = terms[0].bilinear(v, v) / terms[1].bilinear(v, v)
    }
    let k = abs(square).squareRoot()
    let solution = try model.solver.solution(at: [k * (1 + 1e-12)])
    let warning = try #require(solution.warning)
    #expect(warning.lostDigits >= 10)
    #expect(warning.description.contains("resonance"))
    #expect(try model.solver.solution(at: [k + 1]).warning == nil)
  }

  @Test func `mistakes are named with their place and cure`() throws {
    let t = try HelmholtzTexts(try ParameterAxis(name: "k", range: 1...400))
    func message(_ change: (inout HelmholtzProblem) throws -> Void) throws -> String {
      var problem = HelmholtzProblem(
        wavenumber: try t.real("k"), materials: [.init(regions: ["*"])],
        boundaries: [Boundary(regions: ["left"], absorption: .outgoing)])
      try change(&problem)
      do {
        _ = try t.model(problem, on: .square(3))
        return ""
      } catch { return "\(error)" }
    }
    #expect(try message { _ in } == "")
    #expect(try message { $0.wavenumber = try t.real("k*x") }.contains("depends on x"))
    #expect(
      try message {
        $0.outputs = [.init(name: "loud", kind: .maximum)]
      }.contains("'loud' is not linear"))
    #expect(
      try message {
        $0.outputs = [.init(name: "power", kind: .integral(try t.real("u^2")))]
      }.contains("'power' is not linear"))
    #expect(
      try message {
        $0.boundaries[0] = Boundary(
          regions: ["top"], absorption: .incident(try t("cos(k*x)", "sin(k*x)")))
      }.contains("varies too fast in 'k'"))
    #expect(
      try message { $0.materials[0].density = try t("x - x") }.contains("not a finite number"))
    #expect(
      try message {
        $0.boundaries = [Boundary(regions: ["lefft"], absorption: .outgoing)]
      }.contains("no region 'lefft'"))
  }
}
