internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// BiCGStab, for any nonsingular A, with short recurrences.
///
/// Preconditioned from the right. When the recurrence breaks down it is begun again from the true
/// residual with another shadow residual, a few times.
///
/// - Complexity: Two products, two preconditionings and ten passes over vectors an iteration; holds
///   eight vectors.
/// - Source: van der Vorst, *Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG for the
///   solution of nonsymmetric linear systems*, SIAM J. Sci. Stat. Comput. 13 (1992).
public struct BiCGStab<S: Scalar>: KrylovSolver {
  /// The order of its systems.
  public let order: Int
  private var r: [S]
  private var shadow: [S]
  private var p: [S]
  private var v: [S]
  private var s: [S]
  private var t: [S]
  private var preconditioned: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`.
  public init(order n: Int) {
    order = n
    let zero = [S](repeating: S.zero, count: n)
    (r, shadow, p, v, s, t, preconditioned) = (zero, zero, zero, zero, zero, zero, zero)
    sums = ChunkSums(order: n)
  }

  /// Improves x until the rule is met.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    var run = ResidualRun(rule: rule, lengthOfB: sums.norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    run.products += 1
    run.observe(sums.residual(a, b, x, into: &r))
    var restarts = 0
    while run.status == nil {
      let breakdown = pass(a, b, &x, m, &run, attempt: restarts)
      run.products += 1
      let residual = sums.residual(a, b, x, into: &r)
      if let breakdown {
        restarts += 1
        run.update(residual)
        if residual <= run.limit {
          run.confirm(residual, isExhausted: true)
        } else if restarts > 3 {
          run.breakDown(breakdown)
        }
      } else {
        run.confirm(residual, isExhausted: false)
      }
    }
    return run.report
  }

  /// The recurrence from the true residual until the run ends; why it broke down, if it did.
  private mutating func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], _ x: inout [S], _ m: M, _ run: inout ResidualRun, attempt: Int
  ) -> SolveReport.Breakdown? where A.Element == S, M.Element == S {
    copy(r, into: &shadow)
    if attempt > 0 {
      // Another shadow: the residual with a fixed pattern of signs mixed in.
      for i in shadow.indices where ((i &* 2_654_435_761) >> 7) % (attempt + 2) == 0 {
        shadow[i] = -shadow[i]
      }
    }
    for i in p.indices { (p[i], v[i]) = (S.zero, S.zero) }
    var (rho, alpha, omega) = (S(real: 1), S(real: 1), S(real: 1))
    let lengthOfShadow = sums.norm(shadow)
    while run.status == nil {
      let next = sums.dot(shadow, r)
      guard next.isFinite else {
        run.record(.nan)
        return nil
      }
      if next.absolute <= 1e-15 * lengthOfShadow * sums.norm(r) { return .lostBiorthogonality }
      let beta = next / rho * (alpha / omega)
      rho = next
      // p ← r + β (p − ω v).
      _ = sums.axpyNorm(-omega, v, into: &p)
      xpby(r, beta, &p)
      m.apply(p, into: &preconditioned)
      a.apply(preconditioned, into: &v)
      let slope = sums.dot(shadow, v)
      if slope.absolute <= 1e-15 * lengthOfShadow * sums.norm(v) { return .lostBiorthogonality }
      alpha = rho / slope
      axpyInto(alpha, preconditioned, &x)
      copy(r, into: &s)
      let half = sums.axpyNorm(-alpha, v, into: &s).squareRoot()
      run.products += 1
      run.preconditionings += 1
      if half <= run.limit {
        run.record(half)
        return nil
      }
      m.apply(s, into: &preconditioned)
      a.apply(preconditioned, into: &t)
      run.products += 1
      run.preconditionings += 1
      let square = sums.dot(t, t).realPart
      omega = square > 0 ? sums.dot(t, s) / S(real: square) : S.zero
      axpyInto(omega, preconditioned, &x)
      copy(s, into: &r)
      run.record(sums.axpyNorm(-omega, t, into: &r).squareRoot())
      if run.status == nil, omega.absolute == 0 { return .stabilisation }
    }
    return nil
  }

  private mutating func axpyInto(_ alpha: S, _ p: [S], _ x: inout [S]) {
    _ = sums.axpyNorm(alpha, p, into: &x)
  }
}
