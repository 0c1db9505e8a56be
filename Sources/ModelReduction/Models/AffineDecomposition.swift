public import LinearAlgebra

/// A(μ) = Σ θ_q(μ) A_q and f(μ) = Σ θ_p(μ) f_p over the free unknowns, with all that a reduced model
/// needs to know of a problem.
///
/// The operators are symmetric. Essential data are already part of the loads (−A w for a lift w);
/// they come back through ``FieldReconstruction``.
public struct AffineDecomposition: Sendable {
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// A_1 … A_Q, n × n, symmetric, sharing one pattern.
  public let operatorSum: AffineSum<SparseMatrix<Double>>
  /// θ_q, one per operator term.
  public let operatorCoefficients: CoefficientFamily
  /// f_1 … f_P, n entries each.
  public let loadSum: AffineSum<[Double]>
  /// θ_p, one per load term.
  public let loadCoefficients: CoefficientFamily
  /// X: how errors are measured.
  public let innerProduct: InnerProduct<Double>
  /// What is known about the coercivity of A(μ).
  public let coercivity: CoercivityConditions
  /// The quantities of interest.
  public let outputs: [ModelOutput]
  /// From free unknowns to the whole field, where there is one.
  public let field: FieldReconstruction?

  /// The number of free unknowns n.
  public var dofCount: Int { innerProduct.dimension }

  /// Puts the parts together.
  ///
  /// - Precondition: Shapes agree: n × n operators, n entries per load, a coefficient per term.
  public init(
    parameterSpace: ParameterSpace,
    operatorSum: AffineSum<SparseMatrix<Double>>, operatorCoefficients: CoefficientFamily,
    loadSum: AffineSum<[Double]>, loadCoefficients: CoefficientFamily,
    innerProduct: InnerProduct<Double>, coercivity: CoercivityConditions,
    outputs: [ModelOutput] = [], field: FieldReconstruction? = nil
  ) {
    requireShapes(
      of: operatorSum, operatorCoefficients, loadSum, loadCoefficients,
      order: innerProduct.dimension)
    precondition(
      coercivity.semidefinite.count == operatorSum.terms.count,
      "\(coercivity.semidefinite.count) statements for \(operatorSum.terms.count) terms")
    self.parameterSpace = parameterSpace
    (self.operatorSum, self.operatorCoefficients) = (operatorSum, operatorCoefficients)
    (self.loadSum, self.loadCoefficients) = (loadSum, loadCoefficients)
    (self.innerProduct, self.coercivity) = (innerProduct, coercivity)
    (self.outputs, self.field) = (outputs, field)
  }

  /// A(μ).
  public func systemMatrix(at mu: Parameter) throws(ModelError) -> SparseMatrix<Double> {
    operatorSum.combined(with: try operatorCoefficients.checkedValues(at: mu, in: parameterSpace))
  }

  /// f(μ).
  public func load(at mu: Parameter) throws(ModelError) -> [Double] {
    guard !loadSum.terms.isEmpty else { return [Double](repeating: 0, count: dofCount) }
    return loadSum.combined(with: try loadCoefficients.checkedValues(at: mu, in: parameterSpace))
  }

  /// The problem whose load is the functional of a linear output: A(μ) z = ℓ(μ).
  ///
  /// Its solutions carry the output's sensitivity to residuals; A is symmetric.
  public func dual(of output: LinearOutput) -> AffineDecomposition {
    AffineDecomposition(
      parameterSpace: parameterSpace, operatorSum: operatorSum,
      operatorCoefficients: operatorCoefficients, loadSum: output.functional,
      loadCoefficients: output.coefficients, innerProduct: innerProduct,
      coercivity: coercivity.with(coercivity.consistency.withoutLoad))
  }
}

/// Stops where affine terms are not n × n operators and loads of n entries with a coefficient each.
func requireShapes<S: Scalar>(
  of operatorSum: AffineSum<SparseMatrix<S>>, _ operatorCoefficients: CoefficientFamily,
  _ loadSum: AffineSum<[S]>, _ loadCoefficients: CoefficientFamily, order n: Int
) {
  precondition(!operatorSum.terms.isEmpty, "an operator needs at least one term")
  precondition(
    operatorSum.terms.allSatisfy { $0.rowCount == n && $0.columnCount == n },
    "operator terms must be \(n) × \(n), the order of the inner product")
  precondition(loadSum.terms.allSatisfy { $0.count == n }, "load terms must have \(n) entries")
  precondition(
    operatorCoefficients.count == operatorSum.terms.count
      && loadCoefficients.count == loadSum.terms.count,
    "one coefficient per term")
}
