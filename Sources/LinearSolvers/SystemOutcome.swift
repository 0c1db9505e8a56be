public import Krylov
public import LinearAlgebra

/// What became of one system of a sequence.
public struct SystemOutcome<S: Scalar>: Sendable {
  /// The last iterate, or the direct solution.
  public let x: [S]
  /// How the solve went.
  public let report: SolveReport
  /// The method and the preconditioner that were used.
  public let choice: SolverChoice
  /// Seconds of preparation and solve, of the clock on the wall.
  public let seconds: Double
  /// What should be known besides: a change of method and why.
  public let notes: [String]
  /// Iterations without recycling, if it was solved both ways.
  public let plainIterations: Int?
}

extension SystemOutcome {
  /// The outcome of a solve by given means.
  package init(
    x: [S], report: SolveReport, method: SolverMethod, preconditioner: PreconditionerKind,
    reason: String, seconds: Double
  ) {
    self.init(
      x: x, report: report,
      choice: SolverChoice(method, preconditioner, because: reason), seconds: seconds, notes: [],
      plainIterations: nil)
  }
}

extension SolveReport {
  /// Nothing was done.
  static var unsolved: SolveReport {
    SolveReport(
      status: .iterationLimit, iterations: 0, products: 0, preconditionings: 0, history: [],
      residual: 1)
  }
}
