internal import Expressions
internal import FiniteElements
internal import LinearAlgebra
internal import ModelReduction

/// c + Σ w_k s_k of some symbols s.
struct LinearExpression {
  let constant: Expression
  let weights: [Expression]

  /// nil where the expression is not linear in the symbols, or uses other fields.
  init?(_ expression: Expression, in symbols: [Symbol]) {
    let simple = expression.simplified()
    let isKnown = Set(symbols)
    for symbol in simple.symbols {
      if case .field(let name) = symbol, !isKnown.contains(symbol),
        ElasticityProblem.Temperature.place(ofField: name) == nil
      {
        return nil
      }
    }
    guard let degree = simple.polynomialDegree(in: isKnown), degree <= 1 else { return nil }
    weights = symbols.map { simple.derivative(with: $0).simplified() }
    constant = simple.substituting { symbol in
      isKnown.contains(symbol) ? Expression(0) : nil
    }.simplified()
  }
}

/// Σ θ_q ℓ_q · u + Σ θ_j o_j under construction, u being the whole field.
struct FunctionalSum {
  private let builder: ElasticityBuilder
  private var thetas = CoefficientTerms()
  private var vectors: [[Double]] = []
  private var offsets = CoefficientTerms()
  private var constants: [Double] = []

  init(_ builder: ElasticityBuilder) { self.builder = builder }

  /// Adds θ ℓ · u with ℓ over all dofs.
  mutating func add(_ theta: Expression, _ vector: [Double]) {
    let constraints = builder.supports.constraints
    let place = thetas.place(of: theta.simplified())
    if place == vectors.count {
      vectors.append([Double](repeating: 0, count: constraints.free.count))
    }
    axpy(1, constraints.reduced(vector), into: &vectors[place])
    for (lift, coefficient) in zip(constraints.lifts, builder.supports.coefficients) {
      addConstant(theta * coefficient, dot(vector, lift))
    }
  }

  mutating func addConstant(_ theta: Expression, _ value: Double) {
    let simple = theta.simplified()
    guard value != 0, simple.constantValue != 0 else { return }
    let place = offsets.place(of: simple)
    if place == constants.count { constants.append(0) }
    constants[place] += value
  }

  mutating func scale(_ factor: Double) {
    for q in vectors.indices { LinearAlgebra.scale(factor, &vectors[q]) }
    for j in constants.indices { constants[j] *= factor }
  }

  func output(_ name: String) throws(PhysicsError) -> LinearOutput {
    let zero = [Double](repeating: 0, count: builder.supports.constraints.free.count)
    return LinearOutput(
      name: name, functional: AffineSum(vectors.isEmpty ? [zero] : vectors),
      coefficients: try builder.family(vectors.isEmpty ? [Expression(0)] : thetas.coefficients),
      offset: AffineConstant(
        constants, coefficients: try builder.family(offsets.coefficients)))
  }
}
