internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Conjugate gradients that deflate a space W of k vectors and carry it from system to system.
///
/// The iteration runs in the A-orthogonal complement of W, where the part of the spectrum that W
/// holds is missing. From the first ℓ search directions and W the next space is made of the
/// harmonic Ritz vectors of M⁻¹A with the smallest values; the numbers this needs are those of the
/// recurrence, only W itself is preconditioned for it (k times).
///
/// W may also be given, such as the leading POD modes of earlier solutions.
///
/// - Complexity: A step of `ConjugateGradients` and 2 k passes over vectors more; k products for a
///   new matrix and k preconditionings for a new space, all in the report. Holds 2 k + ℓ + 4
///   vectors.
/// - Source: Saad, Yeung, Erhel, Guyomarc'h, *A deflated version of the conjugate gradient
///   algorithm*, SIAM J. Sci. Comput. 21 (2000).
public struct DeflatedCG<S: Scalar>: RecyclingSolver {
  /// The order of its systems.
  public let order: Int
  /// k, the largest size of the space; zero makes it conjugate gradients.
  public let recycled: Int
  /// ℓ, the search directions it learns from.
  public let observed: Int
  /// What changes from one solve to the next; `matrix` is always right.
  public var change = SystemChange.matrix
  /// When the space is renewed.
  public var renewal = SpaceRenewal.whileItHelps
  /// W, n × k; nil before the first solve.
  public private(set) var recycledSpace: DenseMatrix<S>?

  /// A W; W itself is orthonormal in the energy of A once this is there.
  private var image: DenseMatrix<S>?
  private var mu: [S]
  private var directions: ObservedDirections<S>
  private var history = RenewalHistory()
  private var r: [S]
  private var z: [S]
  private var p: [S]
  private var q: [S]
  private var sums: ChunkSums<S>

  /// A solver for systems of order `n`; ℓ is 3 k if nothing is said.
  public init(order n: Int, recycled: Int = 20, observed: Int? = nil) {
    precondition(recycled >= 0, "\(recycled) recycled vectors")
    order = n
    self.recycled = recycled
    self.observed = observed ?? 3 * recycled
    mu = [S](repeating: S.zero, count: recycled)
    directions = ObservedDirections(order: n, capacity: self.observed)
    let zero = [S](repeating: S.zero, count: n)
    (r, z, p, q) = (zero, zero, zero, zero)
    sums = ChunkSums(order: n)
  }

  /// Forgets the space.
  public mutating func forget() {
    (recycledSpace, image) = (nil, nil)
    history = RenewalHistory()
  }

  /// Deflates by given vectors from the next solve on.
  ///
  /// - Precondition: `w` has n rows.
  public mutating func recycle(_ w: DenseMatrix<S>) {
    precondition(w.rowCount == order, "vectors of \(w.rowCount) entries for order \(order)")
    forget()
    recycledSpace = w
    mu = [S](repeating: S.zero, count: max(recycled, w.columnCount))
  }

  /// Improves x until the rule is met.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: [S], from x: inout [S], preconditioner m: M, until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    requireOrder(a, b, x, m)
    var run = CGRun(rule: rule, lengthOfB: sums.norm(b))
    run.residual(a, b, x, into: &r, sums: &sums)
    guard run.lengthOfB > 0 else { return run.finishWithZero(&x) }
    renewImage(a, &run)
    begin(&x, m, b, &run)
    while run.status == nil {
      a.apply(p, into: &q)
      guard let alpha = run.stepLength(energy: sums.dot(p, q).realPart) else { break }
      directions.append(p, alpha: alpha, rz: run.rz)
      let square = sums.step(S(real: alpha), p, into: &x, q, into: &r)
      if run.iterations % 50 == 49 { correct(&x) }
      m.apply(r, into: &z)
      let beta = run.record(square: square, rz: sums.dot(r, z).realPart)
      if run.status == .converged, !run.isConfirmed(a, b, x, into: &r, sums: &sums) {
        correct(&x)
        m.apply(r, into: &z)
        run.restart(rz: sums.dot(r, z).realPart)
        directions.close()
        for i in p.indices { p[i] = S.zero }
        nextDirection(beta: 0)
      } else {
        nextDirection(beta: beta)
      }
    }
    let report = run.report(a, b, x, into: &r, sums: &sums)
    return renewSpace(m, report)
  }

  /// Makes W orthonormal in the energy of A and keeps A W; dependent vectors are dropped.
  private mutating func renewImage<A: LinearOperator>(_ a: A, _ run: inout CGRun)
  where A.Element == S {
    guard var w = recycledSpace, change == .matrix || image == nil else { return }
    var product = a.applied(to: w)
    run.products += w.columnCount
    if GramOrthonormalization<S>.isIllConditioned(w.adjointTimes(product)) {
      guard let basis = GramOrthonormalization(w) else { return forget() }
      (w, product) = (basis.q, product * basis.transformation)
    }
    // Give up where A is not definite on W.
    guard let factor = try? Cholesky(w.adjointTimes(product).hermitianPart) else { return forget() }
    let inverse = factor.lower.adjoint().solvedUpper(.identity(factor.order))
    recycledSpace = w * inverse
    image = product * inverse
  }

  private mutating func begin<M: Preconditioner>(
    _ x: inout [S], _ m: M, _ b: [S], _ run: inout CGRun
  ) where M.Element == S {
    correct(&x)
    run.take(square: sums.dot(r, r).realPart)
    m.apply(r, into: &z)
    var scaleOfB = 0.0
    if run.observesPreconditioned {
      m.apply(b, into: &q)
      run.preconditionings += 1
      scaleOfB = sums.dot(b, q).realPart
    }
    run.begin(rz: sums.dot(r, z).realPart, bz: scaleOfB)
    directions.begin(deflated: recycledSpace?.columnCount ?? 0)
    for i in p.indices { p[i] = S.zero }
    nextDirection(beta: 0)
  }

  /// x ← x + W Wᴴr, r ← r − A W Wᴴr: Wᴴr = 0 afterwards.
  private mutating func correct(_ x: inout [S]) {
    guard let w = recycledSpace, let image else { return }
    tallAdjoint(w, r, into: &mu)
    addTall(1, w, mu, into: &x)
    addTall(-1, image, mu, into: &r)
  }

  /// p ← z + β p − W (A W)ᴴz.
  private mutating func nextDirection(beta: Double) {
    xpby(z, S(real: beta), &p)
    guard let w = recycledSpace, let image else { return directions.note([]) }
    tallAdjoint(image, z, into: &mu)
    directions.note(mu)
    addTall(-1, w, mu, into: &p)
  }

  /// The next space, if there is reason for another one.
  private mutating func renewSpace<M: Preconditioner>(
    _ m: M, _ report: SolveReport
  ) -> SolveReport where M.Element == S {
    var report = report
    guard recycled > 0, history.wants(renewal, after: report.iterations) else {
      return report
    }
    let w = recycledSpace ?? DenseMatrix(rowCount: order, columnCount: 0)
    var square: DenseMatrix<S>?
    if let image {
      var preconditioned = image
      for j in 0..<w.columnCount {
        m.apply(image.column(j), into: &z)
        preconditioned.setColumn(j, z)
      }
      report.preconditionings += w.columnCount
      square = image.adjointTimes(preconditioned)
    }
    guard let next = directions.harmonicRitzVectors(beside: w, square: square, count: recycled)
    else { return report }
    (recycledSpace, image) = (next, nil)
    return report
  }
}
