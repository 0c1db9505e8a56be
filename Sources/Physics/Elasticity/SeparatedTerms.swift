internal import Expressions
internal import FiniteElements

/// A coefficient of several components as Σ θ_q(μ) g_q(x), g_q with all components at once.
struct SeparatedTerms {
  private(set) var thetas = CoefficientTerms()
  private(set) var functions: [[Expression]] = []
  private let componentCount: Int
  private let subject: PhysicsError.Subject
  private let name: String
  private let positive: Set<Symbol>

  init(
    _ componentCount: Int, of subject: PhysicsError.Subject, as name: String,
    positive: Set<Symbol>
  ) {
    (self.componentCount, self.subject) = (componentCount, subject)
    (self.name, self.positive) = (name, positive)
  }

  /// Separates all components.
  init(
    _ components: [Expression], of subject: PhysicsError.Subject, as name: String,
    positive: Set<Symbol>
  ) throws(PhysicsError) {
    self.init(components.count, of: subject, as: name, positive: positive)
    for (c, component) in components.enumerated() {
      var weights = [Double](repeating: 0, count: components.count)
      weights[c] = 1
      try add(component, times: weights)
    }
  }

  /// Adds an expression times a vector of numbers.
  ///
  /// A nodal field counts as a coordinate while the expression is separated.
  mutating func add(_ expression: Expression, times weights: [Double]) throws(PhysicsError) {
    let hidden = expression.substituting { symbol in
      guard case .field(let name) = symbol,
        let place = ElasticityProblem.Temperature.place(ofField: name)
      else { return nil }
      return Expression(.coordinate(temperatureAxis + place))
    }
    for (theta, g) in try separated(hidden, of: subject, as: name, positive: positive) {
      let q = thetas.place(of: theta)
      if q == functions.count {
        functions.append([Expression](repeating: Expression(0), count: componentCount))
      }
      let shown = g.substituting { symbol in
        guard case .coordinate(let axis) = symbol, axis >= temperatureAxis else { return nil }
        let name = ElasticityProblem.Temperature.name(ofField: axis - temperatureAxis)
        return Expression(.field(name))
      }
      for (c, weight) in weights.enumerated() where weight != 0 {
        functions[q][c] = (functions[q][c] + Expression(weight) * shown).simplified()
      }
    }
  }

  /// θ_q and the coefficient g_q.
  func coefficients(
    fields: [String: Field] = [:]
  ) throws(PhysicsError) -> [(theta: Expression, g: Coefficient)] {
    var result: [(theta: Expression, g: Coefficient)] = []
    for (theta, components) in zip(thetas.coefficients, functions) {
      do throws(FiniteElements.CoefficientError) {
        result.append((theta, try Coefficient(components, fields: fields)))
      } catch { throw PhysicsError(subject, "\(name): \(error)") }
    }
    return result
  }
}

/// The coordinate that stands for the nodal field "T" while expressions are separated; those behind it
/// for "T_0" and so on.
private let temperatureAxis = 7
