import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// Systems without symmetry whose linear outputs are corrected by reduced dual problems.
@Suite struct `Outputs corrected by dual problems` {
  private typealias Wave = Complex<Double>

  /// Primal and dual bases of some sizes at random parameters.
  private static func models<S: Scalar>(
    _ system: AffineSystem<S>, output: Int = 0, size: Int, dual dualSize: Int
  ) throws -> (plain: ReducedSystem<S>, corrected: ReducedSystem<S>) {
    guard case .linear(let linear) = system.outputs[output] else { throw CancellationError() }
    let training = try Sampling.random.points(count: 60, seed: 2, in: system.parameterSpace)
    var ledger = CostLedger()
    let primal = try SystemGreedy(
      of: FullSystemSolver(system), over: training, options: .init(tolerance: 0, size: size),
      ledger: &ledger)
    let dual = try SystemGreedy(
      of: FullSystemSolver(system.dual(of: linear)), over: training,
      options: .init(tolerance: 0, size: dualSize), ledger: &ledger)
    return (
      primal.model,
      primal.model.corrected(by: dual.projection, forOutput: linear.name, of: primal.projection)
    )
  }

  @Test func `bounds of unsymmetric coercive systems hold and are the product of two residuals`()
    throws
  {
    let system = try advectionOnALine()
    let solver = try FullSystemSolver(system)
    let unseen = try Sampling.random.points(count: 40, seed: 77, in: system.parameterSpace)
    for size in [3, 5, 8] {
      let (plain, corrected) = try Self.models(system, size: size, dual: size)
      #expect(plain.outputsToCorrect.count == corrected.outputsToCorrect.count + 1)
      var (before, after) = (0.0, 0.0)
      for mu in unseen {
        let exact = try system.outputValues(of: solver.solve(at: mu), at: mu)[0].value
        let (a, b) = (try plain.answer(at: mu), try corrected.answer(at: mu))
        #expect(a.state == b.state && a.estimate == b.estimate)
        let (old, new) = (a.outputs[0], b.outputs[0])
        #expect(new.estimate.guarantee != .indicator)
        #expect((new.value - exact).magnitude <= new.estimate.value)
        (before, after) = (
          max(before, old.estimate.value), max(after, new.estimate.value)
        )
      }
      // Each residual brings its own digits.
      #expect(after < (size < 5 ? 0.5 : 0.3) * before)
    }
  }

  @Test func `a complex output gains the digits of its dual residual`() throws {
    let wave = try waveOnALine()
    let solver = try FullSystemSolver(wave)
    let (plain, corrected) = try Self.models(wave, size: 8, dual: 8)
    let unseen = try Sampling.random.points(count: 30, seed: 5, in: wave.parameterSpace)
    var (before, after) = (0.0, 0.0)
    for mu in unseen {
      let exact = try wave.outputValues(of: solver.solve(at: mu), at: mu)[0].value
      let (old, new) = (
        try plain.answer(at: mu).outputs[0], try corrected.answer(at: mu).outputs[0]
      )
      #expect(new.estimate.guarantee == .indicator)
      before = max(before, (old.value - exact).length)
      after = max(after, (new.value - exact).length)
    }
    #expect(after < 0.1 * before)
  }

  @Test func `a dual space that holds the dual solution leaves round-off`() throws {
    let system = try advectionOnALine()
    guard case .linear(let output) = system.outputs[0] else { throw CancellationError() }
    let mu = try Sampling.random.points(count: 1, seed: 9, in: system.parameterSpace)[0]
    let family = system.dual(of: output)
    let (solver, dualSolver) = (try FullSystemSolver(system), try FullSystemSolver(family))
    var primal = try SystemProjection(of: system)
    let other = try Sampling.random.points(count: 2, seed: 10, in: system.parameterSpace)
    for point in other { try primal.extend(by: solver.solve(at: point)) }
    var dual = try SystemProjection(of: family)
    try dual.extend(by: dualSolver.solve(at: mu))
    let model = primal.model.corrected(by: dual, forOutput: output.name, of: primal)
    let answer = try model.answer(at: mu)
    let exact = try system.outputValues(of: solver.solve(at: mu), at: mu)[0].value
    // The state is far off, its functional is not.
    #expect(answer.estimate.value > 1e-3 * answer.state.norm)
    #expect((answer.outputs[0].value - exact).magnitude < 1e-12 * exact.magnitude)
    // What is called exact has round-off of its own.
    let distance = (answer.outputs[0].value - exact).magnitude
    #expect(distance <= answer.outputs[0].estimate.value + 1e-14 * exact.magnitude)
  }

  @Test func `a model cut to fewer vectors keeps its dual problem`() throws {
    let system = try advectionOnALine()
    let (_, corrected) = try Self.models(system, size: 6, dual: 5)
    let cut = corrected.truncated(to: 3)
    let solver = try FullSystemSolver(system)
    for mu in try Sampling.random.points(count: 10, seed: 3, in: system.parameterSpace) {
      let exact = try system.outputValues(of: solver.solve(at: mu), at: mu)[0].value
      let output = try cut.answer(at: mu).outputs[0]
      #expect((output.value - exact).magnitude <= output.estimate.value)
    }
  }
}
