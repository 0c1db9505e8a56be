internal import ComplexModule
public import Krylov
public import LinearAlgebra
internal import RealModule

/// Flexible GMRES on vectors spread over ranks, preconditioned from the right and restarted.
///
/// Residuals are observed, whatever the rule says. The basis is kept orthonormal by projecting
/// twice, all coefficients of a projection in one reduction.
///
/// - Complexity: One product, one preconditioning and three reductions an iteration; holds twice as
///   many vectors as `restart` says.
/// - Source: Saad, *A flexible inner-outer preconditioned GMRES algorithm*, SIAM J. Sci. Comput. 14
///   (1993).
public struct DistributedGMRES<S: Scalar, C: Communicator>: KrylovSolver {
  /// The unknowns of this rank.
  public let order: Int
  /// Iterations until the basis is begun anew.
  public let restart: Int
  private let communicator: C
  private var basis: [[S]]
  private var directions: [[S]]
  private var r: [S]

  /// A solver for systems with `n` unknowns on this rank.
  public init(order n: Int, restart: Int = 50, _ communicator: C) {
    precondition(restart > 0, "a restart after \(restart) iterations")
    (order, self.restart, self.communicator) = (n, restart, communicator)
    let zero = [S](repeating: S.zero, count: n)
    basis = [[S]](repeating: zero, count: restart + 1)
    directions = [[S]](repeating: zero, count: restart)
    r = zero
  }

  /// Improves x until the rule is met; collective.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOwn(a, b, x, m)
    var log = DistributedLog(rule, scale: communicator.length(b))
    var residual = communicator.squaredResidual(a, b, x, into: &r, &log).squareRoot()
    // NaN goes on, and is told.
    guard log.scale != 0 else { return log.finishWithZero(&x) }
    log.record(residual)
    while log.status == nil {
      let small = cycle(a, m, residual, &log)
      for (k, factor) in small.solution().enumerated() { axpy(factor, directions[k], into: &x) }
      residual = communicator.squaredResidual(a, b, x, into: &r, &log).squareRoot()
      if log.status == .converged { _ = log.isConfirmed(residual) }
    }
    return log.report(residual: residual)
  }

  /// Builds a basis from the residual until it is full or the solve ends.
  private mutating func cycle<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ m: M, _ residual: Double, _ log: inout DistributedLog
  ) -> HessenbergSystem<S> where A.Element == S, M.Element == S {
    var small = HessenbergSystem<S>(residual: residual)
    scaled(S(real: 1 / residual), r, into: &basis[0])
    for k in 0..<restart where log.status == nil {
      m.apply(basis[k], into: &directions[k])
      a.apply(directions[k], into: &r)
      (log.products, log.preconditionings) = (log.products + 1, log.preconditionings + 1)
      let before = communicator.length(r)
      var column = [S](repeating: S.zero, count: k + 1)
      for _ in 0..<2 {
        var h = (0...k).map { dot(basis[$0], r) }
        communicator.sum(&h)
        for (j, factor) in h.enumerated() {
          axpy(-factor, basis[j], into: &r)
          column[j] += factor
        }
      }
      let rest = communicator.length(r)
      let isInvariant = rest <= 1e-14 * before
      small.append(column, below: isInvariant ? 0 : rest)
      log.record(small.residual)
      if isInvariant {
        if log.status == nil { log.status = .breakdown(.invariantSubspace) }
        break
      }
      scaled(S(real: 1 / rest), r, into: &basis[k + 1])
    }
    return small
  }
}

/// min ‖β e₁ − H y‖ for an upper Hessenberg H that grows by columns, by rotations.
struct HessenbergSystem<S: Scalar> {
  private var columns: [[S]] = []
  private var rotations: [(c: Double, s: S)] = []
  private var right: [S]

  init(residual: Double) { right = [S(real: residual)] }

  /// The minimum.
  var residual: Double { right[right.count - 1].absolute }

  /// Takes column k: its entries 0...k and the one below them.
  mutating func append(_ entries: [S], below: Double) {
    var h = entries
    let k = h.count - 1
    for (j, (c, s)) in rotations.enumerated() {
      let (upper, lower) = (h[j], h[j + 1])
      h[j] = S(real: c) * upper + s * lower
      h[j + 1] = -s.conjugate * upper + S(real: c) * lower
    }
    let (size, length) = (h[k].absolute, Double.hypot(h[k].absolute, below))
    // c a + s b = (a/|a|) ‖(a, b)‖ and −s̄ a + c b = 0.
    let c = length > 0 ? size / length : 1
    let s = size > 0 ? h[k] / S(real: size) * S(real: below / length) : S(real: length > 0 ? 1 : 0)
    h[k] = S(real: c) * h[k] + s * S(real: below)
    rotations.append((c, s))
    columns.append(h)
    right.append(-s.conjugate * right[k])
    right[k] = S(real: c) * right[k]
  }

  /// y; the zero vector where H is singular.
  func solution() -> [S] {
    var y = Array(right.prefix(columns.count))
    for k in y.indices.reversed() {
      guard columns[k][k] != S.zero else { return y.map { _ in S.zero } }
      y[k] /= columns[k][k]
      for i in 0..<k { y[i] -= columns[k][i] * y[k] }
    }
    return y
  }
}
