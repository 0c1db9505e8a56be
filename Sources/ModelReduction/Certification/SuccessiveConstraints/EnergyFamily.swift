internal import LinearAlgebra

/// The symmetric parts of operators against an inner product, all bounds proven by factorizations (up
/// to the rounding of these): the coercive case.
struct EnergyFamily: HermitianFamily {
  private let terms: AffineSum<SparseMatrix<Double>>
  private let product: InnerProduct<Double>
  private let matrix: SparseMatrix<Double>
  private let riesz: RieszMap

  /// - Throws: Where the product is not positive definite.
  init(
    _ operators: AffineSum<SparseMatrix<Double>>, in riesz: RieszMap
  ) throws(FactorizationError) {
    product = riesz.product
    self.riesz = riesz
    let x = product.matrix ?? identity(product.dimension)
    let symmetric = operators.terms.map {
      $0.isSymmetric(tolerance: 1e-12) ? $0 : $0.symmetricPart
    }
    // One pattern for all, so that any combination with X is a sum of values.
    let union = symmetric.reduce(x.pattern) {
      $0 === $1.pattern ? $0 : $0.union($1.pattern)
    }
    terms = AffineSum(symmetric.map { $0.expanded(to: union) })
    matrix = x.expanded(to: union)
  }

  var termCount: Int { terms.terms.count }
  var knownConstraints: [(theta: [Double], bound: Double)] { [] }

  func range(ofTerm q: Int) throws(FactorizationError) -> ClosedRange<Double> {
    let term = terms.terms[q]
    let ends = try lanczos(term, .both)
    let (low, high) = (ends.least, ends.largest)
    let spread = max(high.value - low.value, high.value.magnitude, low.value.magnitude)
    let below = try proven(-1, term, from: -(low.value - low.residual), spread)
    let above = try proven(1, term, from: high.value + high.residual, spread)
    return -below...above
  }

  func least(at theta: [Double]) throws(FactorizationError) -> (bound: Double, quotients: [Double])
  {
    let combined = terms.combined(with: theta)
    let end = try smallest(combined)
    let scale = zip(theta, terms.terms).reduce(end.value.magnitude) { largest, term in
      let y = term.1.bilinear(end.vector, end.vector)
      return max(largest, (term.0 * y).magnitude)
    }
    let bound = -(try proven(-1, combined, from: -(end.value - end.residual), scale))
    return (bound, terms.terms.map { $0.bilinear(end.vector, end.vector) })
  }

  /// The least pair; where the form is positive definite, from its inverse, which separates small
  /// values.
  private func smallest(
    _ form: SparseMatrix<Double>
  ) throws(FactorizationError) -> HermitianLanczos<Double>.Pair {
    let factor: SparseCholesky
    do throws(FactorizationError) { factor = try SparseCholesky(form) } catch {
      guard error.isIndefiniteness else { throw error }
      return try lanczos(form, .least).least
    }
    // Self-adjoint in X: X A⁻¹ X is symmetric.
    let product = product
    let inverse = try HermitianLanczos(in: riesz, wanted: .largest) { v in
      factor.solve(product.apply(v))
    }.largest
    let value = 1 / (inverse.value + inverse.residual)
    return HermitianLanczos.Pair(
      value: value, residual: value * 1e-3, vector: inverse.vector)
  }

  private func lanczos(
    _ form: SparseMatrix<Double>, _ ends: HermitianLanczos<Double>.Ends
  ) throws(FactorizationError) -> HermitianLanczos<Double> {
    let riesz = riesz
    return try HermitianLanczos(in: riesz, wanted: ends) { v in
      riesz.representative(of: form * v)
    }
  }

  /// c ≥ `guess` with sign · s(v) ≤ c ‖v‖² for all v, proven; `spread` is what c is judged by.
  private func proven(
    _ sign: Double, _ form: SparseMatrix<Double>, from guess: Double, _ spread: Double
  ) throws(FactorizationError) -> Double {
    var margin = 1e-3 * spread
    for _ in 0..<40 {
      let c = guess + margin
      var difference = matrix
      scale(c, &difference.values)
      axpy(-sign, form.values, into: &difference.values)
      do throws(FactorizationError) {
        _ = try SparseCholesky(difference)
        return c
      } catch {
        guard error.isIndefiniteness else { throw error }
        margin *= 2
      }
    }
    throw .notConverged(method: "a bound of Rayleigh quotients", count: 1)
  }
}
