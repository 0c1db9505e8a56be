/// How Newton's method went.
public struct NewtonReport: Sendable, Equatable, CustomStringConvertible {
  /// Why it ended.
  public enum Reason: Sendable, Equatable {
    /// The residual is below the tolerance.
    case converged
    /// The largest number of iterations is done.
    case iterations
    /// No step along Newton's direction made the residual smaller.
    case lineSearch
    /// The residual is not finite where the iteration starts.
    case notFinite(String)
    /// The tangent has no factorization.
    case singular(String)
    /// It converged, and the increment of time errs too much however short it is made.
    case inaccurateInTime(String)
  }

  /// Why it ended.
  public var reason: Reason
  /// ‖r‖₂ of the residual over the free unknowns relative to the largest of its parts, from the
  /// start on.
  public var residuals: [Double]
  /// The part of each Newton step that the line search took, 1 for a full one.
  public var stepLengths: [Double]
  /// What the residual was to reach.
  public var tolerance: Double
  /// The time of the step; nil for a steady problem.
  public var time: Double?

  /// A report.
  public init(
    reason: Reason, residuals: [Double], stepLengths: [Double], tolerance: Double,
    time: Double? = nil
  ) {
    (self.reason, self.residuals, self.stepLengths) = (reason, residuals, stepLengths)
    (self.tolerance, self.time) = (tolerance, time)
  }

  /// Whether it converged.
  public var isConverged: Bool { reason == .converged }

  /// What happened, with the residuals and a cure.
  public var description: String {
    let place = time.map { " at t = \($0)" } ?? ""
    let history = residuals.suffix(8).map { "\(Float($0))" }.joined(separator: ", ")
    let last = "the relative residual went …, \(history)"
    switch reason {
    case .converged: return "converged\(place) in \(stepLengths.count) iterations"
    case .iterations:
      return "Newton's method did not reach \(tolerance)\(place) in \(stepLengths.count) "
        + "iterations: \(last); allow more iterations, smaller time steps, or start nearer to the "
        + "solution"
    case .lineSearch:
      return "Newton's method got stuck\(place) after \(stepLengths.count) iterations, no step "
        + "makes the residual smaller: \(last); a coefficient may have a kink or a jump in u, or "
        + "the problem no solution"
    case .notFinite(let what):
      return "Newton's method cannot start\(place): \(what); give an initial value at which every "
        + "coefficient is finite"
    case .inaccurateInTime(let what):
      return "the steps in time cannot be made accurate\(place): \(what); allow more cuts or a "
        + "larger error, or end a step where a load jumps"
    case .singular(let what):
      return "the tangent\(place) cannot be factorized after \(stepLengths.count) iterations: "
        + "\(what); is u fixed by a value, an exchange or radiation, and does it start above zero?"
    }
  }
}
