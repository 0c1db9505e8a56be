import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Unsymmetric and complex systems` {
  typealias Wave = Complex<Double>

  static func points(_ count: Int, in space: ParameterSpace, seed: UInt64) throws -> [Parameter] {
    try Sampling.random.points(count: count, seed: seed, in: space)
  }

  @Test func `a symmetric family has the same solutions with and without its symmetry`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12, top: 1)
    let solver = try FullSystemSolver(AffineSystem(block.problem))
    for mu in try block.training(5) {
      let (a, b) = (try block.solver.solve(at: mu), try solver.solve(at: mu))
      #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-11 })
    }
    #expect(solver.work.factorizations == 5)
  }

  @Test func `a complex system is the real one of twice the size`() throws {
    let system = try waveOnALine(cells: 30)
    let solver = try FullSystemSolver(system)
    for mu in try Self.points(5, in: system.parameterSpace, seed: 3) {
      let (a, f) = (try system.systemMatrix(at: mu), try system.load(at: mu))
      let n = system.dofCount
      var rows = [[Double]](
        repeating: [Double](repeating: 0, count: 2 * n), count: 2 * n)
      for i in 0..<n {
        for j in 0..<n {
          let z = a[i, j]
          (rows[i][j], rows[i][n + j]) = (z.real, -z.imaginary)
          (rows[n + i][j], rows[n + i][n + j]) = (z.imaginary, z.real)
        }
      }
      let twin = try LU(DenseMatrix(rows: rows)).solve(f.map(\.real) + f.map(\.imaginary))
      let u = try solver.solve(at: mu)
      let size = norm(u)
      for i in 0..<n { #expect((u[i] - Wave(twin[i], twin[n + i])).length < 1e-12 * size) }
    }
  }

  @Test func `an absorbing end lets the wave out: the amplitude is one everywhere`() throws {
    let system = try waveOnALine(cells: 400)
    let u = try FullSystemSolver(system).solve(at: [5, 1])
    let field = try #require(system.field).field(
      free: u, at: [5, 1], in: system.parameterSpace)
    for (x, value) in zip(LineMatrices(cells: 400).positions, field) {
      #expect((value - Wave.exp(Wave(0, 5 * x))).length < 1e-3)
    }
  }

  @Test func `a functional of the solution is the dual solution applied to the load`() throws {
    let wave = try waveOnALine()
    let solver = try FullSystemSolver(wave)
    guard case .linear(let end) = wave.outputs[0] else { throw CancellationError() }
    for mu in try Self.points(4, in: wave.parameterSpace, seed: 8) {
      let (u, f) = (try solver.solve(at: mu), try wave.load(at: mu))
      let z = try solver.dualSolution(of: end.functional.terms[0], at: mu)
      let (a, b) = (plain(end.functional.terms[0], u), plain(z, f))
      #expect((a - b).length < 1e-11 * (1 + a.length))
    }
    let real = try advectionOnALine()
    let other = try FullSystemSolver(real)
    let f = real.loadSum.terms[0]
    for mu in try Self.points(4, in: real.parameterSpace, seed: 8) {
      let (a, b) = (
        dot(f, try other.solve(at: mu)), dot(try other.dualSolution(of: f, at: mu), f)
      )
      #expect(abs(a - b) < 1e-12 * abs(a))
    }
  }

  func plain(_ a: [Wave], _ b: [Wave]) -> Wave { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  @Test func `projection gives back every solution it was made from`() throws {
    let wave = try waveOnALine()
    let (solver, training) = (
      try FullSystemSolver(wave), try Self.points(9, in: wave.parameterSpace, seed: 21)
    )
    let snapshots = try SnapshotSet(of: solver, at: training)
    let basis = try ReducedBasis(
      spanning: snapshots.states,
      in: InnerProduct<Wave>(
        SparseMatrix(
          pattern: wave.operatorSum.terms[0].pattern,
          values: try #require(wave.innerProduct.matrix).values.map { Wave($0, 0) }), name: "H1"))
    let projection = try SystemProjection(of: wave, onto: basis)
    for (j, mu) in training.enumerated() {
      let answer = try projection.model.answer(at: mu)
      let u = snapshots.states.column(j)
      var difference = basis.state(answer.state)
      axpy(-1, u, into: &difference)
      #expect(norm(difference) < 1e-10 * norm(u))
      #expect(answer.estimate.value < 1e-9)
      #expect(answer.estimate.guarantee == .indicator)
      let direct = try wave.outputValues(of: u, at: mu)[0].value
      #expect((answer.outputs[0].value - direct).length < 1e-10)
    }
  }

  @Test func `a reduced wave is exact to six digits over a band, as its indicator says`() throws {
    let wave = try waveOnALine()
    let solver = try FullSystemSolver(wave)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: Self.points(150, in: wave.parameterSpace, seed: 1),
      options: .init(tolerance: 1e-7, size: 30), ledger: &ledger)
    #expect(greedy.limit == .tolerance)
    for mu in try Self.points(30, in: wave.parameterSpace, seed: 99) {
      let answer = try greedy.model.answer(at: mu)
      let error = try solver.error(of: answer.state, in: greedy.basis, at: mu)
      #expect(error < 1e-6 * answer.state.norm)
      let estimate = answer.estimate.value
      #expect(0.05 * error <= estimate)
      #expect(estimate < 1e3 * error + 1e-12)
      guard case .reduced = answer.scale else { throw CancellationError() }
    }
    #expect(ledger.fullSolves == greedy.model.size)
  }

  @Test func `the nested spaces of a greedy basis serve the training set ever better`() throws {
    let system = try advectionOnALine()
    let solver = try FullSystemSolver(system)
    let training = try Self.points(60, in: system.parameterSpace, seed: 4)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: training, options: .init(tolerance: 0, size: 10), ledger: &ledger)
    let states = try solver.solve(at: training)
    var last = Double.infinity
    for n in 1...10 {
      let space = greedy.basis.prefix(n)
      let worst = states.reduce(0) { max($0, space.distance(to: $1)) }
      #expect(worst < last)
      last = worst
    }
    #expect(greedy.steps[9].estimate < 1e-4 * greedy.steps[0].estimate)
    #expect(greedy.steps.allSatisfy { $0.guarantee == .upperBound })
  }

  @Test func `with a coercive symmetric part the bound holds for states and outputs`() throws {
    let system = try advectionOnALine()
    let solver = try FullSystemSolver(system)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: Self.points(50, in: system.parameterSpace, seed: 5),
      options: .init(tolerance: 0, size: 12), ledger: &ledger)
    var pairs = 0
    var effectivities: [Double] = []
    for n in [2, 4, 6, 8] {
      let query = SystemQuery(greedy.model.truncated(to: n))
      for mu in try Self.points(250, in: system.parameterSpace, seed: UInt64(n)) {
        let answer = try query.answer(at: mu)
        let error = try solver.error(of: answer.state, in: greedy.basis, at: mu)
        #expect(answer.estimate.guarantee == .upperBound)
        #expect(answer.estimate.value >= error)
        effectivities.append(answer.estimate.value / error)
        let direct = try system.outputValues(of: try solver.solve(at: mu), at: mu)
        for (output, value) in zip(answer.outputs, direct) {
          #expect(abs(output.value - value.value) <= output.estimate.value + 1e-13)
        }
        pairs += 1
      }
    }
    #expect(pairs >= 1000)
    // d/‖A‖ from below: the quotient of continuity and coercivity in the product.
    let limit = 2 + 3 / (0.05 * Double.pi)
    #expect(effectivities.reduce(0, max) < limit)
  }

  @Test func `estimates keep their digits far below the root of machine precision`() throws {
    let system = try advectionOnALine()
    let solver = try FullSystemSolver(system)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: Self.points(80, in: system.parameterSpace, seed: 6),
      options: .init(tolerance: 0, size: 40), ledger: &ledger)
    #expect(try #require(greedy.steps.last).estimate < 1e-11)
  }

  @Test func `a model cut to fewer vectors is the one that stopped there`() throws {
    let system = try waveOnALine()
    var ledger = CostLedger()
    let training = try Self.points(40, in: system.parameterSpace, seed: 2)
    let solver = try FullSystemSolver(system)
    let long = try SystemGreedy(
      of: solver, over: training, options: .init(tolerance: 0, size: 8), ledger: &ledger)
    let short = try SystemGreedy(
      of: solver, over: training, options: .init(tolerance: 0, size: 5), ledger: &ledger)
    #expect(long.model.truncated(to: 5).residual == short.model.residual)
    let mu: Parameter = [3.3, 0.5]
    let (a, b) = (
      try long.model.truncated(to: 5).answer(at: mu), try short.model.answer(at: mu)
    )
    #expect((a.outputs[0].value - b.outputs[0].value).length < 1e-12)
  }

  @Test func `next to a resonance the full model warns and the indicator grows without bound`()
    throws
  {
    // No absorption: k = (m + 1/2) π but for dispersion; find the discrete one by its pole.
    let system = try waveOnALine(cells: 40, absorption: 0...1)
    let solver = try FullSystemSolver(system)
    // Zero at the resonance itself, where there is no solution.
    func end(_ k: Double) -> Double {
      (try? solver.solve(at: [k, 0])).map { 1 / $0[39].real } ?? 0
    }
    var (low, high) = (1.5, 1.65)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if end(low) * end(middle) > 0 { low = middle } else { high = middle }
      if high - low < 1e-11 { break }
    }
    let near = try solver.solution(at: [low, 0])
    let warning = try #require(near.warning)
    #expect(warning.condition > 1e10 && warning.lostDigits >= 10)
    #expect(try solver.solution(at: [5, 1]).warning == nil)
    var ledger = CostLedger()
    let greedy = try SystemGreedy(
      of: solver, over: [[1, 0], [1.2, 0], [2, 0], [2.5, 0], [3, 0.5]],
      options: .init(tolerance: 0, size: 5), ledger: &ledger)
    let far = try greedy.model.answer(at: [1.1, 0])
    let close = try greedy.model.answer(at: [low + 1e-8, 0])
    #expect(close.estimate.value > 1e6 * far.estimate.value)
  }
}
