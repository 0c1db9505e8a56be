import Expressions
import LinearAlgebra
import LinearSolvers
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Evolutions` {
  /// u' + μ u = cos t, u(0) = 1: u = (μ cos t + sin t)/(1 + μ²) + (1 − μ/(1 + μ²)) e^{−μt}.
  static func equation(_ scheme: TimeScheme, _ grid: TimeGrid) throws -> AffineEvolution {
    let one = SparseMatrix(
      pattern: SparsityPattern(rowCount: 1, columnCount: 1, rowStart: [0, 1], column: [0]),
      values: [1.0])
    let space = try ParameterSpace(axes: [ParameterAxis(name: "m", range: 0.5...4)])
    let constant = try CoefficientFamily(parsing: ["1"], in: space)
    return try AffineEvolution(
      parameterSpace: space, scheme: scheme, grid: grid, massSum: AffineSum([one]),
      massCoefficients: constant, operatorSum: AffineSum([one]),
      operatorCoefficients: CoefficientFamily(parsing: ["m"], in: space),
      loadSum: AffineSum([[1.0]]),
      loadCoefficients: CoefficientFamily(
        overTime: [Expression(parsing: "cos(t)", in: ExpressionScope())],
        in: space.withTime(over: grid)),
      initialSum: AffineSum([[1.0]]), initialCoefficients: constant,
      innerProduct: InnerProduct(euclidean: 1), structure: .symmetric)
  }

  static func exact(_ m: Double, _ t: Double) -> Double {
    (m * .cos(t) + .sin(t)) / (1 + m * m) + (1 - m / (1 + m * m)) * .exp(-m * t)
  }

  @Test(arguments: TimeScheme.allCases)
  func `the order in time is that of the scheme, with equal and unequal steps`(
    scheme: TimeScheme
  ) throws {
    for ratios in [[1.0], [1, 1.6, 0.7], [0.4, 1.5]] {
      var (errors, sizes) = ([Double](), [Double]())
      for count in [24, 48, 96, 192] {
        let pattern = (0..<count).map { ratios[$0 * ratios.count / count % ratios.count] }
        // Blocks of equal steps, alternating inside the second half.
        let raw = pattern.enumerated().map { $0 % 2 == 0 || ratios.count == 1 ? $1 : 0.8 * $1 }
        let total = raw.reduce(0, +)
        let grid = try TimeGrid(steps: raw.map { 2 * $0 / total })
        let solver = try FullEvolutionSolver(Self.equation(scheme, grid))
        var worst = 0.0
        try solver.trajectory(at: [1.3]) { step in
          if step.index == count { worst = abs(step.state[0] - Self.exact(1.3, step.time)) }
        }
        errors.append(worst)
        sizes.append(1 / Double(count))
      }
      let order = ObservedOrder(errors: errors, sizes: sizes)
      #expect(abs(order.finest - Double(scheme.order)) < 0.1, "\(scheme) \(ratios): \(order)")
    }
  }

  @Test func `the steps of one run are told one by one, those of the others together`() throws {
    let grid = try TimeGrid(steps: [Double](repeating: 0.1, count: 12))
    let solver = try FullEvolutionSolver(evolutionOnALine(scheme: .backwardEuler, grid: grid))
    var settings = SolverSettings()
    (settings.method, settings.recycle) = (.deflatedCG, 4)
    solver.use(settings)
    let points: [Parameter] = [[0.5, 1], [0.1, 1], [0.8, 1]]
    for mu in points { _ = try solver.states(at: mu) }
    let account = try #require(solver.sequence)
    #expect(account.run == points[1])
    #expect(account.entries.map(\.row) == Array(0..<12))
    #expect(account.single.count == 24)
    #expect(account.entries.contains { $0.plainIterations != nil })
  }

  @Test func `one factorization serves all steps of one size`() throws {
    let grid = try TimeGrid(steps: [0.1, 0.1, 0.1, 0.2, 0.2, 0.1, 0.05, 0.05])
    for (scheme, count) in [(TimeScheme.backwardEuler, 3), (.crankNicolson, 3)] {
      let evolution = try evolutionOnALine(scheme: scheme, grid: grid)
      let solver = try FullEvolutionSolver(evolution)
      try solver.trajectory(at: [0.3, 1]) { _ in }
      #expect(solver.work.factorizations == count)
      try solver.trajectory(at: [0.4, 1]) { _ in }
      #expect(solver.work.factorizations == 2 * count)
    }
    // BDF2: the first step, then one matrix for all equal ones.
    let steady = try evolutionOnALine(scheme: .bdf2, grid: TimeGrid(end: 1, step: 0.05))
    let solver = try FullEvolutionSolver(steady)
    try solver.trajectory(at: [0.3, 1]) { _ in }
    #expect(solver.work.factorizations == 2)
    #expect(grid.distinctSteps == [0.1, 0.2, 0.05])
  }

  @Test(arguments: TimeScheme.allCases)
  func `what is linear in time and space is stepped exactly, moving ends included`(
    scheme: TimeScheme
  ) throws {
    // u = (1 − x)(2 + 3t): u_t = 3(1 − x), no curvature.
    let line = LineMatrices(cells: 10)
    let grid = try TimeGrid(steps: [0.1, 0.2, 0.05, 0.3])
    let base = try evolutionOnALine(cells: 10, scheme: scheme, grid: grid, end: "2 + 3*t")
    let profile = line.positions.map { 1 - $0 }
    let evolution = try AffineEvolution(
      parameterSpace: base.parameterSpace, scheme: scheme, grid: grid, massSum: base.massSum,
      massCoefficients: base.massCoefficients, operatorSum: base.operatorSum,
      operatorCoefficients: base.operatorCoefficients,
      loadSum: AffineSum([Array((line.mass * profile)[1..<10])]),
      loadCoefficients: CoefficientFamily(parsing: ["3"], in: base.timeSpace),
      initialSum: AffineSum([profile[1..<10].map { 2 * $0 }]),
      initialCoefficients: CoefficientFamily(parsing: ["1"], in: base.parameterSpace),
      lifts: base.lifts, innerProduct: base.innerProduct, structure: .symmetric,
      field: base.field)
    let field = try #require(evolution.field)
    var failures = 0
    try FullEvolutionSolver(evolution).trajectory(at: [0.7, 0]) { step in
      let values = try? field.field(
        free: step.state, at: ([0.7, 0] as Parameter).at(time: step.time), in: evolution.timeSpace)
      for (value, x) in zip(values ?? [], profile) {
        if abs(value - x * (2 + 3 * step.time)) > 1e-12 { failures += 1 }
      }
    }
    #expect(failures == 0)
  }

  @Test(arguments: TimeScheme.allCases, [0.0, 2.0])
  func `the whole space as a basis gives the full trajectory and its outputs`(
    scheme: TimeScheme, velocity: Double
  ) throws {
    let grid = try TimeGrid(steps: [0.05, 0.05, 0.1, 0.1, 0.1])
    let evolution = try evolutionOnALine(
      cells: 8, scheme: scheme, grid: grid, velocity: velocity, end: "sin(5*t)")
    let solver = try FullEvolutionSolver(evolution)
    let basis = try ReducedBasis(
      spanning: DenseMatrix<Double>.identity(7), in: evolution.innerProduct)
    let model = try EvolutionProjection(of: evolution, onto: basis).model
    for mu in [[0.1, 1], [0.8, 0.2]] as [Parameter] {
      let answer = try model.answer(at: mu)
      let error = try solver.error(of: answer, in: basis)
      #expect(error.largest < 1e-11)
      for (step, row) in zip(answer.steps, try solver.outputs(at: mu)) {
        #expect(step.time == row.time)
        for (a, b) in zip(step.outputs, row.values) { #expect(abs(a.value - b.value) < 1e-11) }
      }
      #expect(answer.trajectory.value < 1e-10)
      #expect(answer.factorizations == (scheme == .bdf2 ? 4 : 2))
    }
  }

  @Test(arguments: [0.0, 1.5])
  func `the bound of backward Euler holds at all times, for a thousand parameters`(
    velocity: Double
  ) throws {
    let grid = try TimeGrid(steps: [0.02, 0.02, 0.05, 0.05, 0.1, 0.1])
    let evolution = try evolutionOnALine(
      cells: 24, scheme: .backwardEuler, grid: grid, velocity: velocity, end: "t*exp(-t)")
    let solver = try FullEvolutionSolver(evolution)
    var ledger = CostLedger()
    let greedy = try PODGreedy(
      of: solver,
      over: Sampling.random.points(count: 30, seed: 3, in: evolution.parameterSpace),
      options: .init(tolerance: 0, size: 8), ledger: &ledger)
    var pairs = 0
    var closest = Double.infinity
    for n in [2, 4, 6, 8] {
      let query = EvolutionQuery(greedy.model.truncated(to: n))
      let points = try Sampling.random.points(
        count: 250, seed: UInt64(n), in: evolution.parameterSpace)
      for mu in points {
        let answer = try query.answer(at: mu)
        let error = try solver.error(of: answer, in: greedy.basis)
        #expect(answer.trajectory.guarantee == .upperBound)
        #expect(answer.trajectory.value >= error.trajectory)
        closest = min(closest, answer.trajectory.value / error.trajectory)
        for (step, value) in zip(answer.steps, error.massNorms) {
          #expect(step.estimate.value + 1e-14 >= value)
        }
        let direct = try solver.outputs(at: mu)
        for (step, row) in zip(answer.steps, direct) {
          for (a, b) in zip(step.outputs, row.values) {
            #expect(abs(a.value - b.value) <= a.estimate.value + 1e-13)
          }
        }
        pairs += 1
      }
    }
    #expect(pairs == 1000)
    #expect(closest < 10)
  }

  @Test(arguments: TimeScheme.allCases)
  func `POD-greedy lowers the error of all trajectories to the tolerance`(
    scheme: TimeScheme
  ) throws {
    let evolution = try evolutionOnALine(
      cells: 30, scheme: scheme, grid: TimeGrid(end: 0.5, step: 0.05), end: "sin(4*t)")
    let solver = try FullEvolutionSolver(evolution)
    let training = try Sampling.random.points(
      count: 25, seed: 7, in: evolution.parameterSpace)
    var ledger = CostLedger()
    let greedy = try PODGreedy(
      of: solver, over: training, options: .init(tolerance: 1e-4, size: 25, modes: 2),
      ledger: &ledger)
    #expect(greedy.limit == .tolerance)
    #expect(greedy.sizes.last == greedy.model.size)
    #expect(ledger.fullSolves == greedy.steps.count)
    #expect(greedy.steps[0].guarantee == (scheme == .backwardEuler ? .upperBound : .indicator))
    let worst = zip(greedy.steps, greedy.steps.dropFirst()).map { $1.estimate / $0.estimate }
    #expect(worst.allSatisfy { $0 < 1.5 })
    for mu in training.prefix(8) {
      let answer = try greedy.model.answer(at: mu)
      let error = try solver.error(of: answer, in: greedy.basis)
      #expect(error.trajectory < 2e-4 * error.solutionNorm)
    }
  }

  @Test func `modes of trajectories reproduce the trajectories they come from`() throws {
    let evolution = try evolutionOnALine(
      cells: 30, scheme: .bdf2, grid: TimeGrid(end: 0.5, step: 0.05), velocity: 1)
    let solver = try FullEvolutionSolver(evolution)
    let training: [Parameter] = [[0.1, 1], [0.3, 0.5], [1, 2]]
    let snapshots = try SnapshotSet(trajectoriesOf: solver, at: training, tolerance: 1e-13)
    let pod = try POD(of: snapshots, in: evolution.innerProduct, tolerance: 1e-12)
    let model = try EvolutionProjection(of: evolution, onto: pod.basis).model
    for mu in training {
      let answer = try model.answer(at: mu)
      let error = try solver.error(of: answer, in: pod.basis)
      #expect(error.trajectory < 1e-10 * error.solutionNorm)
      #expect(answer.trajectory.guarantee == .indicator)
    }
  }

  @Test func `a time grid keeps equal steps equal and refuses what is none`() throws {
    let times = (0...50).map { Double($0) * 0.1 }
    #expect(try TimeGrid(times: times).distinctSteps.count == 1)
    #expect(try TimeGrid(end: 1, step: 0.3).steps.count == 4)
    #expect(try TimeGrid(end: 32, step: 0.1).steps == [Double](repeating: 0.1, count: 320))
    #expect(throws: TimeGridError.invalidStep(0, index: 0)) { try TimeGrid(end: 1, step: 0) }
    #expect(throws: TimeGridError.invalidStep(-0.5, index: 1)) { try TimeGrid(steps: [1, -0.5]) }
    #expect(throws: TimeGridError.empty) { try TimeGrid(steps: []) }
    #expect(throws: TimeGridError.empty) { try TimeGrid(times: [1]) }
    #expect(throws: TimeGridError.invalidStep(0, index: 1)) { try TimeGrid(times: [0, 1, 1]) }
    #expect(throws: TimeGridError.invalidEnd(-1, start: 0)) { try TimeGrid(end: -1, step: 0.1) }
    #expect(throws: TimeGridError.self) { try TimeGrid(end: 1e12, step: 1e-9) }
    #expect(throws: TimeGridError.self) { try TimeGrid(end: .nan, step: 1) }
  }

  @Test func `a parameter named t is refused, the time has that name`() throws {
    let space = try ParameterSpace(axes: [ParameterAxis(name: "t", range: 0...1)])
    #expect(throws: ParameterSpaceError.duplicateName("t")) {
      try space.withTime(over: TimeGrid(end: 1, step: 1))
    }
  }
}
