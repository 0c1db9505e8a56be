import LinearAlgebra
import ModelReduction
import Testing

@Suite(.serialized) struct `The weak greedy algorithm` {
  @Test func `starts at the row nearest to the defaults and ends at its tolerance`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let training = try block.training(100)
    let greedy = try block.greedy(tolerance: 1e-3, size: 40, training: training)
    #expect(greedy.steps[0].row == block.space.nearestRow(of: training))
    #expect(greedy.limit == .tolerance)
    let last = try #require(greedy.steps.last)
    #expect(last.estimate <= 1e-3)
    #expect(greedy.steps.dropLast().allSatisfy { $0.estimate > 1e-3 })
    for (a, b) in zip(greedy.steps, greedy.steps.dropFirst()) { #expect(b.row == a.worstRow) }
  }

  @Test func `the recorded estimate is the largest over the training set at that size`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let training = try block.training(150)
    let greedy = try block.greedy(size: 9, training: training)
    for (k, step) in greedy.steps.enumerated() {
      let solver = OnlineSolver(greedy.model.truncated(to: k + 1))
      let estimates = try training.map { mu in
        let answer = try solver.answer(at: mu)
        return answer.estimate.value / answer.state.norm
      }
      let largest = try #require(estimates.max())
      #expect((step.estimate - largest).magnitude <= 1e-10 * largest)
      #expect(estimates[step.worstRow] >= largest * (1 - 1e-9))
    }
  }

  @Test func `ties go to the smallest row`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let rows = try block.training(40)
    // Every row three times: whatever is worst is worst in three places.
    let greedy = try block.greedy(size: 6, training: rows + rows + rows)
    #expect(greedy.steps.allSatisfy { $0.row < 40 })
  }

  @Test func `absolute and relative measures differ by the norm of the solution`() throws {
    let block = try ThermalBlock(blocks: 1, cells: 10)
    var ledger = CostLedger()
    let training: [Parameter] = [[0.1], [1], [10]]
    let greedy = try WeakGreedy(
      of: block.solver, over: training,
      options: .init(tolerance: 1e-6, size: 5, measure: .absolute, start: 2), ledger: &ledger)
    #expect(greedy.steps[0].row == 2)
    #expect(greedy.limit == .tolerance)
    #expect(ledger.fullSolves == 1 && ledger.estimates == 3 && ledger.rieszSolves > 0)
  }

  @Test func `a tolerance below the floor ends with the floor and says so`() throws {
    let block = try ThermalBlock(blocks: 1, cells: 10)
    let greedy = try block.greedy(tolerance: 0, size: 5, training: [[0.1], [1], [10]])
    #expect(greedy.limit == .floor)
    #expect(greedy.steps.count == 1)
    #expect(greedy.steps[0].guarantee == .notCertified)
  }

  @Test func `the first n vectors give the model of n vectors bit by bit`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let training = try block.training(80)
    let large = try block.greedy(size: 12, training: training)
    let small = try block.greedy(size: 7, training: training)
    #expect(large.model.truncated(to: 7) == small.model)
    let mu: Parameter = [0.3, 4, 0.7, 1]
    #expect(try large.model.truncated(to: 7).answer(at: mu) == small.model.answer(at: mu))
  }

  @Test func `one thread and two give the same bits`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 20)
    let training = try block.training(300)
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let one = try block.greedy(size: 10, training: training)
    Threads.count = 2
    let two = try block.greedy(size: 10, training: training)
    #expect(one.steps == two.steps)
    #expect(one.model == two.model)
    #expect(one.basis.vectors == two.basis.vectors)
  }

  @Test func `a first solution that vanishes is passed over, and a load that does needs nothing`()
    throws
  {
    let block = try ThermalBlock(blocks: 1, cells: 8)
    let space = try ParameterSpace(axes: [
      ParameterAxis(name: "s", range: -1...1, scale: .linear)
    ])
    func greedy(_ training: [Parameter]) throws -> WeakGreedy {
      let problem = AffineDecomposition(
        parameterSpace: space, operatorSum: block.problem.operatorSum,
        operatorCoefficients: try CoefficientFamily(parsing: ["1"], in: space),
        loadSum: block.problem.loadSum,
        loadCoefficients: try CoefficientFamily(parsing: ["s"], in: space),
        innerProduct: block.problem.innerProduct,
        coercivity: CoercivityConditions(semidefinite: [true], reference: space.reference),
        outputs: [], field: block.problem.field)
      var ledger = CostLedger()
      return try WeakGreedy(
        of: FullOrderSolver(problem), over: training, options: .init(tolerance: 1e-6, size: 5),
        ledger: &ledger)
    }
    let crossing = try greedy([[-0.5], [0], [1]])
    #expect(crossing.steps.map(\.row) == [2] && crossing.limit == .tolerance)
    let answer = try crossing.model.answer(at: [-0.25])
    #expect(answer.estimate.value < 1e-12)
    let nothing = try greedy([[0], [0]])
    #expect(nothing.steps.isEmpty && nothing.limit == .tolerance && nothing.certifiedDownTo == 0)
  }

  @Test func `what cannot be done is refused with the reason`() throws {
    let block = try ThermalBlock(blocks: 1, cells: 8)
    #expect(throws: GreedyError.emptyTrainingSet) { try block.greedy(size: 3, training: []) }
    #expect(
      throws: GreedyError.model(.parameterCount(expected: 1, found: 2))
    ) { try block.greedy(size: 3, training: [[1, 2]]) }
    #expect(throws: GreedyError.self) { try block.greedy(size: 3, training: [[-1]]) }
    var projection = try GalerkinProjection(of: block.problem)
    let u = try block.solver.solve(at: [1])
    try projection.extend(by: u)
    #expect(throws: ExtensionError.self) { try projection.extend(by: u) }
    #expect(throws: ModelError.parameterNotFinite(name: "k[0]")) {
      try projection.model.solve(at: [.nan])
    }
    #expect(throws: ModelError.notPositiveDefinite(pivot: 0, at: [-1])) {
      try projection.model.solve(at: [-1])
    }
  }
}
