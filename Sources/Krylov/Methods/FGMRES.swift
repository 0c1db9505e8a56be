public import LinearAlgebra

/// Flexible GMRES: the preconditioner may be another map in every step, such as an inner iteration.
///
/// - Complexity: As `GMRES`, without the last preconditioning of a cycle; holds 2 m + 5 vectors.
/// - Source: Saad, *A flexible inner-outer preconditioned GMRES algorithm*, SIAM J. Sci. Comput. 14
///   (1993).
public struct FGMRES<S: Scalar>: KrylovSolver {
  private var solver: GMRES<S>

  /// The order of its systems.
  public var order: Int { solver.order }
  /// m.
  public var restart: Int { solver.restart }

  /// A solver for systems of order `n`.
  public init(order n: Int, restart: Int = 30) {
    solver = GMRES(order: n, restart: restart, side: .right, isFlexible: true)
  }

  /// Improves x until the rule is met.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    solver.solve(a, b, from: &x, preconditioner: m, until: rule)
  }
}
