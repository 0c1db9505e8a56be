internal import LinearAlgebra

/// A lower bound of the inf-sup constant β(μ) of a family that need not be coercive or symmetric, from
/// several reference parameters, each good for its neighbourhood.
///
/// At a reference μ̄ the constant is computed; near it successive constraints bound what of it is left.
/// The largest of what the references give counts.
public struct InfSupBound: Sendable, Equatable {
  /// A reference and what is known around it.
  public struct Patch: Sendable, Equatable {
    /// θ(μ̄).
    public let reference: [Double]
    /// β(μ̄), from below.
    public let stability: Double
    /// Of β(μ)/β(μ̄).
    public let constraints: SuccessiveConstraints
  }

  /// The references.
  public let patches: [Patch]

  init(patches: [Patch]) { self.patches = patches }

  /// β(μ) from below for coefficients θ(μ); nil where no reference reaches.
  public func value(for theta: [Double]) -> Double? {
    let best = patches.reduce(0) { max($0, $1.stability * $1.constraints.lowerBound(for: theta)) }
    return best > 0 && best.isFinite ? best : nil
  }

  /// How much of a reference's constant is left at least, relative to that reference.
  fileprivate func coverage(of theta: [Double]) -> Double {
    patches.reduce(-Double.infinity) { max($0, $1.constraints.lowerBound(for: theta)) }
  }
}

/// What successive constraints, or several references, had to do.
public struct StabilityReport: Sendable, Equatable {
  /// By what argument.
  public var method = "successive constraints"
  /// Reference parameters.
  public let references: Int
  /// Eigenproblems solved.
  public let eigenproblems: Int
  /// Training points without a bound.
  public let uncovered: Int
  /// The least and the largest bound over the others.
  public let range: ClosedRange<Double>?

  /// In a sentence.
  public var words: String {
    let reach = range.map { ", from \(Float($0.lowerBound)) to \(Float($0.upperBound))" } ?? ""
    return "stability constants by \(method): \(eigenproblems) eigenproblems at "
      + "\(references) reference \(references == 1 ? "parameter" : "parameters")\(reach)"
      + (uncovered == 0 ? "" : "; \(uncovered) training points have no bound")
  }
}

extension AffineSystem {
  /// Lower bounds of the inf-sup constants at some parameters and between them.
  ///
  /// Extreme eigenvalues are those that Lanczos finds, widened by their residuals; unlike constants of
  /// coercive forms they are not proven by a factorization.
  ///
  /// - Parameters:
  ///   - training: The parameters that need a bound.
  ///   - riesz: X⁻¹ of the system's product.
  /// - Throws: Where a coefficient is not finite, or an eigenproblem fails.
  public func successiveConstraints(
    over training: [Parameter], riesz: RieszMap
  ) throws(ModelError) -> (bound: InfSupBound, report: StabilityReport) {
    try InfSupBound.covering(self, riesz: riesz, training: training)
  }
}

extension AffineDecomposition {
  /// Lower bounds of the coercivity constants at some parameters and between them, proven by
  /// factorizations.
  ///
  /// - Parameters:
  ///   - training: The parameters to choose from.
  ///   - riesz: X⁻¹ of the problem's product.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  /// - Throws: Where a coefficient is not finite, or an eigenproblem fails.
  public func successiveConstraints(
    over training: [Parameter], riesz: RieszMap, gap: Double = 0.3
  ) throws(ModelError) -> (bound: SuccessiveConstraints, report: StabilityReport) {
    try SuccessiveConstraints.covering(
      operatorSum, operatorCoefficients, in: parameterSpace, over: training,
      from: coercivity.reference,
      riesz: riesz, gap: gap)
  }
}

extension AffineEvolution {
  /// The bound of coercivity that the coefficients give, if any, with lower bounds between parameters
  /// where the constant of the symmetric part of A was computed, proven by factorizations.
  ///
  /// - Parameters:
  ///   - training: The parameters to choose from.
  ///   - riesz: X⁻¹ of the evolution's product.
  ///   - gap: The largest (upper − lower)/upper to stop at.
  /// - Throws: Where a coefficient is not finite, or an eigenproblem fails.
  public func successiveConstraints(
    over training: [Parameter], riesz: RieszMap, gap: Double = 0.3
  ) throws(ModelError) -> (bound: CoercivityBound, report: StabilityReport) {
    let reference = coercivity?.reference ?? parameterSpace.reference
    let found = try SuccessiveConstraints.covering(
      operatorSum, operatorCoefficients, in: parameterSpace, over: training, from: reference,
      riesz: riesz, gap: gap)
    let known = try CoercivityBound(
      conditions: coercivity, operators: operatorSum, coefficients: operatorCoefficients,
      in: parameterSpace, product: innerProduct)
    let bound: CoercivityBound
    if let known {
      bound = known
    } else {
      bound = CoercivityBound(
        conditions: coercivity
          ?? CoercivityConditions(
            semidefinite: operatorSum.terms.map { _ in false }, reference: reference),
        referenceCoefficients: try operatorCoefficients.checkedValues(
          at: reference, in: parameterSpace), constant: 0)
    }
    return (bound.with(found.bound), found.report)
  }
}

extension SuccessiveConstraints {
  /// Constraints of the symmetric parts of a family, until every training point is within the gap.
  fileprivate static func covering(
    _ operators: AffineSum<SparseMatrix<Double>>, _ coefficients: CoefficientFamily,
    in space: ParameterSpace, over training: [Parameter], from reference: Parameter,
    riesz: RieszMap, gap: Double
  ) throws(ModelError) -> (bound: SuccessiveConstraints, report: StabilityReport) {
    var thetas: [[Double]] = []
    for mu in training { thetas.append(try coefficients.checkedValues(at: mu, in: space)) }
    let start = try coefficients.checkedValues(at: reference, in: space)
    do throws(FactorizationError) {
      let bound = try SuccessiveConstraints(
        of: EnergyFamily(operators, in: riesz), over: thetas, startingAt: start, gap: gap)
      let values = thetas.map { bound.lowerBound(for: $0) }
      let known = values.filter { $0 > 0 }
      return (
        bound,
        StabilityReport(
          references: 1, eigenproblems: 2 * start.count + bound.quotients.count,
          uncovered: values.count - known.count,
          range: known.min().map { $0...(known.max() ?? $0) })
      )
    } catch { throw .factorization(error, at: reference) }
  }
}

extension CoercivityBound {
  /// The bound with constraints that speak of the same form and product.
  public func with(_ constraints: SuccessiveConstraints) -> CoercivityBound {
    precondition(
      constraints.box.count == referenceCoefficients.count,
      "\(constraints.box.count) terms for \(referenceCoefficients.count) coefficients")
    var bound = self
    bound.constraints = constraints
    return bound
  }
}

extension InfSupBound {
  /// References and constraints until every training point has a bound, as far as `patchCount` allows.
  ///
  /// - Parameters:
  ///   - system: The family.
  ///   - riesz: X⁻¹ of its product.
  ///   - training: The parameters that need a bound.
  ///   - patchCount: The most references.
  ///   - share: What part of a reference's constant must be left where it is to count.
  /// - Throws: Where a coefficient is not finite, or an eigenproblem fails.
  static func covering<S: Scalar>(
    _ system: AffineSystem<S>, riesz: RieszMap, training: [Parameter], patchCount: Int = 40,
    share: Double = 0.2
  ) throws(ModelError) -> (bound: InfSupBound, report: StabilityReport) {
    let space = system.parameterSpace
    var thetas: [[Double]] = []
    for mu in training {
      thetas.append(try system.operatorCoefficients.checkedValues(at: mu, in: space))
    }
    let first = try system.operatorCoefficients.checkedValues(at: space.reference, in: space)
    var (bound, next) = (InfSupBound(patches: []), first as [Double]?)
    var (eigenproblems, tried) = (0, Set<[Double]>())
    do throws(FactorizationError) {
      let symbolic = try SymbolicLU(
        system.operatorSum.combined(with: first.map { S(real: $0) }))
      while let reference = next, bound.patches.count < patchCount {
        tried.insert(reference)
        let open = thetas.filter { bound.coverage(of: $0) < share }
        do throws(FactorizationError) {
          let patch = try Patch(
            system.operatorSum, at: reference, riesz, symbolic, near: open, share: share)
          eigenproblems += 1 + 2 * reference.count + patch.constraints.quotients.count
          bound = InfSupBound(patches: bound.patches + [patch])
        } catch {
          // At a resonance there is no constant to start from; neighbours may have one.
          guard error.isIndefiniteness else { throw error }
        }
        next = thetas.filter { bound.coverage(of: $0) < share && !tried.contains($0) }
          .min { bound.coverage(of: $0) < bound.coverage(of: $1) }
      }
    } catch { throw .factorization(error, at: space.reference) }
    let values = thetas.map { bound.value(for: $0) }
    let known = values.compactMap(\.self)
    return (
      bound,
      StabilityReport(
        references: bound.patches.count, eigenproblems: eigenproblems,
        uncovered: values.count - known.count,
        range: known.min().map { $0...(known.max() ?? $0) })
    )
  }
}

extension InfSupBound.Patch {
  /// Constraints around a reference: a few more where its bound is weak but its reach is not at an end.
  fileprivate init<S: Scalar>(
    _ operators: AffineSum<SparseMatrix<S>>, at reference: [Double], _ riesz: RieszMap,
    _ symbolic: SymbolicLU<S>, near open: [[Double]], share: Double
  ) throws(FactorizationError) {
    let family = try NaturalNormFamily(
      operators, at: reference, in: riesz, symbolic: symbolic)
    var box: [ClosedRange<Double>] = []
    for q in 0..<family.termCount { box.append(try family.range(ofTerm: q)) }
    var constraints = SuccessiveConstraints(
      box: box, constraints: family.knownConstraints, quotients: [])
    for _ in 0..<4 {
      let weak = open.filter {
        constraints.lowerBound(for: $0) < share && constraints.upperBound(for: $0) > 2 * share
      }
      // The nearest one: far ones belong to another reference.
      guard
        let next = weak.min(by: { distance($0, reference) < distance($1, reference) })
      else { break }
      try constraints.add(next, of: family)
    }
    (self.reference, stability) = (reference, family.referenceStability)
    self.constraints = constraints
  }
}

private func distance(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
