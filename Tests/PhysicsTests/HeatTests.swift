import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import RealModule
import TestSupport
import Testing

/// A text as an expression of the coordinates, t, u and the parameter k.
func heat(_ text: String) throws -> Expression {
  try Expression(
    parsing: text, in: ExpressionScope(parameters: [("k", nil)], coordinates: 3, fields: ["u"]))
}

@Suite struct `Heat in time` {
  private func strip(_ n: Int, _ shape: CellShape = .quadrilateral) -> Mesh {
    Box(size: [1, 0.1], cells: [n, 1], shape: shape).mesh()
  }

  private func space() throws -> ParameterSpace {
    try ParameterSpace(axes: [ParameterAxis(name: "k", range: 0.5...2)])
  }

  /// u' = k u'' on (0, 1), u(0) = u(1) = 0 from sin πx, whose solution is e^(−kπ²t) sin πx.
  private func decaying() throws -> HeatProblem {
    HeatProblem(
      conduction: DiffusionProblem(
        degree: 2,
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("2*k")))],
        boundaries: [.init(regions: ["left", "right"], value: try heat("0"))],
        outputs: [.init(name: "middle", kind: .value(at: [0.5, 0.05]))]),
      capacities: [try heat("2")],
      initials: [.init(value: try heat("sin(pi*x)"))])
  }

  @Test(arguments: [(TimeScheme.backwardEuler, 1.0), (.crankNicolson, 2), (.bdf2, 2)])
  func `schemes have their order in the step size`(scheme: TimeScheme, order: Double) throws {
    let (mesh, parameters, counts) = (strip(40), try space(), [8, 16, 32])
    let exact = Double.exp(-0.7 * Double.pi * Double.pi * 0.2)
    let errors = try counts.map { count -> Double in
      let model = try HeatModel(
        try decaying(), on: mesh, parameters: parameters, scheme: scheme,
        grid: try TimeGrid(end: 0.2, step: 0.2 / Double(count)))
      let last = try #require(try model.solver.outputs(at: [0.7]).last)
      return abs(last.values[0].value - exact)
    }
    let observed = ObservedOrder(errors: errors, sizes: counts.map { 1 / Double($0) })
    #expect(abs(observed.finest - order) < 0.15, "\(observed)")
  }

  @Test func `a trajectory of equal steps takes one factorization, listed steps one per size`()
    throws
  {
    for (steps, count) in [([0.1, 0.1, 0.1, 0.1], 1), ([0.1, 0.2, 0.1, 0.2, 0.1], 2)] {
      let model = try HeatModel(
        try decaying(), on: strip(8), parameters: try space(), scheme: .backwardEuler,
        grid: try TimeGrid(steps: steps))
      _ = try model.solver.states(at: [1])
      #expect(model.solver.work.factorizations == count)
    }
  }

  @Test func `NAFEMS T3 gives 36.60 degrees`() throws {
    // A bar of 0.1 m, 0 °C, held at 0 on one side and at 100 sin(πt/40) on the other; the
    // temperature at 0.08 m after 32 s. Source: NAFEMS, The Standard NAFEMS Benchmarks, 1990, T3.
    let mesh = Box(size: [0.1, 0.01], cells: [40, 2], shape: .quadrilateral).mesh()
    let problem = HeatProblem(
      conduction: DiffusionProblem(
        degree: 2,
        materials: [.init(regions: ["*"], conductivity: .scalar(try heat("35")))],
        boundaries: [
          .init(regions: ["left"], value: try heat("0")),
          .init(regions: ["right"], value: try heat("100*sin(pi*t/40)")),
        ],
        outputs: [.init(name: "T", kind: .value(at: [0.08, 0.005]))]),
      capacities: [try heat("7200*440.5")], initials: [.init(value: try heat("0"))])
    let model = try HeatModel(
      problem, on: mesh, parameters: .point, scheme: .crankNicolson,
      grid: try TimeGrid(end: 32, step: 0.5))
    let last = try #require(try model.solver.outputs(at: []).last)
    #expect(last.time == 32)
    #expect(abs(last.values[0].value - 36.60) < 0.01, "\(last.values[0].value)")
    #expect(model.solver.work.factorizations == 1)
  }

  @Test func `NAFEMS T4, convection from two sides, gives 18.25 degrees`() throws {
    // 0.6 m × 1 m, 52 W/(m K), 100 °C at the bottom, 750 W/(m² K) to 0 °C at the right and the top,
    // insulated at the left; the temperature at (0.6, 0.2).
    // Source: NAFEMS, The Standard NAFEMS Benchmarks, 1990, T4.
    let mesh = Box(size: [0.6, 1], cells: [24, 40], shape: .quadrilateral).mesh()
    let problem = DiffusionProblem(
      degree: 2, materials: [.init(regions: ["*"], conductivity: .scalar(try heat("52")))],
      boundaries: [
        .init(regions: ["bottom"], value: try heat("100")),
        .init(
          regions: ["right", "top"],
          exchange: (coefficient: try heat("750"), ambient: try heat("0"))),
      ], outputs: [.init(name: "E", kind: .value(at: [0.6, 0.2]))])
    let model = try DiffusionModel(problem, on: mesh, parameters: .point)
    let value = try model.decomposition.outputs[0].value(
      of: model.solve(at: []), at: [], in: .point)
    #expect(abs(value - 18.25) < 0.01, "\(value)")
  }

  @Test func `a capacity is an energy where it is positive, whatever the signs of its parts`()
    throws
  {
    // At k = 0.5 and at 2, the ends of the domain.
    for (capacity, energies, proven) in [
      ("1 + k*x", [true, true], [true, true]),
      ("3 + k*sin(7*x)", [true, false], [true, true]),
      ("1 + k*sin(7*x)", [true, false], [true, false]),
    ] {
      var problem = try decaying()
      problem.capacities = [try heat(capacity)]
      let model = try HeatModel(
        problem, on: strip(24), parameters: try space(), scheme: .backwardEuler,
        grid: try TimeGrid(end: 1, step: 0.5))
      #expect(model.evolution.massConditions.terms == energies, "\(capacity)")
      let solver = model.solver
      let snapshots = try SnapshotSet(
        trajectoriesOf: solver, at: [[0.9], [1.5]], tolerance: 1e-10)
      let pod = try POD(of: snapshots, in: model.evolution.innerProduct, tolerance: 1e-9, size: 2)
      let reduced = try EvolutionProjection(of: model.evolution, onto: pod.basis).model
      for (k, isProven) in zip([0.5, 2], proven) {
        let answer = try reduced.answer(at: [k])
        #expect(answer.trajectory.guarantee == (isProven ? .upperBound : .indicator), "\(capacity)")
        guard isProven else { continue }
        let error = try solver.error(of: answer, in: pod.basis)
        #expect(answer.trajectory.value >= error.trajectory && error.trajectory > 0)
        #expect(zip(answer.steps, error.massNorms).allSatisfy { $0.estimate.value >= $1 })
      }
    }
  }

  @Test func `what is nonlinear or has no capacity is refused`() throws {
    var problem = try decaying()
    problem.capacities = [try heat("1 + u")]
    #expect(throws: PhysicsError.self) {
      try HeatModel(
        problem, on: strip(2), parameters: try space(), scheme: .bdf2,
        grid: try TimeGrid(end: 1, step: 0.5))
    }
    problem.capacities = []
    #expect(throws: PhysicsError.self) {
      try HeatModel(
        problem, on: strip(2), parameters: try space(), scheme: .bdf2,
        grid: try TimeGrid(end: 1, step: 0.5))
    }
  }
}
