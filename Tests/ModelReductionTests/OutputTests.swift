import LinearAlgebra
import ModelReduction
import Testing

@Suite struct `Outputs of reduced models` {
  /// The full model's outputs at μ.
  static func full(_ block: ThermalBlock, _ mu: Parameter) throws -> [String: Double] {
    let u = try block.solver.solve(at: mu)
    var values: [String: Double] = [:]
    for output in block.problem.outputs {
      values[output.name] = try output.value(of: u, at: mu, in: block.space)
    }
    return values
  }

  @Test(arguments: [0.0, 3.0])
  func `every output that claims a bound keeps it`(top: Double) throws {
    let block = try ThermalBlock(blocks: 2, cells: 14, top: top)
    let greedy = try block.greedy(size: 30, training: block.training(200))
    for n in [2, 5, 9, 14, 20, greedy.model.size] {
      let solver = OnlineSolver(greedy.model.truncated(to: n))
      for mu in try block.training(10, seed: 21) {
        let exact = try Self.full(block, mu)
        let answer = try solver.answer(at: mu)
        for output in answer.outputs {
          let expected = try #require(exact[output.name])
          // The full model's own output carries the rounding of its solution.
          let error = max(0, (output.value - expected).magnitude - 1e-12 * expected.magnitude)
          #expect(output.estimate.guarantee != .indicator)
          #expect(output.estimate.value >= error, "\(output.name) at \(n) vectors")
        }
      }
    }
  }

  @Test func `the bound of a compliant output is the square of the energy bound`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 14)
    let model = try block.greedy(size: 8, training: block.training(100)).model
    guard case .linear(let output) = model.outputs[0] else {
      Issue.record("the first output is linear")
      return
    }
    #expect(output.compliance == .constant(1))
    for mu in try block.training(10, seed: 4) {
      let answer = try model.answer(at: mu)
      let alpha = try #require(answer.coercivity)
      let value = answer.outputs[0].estimate.value
      #expect(
        (value - alpha * answer.estimate.value * answer.estimate.value).magnitude < 1e-8 * value)
      let exact = try #require(try Self.full(block, mu)["mean-bottom"])
      #expect(answer.outputs[0].value <= exact + 1e-12)
    }
  }

  @Test func `the dual correction keeps its bound, which is far below the simple one`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 14)
    let training = try block.training(150)
    let greedy = try block.greedy(size: 12, training: training)
    #expect(greedy.model.outputsToCorrect == ["corner"])
    guard case .linear(let output) = block.problem.outputs[1] else { return }
    let dualSolver = FullOrderSolver(block.problem.dual(of: output))
    var ledger = CostLedger()
    let dual = try WeakGreedy(
      of: dualSolver, over: training, options: .init(tolerance: 0, size: 12), ledger: &ledger)
    let corrected = greedy.model.corrected(
      by: dual.projection, forOutput: "corner", of: greedy.projection)
    #expect(corrected.outputsToCorrect.isEmpty)
    for mu in try block.training(20, seed: 31) {
      let exact = try #require(try Self.full(block, mu)["corner"])
      let simple = try greedy.model.answer(at: mu).outputs[1]
      let better = try corrected.answer(at: mu).outputs[1]
      #expect(better.estimate.guarantee == .upperBound)
      #expect(better.estimate.value >= (better.value - exact).magnitude)
      #expect(better.estimate.value < 0.5 * simple.estimate.value)
    }
    let small = try corrected.truncated(to: 5).answer(at: [1, 2, 3, 4]).outputs[1]
    let exact = try #require(try Self.full(block, [1, 2, 3, 4])["corner"])
    #expect(small.estimate.value >= (small.value - exact).magnitude)
  }
}
