import Expressions
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import Testing

@Suite struct `Increments by the error in time` {
  private static let rest = Parameter([])

  /// A bar of Young's modulus 10⁵, stretched at once by 10⁻³ and held unless said otherwise, which
  /// creeps by ε' = A σ⁵ or yields.
  private func bar(
    tolerance: Double?, over grid: TimeGrid, cuts: Int = 30, stretch: String = "0.001",
    yields: Bool = false
  ) throws -> QuasiStaticModel {
    let zero = Expression(0)
    let elasticity = InelasticMaterial.Elasticity(
      young: Expression(1e5), poisson: Expression(0.3))
    let law =
      yields
      ? try InelasticMaterial(
        elasticity: elasticity,
        yieldStress: .linear(initial: Expression(50), modulus: Expression(1e4)))
      : try InelasticMaterial(
        elasticity: elasticity,
        flow: .norton(coefficient: Expression(1e-14), exponent: Expression(5)))
    return try QuasiStaticModel(
      ElastoviscoplasticProblem(
        materials: [.init(regions: ["*"], law: law)],
        boundaries: [
          .init(regions: ["left"], value: [zero, nil, nil]),
          .init(regions: ["front"], value: [nil, zero, nil]),
          .init(regions: ["bottom"], value: [nil, nil, zero]),
          .init(
            regions: ["right"],
            value: [
              try Expression(parsing: stretch, in: ExpressionScope(coordinates: 3)), nil, nil,
            ]
          ),
        ]), on: Box(size: [1, 1, 1], cells: [1, 1, 1], shape: .hexahedron).mesh(), over: grid,
      settings: .init(newton: NewtonSettings(), cuts: cuts, timeTolerance: tolerance))
  }

  /// The stress of the bar, which its closed form knows.
  private func relaxed(_ t: Double) -> Double {
    let rate = 1e5 * 1e-14
    return 1 / (1e-8 + 4 * rate * t).squareRoot().squareRoot()
  }

  private func frames(_ model: QuasiStaticModel) throws -> [QuasiStaticModel.Frame] {
    var frames: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Self.rest) { frames.append($0) }
    return frames
  }

  @Test func `the error at the end falls with the root of the tolerance`() throws {
    let grid = try TimeGrid(end: 1000, step: 250)
    var errors: [Double] = []
    for tolerance in [1e-3, 1e-5] {
      let last = try #require(try frames(bar(tolerance: tolerance, over: grid)).last)
      errors.append(abs(last.state.stress[0] / relaxed(1000) - 1))
    }
    // As many increments as 1/√tolerance, each erring by the tolerance.
    #expect(errors[1] < 2e-3)
    #expect((5...20).contains(errors[0] / errors[1]), "\(errors)")
  }

  @Test func `increments follow a relaxation over decades, for fewer solves than even steps`()
    throws
  {
    func worst(_ frames: [QuasiStaticModel.Frame]) -> Double {
      frames.filter { [1, 10, 100, 1000].contains($0.time.rounded(.toNearestOrEven)) }
        .map { abs($0.state.stress[0] / relaxed($0.time) - 1) }.max() ?? .nan
    }
    let found = try frames(bar(tolerance: 1e-4, over: TimeGrid(steps: [1, 9, 90, 900])))
    // The grid is met to the bit, whatever the increments.
    #expect(found.map(\.time) == [0, 1, 10, 100, 1000])
    let times = [0] + found.flatMap(\.reports).compactMap(\.time)
    #expect(times == times.sorted() && times.last == 1000)
    let lengths = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect((lengths.last ?? 0) > 100 * lengths[0], "\(lengths)")
    // The two halves and the whole of each pair are counted.
    let solves = lengths.count * 3 / 2
    let even = try frames(bar(tolerance: nil, over: TimeGrid(end: 1000, step: 1)))
    #expect(solves < 1000 * 2 / 3 && worst(found) < worst(even) / 5)
  }

  @Test func `a step without error in time is gone in two halves`() throws {
    // Proportional yielding: the return along the radius is exact whatever the increment.
    let model = try bar(
      tolerance: 1e-8, over: TimeGrid(end: 1, step: 0.5), stretch: "0.002*t", yields: true)
    let found = try frames(model)
    #expect(found.map(\.reports.count) == [0, 2, 2])
    #expect(try #require(found.last).state.variables[0].contains { $0 > 1e-4 })
  }

  @Test func `a body free to expand is not held up by the rounding of its stresses`() throws {
    let cube = try CyclicCube()
    let problem = try cube.freeToExpand(temperature: "20 + 300*t*t")
    let model = try QuasiStaticModel(
      problem, on: cube.mesh, over: TimeGrid(end: 1, step: 0.5),
      settings: .init(timeTolerance: 1e-4))
    #expect(try frames(model).map(\.reports.count) == [0, 2, 2])
  }

  @Test func `a run that goes on from one of its frames takes the same increments`() throws {
    let model = try bar(tolerance: 1e-4, over: TimeGrid(end: 1000, step: 250))
    let whole = try frames(model)
    let kept = whole[1]
    #expect(kept.next.length ?? 250 < 250)
    let read = try #require(
      model.frame(
        time: kept.time, displacement: kept.displacement, reaction: kept.reaction,
        strain: kept.state.strain, stress: kept.state.stress, temperature: kept.state.temperature,
        variables: kept.state.variables, increments: kept.increments, next: kept.next))
    var resumed: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Self.rest, from: read) { resumed.append($0) }
    #expect(resumed.map(\.state) == whole[1...].map(\.state))
    #expect(resumed.map(\.increments) == whole[1...].map(\.increments))
  }

  /// The same frame without a guess of where the body goes.
  private func unguided(
    _ frame: QuasiStaticModel.Frame, _ model: QuasiStaticModel
  ) throws -> QuasiStaticModel.Frame {
    try #require(
      model.frame(
        time: frame.time, displacement: frame.displacement, reaction: frame.reaction,
        strain: frame.state.strain, stress: frame.state.stress,
        temperature: frame.state.temperature, variables: frame.state.variables,
        increments: frame.increments))
  }

  @Test func `going on as the body went saves iterations and changes no answer`() throws {
    let cube = try CyclicCube()
    let model = try cube.model(cycles: 1)
    let found = try frames(model)
    var (guided, alone) = (0, 0)
    for (from, to) in zip(found, found.dropFirst()) {
      // One step of a run that knows nothing of those before.
      struct Enough: Error {}
      var next: QuasiStaticModel.Frame?
      do {
        try model.trajectory(at: Self.rest, from: try unguided(from, model)) {
          guard $0.time > from.time else { return }
          next = $0
          throw Enough()
        }
      } catch is Enough {}
      let other = try #require(next)
      guided += to.iterations
      alone += other.iterations
      let gap = norm(zip(to.displacement, other.displacement).map { $0 - $1 })
      #expect(gap < 1e-6 * norm(other.displacement))
    }
    #expect(Double(guided) < 0.9 * Double(alone), "\(guided) and \(alone) iterations")
  }

  @Test func `an elastic body is followed without iterations until its load turns back`() throws {
    let load = try Expression(parsing: "min(t, 8 - t)", in: ExpressionScope(coordinates: 2))
    let zero = Expression(0)
    let model = try QuasiStaticModel(
      ElastoviscoplasticProblem(
        materials: [
          .init(
            regions: ["*"],
            law: try ElasticMaterial(
              .isotropic(young: Expression(1000), poisson: Expression(0.3))))
        ],
        boundaries: [
          .init(regions: ["left"], value: [zero, zero]),
          .init(regions: ["right"], traction: [load, zero]),
        ]), on: Box(size: [2, 1], cells: [4, 2], shape: .quadrilateral).mesh(),
      over: TimeGrid(end: 8, step: 1))
    let found = try frames(model)
    #expect(found.map(\.iterations) == [0, 1, 0, 0, 0, 1, 0, 0, 0])
    let top = try #require(found.map { norm($0.displacement) }.max())
    #expect(abs(norm(found[2].displacement) / top - 0.5) < 1e-9)
    #expect(norm(try #require(found.last).displacement) < 1e-9 * top)
  }

  @Test func `an error that short increments do not lower ends the run with its size`() throws {
    let model = try bar(
      tolerance: 1e-6, over: TimeGrid(end: 2, step: 1), cuts: 4,
      stretch: "if(t > 1.3, 0.005, 0.0001)")
    var reached: [Double] = []
    let error = #expect(throws: ModelError.self) {
      try model.trajectory(at: Self.rest) { reached.append($0.time) }
    }
    #expect(reached == [0, 1])
    #expect(error?.isNotConverged == true)
    let words = error?.description ?? ""
    #expect(words.contains("where 1e-06 is allowed") && words.contains("cuts"), "\(words)")
  }

  @Test func `a reduced model keeps its own error in time, in few points`() throws {
    let cube = try CyclicCube()
    func model(_ tolerance: Double?) throws -> QuasiStaticModel {
      try QuasiStaticModel(
        cube.problem, on: cube.mesh, over: TimeGrid(end: 2, step: 0.2),
        settings: .init(
          newton: NewtonSettings(tolerance: 1e-8), cuts: 20, timeTolerance: tolerance))
    }
    let full = try model(2e-3)
    let exact = try frames(full)
    var snapshots = MechanicalSnapshots(of: full)
    for frame in exact { snapshots.add(frame) }
    let reduction = try HyperReduction(
      of: snapshots, full, in: full.innerProduct(.l2),
      options: HyperReductionOptions(displacement: 1e-6, cubature: 1e-6, dual: 1e-6))
    let written = HyperReducedModel(reduction, of: full)
    // The tolerance lives in the file.
    let online = try HyperReducedModel(try #require(written.parts))
    #expect(online.settings == full.settings)
    var found: [HyperReducedModel.Frame] = []
    try online.trajectory(at: Self.rest) { found.append($0) }
    let counts = (exact.map(\.reports.count), found.map(\.reports.count))
    let (all, reduced) = (counts.0.reduce(0, +), counts.1.reduce(0, +))
    #expect(all > 2 * 10 + 10, "\(counts.0)")
    #expect(abs(reduced - all) <= all / 5, "\(counts)")
    let end = try #require(found.last)
    let last = try #require(exact.last)
    let whole = try full.whole(end, of: reduction, at: Self.rest)
    let gap = norm(zip(whole.displacement, last.displacement).map { $0 - $1 })
    #expect(gap < 1e-2 * norm(last.displacement))
    // With steps as the grid has them, both would err by more.
    let plain = try #require(try frames(model(nil)).last)
    let fine = try #require(try frames(model(1e-4)).last)
    func distance(_ a: QuasiStaticModel.Frame) -> Double {
      norm(zip(a.state.variables[0], fine.state.variables[0]).map { $0 - $1 })
    }
    #expect(distance(last) < 0.5 * distance(plain), "\(distance(last)), \(distance(plain))")
  }
}
