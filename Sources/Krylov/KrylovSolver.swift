public import LinearAlgebra

/// An iterative method for A x = b.
///
/// Its initialiser allocates what it needs for systems of one order. A solve then allocates little: the
/// history in its report, a few numbers for each cycle, and in recycling methods their new space.
public protocol KrylovSolver<Element>: Sendable {
  /// The numbers of the system.
  associatedtype Element: Scalar
  /// The order of the systems it was made for.
  var order: Int { get }

  /// Improves x until the rule is met.
  ///
  /// - Parameters:
  ///   - a: A, square.
  ///   - b: The right-hand side.
  ///   - x: The first guess, then the last iterate, whatever the report says.
  ///   - m: M⁻¹.
  ///   - rule: When to end.
  /// - Precondition: A, b, x and M are of the order the solver was made for.
  mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [Element], from x: inout [Element], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == Element, M.Element == Element
}

extension KrylovSolver {
  /// Solves A x = b from x = 0 without a preconditioner.
  public mutating func solve<A: LinearOperator>(
    _ a: A, _ b: [Element], until rule: StoppingRule = StoppingRule()
  ) -> (x: [Element], report: SolveReport) where A.Element == Element {
    solve(a, b, preconditioner: IdentityPreconditioner(order: order), until: rule)
  }

  /// Solves A x = b from x = 0.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [Element], preconditioner m: M, until rule: StoppingRule = StoppingRule()
  ) -> (x: [Element], report: SolveReport) where A.Element == Element, M.Element == Element {
    var x = [Element](repeating: Element.zero, count: order)
    let report = solve(a, b, from: &x, preconditioner: m, until: rule)
    return (x, report)
  }

  func requireOrder<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [Element], _ x: [Element], _ m: M
  ) where A.Element == Element, M.Element == Element {
    precondition(
      a.rowCount == order && a.columnCount == order && b.count == order && x.count == order
        && m.rowCount == order && m.columnCount == order,
      """
      a solver of order \(order) for A of \(a.rowCount) × \(a.columnCount), b of \(b.count), \
      x of \(x.count) and M of \(m.rowCount) × \(m.columnCount)
      """)
  }
}
