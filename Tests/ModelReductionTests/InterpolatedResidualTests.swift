import LinearAlgebra
import ModelReduction
import TestSupport
import Testing

@Suite struct `The residual norm by empirical interpolation` {
  private struct Setting {
    let block: ThermalBlock
    let greedy: WeakGreedy
    let riesz: RieszMap
    let model: GalerkinReducedModel

    init(size: Int) throws {
      block = try ThermalBlock(blocks: 2, cells: 12)
      greedy = try block.greedy(size: size, training: block.training(150))
      riesz = try RieszMap(block.problem.innerProduct)
      model = greedy.model
    }

    func norm(_ state: ReducedState<Double>, _ mu: Parameter) throws -> Double {
      try block.solver.residualNorm(of: state, in: greedy.basis, at: mu, riesz: riesz)
    }

    func interpolated(_ tolerance: Double = 1e-10) throws -> InterpolatedResidualNorm {
      try InterpolatedResidualNorm(
        of: model, over: block.training(600, seed: 21), tolerance: tolerance,
        residualNorm: norm)
    }
  }

  @Test func `is the norm itself where it was asked for`() throws {
    let setting = try Setting(size: 4)
    let estimate = try setting.interpolated()
    #expect(estimate.parameters.count > 10)
    #expect(estimate.parameters.count <= estimate.productCount)
    for mu in estimate.parameters {
      let state = try setting.model.solve(at: mu)
      let truth = try setting.norm(state, mu)
      let value = estimate.value(of: state, at: mu)
      #expect((value.square - truth * truth).magnitude <= value.floor + 1e-12 * truth * truth)
    }
  }

  @Test func `is close to the norm elsewhere, with loose and with tight interpolation`() throws {
    let setting = try Setting(size: 5)
    for (tolerance, allowed) in [(1e-6, 1e-2), (1e-10, 1e-4)] {
      let estimate = try setting.interpolated(tolerance)
      for mu in try setting.block.training(40, seed: 33) {
        let state = try setting.model.solve(at: mu)
        let truth = try setting.norm(state, mu)
        let value = estimate.value(of: state, at: mu)
        #expect((value.norm - truth).magnitude <= allowed * truth + value.floor.squareRoot())
      }
    }
  }

  @Test func `takes fewer residuals than there are products`() throws {
    let setting = try Setting(size: 6)
    let estimate = try setting.interpolated(1e-6)
    #expect(estimate.productCount == 25 * 26 / 2)
    #expect(estimate.parameters.count < estimate.productCount)
  }

  @Test func `agrees with the residual range, from which bounds are made`() throws {
    let setting = try Setting(size: 8)
    let online = OnlineSolver(setting.model)
    for mu in try setting.block.training(20, seed: 2) {
      try online.solve(at: mu)
      let (norm, slack) = online.residualNorm()
      let truth = try setting.norm(ReducedState(online.coordinates), mu)
      #expect((norm - truth).magnitude <= slack + 1e-10 * truth)
    }
  }
}
