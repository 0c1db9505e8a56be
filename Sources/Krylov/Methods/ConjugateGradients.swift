internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Preconditioned conjugate gradients, for Hermitian positive definite A and M.
///
/// Singular systems with a right-hand side in the range of A are solved too, from any first guess.
/// Where round-off keeps the residual b − A x apart from that of the recurrence, the recurrence is
/// begun again from the true one.
///
/// - Complexity: One product, one preconditioning and five passes over vectors an iteration; holds
///   four vectors.
/// - Source: Hestenes, Stiefel, *Methods of conjugate gradients for solving linear systems*,
///   J. Res. NBS 49 (1952); the energy error: Strakoš, Tichý, *On error estimation in the conjugate
///   gradient method and why it works in finite precision computations*, ETNA 13 (2002).
public struct ConjugateGradients<S: Scalar>: KrylovSolver {
  /// The order of its systems.
  public let order: Int
  private var r: [S]
  private var z: [S]
  private var p: [S]
  private var q: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`.
  public init(order n: Int) {
    order = n
    let zero = [S](repeating: S.zero, count: n)
    (r, z, p, q) = (zero, zero, zero, zero)
    sums = ChunkSums(order: n)
  }

  /// Improves x until the rule is met.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    var run = CGRun(rule: rule, lengthOfB: sums.norm(b))
    run.residual(a, b, x, into: &r, sums: &sums)
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    m.apply(r, into: &z)
    run.begin(rz: sums.dot(r, z).realPart, bz: scaleOfB(m, b, rule, &run))
    copy(z, into: &p)
    while run.status == nil {
      a.apply(p, into: &q)
      guard let alpha = run.stepLength(energy: sums.dot(p, q).realPart) else { break }
      let square = sums.step(S(real: alpha), p, into: &x, q, into: &r)
      m.apply(r, into: &z)
      let beta = run.record(square: square, rz: sums.dot(r, z).realPart)
      if run.status == .converged, !run.isConfirmed(a, b, x, into: &r, sums: &sums) {
        m.apply(r, into: &z)
        copy(z, into: &p)
        run.restart(rz: sums.dot(r, z).realPart)
      } else {
        xpby(z, S(real: beta), &p)
      }
    }
    return run.report(a, b, x, into: &r, sums: &sums)
  }

  private mutating func scaleOfB<M: Preconditioner>(
    _ m: M, _ b: [S], _ rule: StoppingRule, _ run: inout CGRun
  ) -> Double where M.Element == S {
    guard run.observesPreconditioned else { return 0 }
    m.apply(b, into: &q)
    run.preconditionings += 1
    return sums.dot(b, q).realPart
  }
}
