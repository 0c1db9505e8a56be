internal import Krylov
internal import LinearAlgebra
internal import RealModule

extension KrylovSolver {
  /// Stops where A, b, x and M are not of the unknowns of this rank.
  func requireOwn<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [Element], _ x: [Element], _ m: M
  ) where A.Element == Element, M.Element == Element {
    precondition(
      a.rowCount == order && b.count == order && x.count == order && m.rowCount == order,
      """
      a solver of order \(order) for A of \(a.rowCount), b of \(b.count), x of \(x.count) and \
      M of \(m.rowCount) rows
      """)
  }
}

extension Communicator {
  /// r ← b − A x; ‖r‖² over all ranks.
  func squaredResidual<A: LinearOperator>(
    _ a: A, _ b: [A.Element], _ x: [A.Element], into r: inout [A.Element],
    _ log: inout DistributedLog
  ) -> Double {
    a.apply(x, into: &r)
    log.products += 1
    subtract(from: b, &r)
    return dots((r, r))[0].realPart
  }
}

/// What the solvers over ranks note down.
struct DistributedLog {
  let rule: StoppingRule
  /// ‖b‖.
  let scale: Double
  var products = 0
  var preconditionings = 0
  var status: SolveReport.Status?
  private var history: [Double] = []
  private var best = Double.infinity
  private var sinceBest = 0
  private var confirmed = Double.infinity

  init(_ rule: StoppingRule, scale: Double) { (self.rule, self.scale) = (rule, scale) }

  var limit: Double { max(rule.relative * scale, rule.absolute) }

  /// Takes the length of the residual after an iteration.
  mutating func record(_ value: Double) {
    history.append(value / scale)
    if value < 0.99 * best { (best, sinceBest) = (value, 0) } else { sinceBest += 1 }
    if !value.isFinite {
      status = .notFinite
    } else if value <= limit {
      status = .converged
    } else if history.count > rule.iterations {
      status = .iterationLimit
    } else if sinceBest >= rule.patience {
      status = .stagnated
    }
  }

  /// Whether the true residual is small too; if not, the iteration goes on from it unless that has
  /// been tried without gain.
  mutating func isConfirmed(_ residual: Double) -> Bool {
    if residual <= 2 * limit { return true }
    status = residual < 0.5 * confirmed ? nil : .stagnated
    confirmed = residual
    return status != nil
  }

  mutating func finishWithZero<S: Scalar>(_ x: inout [S]) -> SolveReport {
    for i in x.indices { x[i] = S.zero }
    (history, status) = ([0], .converged)
    return report(residual: 0)
  }

  func report(residual: Double) -> SolveReport {
    SolveReport(
      status: status ?? .iterationLimit, iterations: max(0, history.count - 1),
      products: products, preconditionings: preconditionings, history: history,
      residual: scale > 0 ? residual / scale : residual)
  }
}
