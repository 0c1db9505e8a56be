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
    requireOwn(a, b, x, m)
    var log = DistributedLog(rule, scale: communicator.length(b))
    var square = communicator.squaredResidual(a, b, x, into: &r, &log)
    // NaN goes on, and is told.
    guard log.scale != 0 else { return log.finishWithZero(&x) }
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
        square = communicator.squaredResidual(a, b, x, into: &r, &log)
        if log.isConfirmed(square.squareRoot()) { break }
        m.apply(r, into: &z)
        log.preconditionings += 1
        rz = communicator.dots((r, z))[0].realPart
        p = z
      } else {
        xpby(z, S(real: beta), &p)
      }
    }
    if log.status != .converged { square = communicator.squaredResidual(a, b, x, into: &r, &log) }
    return log.report(residual: square.squareRoot())
  }
}
