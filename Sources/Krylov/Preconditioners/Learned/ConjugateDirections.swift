internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Directions from an arbitrary map of the residual, made conjugate to those before: for Hermitian
/// positive definite A.
///
/// The map sees r/‖r‖ and may be nonlinear, a trained network for example; for M⁻¹ the iterates are those
/// of preconditioned conjugate gradients. The energy of the error never grows. A direction that lies in
/// the span of earlier ones is replaced by the residual.
///
/// - Complexity: One product and one application of the map an iteration, and two passes over the kept
///   directions; holds two vectors for each of them, made as they come.
/// - Source: Kaneda, Akar, Chen, Kala, Hyde, Teran, *A deep conjugate direction method for iteratively
///   solving linear systems*, ICML 2023; Notay, *Flexible conjugate gradients*, SIAM J. Sci. Comput. 22
///   (2000).
public struct ConjugateDirections<S: Scalar>: KrylovSolver {
  /// The order of its systems.
  public let order: Int
  /// How many directions are kept.
  public let memory: Int
  private var r: [S]
  private var input: [S]
  private var directions: [Direction] = []
  private var sums: ChunkSums<S>

  /// p with pᴴAp = 1, and A p.
  private struct Direction: Sendable {
    var p: [S]
    var image: [S]
  }

  /// A solver for systems of order `n`.
  ///
  /// - Parameter memory: The last so many directions are kept; all where nil.
  public init(order n: Int, memory: Int? = nil) {
    precondition(memory ?? 1 > 0, "a memory of \(memory ?? 0) directions")
    (order, self.memory) = (n, memory ?? .max)
    r = [S](repeating: S.zero, count: n)
    input = r
    sums = ChunkSums(order: n)
  }

  /// Improves x until the rule is met; residuals are observed, whatever the rule says.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    var run = ResidualRun(rule: rule, lengthOfB: sums.norm(b))
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    directions.removeAll(keepingCapacity: true)
    run.observe(trueResidual(a, b, x, &run))
    var next = Direction(p: r, image: r)
    while run.status == nil {
      let length = sums.norm(r)
      for i in r.indices { input[i] = S(real: 1 / length) * r[i] }
      m.apply(input, into: &next.p)
      run.preconditionings += 1
      if !conjugate(a, &next, &run) {
        copy(input, into: &next.p)
        guard conjugate(a, &next, &run) else {
          run.breakDown(.operatorNotDefinite)
          break
        }
      }
      let alpha = sums.dot(next.p, r)
      let square = sums.step(alpha, next.p, into: &x, next.image, into: &r)
      keep(&next)
      run.record(square.squareRoot())
      if run.status != nil { run.confirm(trueResidual(a, b, x, &run), isExhausted: false) }
    }
    return run.report
  }

  /// r ← b − A x, and its length.
  private mutating func trueResidual<A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], _ run: inout ResidualRun
  ) -> Double where A.Element == S {
    a.apply(x, into: &r)
    run.products += 1
    subtract(from: b, &r)
    return sums.norm(r)
  }

  /// Makes the direction conjugate to those kept and of unit energy; false where nothing is left.
  private mutating func conjugate<A: LinearOperator>(
    _ a: A, _ next: inout Direction, _ run: inout ResidualRun
  ) -> Bool where A.Element == S {
    let before = sums.norm(next.p)
    guard before > 0, before.isFinite else { return false }
    // Twice: once leaves round-off of the size of what it took away.
    for _ in 0..<2 {
      for old in directions {
        let c = sums.dot(old.image, next.p)
        _ = sums.axpyNorm(-c, old.p, into: &next.p)
      }
    }
    guard sums.norm(next.p) > 1e-10 * before else { return false }
    a.apply(next.p, into: &next.image)
    run.products += 1
    let energy = sums.dot(next.p, next.image).realPart
    guard energy > 0, energy.isFinite else { return false }
    scale(S(real: 1 / energy.squareRoot()), &next.p)
    scale(S(real: 1 / energy.squareRoot()), &next.image)
    return true
  }

  /// Keeps the direction, giving back the vectors of one that is forgotten.
  private mutating func keep(_ next: inout Direction) {
    if directions.count < memory {
      directions.append(next)
    } else {
      directions.append(next)
      next = directions.removeFirst()
    }
  }
}
