internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// M⁻¹ = p(D⁻¹A) D⁻¹ with the Chebyshev polynomial p of least ‖1 − λ p(λ)‖ on an interval, for Hermitian
/// positive definite A.
///
/// On the whole spectrum it is a preconditioner that needs no inner products; on the upper part of it
/// a smoother. M is definite as long as no eigenvalue lies above the interval.
///
/// - Complexity: `degree` − 1 products; every number of threads gives the same bits.
/// - Source: Saad, *Iterative Methods for Sparse Linear Systems*, 2nd ed. (2003), §12.3.
public struct ChebyshevPolynomial<A: LinearOperator>: Preconditioner {
  /// The numbers of A.
  public typealias Element = A.Element
  private let a: A
  private let inverse: [A.Element]?
  private let steps: ChebyshevSteps
  private let pool: VectorPool<A.Element>
  /// The factors D⁻¹ in M⁻¹; one more than the degree of p.
  public let degree: Int
  /// The interval.
  public let interval: ClosedRange<Double>
  /// The order of A.
  public var rowCount: Int { a.rowCount }
  /// The order of A.
  public var columnCount: Int { a.columnCount }
  /// By the choice of the interval.
  public var isDefinite: Bool { true }

  /// A polynomial of A.
  ///
  /// - Parameters:
  ///   - a: A.
  ///   - degree: Applications of D⁻¹.
  ///   - diagonal: The diagonal of A, positive; D = I where nil.
  ///   - bounds: Those of D⁻¹A; by ten Lanczos steps where nil. The interval ends 5 % above the
  ///     largest eigenvalue.
  ///   - ratio: The interval begins at this part of its end; at the least eigenvalue where nil.
  /// - Throws: `notFinite`; `notPositiveDefinite` where the diagonal or a bound is not positive.
  public init(
    _ a: A, degree: Int, diagonal: [Double]? = nil, bounds: SpectralBounds? = nil,
    ratio: Double? = nil
  ) throws(FactorizationError) {
    precondition(degree > 0, "a polynomial of \(degree) steps")
    precondition(ratio.map { $0 > 0 && $0 < 1 } ?? true, "a ratio of \(ratio ?? 0)")
    if let row = diagonal?.firstIndex(where: { !($0 > 0) }) {
      throw .notPositiveDefinite(pivot: row)
    }
    let found: SpectralBounds
    if let bounds {
      found = bounds
    } else {
      found = try SpectralBounds(
        of: a, scaledBy: diagonal.map { $0.map { 1 / $0.squareRoot() } })
    }
    let end = 1.05 * found.largest
    guard end > 0, ratio != nil || found.least > 0 else { throw .notPositiveDefinite(pivot: 0) }
    // Lanczos has only begun to find the least eigenvalue: below a thousandth nothing is gained.
    let begin = ratio.map { $0 * end } ?? min(0.9 * end, max(found.least, 1e-3 * end))
    (self.a, self.degree) = (a, degree)
    interval = begin...end
    steps = ChebyshevSteps(from: begin, to: end)
    inverse = diagonal.map { $0.map { S(real: 1 / $0) } }
    pool = VectorPool(count: a.rowCount)
  }

  private typealias S = A.Element

  /// z ← M⁻¹ r.
  public func apply(_ r: [A.Element], into z: inout [A.Element]) {
    requireOrder(r, z)
    pool.withVector { d in
      pool.withVector { y in
        steps.run(a, inverse: inverse, r, from: &z, isFromZero: true, degree: degree, &d, &y)
      }
    }
  }
}
