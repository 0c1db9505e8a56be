import Expressions
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// Diffusion on a line, with a flow or without, with initial and essential data of parameters and time,
/// in steps of three sizes.
@Suite struct `Dual evolutions` {
  private static func evolution(_ velocity: Double) throws -> AffineEvolution {
    try evolutionOnALine(
      cells: 24, scheme: .backwardEuler,
      grid: TimeGrid(steps: [0.02, 0.02, 0.05, 0.05, 0.1, 0.1]), velocity: velocity,
      end: "t*exp(-t)")
  }

  /// Modes that know nothing of the problem, least of all its initial state.
  private static func sines(_ count: Int, _ evolution: AffineEvolution) throws -> ReducedBasis<
    Double
  > {
    let n = evolution.dofCount
    return try ReducedBasis(
      spanning: DenseMatrix(
        rowCount: n,
        columns: (1...count).map { k in
          (1...n).map { Double.sin(Double(k * $0) * .pi / Double(n + 1)) }
        }), in: evolution.innerProduct)
  }

  private static func mean(
    _ solver: FullEvolutionSolver, at mu: Parameter
  ) throws -> Double {
    try #require(try solver.outputs(at: mu).last?.values.first { $0.key == "mean" }).value
  }

  @Test(arguments: [0.0, 1.5])
  func `a whole dual space gives the output of the full model, however poor the primal one is`(
    velocity: Double
  ) throws {
    let evolution = try Self.evolution(velocity)
    let solver = try FullEvolutionSolver(evolution)
    let primal = try EvolutionProjection(of: evolution, onto: Self.sines(3, evolution))
    let family = try evolution.dual(of: meanOnALine(evolution))
    let dual = try EvolutionProjection(
      of: family,
      onto: ReducedBasis(
        spanning: DenseMatrix<Double>.identity(evolution.dofCount), in: family.innerProduct))
    let model = primal.model.corrected(by: dual, forOutput: "mean", of: primal)
    #expect(model.outputsToCorrect.isEmpty && primal.model.outputsToCorrect == ["mean"])
    for n in [1, 2, 3] {
      let (plain, corrected) = (primal.model.truncated(to: n), model.truncated(to: n))
      for mu in [[0.08, 1.7], [0.6, 0.3]] as [Parameter] {
        let truth = try Self.mean(solver, at: mu)
        let value = try #require(try corrected.answer(at: mu).steps.last?.outputs[0])
        let before = try #require(try plain.answer(at: mu).steps.last?.outputs[0])
        #expect(abs(value.value - truth) < 1e-12, "\(n): \(value.value - truth)")
        #expect(abs(before.value - truth) > 1e-5)
        #expect(value.estimate.value < 1e-9)
      }
    }
  }

  @Test(arguments: [0.0, 1.5])
  func `bounds of corrected outputs hold and are the product of two small numbers`(
    velocity: Double
  ) throws {
    let evolution = try Self.evolution(velocity)
    let solver = try FullEvolutionSolver(evolution)
    let family = try evolution.dual(of: meanOnALine(evolution))
    let training = try Sampling.random.points(count: 30, seed: 3, in: evolution.parameterSpace)
    var ledger = CostLedger()
    let greedy = try PODGreedy(
      of: solver, over: training, options: .init(tolerance: 0, size: 6), ledger: &ledger)
    let dual = try PODGreedy(
      of: FullEvolutionSolver(family), over: training, options: .init(tolerance: 0, size: 5),
      ledger: &ledger)
    let model = greedy.model.corrected(
      by: dual.projection, forOutput: "mean", of: greedy.projection)
    for n in [2, 4, 6] {
      let (plain, corrected) = (
        EvolutionQuery(greedy.model.truncated(to: n)), EvolutionQuery(model.truncated(to: n))
      )
      var gain = 0.0
      for mu in try Sampling.random.points(count: 100, seed: 8, in: evolution.parameterSpace) {
        let truth = try Self.mean(solver, at: mu)
        let answer = try corrected.answer(at: mu)
        let value = try #require(answer.steps.last?.outputs[0])
        #expect(value.estimate.guarantee == .upperBound)
        #expect(abs(value.value - truth) <= value.estimate.value)
        let before = try plain.answer(at: mu)
        gain = max(gain, value.estimate.value / (before.steps.last?.outputs[0].estimate.value ?? 0))
        // States, and outputs on the way, are those of the model without a dual.
        #expect(answer.trajectory == before.trajectory)
        #expect(answer.steps.dropLast() == before.steps.dropLast())
      }
      #expect(gain < 0.05, "\(n): \(gain)")
    }
  }

  @Test func `other schemes have none`() throws {
    let evolution = try evolutionOnALine(
      cells: 8, scheme: .bdf2, grid: TimeGrid(end: 0.5, step: 0.1))
    #expect(try EvolutionProjection(of: evolution).model.outputsToCorrect.isEmpty)
  }
}
