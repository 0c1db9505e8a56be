public import Expressions
public import LinearAlgebra

/// Σ θ_q(μ) M_q u' + Σ θ_q(μ) A_q u = Σ θ_p(μ, t) f_p over the free unknowns, from
/// u(t₀) = Σ θ_k(μ) u_k on.
///
/// What moves in time takes it as one further component of the parameter, named t and last: the
/// coefficients of loads, lifts and outputs live in `timeSpace`, those of the matrices and of the
/// initial state in `parameterSpace`.
///
/// Essential data are not in the loads: their lifts are stepped with the unknowns (``LiftImages``),
/// so that a jump of the data in time brings its heat with it, as eliminating prescribed unknowns
/// from the matrices of a step would.
public struct AffineEvolution: Sendable {
  /// What is known about the matrices.
  public enum Structure: String, Sendable {
    /// M and A symmetric, d M + w A positive definite: steps are solved by Cholesky.
    case symmetric
    /// Nothing: steps are solved by LU.
    case general
  }

  /// Where μ lives.
  public let parameterSpace: ParameterSpace
  /// Where (μ, t) lives.
  public let timeSpace: ParameterSpace
  /// M_q, n × n, sharing one pattern with the operator's terms.
  public let massSum: AffineSum<SparseMatrix<Double>>
  /// θ_q(μ) of the mass.
  public let massCoefficients: CoefficientFamily
  /// A_q, n × n.
  public let operatorSum: AffineSum<SparseMatrix<Double>>
  /// θ_q(μ) of the operator.
  public let operatorCoefficients: CoefficientFamily
  /// f_p, n entries each.
  public let loadSum: AffineSum<[Double]>
  /// θ_p(μ, t).
  public let loadCoefficients: CoefficientFamily
  /// u_k, n entries each; none stands for zero.
  public let initialSum: AffineSum<[Double]>
  /// θ_k(μ).
  public let initialCoefficients: CoefficientFamily
  /// What the lifts of essential data contribute; nil without any.
  public let lifts: LiftImages?
  /// X: how errors are measured at a time.
  public let innerProduct: InnerProduct<Double>
  /// Cholesky or LU.
  public let structure: Structure
  /// Where M(μ) is symmetric positive semidefinite for certain.
  public let massConditions: SemidefiniteConditions
  /// What is known about the coercivity of A(μ) (its symmetric part counts); nil for nothing.
  public let coercivity: CoercivityConditions?
  /// How time is stepped.
  public let scheme: TimeScheme
  /// The steps.
  public let grid: TimeGrid
  /// The quantities of interest; their coefficients live in `timeSpace`.
  public let outputs: [ModelOutput]
  /// From free unknowns to the whole field; its coefficients live in `timeSpace`.
  public let field: FieldReconstruction?
  /// What a reader of results should know about how the model came about.
  public let notes: [String]

  /// The number of free unknowns n.
  public var dofCount: Int { innerProduct.dimension }

  /// Puts the parts together.
  ///
  /// - Parameters:
  ///   - parameterSpace: Where μ lives; `timeSpace` is this and t, see
  ///     ``ParameterSpace/withTime(over:)``.
  ///   - massConditions: Nil: all terms of a symmetric evolution are semidefinite, none of a general one.
  /// - Precondition: Shapes agree; mass and operator share one pattern; a coefficient per term.
  /// - Throws: When a parameter is named t.
  public init(
    parameterSpace: ParameterSpace, scheme: TimeScheme, grid: TimeGrid,
    massSum: AffineSum<SparseMatrix<Double>>, massCoefficients: CoefficientFamily,
    operatorSum: AffineSum<SparseMatrix<Double>>, operatorCoefficients: CoefficientFamily,
    loadSum: AffineSum<[Double]>, loadCoefficients: CoefficientFamily,
    initialSum: AffineSum<[Double]> = AffineSum([[Double]]()),
    initialCoefficients: CoefficientFamily = .none, lifts: LiftImages? = nil,
    innerProduct: InnerProduct<Double>, structure: Structure,
    massConditions: SemidefiniteConditions? = nil,
    coercivity: CoercivityConditions? = nil, outputs: [ModelOutput] = [],
    field: FieldReconstruction? = nil, notes: [String] = []
  ) throws(ParameterSpaceError) {
    let n = innerProduct.dimension
    precondition(
      !massSum.terms.isEmpty && !operatorSum.terms.isEmpty,
      "an evolution needs a mass term and an operator term")
    let pattern = massSum.terms[0].pattern
    precondition(
      (massSum.terms + operatorSum.terms).allSatisfy { $0.pattern === pattern },
      "mass and operator terms must share one pattern")
    precondition(
      pattern.rowCount == n && pattern.columnCount == n,
      "terms must be \(n) × \(n), the order of the inner product")
    precondition(
      (loadSum.terms + initialSum.terms).allSatisfy { $0.count == n },
      "loads and initial states must have \(n) entries")
    precondition(
      massCoefficients.count == massSum.terms.count
        && operatorCoefficients.count == operatorSum.terms.count
        && loadCoefficients.count == loadSum.terms.count
        && initialCoefficients.count == initialSum.terms.count, "one coefficient per term")
    precondition(
      lifts.map {
        $0.mass.allSatisfy { $0.terms.count == massSum.terms.count }
          && $0.operators.allSatisfy { $0.terms.count == operatorSum.terms.count }
      } ?? true, "a lift needs an image per term")
    precondition(
      coercivity.map { $0.semidefinite.count == operatorSum.terms.count } ?? true,
      "one statement about semidefiniteness per operator term")
    precondition(
      massConditions.map { $0.terms.count == massSum.terms.count } ?? true,
      "one statement about semidefiniteness per mass term")
    self.massConditions =
      massConditions
      ?? SemidefiniteConditions(terms: massSum.terms.map { _ in structure == .symmetric })
    self.parameterSpace = parameterSpace
    timeSpace = try parameterSpace.withTime(over: grid)
    (self.scheme, self.grid) = (scheme, grid)
    (self.massSum, self.massCoefficients) = (massSum, massCoefficients)
    (self.operatorSum, self.operatorCoefficients) = (operatorSum, operatorCoefficients)
    (self.loadSum, self.loadCoefficients) = (loadSum, loadCoefficients)
    (self.initialSum, self.initialCoefficients) = (initialSum, initialCoefficients)
    (self.lifts, self.innerProduct, self.structure) = (lifts, innerProduct, structure)
    (self.coercivity, self.outputs, self.field) = (coercivity, outputs, field)
    self.notes = notes
  }

  /// Σ θ_q(μ) M_q.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func mass(at mu: Parameter) throws(ModelError) -> SparseMatrix<Double> {
    massSum.combined(with: try massCoefficients.checkedValues(at: mu, in: parameterSpace))
  }

  /// Σ θ_q(μ) A_q.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func systemMatrix(at mu: Parameter) throws(ModelError) -> SparseMatrix<Double> {
    operatorSum.combined(with: try operatorCoefficients.checkedValues(at: mu, in: parameterSpace))
  }

  /// Σ θ_p(μ, t) f_p.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func load(at mu: Parameter, time: Double) throws(ModelError) -> [Double] {
    let theta = try loadCoefficients.checkedValues(at: mu.at(time: time), in: timeSpace)
    return loadSum.terms.isEmpty
      ? [Double](repeating: 0, count: dofCount) : loadSum.combined(with: theta)
  }

  /// The state at t₀.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func initialState(at mu: Parameter) throws(ModelError) -> [Double] {
    let theta = try initialCoefficients.checkedValues(at: mu, in: parameterSpace)
    return initialSum.terms.isEmpty
      ? [Double](repeating: 0, count: dofCount) : initialSum.combined(with: theta)
  }

  /// The quantities of interest of a state at a time, by name, in their order.
  ///
  /// - Throws: When μ does not fit the space or a coefficient is not finite.
  public func outputValues(
    of state: [Double], at mu: Parameter, time: Double
  ) throws(ModelError) -> [(key: String, value: Double)] {
    var values: [(key: String, value: Double)] = []
    for output in outputs {
      values.append(
        (output.name, try output.value(of: state, at: mu.at(time: time), in: timeSpace)))
    }
    return values
  }
}

/// What the lifts w_d of essential data, with coefficients θ_d(μ, t), contribute to the equations
/// of the free unknowns.
public struct LiftImages: Sendable {
  /// θ_d(μ, t), in the `timeSpace` of the evolution.
  public let coefficients: CoefficientFamily
  /// For each lift (M_q w_d) at the free unknowns, a term per mass term.
  public let mass: [AffineSum<[Double]>]
  /// For each lift (A_q w_d) at the free unknowns, a term per operator term.
  public let operators: [AffineSum<[Double]>]

  /// Images of lifts.
  ///
  /// - Precondition: A coefficient, a mass image and an operator image per lift.
  public init(
    coefficients: CoefficientFamily, mass: [AffineSum<[Double]>],
    operators: [AffineSum<[Double]>]
  ) {
    precondition(
      coefficients.count == mass.count && coefficients.count == operators.count,
      "one coefficient and one pair of images per lift")
    (self.coefficients, self.mass, self.operators) = (coefficients, mass, operators)
  }
}

extension ParameterSpace {
  /// This space with t as its last component, over the times of a grid.
  ///
  /// - Throws: When a parameter is named t.
  public func withTime(over grid: TimeGrid) throws(ParameterSpaceError) -> ParameterSpace {
    try ParameterSpace(
      axes: axes + [try ParameterAxis(name: "t", range: grid.start...grid.end)])
  }
}

extension Parameter {
  /// (μ, t).
  public func at(time: Double) -> Parameter { Parameter(values + [time]) }
}

extension CoefficientFamily {
  /// Coefficients θ(μ, t) in which time may occur as the symbol t.
  ///
  /// - Parameter timeSpace: A space whose last component is t.
  /// - Throws: `foreignSymbol` where anything else than a parameter or the time occurs.
  public init(
    overTime expressions: [Expression], in timeSpace: ParameterSpace
  ) throws(CoefficientError) {
    for expression in expressions {
      for symbol in expression.symbols {
        switch symbol {
        case .time: continue
        case .parameter(let index) where index < timeSpace.dimension: continue
        default: throw .foreignSymbol(symbol.description, in: expression.description)
        }
      }
    }
    // Read back in the scope of the space, the name t is its last component.
    try self.init(parsing: expressions.map(\.description), in: timeSpace)
  }
}
