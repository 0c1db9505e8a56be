import LinearAlgebra
import ModelReduction
import Physics
import Testing

@Suite struct `Whole bodies of reduced runs by their laws` {
  private static let rest = Parameter([])

  /// Two cycles of the cyclic cube in full, and a model that knows the first.
  private struct Run {
    let model: QuasiStaticModel
    let full: [QuasiStaticModel.Frame]
    let reduction: HyperReduction
    let reduced: [HyperReducedModel.Frame]

    init() throws {
      model = try CyclicCube().model(cycles: 2)
      var frames: [QuasiStaticModel.Frame] = []
      try model.trajectory(at: rest) { frames.append($0) }
      full = frames
      var snapshots = MechanicalSnapshots(of: model)
      for frame in full[0...20] { snapshots.add(frame) }
      reduction = try HyperReduction(
        of: snapshots, model, in: model.innerProduct(.l2),
        options: HyperReductionOptions(displacement: 1e-5, cubature: 1e-5, dual: 1e-5))
      var found: [HyperReducedModel.Frame] = []
      try HyperReducedModel(reduction, of: model).trajectory(at: rest) { found.append($0) }
      reduced = found
    }

    func recomputed(_ sweeps: Int) throws -> RecomputedRun {
      var run = RecomputedRun(
        of: reduction, model, at: rest,
        sweeps: sweeps > 0 ? try EquilibriumSweeps(sweeps, of: model) : nil)
      for frame in reduced { run.add(frame) }
      return run
    }

    /// The largest error over time of all internal variables and of the displacement, each over its
    /// largest norm.
    func errors(_ found: [QuasiStaticModel.Frame]) -> (history: Double, displacement: Double) {
      func worst(_ values: (QuasiStaticModel.Frame) -> [Double]) -> Double {
        let scale = full.map { norm(values($0)) }.max() ?? 1
        return zip(full, found).map { pair in
          norm(zip(values(pair.0), values(pair.1)).map { $0 - $1 }) / scale
        }.max() ?? .nan
      }
      return (worst { $0.state.variables[0] }, worst { $0.displacement })
    }
  }

  private static let run = Result { try Run() }

  private func frames(_ run: RecomputedRun) throws -> [QuasiStaticModel.Frame] {
    var run = run
    return try (0..<run.count).map { try run.frame($0) }
  }

  @Test func `at the selected points the state is that of the reduced model`() throws {
    let run = try Self.run.get()
    let s = run.model.problem.materials[0].law.stateCount
    for (whole, frame) in zip(try frames(run.recomputed(0)), run.reduced) {
      #expect(whole.time == frame.time && whole.increments == frame.increments)
      for (k, p) in run.reduction.points.enumerated() {
        for c in 0..<6 {
          let (a, b) = (whole.state.stress[6 * p + c], frame.state.stress[6 * k + c])
          #expect(abs(a - b) <= 1e-7 * max(1, abs(b)))
        }
        for c in 0..<s {
          let (a, b) = (
            whole.state.variables[0][s * p + c], frame.state.variables[0][s * k + c]
          )
          #expect(abs(a - b) <= 1e-9 * max(1, abs(b)))
        }
      }
    }
  }

  @Test func `of a step that the reduced model has cut, the laws take the same increments`() throws
  {
    let run = try Self.run.get()
    let hasty = try QuasiStaticModel(
      run.model.problem, on: CyclicCube().mesh, over: TimeGrid(end: 1, step: 0.1),
      settings: .init(newton: NewtonSettings(tolerance: 1e-8, iterations: 2)))
    var recomputed = RecomputedRun(of: run.reduction, hasty, at: Self.rest)
    var last: HyperReducedModel.Frame?
    try HyperReducedModel(run.reduction, of: hasty).trajectory(at: Self.rest) {
      recomputed.add($0)
      last = $0
    }
    let (whole, frame) = (try recomputed.frame(10), try #require(last))
    #expect(frame.increments > 10 && whole.increments == frame.increments)
    for (k, p) in run.reduction.points.enumerated() {
      for c in 0..<6 {
        let (a, b) = (whole.state.stress[6 * p + c], frame.state.stress[6 * k + c])
        #expect(abs(a - b) <= 1e-7 * max(1, abs(b)))
      }
    }
  }

  @Test func `with modes and points that know the whole run it is the full run`() throws {
    let run = try Self.run.get()
    var snapshots = MechanicalSnapshots(of: run.model)
    for frame in run.full { snapshots.add(frame) }
    let reduction = try HyperReduction(
      of: snapshots, run.model, in: run.model.innerProduct(.l2),
      options: HyperReductionOptions(displacement: 1e-10, cubature: 1e-6, dual: 1e-9))
    var recomputed = RecomputedRun(of: reduction, run.model, at: Self.rest)
    try HyperReducedModel(reduction, of: run.model).trajectory(at: Self.rest) {
      recomputed.add($0)
    }
    let errors = run.errors(try frames(recomputed))
    #expect(errors.history < 1e-4 && errors.displacement < 1e-5, "\(errors)")
  }

  @Test func `laws know histories better than fits, and sweeps bring them to the full run`() throws
  {
    let run = try Self.run.get()
    let fitted = run.errors(
      try run.reduced.map { try run.model.whole($0, of: run.reduction, at: Self.rest) })
    let found = try [0, 1, 2, 40].map { run.errors(try frames(run.recomputed($0))) }
    #expect(found[0].displacement == fitted.displacement)
    #expect(found[0].history < fitted.history, "\(found) \(fitted)")
    #expect(found[1].history < 0.7 * found[0].history, "\(found)")
    #expect(found[2].history < found[1].history && found[2].displacement < found[1].displacement)
    #expect(found[3].history < 1e-3 && found[3].displacement < 1e-4, "\(found)")
    let last = try #require(try frames(run.recomputed(40)).last)
    let full = try #require(run.full.last)
    let gap = norm(zip(last.reaction, full.reaction).map { $0 - $1 })
    #expect(gap < 1e-3 * norm(full.reaction))
  }

  @Test func `frames are the same in whatever order they are looked at, the first of them at rest`()
    throws
  {
    let run = try Self.run.get()
    let all = try frames(run.recomputed(1))
    #expect(all[0].state == run.full[0].state && all[0].reaction.allSatisfy { $0 == 0 })
    var other = try run.recomputed(1)
    for k in [40, 7, 7, 20, 0] {
      let frame = try other.frame(k)
      #expect(frame.state == all[k].state && frame.displacement == all[k].displacement)
      #expect(frame.reaction == all[k].reaction && frame.time == all[k].time)
    }
  }

  @Test(arguments: [0, 1])
  func `states have the same bits whatever the number of threads`(sweeps: Int) throws {
    let run = try Self.run.get()
    let before = Threads.count
    defer { Threads.count = before }
    let results = try [1, 3].map { threads in
      Threads.count = threads
      var recomputed = try run.recomputed(sweeps)
      return try recomputed.frame(25)
    }
    #expect(results[0].state == results[1].state)
    #expect(results[0].displacement == results[1].displacement)
    #expect(results[0].reaction == results[1].reaction)
  }
}
