public import Krylov
public import LinearAlgebra
internal import RealModule

/// Preconditioned conjugate gradients on vectors spread over ranks, for Hermitian positive definite
/// A and M.
///
/// Residuals are observed, whatever the rule says. All ranks return the same report. Inner products
/// have the same bits on all ranks, so that all end in the same iteration.
///
/// - Complexity: One product, one preconditioning and two reductions an iteration.
/// - Source: As ``ConjugateGradients``.
public struct DistributedConjugateGradients<S: Scalar, C: Communicator>: KrylovSolver {
  /// The unknowns of this rank.
  public let order: Int
  private let communicator: C
  private var r: [S]
  private var z: [S]
  private var p: [S]
  private var q: [S]

  /// A solver for systems with `n` unknowns on this rank.
  public init(order n: Int, _ communicator: C) {
    (order, self.communicator) = (n, communicator)
    let zero = [S](repeating: S.zero, count: n)
    (r, z, p, q) = (zero, zero, zero, zero)
  }

  /// Improves x until the rule is met; collective.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    precondition(
      a.rowCount == order && b.count == order && x.count == order && m.rowCount == order,
      """
      a solver of order \(order) for A of \(a.rowCount), b of \(b.count), x of \(x.count) and \
      M of \(m.rowCount) rows
      """)
    var log = DistributedLog(rule, scale: communicator.length(b))
    var square = trueResidual(a, b, x, &log)
    guard log.scale > 0 else { return log.finishWithZero(&x) }
    m.apply(r, into: &z)
    var rz = communicator.dots((r, z))[0].realPart
    log.preconditionings += 1
    log.record(square.squareRoot())
    p = z
    while log.status == nil {
      a.apply(p, into: &q)
      let energy = communicator.dots((p, q))[0].realPart
      log.products += 1
      guard energy.isFinite, rz.isFinite else {
        log.status = .notFinite
        break
      }
      guard energy > 0, rz > 0 else {
        log.status = .breakdown(energy > 0 ? .preconditionerNotDefinite : .operatorNotDefinite)
        break
      }
      axpy(S(real: rz / energy), p, into: &x)
      axpy(S(real: -rz / energy), q, into: &r)
      m.apply(r, into: &z)
      log.preconditionings += 1
      let sums = communicator.dots((r, r), (r, z))
      square = sums[0].realPart
      let beta = sums[1].realPart / rz
      rz = sums[1].realPart
      log.record(square.squareRoot())
      if log.status == .converged {
        square = trueResidual(a, b, x, &log)
        if log.isConfirmed(square.squareRoot()) { break }
        m.apply(r, into: &z)
        log.preconditionings += 1
        rz = communicator.dots((r, z))[0].realPart
        p = z
      } else {
        xpby(z, S(real: beta), &p)
      }
    }
    if log.status != .converged { square = trueResidual(a, b, x, &log) }
    return log.report(residual: square.squareRoot())
  }

  /// r ← b − A x; ‖r‖².
  private mutating func trueResidual<A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], _ log: inout DistributedLog
  ) -> Double where A.Element == S {
    a.apply(x, into: &r)
    log.products += 1
    subtract(from: b, &r)
    return communicator.dots((r, r))[0].realPart
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
