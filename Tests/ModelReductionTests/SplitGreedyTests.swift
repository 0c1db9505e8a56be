import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `Greedy bases for parts of the domain` {
  private static func split(
    _ block: ThermalBlock, size: Int, tolerance: Double, most: Int
  ) throws -> SplitGreedy {
    var ledger = CostLedger()
    return try SplitGreedy(
      of: block.solver, over: block.training(300),
      options: .init(tolerance: tolerance, size: size), most: most, ledger: &ledger)
  }

  @Test func `meet a tolerance that one basis of that size does not`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 8, range: 0.5...2)
    let one = try block.greedy(tolerance: 0.25, size: 3, training: block.training(300))
    #expect(one.limit == .size)
    let split = try Self.split(block, size: 3, tolerance: 0.25, most: 300)
    #expect(split.meetsTolerance && split.parts.count > 1)
    for part in split.parts {
      #expect(part.greedy.model.size <= 3)
      #expect(part.greedy.steps.last?.estimate ?? 1 <= 0.25)
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
      let error = try block.solver.trueError(of: answer.state, in: part.greedy.basis, at: mu)
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
}
