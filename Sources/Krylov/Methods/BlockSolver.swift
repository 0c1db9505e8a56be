public import LinearAlgebra

/// An iterative method for A X = B with many right-hand sides at once.
///
/// One product with A serves all columns and every column profits from the search space of the
/// others. A column of B that depends on others costs nothing more.
public protocol BlockSolver<Element>: Sendable {
  /// The numbers of the systems.
  associatedtype Element: Scalar
  /// The order of the systems it was made for.
  var order: Int { get }

  /// Improves X until every column meets the rule.
  ///
  /// - Parameters:
  ///   - a: A, square.
  ///   - b: B, n × s.
  ///   - x: The first guess, then the last iterate.
  ///   - m: M⁻¹, applied column by column.
  ///   - rule: When to end; residuals are observed, each relative to its column of B.
  /// - Returns: One report: the iterations of the block, the products with single columns, the
  ///   largest relative residual as history and at the end.
  mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: DenseMatrix<Element>, from x: inout DenseMatrix<Element>, preconditioner m: M,
    until rule: StoppingRule
  ) -> SolveReport where A.Element == Element, M.Element == Element
}

extension BlockSolver {
  /// Solves A X = B from X = 0.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: DenseMatrix<Element>, preconditioner m: M,
    until rule: StoppingRule = StoppingRule()
  ) -> (x: DenseMatrix<Element>, report: SolveReport)
  where A.Element == Element, M.Element == Element {
    var x = DenseMatrix<Element>(rowCount: b.rowCount, columnCount: b.columnCount)
    let report = solve(a, b, from: &x, preconditioner: m, until: rule)
    return (x, report)
  }
}

/// Runs passes of a block method, each from the true residuals of the one before, until every column
/// meets the rule.
///
/// - Parameter pass: Improves X from its residuals and notes its steps.
func solveInPasses<A: LinearOperator>(
  _ a: A, _ b: DenseMatrix<A.Element>, from x: inout DenseMatrix<A.Element>, _ rule: StoppingRule,
  _ pass: (inout DenseMatrix<A.Element>, DenseMatrix<A.Element>, inout BlockRun<A.Element>) -> Void
) -> SolveReport {
  var run = BlockRun(b, rule)
  var r = b - a.applied(to: x)
  run.products += b.columnCount
  run.record(columnNorms(r))
  while run.status == nil {
    pass(&x, r, &run)
    r = b - a.applied(to: x)
    run.products += b.columnCount
    run.confirm(columnNorms(r))
  }
  return run.report(columnNorms(r))
}

/// The numbers of a block solve.
struct BlockRun<S: Scalar> {
  let lengths: [Double]
  let rule: StoppingRule
  var products = 0
  var preconditionings = 0
  private(set) var status: SolveReport.Status?
  private var monitor: ConvergenceMonitor
  private var best = Double.infinity

  init(_ b: DenseMatrix<S>, _ rule: StoppingRule) {
    lengths = (0..<b.columnCount).map { norm(b.column($0)) }
    self.rule = rule
    monitor = ConvergenceMonitor(
      StoppingRule(
        relative: 1, iterations: rule.iterations, patience: rule.patience), scale: 1)
  }

  var iterations: Int { monitor.iterations }

  /// The largest residual in units of its limit: 1 has converged.
  func excess(_ residuals: [Double]) -> Double {
    zip(residuals, lengths).reduce(0.0) { worst, pair in
      let limit = rule.limit(scale: pair.1)
      // A column of zeros has the solution zero; only then may the limit be zero.
      let ratio = limit > 0 ? pair.0 / limit : (pair.0 > 0 ? .infinity : 0)
      return ratio.isNaN ? .nan : max(worst, ratio)
    }
  }

  mutating func record(_ residuals: [Double]) { status = monitor.record(excess(residuals)) }

  mutating func breakDown(_ reason: SolveReport.Breakdown) { status = .breakdown(reason) }

  /// Takes the true residuals of a recurrence that believes to have converged, or broke down.
  mutating func confirm(_ residuals: [Double]) {
    let value = excess(residuals)
    switch status {
    case .converged where value > 2:
      status = value < 0.5 * best && iterations < rule.iterations ? nil : .stagnated
      best = min(best, value)
    case .breakdown where value <= 2: status = .converged
    default: break
    }
  }

  func report(_ residuals: [Double]) -> SolveReport {
    let relative = zip(residuals, lengths).map { $1 > 0 ? $0 / $1 : $0 }
    return SolveReport(
      status: status ?? .iterationLimit, iterations: iterations, products: products,
      preconditionings: preconditionings, history: monitor.history.map { $0 * rule.relative },
      residual: relative.max() ?? 0)
  }
}

/// ‖·‖ of each column.
func columnNorms<S: Scalar>(_ x: DenseMatrix<S>) -> [Double] {
  (0..<x.columnCount).map { norm(x.column($0)) }
}

/// M⁻¹ R, column by column.
func preconditioned<M: Preconditioner>(_ m: M, _ r: DenseMatrix<M.Element>)
  -> DenseMatrix<M.Element>
{
  var z = [M.Element](repeating: M.Element.zero, count: r.rowCount)
  var result = DenseMatrix<M.Element>(rowCount: r.rowCount, columnCount: r.columnCount)
  for j in 0..<r.columnCount {
    m.apply(r.column(j), into: &z)
    result.setColumn(j, z)
  }
  return result
}
