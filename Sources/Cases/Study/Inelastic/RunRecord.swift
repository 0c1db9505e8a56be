internal import ModelReduction
internal import Physics

/// What results say of a run in time at one parameter, as it grows.
struct RunRecord: Sendable {
  /// The times that have been reached.
  private(set) var times: [Double] = []
  /// The outputs at each of them.
  private(set) var outputs: [[Double]] = []
  /// The Newton iterations of the step that led there.
  private(set) var iterations: [Int] = []
  /// The increments of that step.
  private(set) var increments: [Int] = []
  /// The residuals of the step that needed the most iterations.
  private(set) var residuals: [Double] = []
  /// The number of states drawn.
  private(set) var shown = 0
  /// Why the run ended before its time, if it did.
  private(set) var failure: Failure?

  /// What ended a run.
  struct Failure: Sendable, Equatable {
    let residuals: [Double]
    let reason: String
  }

  init() {}

  mutating func add(_ frame: QuasiStaticModel.Frame, outputs: [Double], isShown: Bool) {
    times.append(frame.time)
    self.outputs.append(outputs)
    iterations.append(frame.iterations)
    increments.append(frame.reports.count)
    for report in frame.reports where report.residuals.count > residuals.count {
      residuals = report.residuals
    }
    if isShown { shown += 1 }
  }

  /// A step has failed however short it was made.
  ///
  /// - Parameter end: When the run was to end.
  mutating func fail(_ report: NewtonReport, of end: Double) {
    let last = times.last ?? 0
    var reason =
      "the last equilibrium is that of t = \(last), \(Float(last / end)) of the whole time; "
      + "then \(report)"
    if case .inaccurateInTime = report.reason {} else { reason += "; the body may carry no more" }
    failure = Failure(residuals: report.residuals, reason: reason)
  }

  /// The answer.
  ///
  /// - Parameter names: Of the outputs.
  func query(at mu: Parameter, names: [String]) -> Results.Query {
    func named(_ values: [Double]) -> Results.Outputs {
      zip(names, values).map { (key: $0, value: $1) }
    }
    var query = Results.Query(parameter: mu.values, outputs: named(outputs.last ?? []))
    query.steps = times.indices.map { k in
      var step = Results.Step(time: times[k], outputs: named(outputs[k]))
      step.iterations = iterations[k]
      step.increments = increments[k]
      return step
    }
    query.iteration = Results.Iteration(
      converged: failure == nil, residuals: failure?.residuals ?? residuals)
    query.iteration?.reason = failure?.reason
    return query
  }
}

extension RunRecord {
  func write(to bytes: inout StateBytes) {
    bytes.add(times)
    bytes.add(outputs.first?.count ?? 0)
    bytes.add(outputs.flatMap { $0 })
    bytes.add((iterations + increments).map(Double.init))
    bytes.add(residuals)
    bytes.add(shown)
    bytes.add(failure == nil ? 0 : 1)
    bytes.add(failure?.residuals ?? [])
    bytes.add(failure?.reason ?? "")
  }

  init(_ reader: inout StateReader) throws(StudyError) {
    times = try reader.numbers()
    let width = try reader.integer()
    let values = try reader.numbers()
    guard width >= 0, values.count == width * times.count else { throw reader.damaged }
    outputs = times.indices.map { Array(values[$0 * width..<($0 + 1) * width]) }
    let counts = try reader.numbers().compactMap { Int(exactly: $0) }
    residuals = try reader.numbers()
    shown = try reader.integer()
    guard counts.count == 2 * times.count, 0...times.count ~= shown else { throw reader.damaged }
    iterations = Array(counts.prefix(times.count))
    increments = Array(counts.suffix(times.count))
    let hasFailed = try reader.integer() != 0
    let last = Failure(residuals: try reader.numbers(), reason: try reader.text())
    failure = hasFailed ? last : nil
  }
}
