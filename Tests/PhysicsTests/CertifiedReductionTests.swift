import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import Testing

@Suite struct `A reduced diffusion problem` {
  /// Four blocks of conductivities k, with exchange and flux; `lift` is the essential value.
  private func model(
    product: DiffusionModel.Product, lift: String, dimension: Int = 2, cells: Int = 8
  ) throws -> DiffusionModel {
    let t = try DiffusionTexts(
      dimension: dimension, ParameterAxis(name: "k", size: 3, range: 0.2...5, scale: .log),
      ParameterAxis(name: "h", range: 0.5...4), ParameterAxis(name: "q", range: -1...1))
    let problem = DiffusionProblem(
      materials: [
        try t.material("k[0]"), try t.material("k[1]", on: ["block1"]),
        try t.material("k[2]*(1 + x)", reaction: "1", on: ["block2"]),
      ],
      boundaries: [
        try t.value(lift, on: "left"), try t.exchange("h", ambient: "1", on: "right"),
        try t.flux("q", on: "bottom"),
      ], sources: [try t.source("2", on: "block1")],
      outputs: [
        try t.mean("u", on: "bottom", name: "mean"),
        try t.integral("q*u + x*dx(u)", on: "block1", name: "mixed"),
        .init(name: "point", kind: .value(at: [0.7, 0.6, 0.4].prefix(dimension).map { $0 })),
        .init(name: "L2", kind: .normL2), .init(name: "H1", kind: .normH1, regions: ["block1"]),
        try t.integral("dx(u)^2 + dy(u)^2", name: "slope"),
        .init(name: "max", kind: .maximum, regions: ["right"]),
        .init(name: "min", kind: .minimum, regions: ["bottom"]),
      ])
    return try DiffusionModel(
      problem, on: Mesh.unitBox(dimension, cells).cut(into: 2), parameters: t.parameters,
      product: product)
  }

  private func points(_ count: Int, _ model: DiffusionModel, seed: UInt64) throws -> [Parameter] {
    try Sampling.random.points(count: count, seed: seed, in: model.parameterSpace)
  }

  /// Checks fields and outputs of a reduced model of every size against the full model.
  private func check(
    _ reduced: GalerkinReducedModel, _ basis: ReducedBasis<Double>, of model: DiffusionModel,
    bounded: Int
  ) throws {
    let solver = FullOrderSolver(model.decomposition)
    let family = model.decomposition.operatorCoefficients
    let reference = family.values(at: model.parameterSpace.reference)
    for mu in try points(8, model, seed: 77) {
      let full = try solver.solve(at: mu)
      let truth = try model.decomposition.outputValues(of: full, at: mu)
      let sizes = 1...reduced.size
      let answers = try sizes.map { try OnlineSolver(reduced.truncated(to: $0)).answer(at: mu) }
      let errors = try solver.trueErrors(of: answers.map(\.state), in: basis, at: mu)
      let ratios = zip(family.values(at: mu), reference).map { $0 / $1 }
      let contrast = try #require(ratios.max()) / (try #require(ratios.min()))
      var claims = 0
      for (answer, error) in zip(answers, errors) {
        #expect(answer.estimate.guarantee != .indicator)
        #expect(answer.estimate.value >= error)
        if model.innerProduct.name == "energy", error > 1e-9 * answer.state.norm {
          #expect(answer.estimate.guarantee == .upperBound)
          #expect(answer.estimate.value <= contrast * error * (1 + 1e-6))
        }
        for (output, (name, value)) in zip(answer.outputs, truth) {
          #expect(output.name == name)
          guard output.estimate.guarantee != .indicator else { continue }
          claims += 1
          // The full model's own value carries round-off of its solution.
          let roundoff = 1e-12 * max(1, value.magnitude)
          #expect(
            abs(output.value - value) <= output.estimate.value + roundoff, "\(name) at \(mu)")
        }
      }
      #expect(claims == bounded * reduced.size)
    }
  }

  @Test(arguments: DiffusionModel.Product.allCases, ["0", "1", "1 + h*y - q*y^2"])
  func `by the greedy method bounds its errors on unseen parameters at every size`(
    product: DiffusionModel.Product, lift: String
  ) throws {
    let model = try model(product: product, lift: lift)
    var ledger = CostLedger()
    let greedy = try WeakGreedy(
      of: FullOrderSolver(model.decomposition), over: try points(60, model, seed: 1),
      options: .init(tolerance: 1e-6, size: 18), ledger: &ledger)
    #expect(greedy.model.size >= 10)
    try check(greedy.model, greedy.basis, of: model, bounded: 8)
  }

  @Test func `in space bounds its errors on unseen parameters at every size`() throws {
    let model = try model(product: .energy, lift: "1 + h*y", dimension: 3, cells: 4)
    var ledger = CostLedger()
    let greedy = try WeakGreedy(
      of: FullOrderSolver(model.decomposition), over: try points(60, model, seed: 1),
      options: .init(tolerance: 1e-6, size: 12), ledger: &ledger)
    try check(greedy.model, greedy.basis, of: model, bounded: 8)
  }

  @Test(arguments: DiffusionModel.Product.allCases)
  func `by proper orthogonal decomposition bounds its errors at every size`(
    product: DiffusionModel.Product
  ) throws {
    let model = try model(product: product, lift: "q + y")
    let solver = FullOrderSolver(model.decomposition)
    let snapshots = try SnapshotSet(of: solver, at: try points(40, model, seed: 5))
    let pod = try POD(of: snapshots, in: model.innerProduct, tolerance: 1e-7, size: 15)
    var projection = try GalerkinProjection(of: model.decomposition)
    for mode in 0..<pod.basis.size {
      try projection.extend(by: pod.basis.vectors.column(mode))
    }
    try check(projection.model, projection.basis, of: model, bounded: 8)
  }

  @Test func `with dual corrections bounds its outputs by the product of two residuals`() throws {
    let model = try model(product: .energy, lift: "1 + h*y")
    let solver = FullOrderSolver(model.decomposition)
    var ledger = CostLedger()
    let training = try points(60, model, seed: 1)
    let primal = try WeakGreedy(
      of: solver, over: training, options: .init(tolerance: 1e-2, size: 12), ledger: &ledger)
    var corrected = primal.model
    let names = corrected.outputsToCorrect
    #expect(names == ["mean", "mixed", "point"])
    for name in names {
      let output = try #require(model.decomposition.outputs.first { $0.name == name })
      guard case .linear(let linear) = output else { continue }
      let dual = try WeakGreedy(
        of: FullOrderSolver(model.decomposition.dual(of: linear)), over: training,
        options: .init(tolerance: 1e-2, size: 12), ledger: &ledger)
      corrected = corrected.corrected(
        by: dual.projection, forOutput: name, of: primal.projection)
    }
    try check(corrected, primal.basis, of: model, bounded: 8)
    // The correction is worth its price: the bounds are much smaller with it.
    let mu = try points(1, model, seed: 99)[0]
    let (with, without) = (try corrected.answer(at: mu), try primal.model.answer(at: mu))
    for place in 0..<3 {
      #expect(
        with.outputs[place].estimate.value < 0.2 * without.outputs[place].estimate.value)
    }
  }

  @Test func `bounds a compliant output by the square of the residual`() throws {
    let t = try DiffusionTexts(ParameterAxis(name: "k", size: 9, range: 0.1...10, scale: .log))
    let problem = DiffusionProblem(
      materials: try (0..<9).map { try t.material("k[\($0)]", on: ["block\($0)"]) },
      boundaries: [try t.value("0", on: "top"), try t.flux("1", on: "bottom")],
      outputs: [try t.mean("u", on: "bottom")])
    let model = try DiffusionModel(
      problem, on: Mesh.square(12).cut(into: 3), parameters: t.parameters)
    let solver = FullOrderSolver(model.decomposition)
    var ledger = CostLedger()
    let greedy = try WeakGreedy(
      of: solver, over: try Sampling.logRandom.points(count: 80, seed: 1, in: t.parameters),
      options: .init(tolerance: 0, size: 20), ledger: &ledger)
    #expect(greedy.model.outputsToCorrect.isEmpty)
    for mu in try Sampling.logRandom.points(count: 10, seed: 2, in: t.parameters) {
      let truth = try model.decomposition.outputValues(of: try solver.solve(at: mu), at: mu)
      for n in 1...greedy.model.size {
        let answer = try OnlineSolver(greedy.model.truncated(to: n)).answer(at: mu)
        let output = answer.outputs[0]
        let alpha = try #require(answer.coercivity)
        #expect(output.estimate.guarantee == .upperBound)
        #expect(abs(output.value - truth[0].value) <= output.estimate.value)
        // The square of the energy bound is α times as large: ‖r‖²/α² against ‖r‖²/α.
        let square = answer.estimate.value * answer.estimate.value * alpha
        #expect(output.estimate.value <= square * (1 + 1e-9) + 1e-13)
      }
    }
  }

  @Test func `keeps its bounds in ten thousand pairs of size and parameter, down to round-off`()
    throws
  {
    let model = try model(product: .energy, lift: "1 + h*y")
    var ledger = CostLedger()
    let greedy = try WeakGreedy(
      of: model.solver, over: try points(200, model, seed: 1),
      options: .init(tolerance: 0, size: 50), ledger: &ledger)
    let solvers = (1...greedy.model.size).map { OnlineSolver(greedy.model.truncated(to: $0)) }
    let test = try points(10_000 / solvers.count + 1, model, seed: 1234)
    var (violations, smallest, largestEffectivity) = (0, Double.infinity, 0.0)
    for mu in test {
      let answers = try solvers.map { try $0.answer(at: mu) }
      let errors = try model.solver.trueErrors(
        of: answers.map(\.state), in: greedy.basis, at: mu)
      for (answer, error) in zip(answers, errors) {
        if !(answer.estimate.value >= error) { violations += 1 }
        let relative = error / answer.state.norm
        smallest = min(smallest, relative)
        if relative > 1e-9 {
          largestEffectivity = max(largestEffectivity, answer.estimate.value / error)
        }
      }
    }
    #expect(violations == 0)
    // The sweep reaches errors that the expanded formula of the residual could not see.
    #expect(smallest < 1e-12)
    // The largest over the smallest θ(μ)/θ(μ̄): 5 over 0.2.
    #expect(largestEffectivity < 25)
  }

  @Test func `knows outputs that the essential data fix alone, with and without a dual problem`()
    throws
  {
    let t = try DiffusionTexts(ParameterAxis(name: "k", size: 2, range: 0.2...5))
    let problem = DiffusionProblem(
      materials: [try t.material("k[0]")],
      boundaries: [try t.value("k[1] + y", on: "left"), try t.flux("1", on: "right")],
      outputs: [
        try t.mean("u", on: "left"), .init(name: "max", kind: .maximum, regions: ["left"]),
        .init(name: "point", kind: .value(at: [0, 0.25])), try t.integral("u^2", on: "left"),
        try t.integral("k[1]*x", name: "none"),
      ])
    let model = try DiffusionModel(problem, on: .square(4), parameters: t.parameters)
    var ledger = CostLedger()
    let training = try t.points(10, seed: 1)
    let greedy = try WeakGreedy(
      of: model.solver, over: training, options: .init(tolerance: 1e-10, size: 5), ledger: &ledger)
    var corrected = greedy.model
    for case .linear(let linear) in model.decomposition.outputs
    where corrected.outputsToCorrect.contains(linear.name) {
      let dual = try WeakGreedy(
        of: FullOrderSolver(model.decomposition.dual(of: linear)), over: training,
        options: .init(tolerance: 1e-10, size: 5), ledger: &ledger)
      corrected = corrected.corrected(
        by: dual.projection, forOutput: linear.name, of: greedy.projection)
    }
    let mu = Parameter([2.5, 1.5])
    for reduced in [greedy.model, corrected, corrected.truncated(to: 1)] {
      let answer = try reduced.answer(at: mu)
      // Linear data on the side: mean k + 1/2, largest value k + 1, ∫ u² = (2.5³ − 1.5³)/3.
      let exact = [2, 2.5, 1.75, (2.5 * 2.5 * 2.5 - 1.5 * 1.5 * 1.5) / 3, 0.75]
      for (output, value) in zip(answer.outputs, exact) {
        #expect(abs(output.value - value) < 1e-13 * value, "\(output.name)")
        #expect(output.estimate.value.isFinite)
      }
    }
  }

  @Test func `reproduces the full solution at the parameters it was made from`() throws {
    let model = try model(product: .energy, lift: "1 + h*y")
    var ledger = CostLedger()
    let solver = FullOrderSolver(model.decomposition)
    let greedy = try WeakGreedy(
      of: solver, over: try points(30, model, seed: 1),
      options: .init(tolerance: 1e-3, size: 12), ledger: &ledger)
    for mu in greedy.parameters {
      let state = try greedy.model.solve(at: mu)
      let full = try solver.solve(at: mu)
      #expect(relativeDistance(greedy.basis.state(state), full) < 1e-10)
      #expect(
        relativeDistance(
          try model.field(greedy.basis.state(state), at: mu), try model.field(full, at: mu))
          < 1e-10)
    }
  }
}
