import Expressions
import FiniteElements
import LinearAlgebra
import Meshes
import ModelReduction
import Physics
import TestSupport
import Testing

@Suite struct `Hyperreduction of inelastic bodies` {
  private static let rest = Parameter([])

  /// A full run of the cyclic cube over four cycles.
  private struct Run {
    let model: QuasiStaticModel
    let frames: [QuasiStaticModel.Frame]
    let product: InnerProduct<Double>

    init() throws {
      model = try CyclicCube().model(cycles: 4)
      var frames: [QuasiStaticModel.Frame] = []
      try model.trajectory(at: rest) { frames.append($0) }
      self.frames = frames
      product = try model.innerProduct(.l2)
    }

    /// The first cycle.
    var training: MechanicalSnapshots {
      var snapshots = MechanicalSnapshots(of: model)
      for frame in frames[0...20] { snapshots.add(frame) }
      return snapshots
    }

    /// The largest errors of displacement (in L², relative to the largest) and of the cumulated plastic
    /// strain, over some frames.
    func errors(
      _ reduction: HyperReduction, _ found: [HyperReducedModel.Frame], _ range: ClosedRange<Int>
    ) throws -> (displacement: Double, strain: Double) {
      func p(_ frame: QuasiStaticModel.Frame) -> [Double] {
        stride(from: 6, to: frame.state.variables[0].count, by: 13).map {
          frame.state.variables[0][$0]
        }
      }
      func size(_ values: [Double]) -> Double {
        zip(values, model.points.weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
      }
      let scaleU = frames.map { norm($0.displacement) }.max() ?? 1
      let scaleP = frames.map { size(p($0)) }.max() ?? 1
      var worst = (displacement: 0.0, strain: 0.0)
      for k in range {
        let whole = try model.whole(found[k], of: reduction, at: rest)
        let du = zip(whole.displacement, frames[k].displacement).map { $0 - $1 }
        let dp = zip(p(whole), p(frames[k])).map { $0 - $1 }
        worst.displacement = max(worst.displacement, norm(du) / scaleU)
        worst.strain = max(worst.strain, size(dp) / scaleP)
      }
      return worst
    }
  }

  private static let run = Result { try Run() }

  /// - Source: the numbers of modes, points and errors are those of an independent implementation of
  ///   the method on this cube; errors here may be smaller, not larger beyond their scatter.
  @Test(arguments: [
    (1e-4, 1e-4, 5, 32, 1.5e-3, 3.5e-2, 5e-3, 7e-2),
    (1e-6, 1e-4, 12, 76, 1.2e-3, 4.7e-3, 1.4e-3, 5e-2),
    (1e-6, 1e-5, 12, 109, 6e-5, 7.6e-3, 1.4e-4, 4.8e-2),
    (1e-6, 1e-6, 12, 140, 7e-6, 8.5e-3, 2.4e-5, 4.7e-2),
  ])
  func `one cycle teaches the next three, with the modes, points and errors that are known`(
    row: (Double, Double, Int, Int, Double, Double, Double, Double)
  ) throws {
    let run = try Self.run.get()
    let reduction = try HyperReduction(
      of: run.training, run.model, in: run.product,
      options: HyperReductionOptions(displacement: row.0, cubature: row.1, dual: 1e-6))
    let reduced = HyperReducedModel(reduction, of: run.model)
    var frames: [HyperReducedModel.Frame] = []
    try reduced.trajectory(at: Self.rest) { frames.append($0) }
    let first = try run.errors(reduction, frames, 1...20)
    let later = try run.errors(reduction, frames, 21...80)
    #expect(abs(reduction.basis.size - row.2) <= 1)
    #expect(reduction.cubature.points.count <= Int(1.25 * Double(row.3)))
    #expect(first.displacement < 3 * row.4 && later.displacement < 2 * row.5)
    #expect(first.strain < 3 * row.6 && later.strain < 2 * row.7)
    #expect(reduction.cubature.weights.allSatisfy { $0 > 0 })
    #expect(abs(reduction.cubature.weights.reduce(0, +) - 1) < row.1)
    #expect(reduction.cubature.report.residual <= row.1)
  }

  @Test(arguments: [(CubatureUnit.cell, 1), (.point, 4), (.cell, 4)])
  func `rules of whole cells and of subdomains keep tolerance, volume and the accuracy of points`(
    unit: CubatureUnit, subdomains: Int
  ) throws {
    let run = try Self.run.get()
    let reduction = try HyperReduction(
      of: run.training, run.model, in: run.product,
      options: HyperReductionOptions(
        displacement: 1e-6, cubature: 1e-5, dual: 1e-6, unit: unit, subdomains: subdomains))
    let cubature = reduction.cubature
    #expect(cubature.report.residual <= 1e-5 && abs(cubature.report.volumeError) <= 1e-5)
    #expect(cubature.weights.allSatisfy { $0 > 0 })
    // Four parts of 54 cells each have few cells to spare.
    let most = unit == .cell && subdomains > 1 ? 1 : 0.5
    #expect(Double(cubature.points.count) < most * Double(run.model.points.count))
    if unit == .cell {
      // Eight points of a cube have the same weight, and come together.
      #expect(cubature.points.count == 8 * cubature.units.count)
      for first in stride(from: 0, to: cubature.points.count, by: 8) {
        #expect(cubature.points[first] % 8 == 0 && cubature.points[first + 7] % 8 == 7)
        #expect(Set(cubature.weights[first..<first + 8].map { Float($0) }).count == 1)
      }
    }
    if subdomains > 1 {
      // Each part of the mesh keeps its own volume.
      let partition = try Partition(run.model.points.space.scalar.mesh, parts: subdomains)
      var volumes = [Double](repeating: 0, count: subdomains)
      for (point, weight) in zip(cubature.points, cubature.weights) {
        volumes[Int(partition.part[point / 8])] += weight
      }
      for part in 0..<subdomains {
        let whole = Double(partition.cells(of: part).count) / 216
        #expect(abs(volumes[part] - whole) <= 1e-5 * whole)
      }
    }
    var frames: [HyperReducedModel.Frame] = []
    try HyperReducedModel(reduction, of: run.model).trajectory(at: Self.rest) { frames.append($0) }
    let first = try run.errors(reduction, frames, 1...20)
    let later = try run.errors(reduction, frames, 21...80)
    #expect(first.displacement < 3 * 6e-5 && later.displacement < 2 * 7.6e-3)
    #expect(first.strain < 3 * 1.4e-4 && later.strain < 2 * 4.8e-2)
  }

  @Test func `steps have the same bits whatever the number of threads`() throws {
    let run = try Self.run.get()
    let before = Threads.count
    defer { Threads.count = before }
    let results = try [1, 3].map { threads in
      Threads.count = threads
      let reduction = try HyperReduction(
        of: run.training, run.model, in: run.product,
        options: HyperReductionOptions(displacement: 1e-5, cubature: 1e-5, dual: 1e-5))
      var coordinates: [[Double]] = []
      try HyperReducedModel(reduction, of: run.model).trajectory(at: Self.rest) {
        coordinates.append($0.coordinates.coordinates)
      }
      return (reduction.cubature.points, reduction.cubature.weights, coordinates)
    }
    #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
    #expect(results[0].2 == results[1].2)
  }

  /// The last cycle of the cube under another temperature, run with enrichment.
  private func adapt(
    shape: String, amplitude: Double, _ settings: AdaptiveHyperReduction.Settings
  ) throws -> (
    full: [QuasiStaticModel.Frame], found: [QuasiStaticModel.Frame], AdaptiveHyperReduction
  ) {
    let run = try Self.run.get()
    var adaptive = try AdaptiveHyperReduction(
      run.training, of: run.model, in: run.product,
      options: HyperReductionOptions(displacement: 1e-6, cubature: 1e-5, dual: 1e-6))
    let model = try CyclicCube(shape: shape, amplitude: amplitude).model(cycles: 1)
    var full: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Self.rest) { full.append($0) }
    var found: [QuasiStaticModel.Frame] = []
    var steps: [AdaptiveHyperReduction.Step] = []
    try adaptive.trajectory(at: Self.rest, of: model, settings: settings) { step in
      steps.append(step)
      switch step {
      case .full(let frame, _): found.append(frame)
      case .reduced(let frame, _, let reduction):
        found.append(try model.whole(frame, of: reduction, at: Self.rest))
      }
    }
    return (full, found, adaptive)
  }

  private func errors(
    _ full: [QuasiStaticModel.Frame], _ found: [QuasiStaticModel.Frame]
  ) throws -> (displacement: Double, strain: Double) {
    let weights = try Self.run.get().model.points.weights
    func p(_ frame: QuasiStaticModel.Frame) -> [Double] {
      stride(from: 6, to: frame.state.variables[0].count, by: 13).map {
        frame.state.variables[0][$0]
      }
    }
    func size(_ values: [Double]) -> Double {
      zip(values, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot()
    }
    let (u, q) = (
      full.map { norm($0.displacement) }.max() ?? 1, full.map { size(p($0)) }.max() ?? 1
    )
    return zip(full, found).reduce((0, 0)) { worst, pair in
      let du = norm(zip(pair.0.displacement, pair.1.displacement).map { $0 - $1 }) / u
      let dp = size(zip(p(pair.0), p(pair.1)).map { $0 - $1 }) / q
      return (max(worst.0, du), max(worst.1, dp))
    }
  }

  @Test
  func `a tolerance of zero gives the full run to the last bit, an infinite one no full step`()
    throws
  {
    let (full, found, adaptive) = try adapt(
      shape: "0.3 + 0.7*x*(1 - z)", amplitude: 400, .init(tolerance: 0))
    #expect(adaptive.enrichments.count == 20)
    for (a, b) in zip(full, found).dropFirst() {
      #expect(a.displacement == b.displacement && a.state == b.state)
    }
    let (_, _, plain) = try adapt(
      shape: "0.3 + 0.7*y*z", amplitude: 400, .init(tolerance: .infinity))
    #expect(plain.enrichments.isEmpty)
  }

  @Test(arguments: [
    ("0.3 + 0.7*x*(1 - z)", 400.0, 12, 6.7e-4, 4.6e-3),
    ("0.3 + 0.7*x*(1 - z)", 500, 12, 8.4e-4, 5.2e-3),
    ("0.3 + 0.7*y*z", 440, 8, 7e-4, 3e-3),
  ])
  func `an unseen temperature is answered by a few full steps`(
    row: (String, Double, Int, Double, Double)
  ) throws {
    let (full, found, adaptive) = try adapt(
      shape: row.0, amplitude: row.1, .init(tolerance: 5e-3))
    let error = try errors(full, found)
    #expect(adaptive.enrichments.count <= row.2)
    #expect(error.displacement <= row.3 && error.strain <= row.4)
  }

  @Test func `estimates learnt from coarser models bound nearly all errors of an unseen loading`()
    throws
  {
    let run = try Self.run.get()
    var adaptive = try AdaptiveHyperReduction(run.training, of: run.model, in: run.product)
    adaptive.calibrate(try adaptive.indicatorPairs())
    let calibration = try #require(adaptive.reduced.calibration)
    let model = try CyclicCube(amplitude: 420).model(cycles: 1)
    let online = HyperReducedModel(adaptive.reduction, of: model)
    var full: [QuasiStaticModel.Frame] = []
    try model.trajectory(at: Self.rest) { full.append($0) }
    let scale = full.map { norm($0.state.stress) }.max() ?? 1
    var (covered, count) = (0, 0)
    try online.trajectory(at: Self.rest) { frame in
      guard frame.time > 0, let k = full.firstIndex(where: { $0.time == frame.time }) else {
        return
      }
      let found = try model.whole(frame, of: adaptive.reduction, at: Self.rest)
      let error = norm(zip(found.state.stress, full[k].state.stress).map { $0 - $1 }) / scale
      count += 1
      if calibration.estimate(of: frame.indicator) >= error { covered += 1 }
    }
    #expect(count == 20 && covered >= 18, "\(covered) of \(count)")
    // Nothing is estimated from an indicator that is not a number.
    #expect(calibration.estimate(of: .nan) == .infinity)
  }

  /// Three cycles that one has not taught: the cumulated plastic strain leaves its modes, and the
  /// indicator goes far beyond what the repeated training shows. The estimate is five times the error.
  @Test func `estimates of later cycles are above the errors, and not far above`() throws {
    let run = try Self.run.get()
    var adaptive = try AdaptiveHyperReduction(
      run.training, of: run.model, in: run.product,
      options: HyperReductionOptions(displacement: 1e-6, cubature: 1e-5, dual: 1e-6))
    let pairs = try adaptive.indicatorPairs()
    adaptive.calibrate(pairs)
    let online = adaptive.reduced
    var frames: [HyperReducedModel.Frame] = []
    try online.trajectory(at: Self.rest) { frames.append($0) }
    var (worst, largest) = (0.0, 0.0)
    for k in 1...80 {
      let error = try run.errors(adaptive.reduction, frames, k...k).strain
      let estimate = online.estimate(frames[k])
      #expect(estimate >= error, "\(k): \(estimate) \(error)")
      (worst, largest) = (max(worst, error), max(largest, estimate))
    }
    #expect(largest < 8 * worst, "\(largest) \(worst)")
    // What was left out of the training carries the pairs to the indicators of later cycles.
    let most = pairs.map(\.indicator).max() ?? 0
    #expect(most > frames.map(\.indicator).max() ?? .infinity)
  }
}
