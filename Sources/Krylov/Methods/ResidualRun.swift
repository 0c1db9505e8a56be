/// The numbers of one solve by a method that minimises residuals: judges the steps and writes the
/// report.
struct ResidualRun {
  let lengthOfB: Double
  var products = 0
  var preconditionings = 0
  /// How the solve ended, nil while it goes on.
  private(set) var status: SolveReport.Status?
  /// The true residual that was computed last.
  private(set) var residual = Double.infinity
  private var monitor: ConvergenceMonitor
  /// The smallest true residual at which the recurrence believed to have converged.
  private var confirmed = Double.infinity

  init(rule: StoppingRule, lengthOfB: Double) {
    self.lengthOfB = lengthOfB
    monitor = ConvergenceMonitor(rule, scale: lengthOfB)
  }

  /// The limit below which a residual counts as converged.
  var limit: Double { monitor.limit }
  var iterations: Int { monitor.iterations }

  /// Takes the true residual of the first guess.
  mutating func observe(_ residual: Double) {
    self.residual = residual
    status = monitor.record(residual)
  }

  /// Takes the residual that the recurrence believes in after a step.
  mutating func record(_ residual: Double) { status = monitor.record(residual) }

  /// Takes the residual that was updated by the recurrence and not computed anew.
  mutating func update(_ residual: Double) { self.residual = residual }

  /// Ends a solve whose recurrence broke down.
  mutating func breakDown(_ reason: SolveReport.Breakdown) { status = .breakdown(reason) }

  /// Ends a solve at a residual orthogonal to the range of A.
  mutating func endInLeastSquares() { status = .leastSquares }

  /// Takes the true residual after a cycle: goes on where the recurrence was too optimistic, unless
  /// round-off lets nothing better come.
  mutating func confirm(_ residual: Double, isExhausted: Bool) {
    self.residual = residual
    guard residual.isFinite else {
      status = .notFinite
      return
    }
    let isSmall = residual <= 2 * monitor.limit
    if status == nil, isExhausted {
      status = isSmall ? .converged : .breakdown(.invariantSubspace)
    } else if status == .converged, !isSmall {
      if residual < 0.5 * confirmed, iterations < monitor.rule.iterations {
        confirmed = residual
        status = nil
      } else {
        status = .stagnated
      }
    } else if status == nil, residual <= monitor.limit {
      status = .converged
    }
  }

  /// The report.
  var report: SolveReport {
    SolveReport(
      status: status ?? .iterationLimit, iterations: iterations, products: products,
      preconditionings: preconditionings, history: monitor.history,
      residual: lengthOfB > 0 ? residual / lengthOfB : residual)
  }

  /// b = 0 has the solution 0.
  mutating func finishWithZero<S>(_ x: inout [S]) -> SolveReport where S: AdditiveArithmetic {
    for i in x.indices { x[i] = .zero }
    _ = monitor.record(0)
    (status, residual) = (.converged, 0)
    return report
  }
}
