public import LinearAlgebra

/// Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p over the free unknowns, real or complex, symmetric or not.
///
/// Coefficients are real; a complex one is two terms, one of them multiplied by i. Essential data
/// are part of the loads already (−A w for a lift w) and come back through ``LiftedField``.
public struct AffineSystem<S: Scalar>: Sendable {
  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// A_1 … A_Q, n × n, sharing one pattern.
  public let operatorSum: AffineSum<SparseMatrix<S>>
  /// θ_q, one per operator term.
  public let operatorCoefficients: CoefficientFamily
  /// f_1 … f_P, n entries each.
  public let loadSum: AffineSum<[S]>
  /// θ_p, one per load term.
  public let loadCoefficients: CoefficientFamily
  /// X, real symmetric positive definite: how errors are measured. For complex states
  /// (u, v) = uᴴ X v.
  public let innerProduct: InnerProduct<Double>
  /// What is known about a(v, v; μ), in which only the symmetric part of a real operator counts;
  /// nil where nothing is, as for waves.
  public let coercivity: CoercivityConditions?
  /// β with ‖A v‖_{X'} ≥ β ‖v‖_X, where such a number is known for typical parameters.
  public let referenceStability: Double?
  /// The quantities of interest.
  public let outputs: [SystemOutput<S>]
  /// From free unknowns to the whole field, where there is one.
  public let field: LiftedField<S>?
  /// What a reader of results should know about how the system came about.
  public let notes: [String]

  /// The number of free unknowns n.
  public var dofCount: Int { innerProduct.dimension }

  /// Puts the parts together.
  ///
  /// - Precondition: Shapes agree: n × n operators, n entries per load, a coefficient per term;
  ///   outputs of complex systems are linear.
  public init(
    parameterSpace: ParameterSpace,
    operatorSum: AffineSum<SparseMatrix<S>>, operatorCoefficients: CoefficientFamily,
    loadSum: AffineSum<[S]>, loadCoefficients: CoefficientFamily,
    innerProduct: InnerProduct<Double>, coercivity: CoercivityConditions? = nil,
    referenceStability: Double? = nil, outputs: [SystemOutput<S>] = [],
    field: LiftedField<S>? = nil, notes: [String] = []
  ) {
    requireShapes(
      of: operatorSum, operatorCoefficients, loadSum, loadCoefficients,
      order: innerProduct.dimension)
    precondition(
      coercivity.map { $0.semidefinite.count == operatorSum.terms.count } ?? true,
      "one statement about semidefiniteness per operator term")
    precondition(
      referenceStability.map { $0 > 0 } ?? true, "a stability constant must be positive")
    precondition(
      S.self == Double.self || outputs.allSatisfy(\.isLinear),
      "outputs of complex systems must be linear")
    self.parameterSpace = parameterSpace
    (self.operatorSum, self.operatorCoefficients) = (operatorSum, operatorCoefficients)
    (self.loadSum, self.loadCoefficients) = (loadSum, loadCoefficients)
    (self.innerProduct, self.coercivity) = (innerProduct, coercivity)
    self.referenceStability = referenceStability
    (self.outputs, self.field, self.notes) = (outputs, field, notes)
  }

  /// A(μ).
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func systemMatrix(at mu: Parameter) throws(ModelError) -> SparseMatrix<S> {
    operatorSum.combined(
      with: try operatorCoefficients.checkedValues(at: mu, in: parameterSpace)
        .map { S(real: $0) })
  }

  /// f(μ).
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func load(at mu: Parameter) throws(ModelError) -> [S] {
    guard !loadSum.terms.isEmpty else { return [S](repeating: S.zero, count: dofCount) }
    return loadSum.combined(
      with: try loadCoefficients.checkedValues(at: mu, in: parameterSpace).map { S(real: $0) })
  }

  /// The quantities of interest of a state over the free unknowns, by name, in their order.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func outputValues(
    of state: [S], at mu: Parameter
  ) throws(ModelError) -> [(key: String, value: S)] {
    precondition(state.count == dofCount, "\(state.count) values for \(dofCount) free unknowns")
    var values: [(key: String, value: S)] = []
    for output in outputs {
      values.append((output.name, try output.value(of: state, at: mu, in: parameterSpace)))
    }
    return values
  }
}

extension AffineSystem where S == Double {
  /// A symmetric coercive family, seen without its symmetry.
  public init(_ decomposition: AffineDecomposition, notes: [String] = []) {
    self.init(
      parameterSpace: decomposition.parameterSpace, operatorSum: decomposition.operatorSum,
      operatorCoefficients: decomposition.operatorCoefficients, loadSum: decomposition.loadSum,
      loadCoefficients: decomposition.loadCoefficients,
      innerProduct: decomposition.innerProduct, coercivity: decomposition.coercivity,
      outputs: decomposition.outputs.map { SystemOutput($0) }, field: decomposition.field,
      notes: notes)
  }
}
