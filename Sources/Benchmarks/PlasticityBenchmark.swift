internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import Meshes
internal import ModelReduction
internal import Physics

/// An elastoplastic plate with a hole, pulled to a mean strain of 0.3 % in ten increments: full model
/// and hyperreduced model (W8).
///
/// The reduced model learns from four loads, pulls of 0.2 % and 0.4 % with and without a traction on
/// the side, and is judged at three loads in between.
public struct PlasticityBenchmark: Sendable {
  /// 8 n × 8 n × n hexahedra.
  public let refinement: Int
  /// Whether a reduced model is built, which takes four further full runs.
  public let isReduced: Bool

  /// A workload.
  public init(refinement: Int, isReduced: Bool = true) {
    (self.refinement, self.isReduced) = (refinement, isReduced)
  }

  private func model() throws -> QuasiStaticModel {
    let parameters = try ParameterSpace(axes: [
      ParameterAxis(name: "pull", range: 0.02...0.04),
      ParameterAxis(name: "side", range: 0...60),
    ])
    let steel = try InelasticMaterial(
      elasticity: .init(young: Expression(200e3), poisson: Expression(0.3)),
      yieldStress: .linear(initial: Expression(250), modulus: Expression(7000)))
    let time = Expression(.time, name: "t")
    let (pull, side) = (Expression(.parameter(0)) * time, Expression(.parameter(1)) * time)
    let zero = Expression(0)
    return try QuasiStaticModel(
      ElastoviscoplasticProblem(
        materials: [.init(regions: ["*"], law: steel)],
        boundaries: [
          .init(regions: ["symmetry x"], value: [zero, nil, nil]),
          .init(regions: ["symmetry y"], value: [nil, zero, nil]),
          .init(regions: ["back"], value: [nil, nil, zero]),
          .init(regions: ["top"], value: [nil, pull, nil]),
          .init(regions: ["side"], traction: [side, zero, zero]),
        ]), on: PerforatedPlate.mesh(refinement), over: TimeGrid(end: 1, step: 0.1),
      parameters: parameters,
      // CalculiX stops where the largest residual is half a percent of the mean force of an element
      // and the last correction one percent of the increment. In the norm of all forces a tenth of
      // what the reactions may differ by, 10⁻⁴, asks for about as much.
      settings: .init(newton: NewtonSettings(tolerance: 1e-5)))
  }

  private static let reaction = ElasticityOutput(
    name: "reaction", kind: .reaction(axis: 1), regions: ["top"])
  private static let peak = ElasticityOutput(
    name: "peak", kind: .maximum(Expression(.field("stress.von-mises"))))

  /// Measures on one thread, beside CalculiX where its driver is at hand.
  public func section(
    peers: Peers? = nil, progress: (String) -> Void = { _ in }
  ) throws -> BenchmarkSection {
    let before = Threads.count
    Threads.count = 1
    defer { Threads.count = before }
    let model = try model()
    let size = "\(model.space.dofCount) unknowns"
    progress("elastoplastic plate, \(size)")
    let load = Parameter([0.03, 0])
    var full = Timing()
    let end = try full.measure { try PlasticityBenchmark.run(model, at: load) }
    let perIteration = full.leastCPU / Double(end.iterations)
    let force = try model.value(of: PlasticityBenchmark.reaction, in: end.frame, at: load)
    var remarks: [String] = []
    var times: [Comparison] = []
    var counts: [Comparison] = []
    var forces: [Comparison] = []
    if let peers {
      progress("elastoplastic plate by CalculiX")
      do {
        let record = try peers.plasticity(refinement: refinement)
        counts.append(
          .peer(
            "CalculiX", value: Double(end.iterations), reference: Double(record.iterations),
            atMost: 1))
        times.append(
          .peer(
            "CalculiX", value: perIteration, reference: record.secondsPerIteration,
            atMost: refinement >= 6 ? 1 / 2.5 : 1.0 / 3))
        if let reference = record.reactions.first {
          forces.append(.atMost(1e-4, value: abs(force / reference - 1)))
          remarks.append("CalculiX: reaction \(reference)")
        }
      } catch { remarks.append("CalculiX: \(error)") }
    }
    var findings = [
      Finding(
        "full model, a Newton iteration", perIteration, unit: "s", times),
      Finding(
        "Newton iterations in 10 increments", Double(end.iterations), unit: "", counts),
      Finding("reaction", force, unit: "", forces),
    ]
    if isReduced {
      progress("elastoplastic plate, reduced")
      findings += try reduced(model, perIteration, iterations: end.iterations)
    }
    return BenchmarkSection(
      title: "elastoplastic plate with a hole, \(size) (CPU seconds, 1 thread)",
      findings: findings, remarks: remarks)
  }

  private static func run(
    _ model: QuasiStaticModel, at mu: Parameter,
    _ visit: (QuasiStaticModel.Frame) -> Void = { _ in }
  ) throws -> (frame: QuasiStaticModel.Frame, iterations: Int) {
    var last = try model.start(at: mu)
    var iterations = 0
    try model.trajectory(at: mu) { frame in
      last = frame
      iterations += frame.iterations
      visit(frame)
    }
    return (last, iterations)
  }

  private func reduced(
    _ model: QuasiStaticModel, _ full: Double, iterations reference: Int
  ) throws -> [Finding] {
    var offline = Timing()
    let (reduction, online) = try offline.measure {
      var snapshots = MechanicalSnapshots(of: model)
      for mu in [[0.02, 0], [0.04, 0], [0.02, 60], [0.04, 60.0]] {
        _ = try PlasticityBenchmark.run(model, at: Parameter(mu)) { snapshots.add($0) }
      }
      let reduction = try HyperReduction(
        of: snapshots, model, in: model.innerProduct(.l2),
        options: HyperReductionOptions(displacement: 1e-4, cubature: 2e-3, dual: 2e-4, size: 30))
      let outputs = try [PlasticityBenchmark.reaction, PlasticityBenchmark.peak].map {
        try model.placed($0)
      }
      return (reduction, HyperReducedModel(reduction, of: model, outputs: outputs))
    }
    var errors = (reaction: 0.0, peak: 0.0)
    var (time, iterations, outputs) = (Timing(), 0, Timing())
    for mu in [[0.03, 0], [0.025, 45], [0.036, 20.0]] {
      let mu = Parameter(mu)
      var last = try online.start(at: mu)
      // The first run warms the caches, the others are counted.
      for round in 0..<4 {
        var count = 0
        let work = {
          try online.trajectory(at: mu) {
            last = $0
            count += $0.iterations
          }
        }
        if round == 0 {
          try work()
        } else {
          try time.measure(work)
          iterations += count
        }
      }
      let exact = try PlasticityBenchmark.run(model, at: mu).frame
      let found = try outputs.measure { try online.values(in: last, at: mu) }
      func gap(_ output: ElasticityOutput, _ value: Double) throws -> Double {
        abs(value / (try model.value(of: output, in: exact, at: mu)) - 1)
      }
      errors.reaction = max(errors.reaction, try gap(PlasticityBenchmark.reaction, found[0]))
      errors.peak = max(errors.peak, try gap(PlasticityBenchmark.peak, found[1]))
    }
    let each = time.cpu.reduce(0, +) / Double(max(1, iterations))
    let query = time.cpu.reduce(0, +) / Double(time.cpu.count)
    let fullQuery = full * Double(reference)
    let cells = model.cellCount(of: reduction)
    let limit: Double = refinement >= 6 ? 300 : 40
    return [
      Finding(
        "displacement modes", Double(reduction.basis.size), unit: "",
        [.atMost(30, value: Double(reduction.basis.size))]),
      Finding(
        "elements with points of the reduced model", Double(cells), unit: "",
        note: "\(reduction.points.count) points", [.atMost(300, value: Double(cells))]),
      Finding(
        "reduced model, a Newton iteration", each, unit: "s",
        note: "full over reduced \(fourDigits(full / each))",
        [.atMost(4e-3, value: each), .atLeast(limit, value: full / each)]),
      Finding(
        "reaction and peak stress of a frame, the peak over all points", outputs.leastCPU,
        unit: "s"),
      Finding(
        "error of the reaction at unseen loads", errors.reaction, unit: "",
        [.atMost(0.01, value: errors.reaction)]),
      Finding(
        "error of the peak stress at unseen loads", errors.peak, unit: "",
        [.atMost(0.01, value: errors.peak)]),
      Finding(
        "offline, four full runs included", offline.leastCPU, unit: "s",
        note:
          "paid back after \(fourDigits(offline.leastCPU / max(1e-9, fullQuery - query))) queries"),
    ]
  }
}
