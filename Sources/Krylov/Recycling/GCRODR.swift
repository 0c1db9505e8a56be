internal import ComplexModule
public import LinearAlgebra

/// GCRO-DR(m, k): GMRES that deflates a space U of k vectors and carries it from system to system.
///
/// It keeps A U = C with orthonormal C and searches in the orthogonal complement of C with m − k
/// steps a cycle. U becomes the harmonic Ritz vectors of smallest modulus: after each cycle of the first
/// solve, after every other one, from its first on, of those that follow. U lives in the space of x,
/// not in that of M x, so that it keeps its meaning when the preconditioner changes from system to
/// system, or even from step to step: on diffusion through random media with the diagonal as M this
/// takes 108 iterations where U carried in the space of M x takes 171.
///
/// When A is another one than in the solve before, C is made anew: k products that the report
/// counts. The nearer the matrices, the more the space helps.
///
/// - Complexity: A step of `GMRES` and 2 k passes over vectors more; holds 2 m + 5 k + 5 vectors,
///   all of them allocated with the solver.
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
  public var recycledSpace: DenseMatrix<S>? {
    space.count > 0 ? cycle.searched.matrix(0..<space.count) : nil
  }

  private var space: DeflatedSpace<S>
  private var ritz: HarmonicRitz<S>
  private var turn: SpaceTurn<S>
  private var cycle: ArnoldiCycle<S>
  private var r: [S]
  /// Whether U is still learnt, in the first solve with it.
  private var isLearning = true
  /// The cycles of the solve at work.
  private var cycles = 0
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
    let steps = min(restart, max(1, n))
    cycle = ArnoldiCycle(order: n, steps: steps, recycled: recycled, isFlexible: true)
    space = DeflatedSpace(order: n, capacity: recycled)
    ritz = HarmonicRitz(recycled: recycled, steps: steps)
    turn = SpaceTurn(order: n, recycled: recycled, steps: steps)
    r = [S](repeating: S.zero, count: n)
    sums = ChunkSums(order: n)
  }

  /// Forgets the recycled space.
  public mutating func forget() {
    isLearning = true
    space.keep(0)
    let none = DenseMatrix<S>(rowCount: order, columnCount: 0)
    cycle.recycle(none, none)
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
    cycles = 0
    while run.status == nil { pass(a, b, &x, m, &run) }
    if space.count > 0 { isLearning = false }
    return run.report
  }

  /// C of the space that was kept: A U = C R, U ← U R⁻¹.
  private mutating func renewImage<A: LinearOperator>(_ a: A, _ run: inout ResidualRun)
  where A.Element == S {
    guard change == .matrix, space.count > 0 else { return }
    run.products += space.count
    if cycle.renewImage(a, &space, &turn) { return }
    guard let u = recycledSpace else { return }
    let image = recycledImage
    guard let orthonormal = GramOrthonormalization(image) else { return forget() }
    let twin = space.matrix * orthonormal.transformation
    space.replace(by: twin, coupling: orthonormal.q.adjointTimes(twin))
    cycle.recycle(orthonormal.q, u * orthonormal.transformation)
  }

  /// Cycles from the true residual until the recurrence believes to have converged; then the true
  /// residual again.
  private mutating func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], _ x: inout [S], _ m: M, _ run: inout ResidualRun
  ) where A.Element == S, M.Element == S {
    var isExhausted = false
    while run.status == nil && !isExhausted {
      // Also after a cycle, which leaves r orthogonal to the new C but for round-off: left in the basis,
      // this would have to be mended in the next C, by a pass over C, T and U.
      if space.count > 0 {
        cycle.removeRecycled(from: &r, into: &x)
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
    cycle.correct(&x, &r)
    run.update(sums.norm(r))
    // A renewal costs a quarter of a cycle of 20 steps on 4096 unknowns. Made after every other cycle, up
    // to 5 % more iterations (once 6 % fewer) took 7 to 19 % less time in sequences of diffusion,
    // convection and waves, with the diagonal and with incomplete factors, on squares of 64 and 128; made
    // in the first cycles of a sequence only, they were up to 58 % more.
    cycles += 1
    guard recycled > 0, isLearning || space.count == 0 || cycles % 2 == 1 else { return }
    if cycle.renew(&space, &ritz, &turn) == false { forget() }
  }
}
