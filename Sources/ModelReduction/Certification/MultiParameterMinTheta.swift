internal import LinearAlgebra

/// Lower bounds of α(μ) from its values at several parameters: where all A_q are positive semidefinite
/// and no coefficient is negative,
///
///     α(μ) ≥ α(μ_k) min_q θ_q(μ)/θ_q(μ_k)  for every k.
///
/// The largest of them counts. One reference loses as much as coefficients spread; each further one
/// costs an eigenvalue, and is chosen where the bounds from both sides are furthest apart.
///
/// - Source: Rozza, Huynh, Patera, *Reduced basis approximation and a posteriori error estimation for
///   affinely parametrized elliptic coercive partial differential equations*, Arch. Comput. Methods
///   Eng. 15 (2008), section 10.
public struct MultiParameterMinTheta: Sendable, Equatable {
  /// A parameter at which the constant is known.
  public struct Reference: Sendable, Equatable {
    /// θ_q(μ_k), none negative.
    public let coefficients: [Double]
    /// α(μ_k) from below, proven by a factorization.
    public let constant: Double
  }

  /// The references in the order they were chosen.
  public internal(set) var references: [Reference]

  /// A number that α does not fall below; zero where no reference says anything.
  public func lowerBound(for theta: [Double]) -> Double {
    references.reduce(0) { best, reference in
      max(
        best, reference.constant * (leastRatio(of: theta, to: reference.coefficients) ?? 0))
    }
  }

  /// A number that α hardly exceeds: constants are known to a few percent.
  public func upperBound(for theta: [Double]) -> Double {
    references.reduce(.infinity) { least, reference in
      let ratio = zip(theta, reference.coefficients).reduce(0.0) {
        $1.0 > 0 ? max($0, $1.1 > 0 ? $1.0 / $1.1 : .infinity) : $0
      }
      return min(least, 1.05 * reference.constant * ratio)
    }
  }

  /// References until the bounds of every training point are close.
  ///
  /// - Parameters:
  ///   - operators: A_q, all positive semidefinite.
  ///   - training: Of them the references are chosen, after the first.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  ///   - size: The most references.
  /// - Throws: Where a coefficient is not finite, or A(μ_k) not positive definite.
  static func covering(
    _ operators: AffineSum<SparseMatrix<Double>>, _ coefficients: CoefficientFamily,
    in space: ParameterSpace, _ product: InnerProduct<Double>, over training: [Parameter],
    from reference: Parameter, gap: Double, size: Int
  ) throws(ModelError) -> (bound: MultiParameterMinTheta, report: StabilityReport) {
    var thetas: [[Double]] = []
    for mu in training { thetas.append(try coefficients.checkedValues(at: mu, in: space)) }
    var bound = MultiParameterMinTheta(references: [])
    var next = (
      theta: try coefficients.checkedValues(at: reference, in: space), mu: reference
    )
    while bound.references.count < size, next.theta.allSatisfy({ $0 >= 0 }) {
      do throws(FactorizationError) {
        let matrix = operators.combined(with: next.theta)
        let energy = matrix.isSymmetric(tolerance: 1e-12) ? matrix : matrix.symmetricPart
        bound.references.append(
          Reference(
            coefficients: next.theta,
            constant: try provenRatio(
              of: energy, to: product.matrix ?? identity(product.dimension))))
      } catch { throw .factorization(error, at: next.mu) }
      var widest = gap
      var chosen: Int?
      for (row, theta) in thetas.enumerated() where theta.allSatisfy({ $0 >= 0 }) {
        let upper = bound.upperBound(for: theta)
        let open = upper.isFinite ? (upper - bound.lowerBound(for: theta)) / upper : 1
        if open > widest { (widest, chosen) = (open, row) }
      }
      guard let chosen else { break }
      next = (thetas[chosen], training[chosen])
    }
    let values = thetas.map { bound.lowerBound(for: $0) }
    let known = values.filter { $0 > 0 }
    return (
      bound,
      StabilityReport(
        method: "multi-parameter min-θ", references: bound.references.count,
        eigenproblems: bound.references.count, uncovered: values.count - known.count,
        range: known.min().map { $0...(known.max() ?? $0) })
    )
  }
}

/// min_q θ_q/θ̄_q over the terms present at the reference; nil where a coefficient is negative.
func leastRatio(of theta: [Double], to reference: [Double]) -> Double? {
  var least = Double.infinity
  for (value, known) in zip(theta, reference) {
    guard value >= 0, known >= 0 else { return nil }
    // A term that is absent at the reference only adds energy.
    if known > 0 { least = min(least, value / known) }
  }
  // Two ulps for the rounding of the coefficients and of the quotient.
  return least * (1 - 2 * Double.ulpOfOne)
}

extension AffineDecomposition {
  /// Lower bounds of the coercivity constants from their values at several parameters; nil where a
  /// term is not positive semidefinite for certain.
  ///
  /// - Parameters:
  ///   - training: The parameters to choose from.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  ///   - size: The most references.
  /// - Throws: Where a coefficient is not finite, or a form not positive definite.
  public func multiParameterMinTheta(
    over training: [Parameter], gap: Double = 0.3, size: Int = 20
  ) throws(ModelError) -> (bound: MultiParameterMinTheta, report: StabilityReport)? {
    guard coercivity.semidefinite.allSatisfy({ $0 }) else { return nil }
    return try MultiParameterMinTheta.covering(
      operatorSum, operatorCoefficients, in: parameterSpace, innerProduct, over: training,
      from: coercivity.reference, gap: gap, size: size)
  }
}

extension AffineEvolution {
  /// The bound of coercivity that the coefficients give with several references; nil where a term is
  /// not positive semidefinite for certain.
  ///
  /// - Parameters:
  ///   - training: The parameters to choose from.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  ///   - size: The most references.
  /// - Throws: Where a coefficient is not finite, or a form not positive definite.
  public func multiParameterMinTheta(
    over training: [Parameter], gap: Double = 0.3, size: Int = 20
  ) throws(ModelError) -> (bound: CoercivityBound, report: StabilityReport)? {
    guard let coercivity, coercivity.semidefinite.allSatisfy({ $0 }),
      let known = try CoercivityBound(
        conditions: coercivity, operators: operatorSum, coefficients: operatorCoefficients,
        in: parameterSpace, product: innerProduct)
    else { return nil }
    let found = try MultiParameterMinTheta.covering(
      operatorSum, operatorCoefficients, in: parameterSpace, innerProduct, over: training,
      from: coercivity.reference, gap: gap, size: size)
    return (known.with(found.bound), found.report)
  }
}

extension CoercivityBound {
  /// The bound with further references for the same form and product.
  public func with(_ references: MultiParameterMinTheta) -> CoercivityBound {
    precondition(
      references.references.allSatisfy {
        $0.coefficients.count == referenceCoefficients.count
      }, "references of another number of terms than \(referenceCoefficients.count)")
    var bound = self
    bound.references = references
    return bound
  }
}
