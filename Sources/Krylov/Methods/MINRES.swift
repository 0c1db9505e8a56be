internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// MINRES, for Hermitian A, definite or not, and Hermitian positive definite M.
///
/// Minimises ‖b − A x‖ in the norm of M⁻¹ over the Krylov space. Of a singular system it finds the
/// solution if there is one, else a least-squares solution (for M = I), and says which.
///
/// - Complexity: One product, one preconditioning and nine passes over vectors an iteration; holds
///   eight vectors.
/// - Source: Paige, Saunders, *Solution of sparse indefinite systems of linear equations*, SIAM J.
///   Numer. Anal. 12 (1975); the test for least squares: Choi, Paige, Saunders, *MINRES-QLP*, SIAM
///   J. Sci. Comput. 33 (2011).
public struct MINRES<S: Scalar>: KrylovSolver {
  /// The order of its systems.
  public let order: Int
  private var previous: [S]
  private var current: [S]
  private var next: [S]
  private var z: [S]
  private var direction: [S]
  private var directionBefore: [S]
  private var directionTwoBefore: [S]
  private var r: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`.
  public init(order n: Int) {
    order = n
    let zero = [S](repeating: S.zero, count: n)
    (previous, current, next, z, r) = (zero, zero, zero, zero, zero)
    (direction, directionBefore, directionTwoBefore) = (zero, zero, zero)
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
    guard run.status == nil else { return run.report }
    let scale = sizeOfA(a, m, &run)
    while run.status == nil { pass(a, b, &x, m, &run, scale) }
    return run.report
  }

  /// A Rayleigh quotient of M⁻¹A at a vector of signs, of the order of its norm: a Krylov space that
  /// begins in the kernel sees nothing but round-off and must not take that for the matrix.
  private mutating func sizeOfA<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ m: M, _ run: inout ResidualRun
  ) -> Double where A.Element == S, M.Element == S {
    for i in next.indices { next[i] = ((i &* 2_654_435_761) >> 9) & 1 == 0 ? 1 : -1 }
    m.apply(next, into: &z)
    a.apply(z, into: &direction)
    run.products += 1
    run.preconditionings += 1
    let (energy, square) = (sums.dot(z, direction).absolute, sums.dot(z, next).absolute)
    return square > 0 && energy.isFinite ? energy / square : 0
  }

  /// The Lanczos recurrence from the true residual until it ends or believes to have converged.
  private mutating func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], _ x: inout [S], _ m: M, _ run: inout ResidualRun, _ scale: Double
  ) where A.Element == S, M.Element == S {
    copy(r, into: &current)
    m.apply(current, into: &z)
    run.preconditionings += 1
    var square = sums.dot(current, z).realPart
    guard square > 0 else { return run.breakDown(.preconditionerNotDefinite) }
    // The recurrence knows ‖r‖ in the norm of M⁻¹: the ratio at the start translates it.
    var rotation = MINRESRotation(
      beta: square.squareRoot(), residual: run.residual, scale: scale)
    var betaBefore = 0.0
    for i in r.indices { (directionBefore[i], directionTwoBefore[i]) = (S.zero, S.zero) }
    while run.status == nil {
      let beta = square.squareRoot()
      LinearAlgebra.scale(S(real: 1 / beta), &z)
      a.apply(z, into: &next)
      run.products += 1
      if betaBefore > 0 { _ = sums.axpyNorm(S(real: -beta / betaBefore), previous, into: &next) }
      let alpha = sums.dot(z, next).realPart
      _ = sums.axpyNorm(S(real: -alpha / beta), current, into: &next)
      // d ← (v − δ d₋₁ − ε d₋₂)/γ and x ← x + τ d, with v = z.
      swap(&previous, &current)
      swap(&current, &next)
      copy(z, into: &direction)
      m.apply(current, into: &z)
      run.preconditionings += 1
      square = sums.dot(current, z).realPart
      guard square.isFinite, alpha.isFinite else { return run.record(.nan) }
      guard square >= 0 else { return run.breakDown(.preconditionerNotDefinite) }
      let isExhausted = square.squareRoot() <= 4 * Double.ulpOfOne * rotation.scale
      rotation.append(alpha: alpha, beta: isExhausted ? 0 : square.squareRoot())
      if !rotation.isLeastSquares, rotation.gamma > 4 * Double.ulpOfOne * rotation.scale {
        _ = sums.axpyNorm(S(real: -rotation.delta), directionBefore, into: &direction)
        _ = sums.axpyNorm(S(real: -rotation.epsilon), directionTwoBefore, into: &direction)
        LinearAlgebra.scale(S(real: 1 / rotation.gamma), &direction)
        _ = sums.axpyNorm(S(real: rotation.tau), direction, into: &x)
      }
      swap(&directionTwoBefore, &directionBefore)
      swap(&directionBefore, &direction)
      betaBefore = beta
      run.record(rotation.residual)
      if isExhausted || rotation.isLeastSquares || run.status == .converged {
        run.products += 1
        let isTold = run.status == nil
        run.confirm(
          sums.residual(a, b, x, into: &r), isExhausted: isExhausted || rotation.isLeastSquares)
        if isTold, case .breakdown = run.status { return run.endInLeastSquares() }
        return
      }
    }
    run.products += 1
    run.update(sums.residual(a, b, x, into: &r))
  }
}

/// The QR factorization of the Lanczos tridiagonal matrix by rotations, a column at a time.
struct MINRESRotation {
  /// The entries of the column of R: γ on the diagonal, δ and ε above it.
  private(set) var gamma = 0.0
  private(set) var delta = 0.0
  private(set) var epsilon = 0.0
  /// The entry of the rotated right-hand side: the step along the direction.
  private(set) var tau = 0.0
  /// ‖T‖ so far, at least the size of A.
  private(set) var scale: Double
  private var betaBefore = 0.0
  private var (cosine, sine) = (-1.0, 0.0)
  private var (deltaNext, epsilonNext) = (0.0, 0.0)
  private var phi: Double
  private let ratio: Double
  private var ratioOfAr = Double.infinity

  init(beta: Double, residual: Double, scale: Double) {
    phi = beta
    ratio = residual / beta
    self.scale = scale
  }

  /// ‖r‖, translated by the ratio of the norms at the start.
  var residual: Double { phi * ratio }
  /// Whether ‖A r‖ is at round-off beside ‖A‖ ‖r‖ and r stands still: r is orthogonal to the range of
  /// A, and the steps that follow would only grow along the kernel. Lost orthogonality keeps ‖A r‖
  /// above √ε; an ill-conditioned system may come as low, but its residual still moves.
  var isLeastSquares: Bool {
    ratioOfAr <= 1e-8 * scale && 1 - sine.magnitude <= 2 * Double.ulpOfOne
  }

  mutating func append(alpha: Double, beta next: Double) {
    scale = max(scale, alpha.magnitude + betaBefore + next)
    betaBefore = next
    let deltaBar = deltaNext
    epsilon = epsilonNext
    delta = cosine * deltaBar + sine * alpha
    let gammaBar = sine * deltaBar - cosine * alpha
    epsilonNext = sine * next
    deltaNext = -cosine * next
    // ‖A r‖ / ‖r‖ of the iterate before this step.
    ratioOfAr = Double.hypot(gammaBar, deltaNext)
    gamma = Double.hypot(gammaBar, next)
    // A vanishing pivot ends the space of a singular matrix: the residual stays what it is.
    (cosine, sine) =
      gamma > 4 * Double.ulpOfOne * scale ? (gammaBar / gamma, next / gamma) : (0, 1)
    tau = cosine * phi
    phi *= sine.magnitude
  }
}
