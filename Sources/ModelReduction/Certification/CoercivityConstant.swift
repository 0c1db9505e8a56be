public import LinearAlgebra

extension CoercivityBound {
  /// The bound of an affine problem, its constant σ computed and proven.
  ///
  /// Where the inner product is the energy at μ̄ itself, σ = 1. Otherwise λ_min of (A(μ̄), X) is
  /// estimated by power iteration, lowered, and A(μ̄) − σ X shown to be positive definite by a
  /// Cholesky factorization (up to the rounding of that factorization).
  ///
  /// - Throws: When A(μ̄) or X is not positive definite or a coefficient not finite at μ̄.
  public init(of problem: AffineDecomposition) throws(ModelError) {
    let reference = problem.coercivity.reference
    let energy = try problem.systemMatrix(at: reference)
    let constant: Double
    do throws(FactorizationError) {
      if let x = problem.innerProduct.matrix {
        constant = energy.isNear(x) ? 1 : try provenRatio(of: energy, to: x)
      } else {
        constant = try provenRatio(of: energy, to: identity(problem.dofCount))
      }
    } catch { throw .factorization(error, at: reference) }
    self.init(
      conditions: problem.coercivity,
      referenceCoefficients: problem.operatorCoefficients.values(at: reference),
      constant: constant)
  }
}

/// σ > 0 with a(v, v) ≥ σ b(v, v) for all v, close to the largest such number; 0 if even tiny ones
/// fail.
///
/// - Parameters:
///   - a: Positive definite.
///   - b: Positive semidefinite.
/// - Throws: Where `a` is not positive definite.
func provenRatio(
  of a: SparseMatrix<Double>, to b: SparseMatrix<Double>
) throws(FactorizationError) -> Double {
  let factor = try SparseCholesky(a)
  var generator = SplitMix64(seed: 1)
  var v = (0..<a.rowCount).map { _ in generator.unit() - 0.5 }
  var largest = 0.0
  for step in 0..<200 {
    let image = factor.solve(b * v)
    let length = norm(image)
    guard length > 0 else { break }
    v = image
    scale(1 / length, &v)
    // The Rayleigh quotient b(v, v)/a(v, v) approaches λ_max(A⁻¹B) from below.
    let quotient = b.bilinear(v, v) / a.bilinear(v, v)
    let change = quotient - largest
    largest = max(largest, quotient)
    if step > 4, change < 1e-4 * largest { break }
  }
  guard largest > 0, largest.isFinite else { return largest == 0 ? 1 : 0 }
  // 1 % below the estimate; then ever lower until the factorization agrees.
  var sigma = 0.99 / largest
  let union = a.pattern === b.pattern ? a.pattern : a.pattern.union(b.pattern)
  let (lower, shift) = (a.expanded(to: union), b.expanded(to: union))
  let symbolic = try SymbolicCholesky(lower.pattern)
  for _ in 0..<100 {
    var difference = lower
    axpy(-sigma, shift.values, into: &difference.values)
    do throws(FactorizationError) {
      _ = try SparseCholesky(difference, symbolic: symbolic)
      return sigma
    } catch {
      guard error.isIndefiniteness else { throw error }
      sigma *= 0.9
    }
  }
  return 0
}

extension InnerProduct<Double> {
  /// c with b(v, v) ≤ c ‖v‖²_X for all v, 1 % or a little more above the least such number; proven by
  /// a factorization. Infinite if that fails.
  ///
  /// - Parameter b: Positive semidefinite, of the order of the product.
  /// - Throws: Where the product is not positive definite.
  public func provenBound(of b: SparseMatrix<Double>) throws(FactorizationError) -> Double {
    guard b.values.contains(where: { $0 != 0 }) else { return 0 }
    let sigma = try provenRatio(of: matrix ?? identity(dimension), to: b)
    return sigma > 0 ? 1 / sigma : .infinity
  }
}

/// The identity as a sparse matrix.
func identity(_ n: Int) -> SparseMatrix<Double> {
  SparseMatrix(
    pattern: SparsityPattern(
      rowCount: n, columnCount: n, rowStart: Array(0...n), column: (0..<n).map(Int32.init)),
    values: [Double](repeating: 1, count: n))
}

extension FactorizationError {
  /// Whether the matrix itself is to blame for not being definite enough.
  var isIndefiniteness: Bool {
    switch self {
    case .notPositiveDefinite, .singular: true
    default: false
    }
  }
}

extension SparseMatrix<Double> {
  /// Whether two matrices are equal up to the rounding of one sum.
  func isNear(_ other: SparseMatrix<Double>) -> Bool {
    let samePattern =
      pattern === other.pattern
      || (pattern.rowStart == other.pattern.rowStart && pattern.column == other.pattern.column)
    return samePattern
      && zip(values, other.values).allSatisfy {
        ($0 - $1).magnitude <= 4 * Double.ulpOfOne * $0.magnitude
      }
  }
}
