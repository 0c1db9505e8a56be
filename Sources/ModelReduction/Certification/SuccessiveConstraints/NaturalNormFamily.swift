internal import LinearAlgebra

/// Re a_q(w, T̄w) against ‖T̄w‖²_X, where (T̄w, v)_X = a(w, v; μ̄): the stability of a(·, ·; μ) relative
/// to that at a reference parameter.
///
/// For μ near μ̄ these quotients are near 1, and inf Σ θ_q Re a_q(w, T̄w)/‖T̄w‖² times the inf-sup
/// constant at μ̄ is a lower bound of the inf-sup constant at μ. All is computed in z = T̄w, with the
/// factorized operator at μ̄; extreme values are those that Lanczos finds, widened by their residuals.
///
/// - Source: Huynh, Knezevic, Chen, Hesthaven, Patera, *A natural-norm successive constraint method for
///   inf–sup lower bounds*, Comput. Methods Appl. Mech. Eng. 199 (2010).
struct NaturalNormFamily<S: Scalar>: HermitianFamily {
  private let terms: AffineSum<SparseMatrix<S>>
  private let product: InnerProduct<S>
  private let riesz: RieszMap
  private let factor: SparseLU<S>
  private let reference: [Double]
  /// The inf-sup constant at μ̄, lowered by what its computation leaves open.
  let referenceStability: Double

  /// - Parameter reference: θ(μ̄).
  /// - Throws: `singular` where the operator at μ̄ is; `notConverged`.
  init(
    _ operators: AffineSum<SparseMatrix<S>>, at reference: [Double], in riesz: RieszMap,
    symbolic: SymbolicLU<S>
  ) throws(FactorizationError) {
    (terms, self.riesz, self.reference) = (operators, riesz, reference)
    product = riesz.product.scalars(as: S.self)
    let factor = try SparseLU(
      operators.combined(with: reference.map { S(real: $0) }), symbolic: symbolic)
    self.factor = factor
    let product = product
    // w ↦ A⁻¹ X A⁻ᴴ X w is self-adjoint in X with 1/β² as its largest eigenvalue.
    let pair = try HermitianLanczos(in: riesz, wanted: .largest) { w in
      factor.solve(product.apply(factor.solve(product.apply(w), .adjoint)))
    }.largest
    referenceStability = (1 - 1e-3) / (pair.value + pair.residual).squareRoot()
  }

  var termCount: Int { terms.terms.count }

  /// Σ θ_q(μ̄) y_q = 1.
  var knownConstraints: [(theta: [Double], bound: Double)] {
    [(reference, 1), (reference.map { -$0 }, -1)]
  }

  func range(ofTerm q: Int) throws(FactorizationError) -> ClosedRange<Double> {
    let ends = try HermitianLanczos(in: riesz, wanted: .both) { z in
      image(of: z, under: terms.terms[q])
    }
    let margin = 1e-3 * max(ends.least.value.magnitude, ends.largest.value.magnitude)
    return ends.least.value - ends.least.residual - margin...ends.largest.value
      + ends.largest.residual + margin
  }

  func least(at theta: [Double]) throws(FactorizationError) -> (bound: Double, quotients: [Double])
  {
    let operators = terms.combined(with: theta.map { S(real: $0) })
    let pair = try HermitianLanczos(in: riesz, wanted: .least) { z in
      image(of: z, under: operators)
    }.least
    let w = factor.solve(product.apply(pair.vector))
    let quotients = terms.terms.map { dot(pair.vector, $0 * w).realPart }
    let margin =
      1e-3
      * zip(theta, quotients).reduce(pair.value.magnitude) {
        max($0, ($1.0 * $1.1).magnitude)
      }
    return (pair.value - pair.residual - margin, quotients)
  }

  /// ½ X⁻¹ (A Ā⁻¹ X + X Ā⁻ᴴ Aᴴ) z.
  private func image(of z: [S], under a: SparseMatrix<S>) -> [S] {
    let forward = a * factor.solve(product.apply(z))
    var result = riesz.representative(of: forward)
    axpy(1, factor.solve(a.adjointTimes(z), .adjoint), into: &result)
    scale(S(real: 0.5), &result)
    return result
  }
}
