public import LinearAlgebra

/// A linear output of a real model.
public typealias LinearOutput = LinearFunctional<Double>

/// s(μ) = Σ θ_q(μ) ℓ_q · u + Σ θ_j(μ) o_j, with u over the free unknowns; nothing is conjugated.
public struct LinearFunctional<S: Scalar>: Sendable {
  /// How results call it.
  public let name: String
  /// ℓ_1 …, over the free unknowns.
  public let functional: AffineSum<[S]>
  /// θ_q of the functional.
  public let coefficients: CoefficientFamily
  /// What the output has without the free unknowns: constants and the part of the lifts.
  public let offset: AffineScalar<S>

  /// A linear output.
  ///
  /// - Precondition: A coefficient per functional term.
  public init(
    name: String, functional: AffineSum<[S]>, coefficients: CoefficientFamily,
    offset: AffineScalar<S> = .zero
  ) {
    precondition(functional.terms.count == coefficients.count, "one coefficient per term")
    (self.name, self.functional) = (name, functional)
    (self.coefficients, self.offset) = (coefficients, offset)
  }
}

/// A parameter-dependent real number.
public typealias AffineConstant = AffineScalar<Double>

/// Σ θ_j(μ) o_j with numbers o_j.
public struct AffineScalar<S: Scalar>: Sendable, Equatable {
  /// o_j.
  public let values: [S]
  /// θ_j.
  public let coefficients: CoefficientFamily

  /// A parameter-dependent number.
  ///
  /// - Precondition: A coefficient per value.
  public init(_ values: [S], coefficients: CoefficientFamily) {
    precondition(values.count == coefficients.count, "one coefficient per value")
    (self.values, self.coefficients) = (values, coefficients)
  }

  /// Nothing.
  public static var zero: AffineScalar { AffineScalar([], coefficients: .none) }

  /// The number at μ.
  ///
  /// - Precondition: `mu` has the components the coefficients were made for.
  public func value(at mu: Parameter) -> S {
    zip(coefficients.values(at: mu), values).reduce(S.zero) { $0 + S(real: $1.0) * $1.1 }
  }
}
