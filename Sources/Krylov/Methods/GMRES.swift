internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// GMRES restarted every m steps, for any nonsingular A.
///
/// Preconditioned from the right unless told otherwise, so that the residual it minimises is the
/// true one; this is recomputed at every restart. With a preconditioner that changes from
/// application to application use `FGMRES`.
///
/// - Complexity: One product, one preconditioning and 2 j passes over vectors in step j of a cycle;
///   holds m + 5 vectors.
/// - Source: Saad, Schultz, *GMRES: a generalized minimal residual algorithm for solving
///   nonsymmetric linear systems*, SIAM J. Sci. Stat. Comput. 7 (1986).
public struct GMRES<S: Scalar>: KrylovSolver {
  /// The order of its systems.
  public let order: Int
  /// m.
  public let restart: Int
  /// Where the preconditioner stands.
  public let side: PreconditioningSide
  private var cycle: ArnoldiCycle<S>
  private var r: [S]
  private var sums: ChunkSums<S>
  private let pool: VectorPool<S>

  /// A solver for systems of order `n`.
  public init(order n: Int, restart: Int = 30, side: PreconditioningSide = .right) {
    self.init(order: n, restart: restart, side: side, isFlexible: false)
  }

  init(order n: Int, restart: Int, side: PreconditioningSide, isFlexible: Bool) {
    precondition(restart > 0, "a restart after \(restart) steps")
    order = n
    self.restart = restart
    self.side = side
    cycle = ArnoldiCycle(order: n, steps: min(restart, max(1, n)), isFlexible: isFlexible)
    r = [S](repeating: S.zero, count: n)
    sums = ChunkSums(order: n)
    pool = VectorPool(count: n)
  }

  /// Improves x until the rule is met.
  ///
  /// - Precondition: With `side` `.split`, M is a `SplitPreconditioner`; it is fixed.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    precondition(
      m.isFixed || cycle.isFlexible, "a preconditioner that changes needs a flexible method")
    switch side {
    case .right:
      return solveRight(a, b, from: &x, m, rule)
    case .left:
      return solveLeft(a, b, from: &x, m, rule)
    case .split:
      guard let split = m as? any SplitPreconditioner<S> else {
        preconditionFailure("the preconditioner has no two factors to stand at both sides")
      }
      return solveSplit(a, b, from: &x, split, rule)
    }
  }

  private mutating func solveRight<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], _ m: M, _ rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    var run = ResidualRun(rule: rule, lengthOfB: sums.norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    run.observe(sums.residual(a, b, x, into: &r))
    run.products += 1
    while run.status == nil {
      cycle.begin(r, length: run.residual)
      repeat {
        run.record(cycle.step(a, m))
      } while run.status == nil && !cycle.isExhausted && cycle.count < cycle.steps
      if run.status != .notFinite {
        cycle.addSolution(cycle.leastSquares.solution(), preconditioner: m, into: &x)
      }
      run.preconditionings += cycle.count + (cycle.isFlexible ? 0 : 1)
      run.products += cycle.count + 1
      run.confirm(sums.residual(a, b, x, into: &r), isExhausted: cycle.isExhausted)
    }
    return run.report
  }

  /// M⁻¹A x = M⁻¹b; if residuals are to be observed, the tolerance is tightened until the true one
  /// is small enough.
  private mutating func solveLeft<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], _ m: M, _ rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    var mb = b
    m.apply(b, into: &mb)
    let inner = LeftPreconditioned(a: a, m: m, pool: pool)
    var report = tightened(a, b, rule, &x) { solver, x, rule in
      solver.solveRight(inner, mb, from: &x, IdentityPreconditioner(order: b.count), rule)
    }
    report.preconditionings = 1 + report.products
    return report
  }

  private mutating func solveSplit<A: LinearOperator, M: SplitPreconditioner>(
    _ a: A, _ b: [S], from x: inout [S], _ m: M, _ rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    let inner = SplitPreconditioned(a: a, m: m, pool: pool)
    var (rest, right, correction) = (b, b, b)
    var report = tightened(a, b, rule, &x) { solver, x, rule in
      a.apply(x, into: &rest)
      subtract(from: b, &rest)
      m.applyLeft(rest, into: &right)
      for i in correction.indices { correction[i] = S.zero }
      // Relative to the whole right-hand side, not to the residual of the first guess.
      m.applyLeft(b, into: &rest)
      let (whole, part) = (norm(rest), norm(right))
      var relative = rule
      relative.relative = part > 0 ? rule.relative * whole / part : rule.relative
      let report = solver.solveRight(
        inner, right, from: &correction, IdentityPreconditioner(order: b.count), relative)
      m.applyRight(correction, into: &rest)
      axpy(1, rest, into: &x)
      return report
    }
    report.preconditionings = report.products
    return report
  }

  /// Solves a transformed system, again with a smaller tolerance as long as the true residual is
  /// what counts and is too large.
  private mutating func tightened<A: LinearOperator>(
    _ a: A, _ b: [S], _ rule: StoppingRule, _ x: inout [S],
    _ solve: (inout GMRES<S>, inout [S], StoppingRule) -> SolveReport
  ) -> SolveReport where A.Element == S {
    var rule = rule
    let lengthOfB = sums.norm(b)
    var report = solve(&self, &x, rule)
    while true {
      let residual = sums.residual(a, b, x, into: &r)
      report.products += 1
      report.residual = lengthOfB > 0 ? residual / lengthOfB : residual
      let limit = rule.limit(scale: lengthOfB)
      guard rule.quantity == .residual, report.status == .converged, residual > limit,
        report.iterations < rule.iterations, rule.relative > 1e-16
      else { break }
      rule.relative *= 0.5 * max(limit / residual, 1e-3)
      rule.iterations -= report.iterations
      let next = solve(&self, &x, rule)
      report.status = next.status
      report.iterations += next.iterations
      report.products += next.products
      report.history += next.history.dropFirst()
      if next.iterations == 0 { break }
    }
    return report
  }
}
