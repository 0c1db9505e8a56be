internal import ComplexModule
public import LinearAlgebra

/// GCRO-DR(m, k): GMRES that deflates a space U of k vectors and carries it from system to system.
///
/// It keeps A U = C with orthonormal C and searches in the orthogonal complement of C with m − k
/// steps a cycle. After each cycle U becomes the harmonic Ritz vectors of smallest modulus. U lives
/// in the space of x, not in that of M x, so that it keeps its meaning when the preconditioner
/// changes from system to system, or even from step to step: on diffusion through random media with
/// the diagonal as M this takes 108 iterations where U carried in the space of M x takes 171.
///
/// When A is another one than in the solve before, C is made anew: k products that the report
/// counts. The nearer the matrices, the more the space helps.
///
/// - Complexity: A step of `GMRES` and 2 k passes over vectors more; holds 2 m + 6 k + 4 vectors.
/// - Source: Parks, de Sturler, Mackey, Johnson, Maiti, *Recycling Krylov subspaces for sequences of
///   linear systems*, SIAM J. Sci. Comput. 28 (2006); flexible: Carvalho, Gratton, Lago, Vasseur, *A
///   flexible generalized conjugate residual method with inner orthogonalization and deflated
///   restarting*, SIAM J. Matrix Anal. Appl. 32 (2011).
public struct GCRODR<S: Scalar>: RecyclingSolver {
  /// The order of its systems.
  public let order: Int
  /// m.
  public let restart: Int
  /// k; zero makes it GMRES(m).
  public let recycled: Int
  /// What changes from one solve to the next; `matrix` is always right.
  public var change = SystemChange.matrix
  /// U, n × k; nil before the first solve.
  public var recycledSpace: DenseMatrix<S>? { space?.u }

  private var space: DeflatedSpace<S>?
  private var spare = SpareColumns<S>()
  private var cycle: ArnoldiCycle<S>
  private var r: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`.
  ///
  /// - Precondition: 0 ≤ k < m.
  public init(order n: Int, restart: Int = 30, recycled: Int = 10) {
    precondition(
      recycled >= 0 && recycled < restart, "\(recycled) recycled vectors of a cycle of \(restart)")
    order = n
    self.restart = restart
    self.recycled = recycled
    cycle = ArnoldiCycle(
      order: n, steps: min(restart, max(1, n)), recycled: recycled, isFlexible: true)
    r = [S](repeating: S.zero, count: n)
    sums = ChunkSums(order: n)
  }

  /// Forgets the recycled space.
  public mutating func forget() {
    space = nil
    cycle.recycle(DenseMatrix(rowCount: order, columnCount: 0))
  }

  /// C = A U of the last solve, orthonormal.
  public var recycledImage: DenseMatrix<S> { cycle.columns.matrix(0..<cycle.recycledCount) }

  /// Improves x until the rule is met.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    var run = ResidualRun(rule: rule, lengthOfB: sums.norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    run.products += 1
    run.observe(sums.residual(a, b, x, into: &r))
    if run.status == nil { renewImage(a, &run) }
    while run.status == nil { pass(a, b, &x, m, &run) }
    return run.report
  }

  /// C of the space that was kept: A U = C R, U ← U R⁻¹.
  private mutating func renewImage<A: LinearOperator>(_ a: A, _ run: inout ResidualRun)
  where A.Element == S {
    guard let old = space, change == .matrix else { return }
    run.products += old.u.columnCount
    guard let orthonormal = GramOrthonormalization(a.applied(to: old.u)) else { return forget() }
    let turned = (old.u * orthonormal.transformation, old.twin * orthonormal.transformation)
    space = DeflatedSpace(
      u: turned.0, twin: turned.1, coupling: orthonormal.q.adjointTimes(turned.1))
    cycle.recycle(orthonormal.q)
  }

  /// Cycles from the true residual until the recurrence believes to have converged; then the true
  /// residual again.
  private mutating func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], _ x: inout [S], _ m: M, _ run: inout ResidualRun
  ) where A.Element == S, M.Element == S {
    var isExhausted = false
    while run.status == nil && !isExhausted {
      if let space {
        // x ← x + U Cᴴr, r ← r − C Cᴴr.
        axpy(1, space.u * cycle.removeRecycled(from: &r), into: &x)
        run.update(sums.norm(r))
      }
      // The space alone may solve the system.
      if run.residual <= run.limit {
        run.record(run.residual)
      } else {
        advance(a, &x, m, &run)
        isExhausted = cycle.isExhausted
      }
    }
    run.products += 1
    run.confirm(sums.residual(a, b, x, into: &r), isExhausted: isExhausted)
  }

  /// One cycle, its correction of x and r, and the space it leaves.
  private mutating func advance<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ x: inout [S], _ m: M, _ run: inout ResidualRun
  ) where A.Element == S, M.Element == S {
    let steps = max(1, cycle.steps - cycle.recycledCount)
    cycle.begin(r, length: run.residual)
    repeat {
      run.record(cycle.step(a, m))
    } while run.status == nil && !cycle.isExhausted && cycle.count < steps
    run.products += cycle.count
    run.preconditionings += cycle.count
    guard run.status != .notFinite else { return }
    let y = cycle.leastSquares.solution()
    cycle.addSolution(y, preconditioner: m, into: &x)
    if let space { axpy(-1, space.u * cycle.coupling(of: y), into: &x) }
    cycle.removeImage(of: y, from: &r)
    run.update(sums.norm(r))
    guard recycled > 0,
      let kept = KeptDirections(cycle, space, count: recycled, spare: &spare)
    else { return }
    if let space {
      spare.give(space.u)
      spare.give(space.twin)
    }
    space = kept.space
    cycle.recycle(kept.c)
    spare.give(kept.c)
  }
}
