import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `Certified reduced models` {
  @Test(arguments: [(2, 24, 24), (3, 15, 60)])
  func `the bound is never below the true energy error and exceeds it by no more than the contrast`(
    blocks: Int, cells: Int, size: Int
  ) throws {
    let block = try ThermalBlock(blocks: blocks, cells: cells)
    let greedy = try block.greedy(size: size, training: block.training(200))
    let test = try block.training(20, seed: 7)
    var smallest = Double.infinity
    for n in 1...greedy.model.size {
      let solver = OnlineSolver(greedy.model.truncated(to: n))
      for mu in test {
        let answer = try solver.answer(at: mu)
        let error = try block.solver.trueError(of: answer.state, in: greedy.basis, at: mu)
        let relative = error / answer.state.norm
        smallest = min(smallest, relative)
        #expect(answer.estimate.value >= error)
        if relative > 1e-9 {
          #expect(answer.estimate.guarantee == .upperBound)
          #expect(answer.estimate.value <= 100 * error)
          if n == size { print("eff", answer.estimate.value / error, relative) }
        }
        print(
          "N", n, "err", relative, "est", answer.estimate.value / answer.state.norm,
          "floor", answer.estimate.floor / answer.state.norm, answer.estimate.guarantee)
      }
    }
    print(
      blocks, greedy.limit, greedy.model.size, greedy.model.residual.rowCount,
      greedy.certifiedDownTo, smallest)
  }
}
