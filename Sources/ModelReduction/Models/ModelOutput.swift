public import LinearAlgebra

/// A quantity of interest of a model.
public enum ModelOutput: Sendable {
  /// Linear in the state.
  case linear(LinearOutput)
  /// Quadratic in the state, or the root of that.
  case quadratic(QuadraticOutput)
  /// The largest or smallest of some values of the field.
  case extremum(ExtremumOutput)

  /// The output's name.
  public var name: String {
    switch self {
    case .linear(let output): output.name
    case .quadratic(let output): output.name
    case .extremum(let output): output.name
    }
  }
}

/// s(μ) = uᵀ M u + Σ θ_q(μ) ℓ_q · u + Σ θ_j(μ) o_j, or its square root.
///
/// For a field with lifts w the linear part is 2 Σ θ_d (M w_d)_free and the constant
/// Σ θ_d θ_e w_dᵀ M w_e.
public struct QuadraticOutput: Sendable {
  /// What is reported of the quadratic form.
  public enum Value: String, Sendable {
    /// The form itself.
    case form
    /// Its square root: a norm.
    case squareRoot
  }
  /// What is known of the form, as a function of the whole field.
  public enum Definiteness: String, Sendable {
    /// (u, lift) ↦ s is the square of a seminorm: the errors can be bounded.
    case seminorm
    /// Nothing; errors are only indicated.
    case unknown
  }

  /// How results call it.
  public let name: String
  /// M, symmetric, over the free unknowns.
  public let matrix: SparseMatrix<Double>
  /// ℓ_q.
  public let linear: AffineSum<[Double]>
  /// θ_q.
  public let linearCoefficients: CoefficientFamily
  /// The part without free unknowns.
  public let constant: AffineConstant
  /// Form or root.
  public let value: Value
  /// Whether the form is the square of a seminorm of the whole field.
  public let definiteness: Definiteness

  /// A quadratic output.
  ///
  /// - Precondition: A coefficient per linear term.
  public init(
    name: String, matrix: SparseMatrix<Double>,
    linear: AffineSum<[Double]> = AffineSum([[Double]]()),
    linearCoefficients: CoefficientFamily = .none, constant: AffineConstant = .zero,
    value: Value, definiteness: Definiteness
  ) {
    precondition(linear.terms.count == linearCoefficients.count, "one coefficient per term")
    (self.name, self.matrix, self.linear) = (name, matrix, linear)
    (self.linearCoefficients, self.constant) = (linearCoefficients, constant)
    (self.value, self.definiteness) = (value, definiteness)
  }
}

/// The largest or smallest value of the field at some of its unknowns.
public struct ExtremumOutput: Sendable {
  /// Which end is sought.
  public enum Kind: String, Sendable {
    /// The largest value.
    case maximum
    /// The smallest value.
    case minimum
  }

  /// How results call it.
  public let name: String
  /// Largest or smallest.
  public let kind: Kind
  /// For each value looked at the free unknown it comes from, −1 if it is prescribed; none on a piece
  /// of a problem that has none of them.
  public let rows: [Int32]
  /// The lifts at the values looked at, one vector of `rows.count` numbers per lift.
  public let lifts: AffineSum<[Double]>
  /// θ_d of the lifts.
  public let liftCoefficients: CoefficientFamily

  /// An extremum over some values.
  ///
  /// - Precondition: Lifts of as many entries as rows.
  public init(
    name: String, kind: Kind, rows: [Int32],
    lifts: AffineSum<[Double]> = AffineSum([[Double]]()),
    liftCoefficients: CoefficientFamily = .none
  ) {
    precondition(
      lifts.terms.allSatisfy { $0.count == rows.count }
        && lifts.terms.count == liftCoefficients.count,
      "lifts must have \(rows.count) entries and a coefficient each")
    (self.name, self.kind, self.rows) = (name, kind, rows)
    (self.lifts, self.liftCoefficients) = (lifts, liftCoefficients)
  }
}
