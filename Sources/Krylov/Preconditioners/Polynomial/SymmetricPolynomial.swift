internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// P_τ = σ_τ I − A P_{τ−1}, P₀ = I, over σ_τ, with the elementary symmetric polynomials σ of the
/// eigenvalues of a Hermitian positive definite A.
///
/// On the eigenvector of λᵢ it is σ_τ of the other eigenvalues over σ_τ of all, hence positive; the τ
/// largest eigenvalues are flattened without being known. Conjugate gradients find better polynomials
/// by themselves: P_τ serves methods that are not free to, such as gradient steps.
///
/// - Complexity: τ products.
/// - Source: Doikov, Rodomanov, *Polynomial preconditioning for gradient methods*, ICML 2023.
public struct SymmetricPolynomial<A: LinearOperator>: Preconditioner {
  /// The numbers of A.
  public typealias Element = A.Element
  private let a: A
  /// σ_{t−1} / σ_t over the mean eigenvalue, t = 1 … τ.
  private let weights: [Double]
  private let pool: VectorPool<A.Element>
  /// τ.
  public var degree: Int { weights.count }
  /// The order of A.
  public var rowCount: Int { a.rowCount }
  /// The order of A.
  public var columnCount: Int { a.columnCount }
  /// The traces and the probes did not say otherwise.
  public var isDefinite: Bool { true }

  /// The polynomial of degree τ.
  ///
  /// Traces from random vectors may spoil its positivity. It is tried on the σ and on vectors that
  /// powers of A turn towards the largest eigenvalues, where it fails first.
  ///
  /// - Precondition: τ is below the order of A.
  /// - Throws: `notPositiveDefinite` with the degree at which the polynomial is not positive;
  ///   `notFinite`.
  public init(
    _ a: A, degree tau: Int, traces rule: PowerTraces.Rule = .exact
  ) throws(FactorizationError) {
    precondition(tau > 0 && tau < a.rowCount, "degree \(tau) for order \(a.rowCount)")
    let traces = try PowerTraces(of: a, count: tau, by: rule)
    try self.init(a, degree: tau, traces: traces)
  }

  /// The polynomial of degree τ from known traces.
  ///
  /// - Throws: As above.
  public init(_ a: A, degree tau: Int, traces: PowerTraces) throws(FactorizationError) {
    precondition(
      traces.order == a.rowCount && traces.values.count >= tau,
      "\(traces.values.count) traces of order \(traces.order)")
    // Newton's identities.
    var sigma = [1.0]
    for k in 1...tau {
      var (sum, size) = (0.0, 0.0)
      for i in 1...k {
        let term = sigma[k - i] * traces.values[i - 1]
        sum += i % 2 == 1 ? term : -term
        size += term
      }
      // What is left after the terms have cancelled must be above their round-off.
      guard sum > 1e3 * Double(k) * Double.ulpOfOne * size else {
        throw .notPositiveDefinite(pivot: k)
      }
      sigma.append(sum / Double(k))
    }
    self.a = a
    weights = (1...tau).map { sigma[$0 - 1] / sigma[$0] / traces.mean }
    pool = VectorPool(count: a.rowCount)
    try probe()
  }

  /// z ← P_τ r / σ_τ.
  public func apply(_ r: [A.Element], into z: inout [A.Element]) {
    requireOrder(r, z)
    copy(r, into: &z)
    pool.withVector { w in
      for weight in weights {
        a.apply(z, into: &w)
        combine(r, S(real: -weight), w, into: &z)
      }
    }
  }

  private typealias S = A.Element

  private func probe() throws(FactorizationError) {
    var random = SplitMix64(seed: 7)
    var v = (0..<rowCount).map { _ in S(real: random.sign()) }
    var image = v
    for _ in 0..<12 {
      LinearAlgebra.scale(S(real: 1 / norm(v)), &v)
      apply(v, into: &image)
      let energy = dot(v, image).realPart
      guard energy.isFinite else { throw .notFinite(row: 0, column: 0) }
      guard energy > 0 else { throw .notPositiveDefinite(pivot: degree) }
      a.apply(v, into: &image)
      swap(&v, &image)
    }
  }
}
