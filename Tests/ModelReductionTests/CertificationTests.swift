import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `Certified reduced models` {
  @Test func `a form is semidefinite by its terms or by boxes, and never where a number is none`() {
    // 2 + θ sin x: the second part changes sign.
    let boxes = [
      RatioBox(terms: [0, 1], lower: [1, -1], upper: [1, 0]),
      RatioBox(terms: [0, 1], lower: [1, 0], upper: [1, 1]),
    ]
    let byBoxes = SemidefiniteConditions(terms: [true, false], ratioBoxes: boxes)
    #expect(byBoxes.hold(for: [2, 1.9]) && byBoxes.hold(for: [2, -1.9]))
    #expect(!byBoxes.hold(for: [2, 2.1]) && !byBoxes.hold(for: [2, -2.1]))
    let byTerms = SemidefiniteConditions(terms: [true, true])
    #expect(byTerms.hold(for: [2, 0]) && !byTerms.hold(for: [2, -1]))
    for bad in [Double.nan, .infinity] {
      #expect(!byBoxes.hold(for: [bad, 1]) && !byBoxes.hold(for: [2, bad]))
    }
  }

  @Test(arguments: [(1, 60, 12), (2, 20, 44), (3, 15, 40)])
  func `the bound is never below the true energy error and exceeds it by no more than the contrast`(
    blocks: Int, cells: Int, size: Int
  ) throws {
    let block = try ThermalBlock(blocks: blocks, cells: cells)
    let greedy = try block.greedy(size: size, training: block.training(300))
    for n in 1...greedy.model.size {
      let solver = OnlineSolver(greedy.model.truncated(to: n))
      for mu in try block.training(15, seed: UInt64(1000 + n)) {
        let answer = try solver.answer(at: mu)
        let error = try block.solver.trueError(of: answer.state, in: greedy.basis, at: mu)
        #expect(answer.estimate.value >= error)
        guard error > 1e-9 * answer.state.norm else { continue }
        #expect(answer.estimate.guarantee == .upperBound)
        let contrast = (mu.values.max() ?? 0) / (mu.values.min() ?? 0)
        #expect(answer.estimate.value <= 1.001 * contrast * error)
      }
    }
  }

  @Test func `what is certified reaches down to a relative error of 1e-12 or says it does not`()
    throws
  {
    let block = try ThermalBlock(blocks: 2, cells: 16)
    let greedy = try block.greedy(size: 80, training: block.training(400))
    #expect(greedy.limit != .size)
    #expect(greedy.certifiedDownTo < 4e-12)
    var (smallest, floors) = (Double.infinity, 0)
    for mu in try block.training(60, seed: 5) {
      let answer = try greedy.model.answer(at: mu)
      let error = try block.solver.trueError(of: answer.state, in: greedy.basis, at: mu)
      #expect(answer.estimate.value >= error)
      #expect(answer.estimate.value >= answer.estimate.floor)
      if answer.estimate.guarantee == .notCertified {
        #expect(answer.estimate.value == answer.estimate.floor)
        floors += 1
      }
      smallest = min(smallest, error / answer.state.norm)
    }
    #expect(smallest < 1e-12)
    #expect(floors > 0)
  }

  @Test func `at a snapshot's parameter the reduced solution is the snapshot`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 16)
    let greedy = try block.greedy(size: 10, training: block.training(50))
    for step in greedy.steps {
      let answer = try greedy.model.answer(at: step.parameter)
      let error = try block.solver.trueError(of: answer.state, in: greedy.basis, at: step.parameter)
      #expect(error <= 1e-12 * answer.state.norm)
      #expect(answer.estimate.value >= error)
      #expect(answer.estimate.value <= 1e-10 * answer.state.norm)
    }
  }

  @Test
  func
    `the expanded formula stalls near 1e-8 where the orthonormal basis still tells the residual`()
    throws
  {
    let block = try ThermalBlock(blocks: 2, cells: 16)
    let greedy = try block.greedy(size: 36, training: block.training(300))
    let expanded = ExpandedResidualNorm(greedy.projection)
    let riesz = try RieszMap(block.problem.innerProduct)
    var stalled = 0
    for mu in try block.training(30, seed: 9) {
      let solver = OnlineSolver(greedy.model)
      try solver.solve(at: mu)
      let state = ReducedState(solver.coordinates)
      // The residual's dual norm from the error itself: r = A e.
      let error = try block.solver.errorState(of: state, in: greedy.basis, at: mu)
      let direct = riesz.dualNorm(of: try block.problem.systemMatrix(at: mu) * error)
      let (norm, slack) = solver.residualNorm()
      #expect((norm - direct).magnitude <= slack + 1e-6 * direct)
      let squared = expanded.squaredNorm(of: state, at: mu)
      let load = riesz.dualNorm(of: try block.problem.load(at: mu))
      let old = max(0, squared).squareRoot()
      #expect((old - direct).magnitude < 1e-6 * load)
      if direct < 1e-9 * load, (old - direct).magnitude > 0.5 * direct { stalled += 1 }
    }
    #expect(stalled > 5)
    let coarse = greedy.model.truncated(to: 5)
    for mu in try block.training(10, seed: 10) {
      let solver = OnlineSolver(coarse)
      try solver.solve(at: mu)
      let squared = expanded.squaredNorm(of: ReducedState(solver.coordinates), at: mu)
      let (norm, _) = solver.residualNorm()
      #expect((squared.squareRoot() - norm).magnitude <= 1e-6 * norm)
    }
  }

  @Test(arguments: ["L2", "euclidean"])
  func `in another product the bound holds with a proven constant`(product: String) throws {
    let block = try ThermalBlock(blocks: 2, cells: 12, product: product)
    let greedy = try block.greedy(size: 12, training: block.training(60))
    #expect(greedy.projection.coercivity.constant > 0)
    for mu in try block.training(20, seed: 3) {
      let answer = try greedy.model.answer(at: mu)
      let error = try block.solver.trueError(of: answer.state, in: greedy.basis, at: mu)
      #expect(answer.estimate.guarantee == .upperBound)
      #expect(answer.estimate.value >= error)
    }
  }

  @Test func `the proven constant is close to the smallest eigenvalue`() throws {
    let block = try ThermalBlock(blocks: 1, cells: 20, product: "L2")
    let bound = try CoercivityBound(of: block.problem)
    // −u'' in the vertical, insulated sides, u = 0 above, free below: the least is π²/4.
    #expect(bound.constant > 0.97 * 2.4674)
    #expect(bound.constant < 2.4674 * 1.01)
  }

  @Test
  func `min-theta and ratio boxes give the larger of their bounds and nothing when both fail`()
    throws
  {
    let mu = Parameter([1, 1])
    let plain = CoercivityConditions(semidefinite: [true, true], reference: mu)
    let bound = CoercivityBound(conditions: plain, referenceCoefficients: [1, 2], constant: 0.5)
    let value = try #require(bound.value(for: [3, 1]))
    #expect((value.alpha - 0.25).magnitude < 1e-14)
    #expect(value.argument == .minTheta)
    #expect(bound.value(for: [3, -1]) == nil)
    #expect(bound.value(for: [3, 0]) == nil)
    let boxed = CoercivityBound(
      conditions: CoercivityConditions(
        semidefinite: [true, false], reference: mu,
        ratioBoxes: [RatioBox(terms: [0, 1], lower: [1, -0.5], upper: [1, 0.5])]),
      referenceCoefficients: [1, 0], constant: 1)
    let other = try #require(boxed.value(for: [2, 1]))
    #expect((other.alpha - 1.5).magnitude < 1e-14)
    #expect(other.argument == .ratioBoxes)
    #expect(boxed.value(for: [1, 3]) == nil)
  }

  @Test func `without a proof the estimate calls itself an indicator`() throws {
    let block = try ThermalBlock(blocks: 2, cells: 12)
    let p = block.problem
    let doubtful = AffineDecomposition(
      parameterSpace: p.parameterSpace, operatorSum: p.operatorSum,
      operatorCoefficients: p.operatorCoefficients, loadSum: p.loadSum,
      loadCoefficients: p.loadCoefficients, innerProduct: p.innerProduct,
      coercivity: CoercivityConditions(
        semidefinite: [true, true, false, true], reference: p.parameterSpace.reference))
    var projection = try GalerkinProjection(of: doubtful)
    for mu in try block.training(4) { try projection.extend(by: block.solver.solve(at: mu)) }
    let answer = try projection.model.answer(at: [1, 2, 3, 4])
    #expect(answer.estimate.guarantee == .indicator)
    #expect(answer.coercivity == nil)
    #expect(answer.estimate.value > 0 && answer.estimate.value.isFinite)
  }
}
