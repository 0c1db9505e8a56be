/// What became of a solve: a report, not an error, because an iterate is there in any case.
public struct SolveReport: Sendable, Equatable {
  /// How a solve ended.
  public enum Status: Sendable, Equatable, CustomStringConvertible {
    /// The observed quantity fell below its limit, and the true residual confirms it.
    case converged
    /// x minimises ‖b − A x‖ but no x solves the system: A is singular and b has a part outside
    /// its range.
    case leastSquares
    /// The allowed iterations are used up.
    case iterationLimit
    /// Nothing moved any more: the residual stands still, or round-off keeps the true residual
    /// above the limit.
    case stagnated
    /// The recurrence cannot go on.
    case breakdown(Breakdown)
    /// A number was not finite.
    case notFinite

    /// Whether x may be used as the solution.
    public var isConverged: Bool { self == .converged }

    /// The name that reports and results carry.
    public var description: String {
      switch self {
      case .converged: "converged"
      case .leastSquares: "least-squares"
      case .iterationLimit: "iteration-limit"
      case .stagnated: "stagnated"
      case .breakdown(let reason): "breakdown: \(reason.rawValue)"
      case .notFinite: "not-finite"
      }
    }
  }

  /// Why a recurrence broke down.
  public enum Breakdown: String, Sendable, Equatable {
    /// pᴴAp ≤ 0: A is not positive definite.
    case operatorNotDefinite = "the matrix is not positive definite"
    /// rᴴM⁻¹r ≤ 0: M is not positive definite.
    case preconditionerNotDefinite = "the preconditioner is not positive definite"
    /// The Krylov space cannot grow although the system is not solved: A is singular.
    case invariantSubspace = "the search space cannot grow: the matrix is singular"
    /// The shadow residual became orthogonal to the residual.
    case lostBiorthogonality = "the shadow residual became orthogonal to the residual"
    /// The stabilising step has length zero.
    case stabilisation = "the stabilising step vanished"
  }

  /// How it ended.
  public var status: Status
  /// Steps of the method; those of all columns of a block count once.
  public var iterations: Int
  /// Products with A, those for the first and the last residual and for recycled spaces included.
  public var products: Int
  /// Applications of M⁻¹.
  public var preconditionings: Int
  /// The observed quantity relative to its scale, at the start and after each iteration.
  public var history: [Double]
  /// ‖b − A x‖ / ‖b‖ of the x that was returned, computed anew; ‖A x‖ if b is zero.
  public var residual: Double

  /// A report.
  public init(
    status: Status, iterations: Int, products: Int, preconditionings: Int, history: [Double],
    residual: Double
  ) {
    self.status = status
    self.iterations = iterations
    self.products = products
    self.preconditionings = preconditionings
    self.history = history
    self.residual = residual
  }
}
