import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `A greedy algorithm that goes on` {
  @Test func `from where it stood ends with the same bits as one that never stopped`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let training = try block.training(80)
    let whole = try block.greedy(size: 12, training: training)
    let half = try block.greedy(size: 5, training: training)
    var ledger = CostLedger()
    let rest = try WeakGreedy(
      of: block.solver, over: training, options: .init(tolerance: 0, size: 12),
      projection: half.projection, ledger: &ledger)
    #expect(half.steps.map(\.row) + rest.steps.map(\.row) == whole.steps.map(\.row))
    #expect(rest.model == whole.model)
    #expect(ledger.fullSolves == 7)
  }

  @Test func `solves nothing that was kept, and the model has the same bits`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let training = try block.training(80)
    let store = SolutionMemory()
    func run(_ size: Int, _ ledger: inout CostLedger) throws -> WeakGreedy {
      try WeakGreedy(
        of: block.solver, over: training, options: .init(tolerance: 0, size: size),
        solutions: store, ledger: &ledger)
    }
    var first = CostLedger()
    _ = try run(6, &first)
    #expect(store.count == 6 && first.fullSolves == 6)
    var second = CostLedger()
    let resumed = try run(9, &second)
    #expect(second.fullSolves == 3 && store.taken == 6)
    #expect(resumed.model == (try block.greedy(size: 9, training: training)).model)
  }

  @Test func `finds the points that its training set has missed, the worst first`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let greedy = try block.greedy(size: 4, training: block.training(20))
    let fresh = try block.training(200, seed: 77)
    let estimates = try fresh.map { mu in
      let answer = try greedy.model.answer(at: mu)
      return (mu: mu, value: answer.estimate.value / answer.state.norm)
    }
    let median = estimates.map(\.value).sorted()[100]
    let options = WeakGreedy.Options(tolerance: median, size: 10)
    let missed = try greedy.points(among: fresh, notServedBy: options)
    let expected = estimates.filter { $0.value > median * (1 + 1e-9) }
    #expect(!missed.isEmpty && missed.count < fresh.count)
    #expect(Set(missed.map(\.values)).isSuperset(of: expected.map(\.mu.values)))
    #expect(missed.count <= expected.count + 1)
    #expect(missed.first == expected.max { $0.value < $1.value }?.mu)
  }
}

@Suite struct `A goal-oriented greedy algorithm` {
  private func run(
    _ block: ThermalBlock, goal: String, tolerance: Double
  ) throws -> GoalOrientedGreedy {
    var ledger = CostLedger()
    return try GoalOrientedGreedy(
      of: block.solver, goal: goal, over: block.training(80),
      options: .init(tolerance: tolerance, size: 30), ledger: &ledger)
  }

  @Test func `stops when the output's bound is small enough, and the bound holds`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    for output in block.problem.outputs {
      guard case .linear(let linear) = output else { continue }
      let greedy = try run(block, goal: linear.name, tolerance: 1e-6)
      #expect(greedy.limit == .tolerance)
      let place = try #require(greedy.model.outputs.firstIndex { $0.name == linear.name })
      for mu in try block.training(30, seed: 9) {
        let state = try block.solver.refinedSolution(at: mu)
        let truth = try block.problem.outputValues(of: state, at: mu)[place].value
        let found = try greedy.model.answer(at: mu).outputs[place]
        #expect((found.value - truth).magnitude <= found.estimate.value)
      }
    }
  }

  @Test func `needs fewer vectors for the output than one for the whole field`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let name = try #require(block.problem.outputs.first?.name)
    let goal = try run(block, goal: name, tolerance: 1e-6)
    let field = try block.greedy(tolerance: 1e-6, size: 30, training: block.training(80))
    #expect(goal.model.size < field.model.size)
  }
}
