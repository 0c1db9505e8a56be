internal import ComplexModule
public import LinearAlgebra

/// GCRO-DR(m, k): GMRES that deflates a space U of k vectors and carries it from system to system.
///
/// It keeps Â U = C with orthonormal C, Â = A M⁻¹, and searches in the orthogonal complement of C
/// with m − k steps a cycle. After each cycle U becomes the harmonic Ritz vectors of smallest
/// modulus. In the flexible form U and the search directions live in the space of x, and Â = A.
///
/// When A or M is another one than in the solve before, C is made anew: k products that the report
/// counts. The nearer the matrices, the more the space helps.
///
/// - Complexity: A step of `GMRES` and 2 k passes over vectors more; holds m + 2 k + 6 vectors, and
///   m more in the flexible form.
/// - Source: Parks, de Sturler, Mackey, Johnson, Maiti, *Recycling Krylov subspaces for sequences of
///   linear systems*, SIAM J. Sci. Comput. 28 (2006).
public struct GCRODR<S: Scalar>: RecyclingSolver {
  /// What changed since the solve before.
  public enum Change: Sendable {
    /// A or M.
    case operators
    /// The right-hand side only.
    case rightHandSide
  }

  /// The order of its systems.
  public let order: Int
  /// m.
  public let restart: Int
  /// k; zero makes it GMRES(m).
  public let recycled: Int
  /// What changes from one solve to the next; `operators` is always right.
  public var change = Change.operators
  /// U, n × k; nil before the first solve.
  public private(set) var recycledSpace: DenseMatrix<S>?

  private var cycle: ArnoldiCycle<S>
  private var r: [S]
  private var t: [S]
  private var z: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`.
  ///
  /// - Precondition: 0 ≤ k < m.
  public init(order n: Int, restart: Int = 30, recycled: Int = 10, isFlexible: Bool = false) {
    precondition(
      recycled >= 0 && recycled < restart, "\(recycled) recycled vectors of a cycle of \(restart)")
    order = n
    self.restart = restart
    self.recycled = recycled
    cycle = ArnoldiCycle(
      order: n, steps: min(restart, max(1, n)), recycled: recycled, isFlexible: isFlexible)
    let zero = [S](repeating: S.zero, count: n)
    (r, t, z) = (zero, zero, zero)
    sums = ChunkSums(order: n)
  }

  /// Forgets the recycled space.
  public mutating func forget() {
    recycledSpace = nil
    cycle.recycle(DenseMatrix(rowCount: order, columnCount: 0))
  }

  /// C = Â U of the last solve, orthonormal.
  public var image: DenseMatrix<S> { cycle.columns.matrix(0..<cycle.recycledCount) }

  /// Improves x until the rule is met.
  ///
  /// - Precondition: M is fixed, or the solver flexible.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    precondition(
      m.isFixed || cycle.isFlexible, "a preconditioner that changes needs the flexible form")
    var run = ResidualRun(rule: rule, lengthOfB: sums.norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    run.products += 1
    run.observe(trueResidual(a, b, x))
    if run.status == nil { renewImage(a, m, &run) }
    while run.status == nil { pass(a, b, &x, m, &run) }
    return run.report
  }

  /// C of the space that was kept: Â U = C R, U ← U R⁻¹.
  private mutating func renewImage<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ m: M, _ run: inout ResidualRun
  ) where A.Element == S, M.Element == S {
    guard let u = recycledSpace, change == .operators else { return }
    var image = DenseMatrix<S>(rowCount: order, columnCount: 0)
    for j in 0..<u.columnCount {
      if cycle.isFlexible {
        a.apply(u.column(j), into: &t)
      } else {
        m.apply(u.column(j), into: &z)
        a.apply(z, into: &t)
        run.preconditionings += 1
      }
      run.products += 1
      image.appendColumn(t)
    }
    guard let orthonormal = GramOrthonormalization(image) else { return forget() }
    recycledSpace = u * orthonormal.transformation
    cycle.recycle(orthonormal.q)
  }

  /// Cycles from the true residual until the recurrence believes to have converged; then x and the
  /// true residual.
  private mutating func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], _ x: inout [S], _ m: M, _ run: inout ResidualRun
  ) where A.Element == S, M.Element == S {
    for i in t.indices { t[i] = S.zero }
    var isExhausted = false
    while run.status == nil && !isExhausted {
      projectOut(&run)
      // The space alone may solve the system.
      if run.residual <= run.limit {
        run.record(run.residual)
      } else {
        advance(a, m, &run)
        isExhausted = cycle.isExhausted
      }
    }
    if cycle.isFlexible {
      axpy(1, t, into: &x)
    } else {
      m.apply(t, into: &z)
      run.preconditionings += 1
      axpy(1, z, into: &x)
    }
    run.products += 1
    run.confirm(trueResidual(a, b, x), isExhausted: isExhausted)
  }

  /// t ← t + U Cᴴr, r ← r − C Cᴴr.
  private mutating func projectOut(_ run: inout ResidualRun) {
    guard let u = recycledSpace else { return }
    let d = cycle.removeRecycled(from: &r)
    addRecycled(u, d, sign: 1)
    run.update(sums.norm(r))
  }

  /// t ← t ± U d.
  private mutating func addRecycled(_ u: DenseMatrix<S>, _ d: [S], sign: S) {
    axpy(sign, u * d, into: &t)
  }

  /// One cycle, its correction of t and r, and the space it leaves.
  private mutating func advance<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ m: M, _ run: inout ResidualRun
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
    cycle.addDirections(y, into: &t)
    if let u = recycledSpace { addRecycled(u, cycle.coupling(of: y), sign: -1) }
    cycle.removeImage(of: y, from: &r)
    run.update(sums.norm(r))
    guard recycled > 0,
      let kept = KeptDirections(cycle, recycledSpace, count: recycled)
    else { return }
    recycledSpace = kept.u
    cycle.recycle(kept.c)
  }

  private mutating func trueResidual<A: LinearOperator>(_ a: A, _ b: [S], _ x: [S]) -> Double
  where A.Element == S {
    a.apply(x, into: &r)
    subtract(from: b, &r)
    return sums.norm(r)
  }
}
