import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

@Suite struct `Nonlinear heat` {
  private func bar(_ n: Int) -> Mesh {
    Box(size: [0.1, 0.01], cells: [n, 1], shape: .quadrilateral).mesh()
  }

  @Test func `NAFEMS T2, radiation from the end of a bar, gives 927 K`() throws {
    // 0.1 m, k = 55.6 W/(m K), ε = 0.98, 1000 K at one end, radiating at the other to 300 K.
    // Source: NAFEMS, The Standard NAFEMS Benchmarks, 1990, T2.
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("55.6")))],
        boundaries: [
          .init(regions: ["left"], value: try heat("1000")), .init(regions: ["right"]),
        ],
        outputs: [.init(name: "end", kind: .value(at: [0.1, 0.005]))]),
      radiations: [
        .init(
          boundary: 1, emissivity: try heat("0.98"), ambient: try heat("300"),
          constant: try heat("5.67e-8"))
      ])
    let model = try NonlinearHeatModel(problem, on: bar(10), parameters: .point)
    let solution = try model.solve(at: [])
    let end = try model.value(of: problem.conduction.outputs[0], solution, at: [])
    #expect(abs(end - 927.0) < 0.05, "\(end)")
    // What flows in at the hot end leaves at the other by radiation.
    let radiated = 0.98 * 5.67e-8 * (end * end * end * end - 8.1e9) * 0.01
    #expect(abs(solution.inflow - radiated) < 1e-9 * radiated)
  }

  @Test func `Newton's method converges quadratically with the consistent tangent`() throws {
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        degree: 2,
        materials: [
          .init(
            regions: ["*"],
            conductivity: .tensor([
              try heat("1 + 0.5*u^2"), try heat("2 + u"), try heat("0.3*u"),
            ]), reaction: try heat("1 + u^2"))
        ],
        boundaries: [
          .init(regions: ["left"], value: try heat("1 + y")),
          .init(
            regions: ["right"], flux: try heat("1 + u"),
            exchange: (coefficient: try heat("2 + u"), ambient: try heat("0.1*u"))),
        ],
        sources: [.init(regions: ["*"], value: try heat("10*exp(-u)"))]))
    let model = try NonlinearHeatModel(
      problem, on: Box(size: [1, 1], cells: [4, 4]).mesh(), parameters: .point,
      newton: NewtonSettings(tolerance: 1e-13))
    let report = try #require(try model.solve(at: []).report)
    let r = report.residuals.filter { $0 < 0.1 }
    #expect(r.count >= 3, "\(report.residuals)")
    // e₊ ≤ C e² while above round-off.
    for (old, new) in zip(r, r.dropFirst()) where new > 1e-13 { #expect(new < 5 * old * old) }
    #expect(report.stepLengths.suffix(2) == [1, 1])
    #expect(report.stepLengths.count <= 7)
  }

  @Test(arguments: [1, 2])
  func `a conductivity k(u) gives the solution of Kirchhoff's transform`(degree: Int) throws {
    // (1 + u) u' constant: u + u²/2 is linear from 0 to 3/2 between u = 0 and u = 1.
    let counts = [4, 8, 16]
    let errors = try counts.map { n -> Double in
      let problem = HeatProblem(
        conduction: DiffusionProblem(
          degree: degree,
          materials: [.init(regions: ["*"], conductivity: .scalar(try heat("1 + u")))],
          boundaries: [
            .init(regions: ["left"], value: try heat("0")),
            .init(regions: ["right"], value: try heat("1")),
          ]))
      let mesh = Box(size: [1, 0.2], cells: [n, 1]).mesh()
      let model = try NonlinearHeatModel(problem, on: mesh, parameters: .point)
      let solution = try model.solve(at: [])
      #expect(abs(solution.inflow) < 1e-9)
      let domain = try #require(mesh.region(named: "domain"))
      return try Field(model.space, solution.field).errorL2(
        { Double.sqrt(1 + 3 * $0.x) - 1 }, over: domain)
    }
    let order = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(abs(order.finest - Double(degree + 1)) < 0.25, "\(order)")
  }

  @Test(arguments: [(TimeScheme.backwardEuler, 1.0), (.crankNicolson, 2), (.bdf2, 2)])
  func `with c(u), k(u) and radiation schemes keep their order in time`(
    scheme: TimeScheme, order: Double
  ) throws {
    let counts = [8, 16, 32, 512]
    let values = try counts.map { count -> Double in
      let problem = HeatProblem(
        conduction: DiffusionProblem(
          materials: [.init(regions: ["*"], conductivity: .scalar(try heat("1 + 0.2*u")))],
          boundaries: [
            .init(regions: ["left"], value: try heat("1 + sin(t)")), .init(regions: ["right"]),
          ],
          outputs: [.init(name: "end", kind: .value(at: [1, 0]))]),
        capacities: [try heat("1 + 0.3*u")], initials: [.init(value: try heat("1"))],
        radiations: [
          .init(
            boundary: 1, emissivity: try heat("0.5"), ambient: try heat("1"),
            constant: try heat("1"))
        ])
      let model = try NonlinearHeatModel(
        problem, on: Box(size: [1, 0.5], cells: [2, 1], shape: .quadrilateral).mesh(),
        parameters: .point,
        time: .init(scheme, try TimeGrid(end: 1, step: 1 / Double(count))))
      var last: NonlinearHeatModel.Solution?
      try model.trajectory(at: []) { last = $0 }
      return try model.value(of: problem.conduction.outputs[0], try #require(last), at: [])
    }
    let errors = values.dropLast().map { abs($0 - values[3]) }
    let observed = ObservedOrder(errors: errors, sizes: counts.dropLast().map { 1 / Double($0) })
    #expect(abs(observed.finest - order) < 0.2, "\(observed)")
  }

  @Test(arguments: TimeScheme.allCases)
  func `a linear problem gives the trajectory of the linear model`(scheme: TimeScheme) throws {
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("k")))],
        boundaries: [
          .init(regions: ["left"], value: try heat("cos(t)")),
          .init(
            regions: ["right"], flux: try heat("t"),
            exchange: (coefficient: try heat("2"), ambient: try heat("1 + t"))),
        ],
        sources: [.init(regions: ["*"], value: try heat("x*t"))]),
      capacities: [try heat("1 + x")], initials: [.init(value: try heat("1 - x"))])
    let mesh = Box(size: [1, 1], cells: [4, 4]).mesh()
    let parameters = try ParameterSpace(axes: [ParameterAxis(name: "k", range: 0.5...2)])
    let grid = try TimeGrid(steps: [0.1, 0.1, 0.2, 0.05])
    let linear = try HeatModel(
      problem, on: mesh, parameters: parameters, scheme: scheme, grid: grid)
    let nonlinear = try NonlinearHeatModel(
      problem, on: mesh, parameters: parameters, time: .init(scheme, grid),
      newton: NewtonSettings(tolerance: 1e-12))
    var fields: [[Double]] = []
    try nonlinear.trajectory(at: [1.3]) { fields.append($0.field) }
    for state in try linear.solver.states(at: [1.3]) {
      let wanted = try linear.field(state.state, at: [1.3], time: state.time)
      let error = zip(wanted, fields[state.index]).map { abs($0 - $1) }.max() ?? .infinity
      // The first state holds the data at the start, whatever the initial field says there.
      #expect(error < 1e-9, "step \(state.index): \(error)")
    }
  }

  @Test func `a conductivity that moves with time takes one Newton step a time step`() throws {
    // u' = (1 + t) u'' from sin πx: exp(−π²(t + t²/2)) sin πx.
    let counts = [8, 16, 32]
    let errors = try counts.map { count -> Double in
      let problem = HeatProblem(
        conduction: DiffusionProblem(
          degree: 2,
          materials: [.init(regions: ["*"], conductivity: .scalar(try heat("1 + t")))],
          boundaries: [.init(regions: ["left", "right"], value: try heat("0"))],
          outputs: [.init(name: "middle", kind: .value(at: [0.5, 0.05]))]),
        capacities: [try heat("1")], initials: [.init(value: try heat("sin(pi*x)"))])
      #expect(problem.isNonlinear)
      let model = try NonlinearHeatModel(
        problem, on: Box(size: [1, 0.1], cells: [20, 1], shape: .quadrilateral).mesh(),
        parameters: .point,
        time: .init(.crankNicolson, try TimeGrid(end: 0.2, step: 0.2 / Double(count))))
      var last: NonlinearHeatModel.Solution?
      try model.trajectory(at: []) {
        last = $0
        #expect($0.report.map { $0.stepLengths.count <= 1 } ?? true)
      }
      let value = try model.value(
        of: problem.conduction.outputs[0], try #require(last), at: [])
      return abs(value - Double.exp(-Double.pi * Double.pi * 0.22))
    }
    let order = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(abs(order.finest - 2) < 0.1, "\(order)")
  }

  @Test func `a failure says how the residual went`() throws {
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("1 + u^2")))],
        boundaries: [
          .init(regions: ["left"], value: try heat("0")),
          .init(regions: ["right"], value: try heat("100")),
        ]))
    let model = try NonlinearHeatModel(
      problem, on: Box(size: [1, 1], cells: [4, 4]).mesh(), parameters: .point,
      newton: NewtonSettings(iterations: 2))
    var failure: ModelError?
    do throws(ModelError) { _ = try model.solve(at: []) } catch { failure = error }
    guard case .notConverged(let report, _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(report.reason == .iterations)
    #expect(report.residuals.count == 3)
    #expect("\(report)".contains("allow more iterations"))
  }

  @Test func `a start at which a coefficient is undefined is reported`() throws {
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("log(u)")))],
        boundaries: [.init(regions: ["left"], value: try heat("2"))]),
      initials: [.init(value: try heat("-1"))])
    let model = try NonlinearHeatModel(
      problem, on: Box(size: [1, 1], cells: [2, 2]).mesh(), parameters: .point)
    var failure: ModelError?
    do throws(ModelError) { _ = try model.solve(at: []) } catch { failure = error }
    #expect(failure?.isNotConverged ?? false)
    #expect("\(try #require(failure))".contains("cannot start"))
  }
}
