internal import DomainDecomposition
internal import LinearAlgebra
internal import ModelReduction

/// One unseen point at one size.
struct SizeJudgement: Sendable {
  /// What the results say of it.
  let point: Results.Validation.Point
  /// The norm of the reduced solution.
  let norm: Double
  /// The norm of the full solution.
  let fullNorm: Double
}

/// The sizes to judge: those asked for that exist, or the final one.
func validationSizes(_ wanted: [Int], of size: Int) -> [Int] {
  let sizes = Set(wanted.map { min($0, size) }).sorted()
  return sizes.isEmpty ? [size] : sizes
}

/// What a judge says of each point, on all threads, in the order of the points; each rank by itself.
func judged<Judgement: Sendable>(
  _ points: [Parameter], _ judge: @Sendable (Parameter) throws -> Judgement
) throws -> [Judgement] {
  var found = [Result<Judgement, any Error>?](repeating: nil, count: points.count)
  // Threads of one rank and of another reach their points in other orders: nothing here is collective.
  Processes.alone {
    unsafe found.withDisjointWrites { found in
      forEachChunk(of: points.count, size: 1) { range in
        for row in range {
          // Safe: row `row` belongs to this range alone.
          do { unsafe found.base[row] = .success(try judge(points[row])) } catch {
            unsafe found.base[row] = .failure(error)
          }
        }
      }
    }
  }
  return try found.compactMap { try $0?.get() }
}

extension StudyValidation {
  /// The judgements of all points, each at all sizes.
  init(sizes: [Int], _ judgements: [[SizeJudgement]]) {
    self.init(
      sizes: sizes.enumerated().map { s, size in
        let judged = judgements.map { $0[s] }
        return Results.Validation(
          size: size, points: judged.map(\.point),
          errors: .init(
            of: "u",
            judged.compactMap { j in j.fullNorm > 0 ? j.point.error / j.fullNorm : nil }))
      }, norms: sizes.indices.map { s in judgements.map { $0[s].norm } }, comparisons: [])
  }
}

extension Results.Validation.Point {
  /// A reduced answer beside what is true.
  init(judging answer: Results.Query, full: Results.Outputs, error: Double, residual: Double?) {
    self.init(
      parameter: answer.parameter, full: full, reduced: answer.outputs, error: error,
      residual: residual, estimate: answer.estimate, guarantee: answer.guarantee ?? .indicator,
      effectivity: error > 0 ? answer.estimate.flatMap { ($0 / error).finite } : nil)
    outputBounds = answer.outputBounds
    outputGuarantees = answer.outputGuarantees
  }
}

extension WeakGreedy.Options {
  /// What a case asks for.
  init(_ request: CaseFile.Reduction) {
    self.init(
      tolerance: request.tolerance, size: request.size,
      measure: request.error == .relative ? .relative : .absolute, start: request.start)
  }
}

extension Results.Reduction {
  /// The history of a greedy algorithm; that it fell short of the tolerance is a warning.
  mutating func describe(
    _ steps: [ModelReduction.GreedyStep], _ limit: WeakGreedy.Limit, _ options: WeakGreedy.Options,
    _ warnings: inout [String]
  ) {
    greedy = steps.map(Results.GreedyStep.init)
    stopped = limit.words(options)
    if limit != .tolerance { warnings.append("the greedy algorithm " + limit.words(options)) }
  }

  /// The singular values of a decomposition; that it fell short of the tolerance is a warning.
  mutating func describe<S: Scalar>(
    _ pod: POD<S>, _ request: CaseFile.Reduction, _ warnings: inout [String]
  ) {
    singularValues = pod.singularValues
    retainedEnergy = pod.retainedEnergy
    stopped = pod.limit.words(request)
    if pod.limit != .tolerance { warnings.append("the decomposition " + pod.limit.words(request)) }
  }
}

extension CostLedger.SecondsPerQuery {
  /// Medians over repeated queries, each of the reduced model after an untimed one.
  init(
    at points: [Parameter], full: (Parameter) throws -> Void, reduced: (Parameter) throws -> Void
  ) throws {
    let known = try points.prefix(3).map { mu in try wallTime { try full(mu) } }
    try self.init(at: points, full: known, reduced: reduced)
  }

  /// The same with the seconds that queries of the full model have taken, at least one.
  init(
    at points: [Parameter], full: [Double], reduced: (Parameter) throws -> Void
  ) throws {
    self.init()
    guard !points.isEmpty else { return }
    func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
    self.full = median(full)
    self.reduced = median(
      try points.prefix(30).map { mu in
        try reduced(mu)
        return try wallTime { try reduced(mu) }
      })
  }
}

/// The seconds that something takes.
func wallTime(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start).seconds
}

extension Results.GreedyStep {
  /// A step of the weak greedy algorithm.
  init(_ step: GreedyStep) {
    self.init(
      row: step.row, parameter: step.parameter.values, estimate: step.estimate.finite,
      guarantee: Results.Guarantee(step.guarantee))
  }
}

extension WeakGreedy.Limit {
  /// Why the algorithm stopped.
  func words(_ options: WeakGreedy.Options) -> String {
    switch self {
    case .tolerance: "stopped at the tolerance \(options.tolerance)"
    case .size: "stopped at \(options.size) vectors, above the tolerance \(options.tolerance)"
    case .floor: "stopped at the round-off floor, above the tolerance \(options.tolerance)"
    case .interpolation:
      "stopped where most of the bound is owed to interpolated coefficients, above the tolerance "
        + "\(options.tolerance); a smaller 'tolerance' in [interpolation] lowers it"
    case .linearDependence(let row):
      "stopped because the solution of training row \(row) is in the reduced space already"
    }
  }
}

extension POD.Limit {
  /// Why no more modes were taken.
  func words(_ request: CaseFile.Reduction) -> String {
    switch self {
    case .tolerance: "stopped at the tolerance \(request.tolerance)"
    case .size: "stopped at \(request.size) modes, above the tolerance \(request.tolerance)"
    case .rank: "stopped at the numerical rank of the snapshots; further modes would be noise"
    }
  }
}
