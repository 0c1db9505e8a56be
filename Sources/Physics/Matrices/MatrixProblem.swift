internal import Expressions
public import LinearAlgebra

/// A parametric problem whose matrices come from another program:
/// Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p, with outputs ℓ · u.
///
/// Matrices and vectors that depend on the parameters in another way come as a ``MatrixFamily``.
public struct MatrixProblem: Sendable {
  /// A matrix or a vector with its coefficient, an expression of the parameters alone.
  public struct Term: Sendable {
    /// Where the matrix comes from.
    public enum Content: Sendable {
      /// A file: the same for all parameters.
      case file(MatrixFile)
      /// Samples at some parameters.
      case family(MatrixFamily)
    }

    /// Where the matrix comes from.
    public var content: Content
    /// θ.
    public var coefficient: ComplexExpression

    /// A term.
    public init(_ file: MatrixFile, coefficient: ComplexExpression = ComplexExpression(1)) {
      (content, self.coefficient) = (.file(file), coefficient)
    }

    /// A term whose matrix depends on the parameters by itself.
    public init(_ family: MatrixFamily, coefficient: ComplexExpression = ComplexExpression(1)) {
      (content, self.coefficient) = (.family(family), coefficient)
    }
  }

  /// An output ℓ · u; nothing is conjugated.
  public struct Output: Sendable {
    /// How results call it.
    public var name: String
    /// ℓ with its coefficient.
    public var vector: Term

    /// An output.
    public init(name: String, vector: Term) { (self.name, self.vector) = (name, vector) }
  }

  /// What may be assumed of the operator.
  public enum Symmetry: String, Sendable, CaseIterable {
    /// Real symmetric terms, all positive semidefinite, with coefficients that are nowhere negative
    /// make a certified model; anything else is solved as a general system.
    case automatic
    /// Always a general system.
    case general
  }

  /// At least one.
  public var operators: [Term]
  /// The right-hand side; none stands for zero.
  public var loads: [Term]
  /// X, symmetric positive definite; nil for the operator at the reference parameter where that is
  /// symmetric positive definite, else for Σ uᵢ vᵢ.
  public var product: MatrixFile?
  /// Quantities of interest.
  public var outputs: [Output]
  /// What may be assumed.
  public var symmetry: Symmetry

  /// What depends on the parameters in a way of its own, with the place of errors in it.
  public var families: [(family: MatrixFamily, subject: PhysicsError.Subject)] {
    let terms: [(Term, PhysicsError.Subject)] =
      operators.enumerated().map { ($1, .operatorTerm($0)) }
      + loads.enumerated().map { ($1, .load($0)) }
      + outputs.enumerated().map { ($1.vector, .output($0)) }
    return terms.compactMap { term, subject in
      if case .family(let family) = term.content { (family, subject) } else { nil }
    }
  }

  /// A problem from its data.
  public init(
    operators: [Term], loads: [Term] = [], product: MatrixFile? = nil, outputs: [Output] = [],
    symmetry: Symmetry = .automatic
  ) {
    (self.operators, self.loads, self.product) = (operators, loads, product)
    (self.outputs, self.symmetry) = (outputs, symmetry)
  }
}
