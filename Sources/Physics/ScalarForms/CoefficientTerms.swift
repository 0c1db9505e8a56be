internal import Expressions
internal import ModelReduction

/// The parameter-dependent coefficients of a problem, each kept once.
///
/// Two contributions whose coefficients θ are the same expression belong to the same term of an
/// affine sum; this is where a problem finds its smallest number of terms.
struct CoefficientTerms {
  /// θ_1 … θ_Q in the order they were first met.
  private(set) var coefficients: [Expression] = []
  private var places: [Expression: Int] = [:]

  /// The place of θ, new or known.
  mutating func place(of theta: Expression) -> Int {
    if let known = places[theta] { return known }
    places[theta] = coefficients.count
    coefficients.append(theta)
    return coefficients.count - 1
  }
}

/// The parts Σ θ_q(μ) g_q(x) of a coefficient, or an error that says which part stands in the way.
func separated(
  _ expression: Expression, of subject: PhysicsError.Subject, as name: String,
  positive: Set<Symbol>
) throws(PhysicsError) -> [(theta: Expression, g: Expression)] {
  do throws(AffineSplitError) {
    return try expression.affineSplit(positive: positive).map { theta, g in
      // Numbers belong to g: 2 and 3, or k and 2 k, are then coefficients of one term. Signs stay
      // with θ, so that positive functions remain so.
      let (number, rest) = theta.numberAndRest
      guard number.isFinite, number != 0 else { return (theta, g) }
      let scale = Expression(number.magnitude)
      return ((number < 0 ? -rest : rest).simplified(), (scale * g).simplified())
    }
  } catch {
    throw PhysicsError(subject, "\(name) '\(expression)' cannot be reduced: \(error)")
  }
}

/// θ_q(μ), or θ_q(μ, t) in a space whose last component is the time t.
func coefficientFamily(
  _ expressions: [Expression], in space: ParameterSpace, _ subject: PhysicsError.Subject
) throws(PhysicsError) -> CoefficientFamily {
  do throws(ModelReduction.CoefficientError) {
    let usesTime = expressions.contains { $0.symbols.contains(.time) }
    if usesTime, space.axes.last?.name == "t" {
      return try CoefficientFamily(overTime: expressions, in: space)
    }
    return try CoefficientFamily(expressions, in: space)
  } catch { throw PhysicsError(subject, "\(error)") }
}
