internal import Expressions

/// Splits a coefficient into parts that depend on parameters or on coordinates alone: what makes a
/// problem reducible.
///
/// - Returns: The texts of θ_q and g_q in Σ θ_q(μ) g_q(x).
public func affineParts(
  of text: String, parameters: [String]
) throws -> [(theta: String, g: String)] {
  let scope = ExpressionScope(parameters: parameters.map { ($0, nil) })
  let expression = try Expression(parsing: text, in: scope)
  return try expression.affineSplit().map { ($0.theta.description, $0.g.description) }
}

/// The slope of x sin(x)² at many points: a symbolic derivative, compiled and run over columns.
public func slopes(at points: [Double]) throws -> [Double] {
  let scope = ExpressionScope(coordinates: 1, time: false)
  let function = try Expression(parsing: "x*sin(x)^2", in: scope)
  let slope = function.derivative(with: .coordinate(0)).simplified()
  return Program([slope], inputs: [.coordinate(0)]).evaluate(columns: [points])[0]
}
