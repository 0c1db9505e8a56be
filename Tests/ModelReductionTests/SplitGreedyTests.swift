import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `Greedy bases for parts of the domain` {
  private static func split(
    _ block: ThermalBlock, size: Int, tolerance: Double, most: Int, goal: String? = nil,
    solutions: SolutionMemory? = nil
  ) throws -> SplitGreedy {
    var ledger = CostLedger()
    return try split(
      block, size: size, tolerance: tolerance, most: most, goal: goal, solutions: solutions, &ledger
    )
  }

  private static func split(
    _ block: ThermalBlock, size: Int, tolerance: Double, most: Int, goal: String? = nil,
    solutions: SolutionMemory?, _ ledger: inout CostLedger
  ) throws -> SplitGreedy {
    try SplitGreedy(
      of: block.solver, goal: goal, over: block.training(300),
      options: .init(tolerance: tolerance, size: size), most: most, solutions: solutions,
      ledger: &ledger)
  }

  @Test func `meet a tolerance that one basis of that size does not`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let one = try block.greedy(tolerance: 0.25, size: 3, training: block.training(300))
    #expect(one.limit == .size)
    let split = try Self.split(block, size: 3, tolerance: 0.25, most: 300)
    #expect(split.meetsTolerance && split.parts.count > 1)
    for part in split.parts {
      #expect(part.model.size <= 3)
      #expect(part.steps.last?.estimate ?? 1 <= 0.25)
    }
  }

  @Test func `cover the domain without overlap`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let split = try Self.split(block, size: 3, tolerance: 0.05, most: 40)
    let volume = split.parts.reduce(0) { sum, part in
      sum + part.box.reduce(1) { $0 * ($1.upperBound - $1.lowerBound) }
    }
    #expect((volume - 1).magnitude < 1e-12)
    for mu in try block.training(100, seed: 5) {
      let place = block.space.scaledCoordinates(of: mu)
      let box = split.model.boxes[split.model.part(at: mu)]
      #expect(zip(box, place).allSatisfy { $0.contains($1) })
    }
    // Outside of the domain the nearest part answers.
    #expect(try split.model.answer(at: [100, 1, 1, 1]).state.coordinates.count <= 3)
  }

  @Test func `bound their errors at unseen parameters`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let split = try Self.split(block, size: 4, tolerance: 0.03, most: 40)
    for mu in try block.training(40, seed: 8) {
      let part = split.parts[split.model.part(at: mu)]
      let answer = try split.model.answer(at: mu)
      let error = try block.solver.trueError(of: answer.state, in: part.basis, at: mu)
      #expect(answer.estimate.guarantee == .upperBound)
      #expect(answer.estimate.value >= error)
    }
  }

  @Test func `stop at the most boxes that are allowed, and say so`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let split = try Self.split(block, size: 2, tolerance: 1e-6, most: 5)
    #expect(split.parts.count == 5 && !split.meetsTolerance)
  }

  @Test func `go into a model file and come out with the same bits`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let split = try Self.split(block, size: 3, tolerance: 0.05, most: 40)
    try inFolder { folder in
      try ModelFile(content: .split(split.model)).write(to: folder + "/m.ritz")
      #expect(try ModelFile.open(folder + "/m.ritz").content == .split(split.model))
    }
    let mu: Parameter = [1, 2, 3, 4]
    let place = split.model.part(at: mu)
    let whole = try split.model.solve(at: mu).coordinates
    #expect(whole.count == split.model.size)
    #expect(whole.filter { $0 != 0 } == (try split.model.models[place].solve(at: mu)).coordinates)
  }

  @Test func `solve only what an interrupted run has not kept, and have the same bits`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let alone = try Self.split(block, size: 3, tolerance: 0.1, most: 40)
    let whole = SolutionMemory()
    let half = SolutionMemory(capacity: 20)
    for store in [whole, half] {
      let split = try Self.split(block, size: 3, tolerance: 0.1, most: 40, solutions: store)
      #expect(split.model == alone.model)
    }
    #expect(alone.parts.count > 8 && whole.count > 30 && half.count == 20)
    let resumed = SolutionMemory(after: half)
    var ledger = CostLedger()
    let split = try Self.split(
      block, size: 3, tolerance: 0.1, most: 40, solutions: resumed, &ledger)
    #expect(split.model == alone.model)
    #expect(ledger.fullSolves == whole.count - 20 && resumed.count == whole.count)
  }

  /// The output of a corner is no multiple of the load.
  @Test func `bound an output far better with a dual basis in each part`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let split = try Self.split(block, size: 4, tolerance: 0.03, most: 40)
    let corner = try #require(block.problem.linearOutput(named: "corner"))
    let place = try #require(block.problem.outputs.firstIndex { $0.name == "corner" })
    var ledger = CostLedger()
    let models = try split.parts.map { part in
      #expect(part.model.outputsToCorrect == ["corner"])
      let dual = try part.projection.dual(of: corner)
      let greedy = try WeakGreedy(
        of: dual.solver, over: part.training, options: .init(tolerance: 0.03, size: 4),
        projection: dual.projection, ledger: &ledger)
      return part.model.corrected(by: greedy.projection, forOutput: "corner", of: part.projection)
    }
    let corrected = SplitReducedModel(in: block.space, boxes: split.model.boxes, models: models)
    var gains: [Double] = []
    for mu in try block.training(40, seed: 8) {
      let state = try block.solver.refinedSolution(at: mu)
      let truth = try block.problem.outputValues(of: state, at: mu)[place].value
      let plain = try split.model.answer(at: mu).outputs[place]
      let better = try corrected.answer(at: mu).outputs[place]
      #expect(better.estimate.guarantee == .upperBound)
      #expect(better.estimate.value >= (better.value - truth).magnitude)
      #expect(better.estimate.value < 0.2 * plain.estimate.value)
      gains.append(plain.estimate.value / better.estimate.value)
    }
    #expect(gains.sorted()[20] > 20)
    try inFolder { folder in
      try ModelFile(content: .split(corrected)).write(to: folder + "/m.ritz")
      #expect(try ModelFile.open(folder + "/m.ritz").content == .split(corrected))
    }
  }

  @Test(arguments: ["mean-bottom", "corner"])
  func `are chosen for one output where that is the goal, and its bound holds`(goal: String) throws
  {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let place = try #require(block.problem.outputs.firstIndex { $0.name == goal })
    let whole = SolutionMemory()
    let split = try Self.split(
      block, size: 3, tolerance: 0.02, most: 200, goal: goal, solutions: whole)
    #expect(split.meetsTolerance && split.parts.count > 1)
    for mu in try block.training(40, seed: 8) {
      let state = try block.solver.refinedSolution(at: mu)
      let truth = try block.problem.outputValues(of: state, at: mu)[place].value
      let found = try split.model.answer(at: mu).outputs[place]
      #expect((found.value - truth).magnitude <= found.estimate.value)
    }
    // Dual solutions are kept beside the others: nothing is solved twice.
    let hasDual = whole.keys.contains { $0.count == 5 && $0[4] == Double(place + 1) }
    #expect(hasDual == (goal == "corner"))
    var ledger = CostLedger()
    let again = try Self.split(
      block, size: 3, tolerance: 0.02, most: 200, goal: goal, solutions: whole, &ledger)
    #expect(ledger.fullSolves == 0 && again.model == split.model)
  }
}
