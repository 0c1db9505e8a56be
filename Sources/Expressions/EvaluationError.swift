/// An expression is infinite or not a number somewhere.
public struct EvaluationError: Error, Sendable, CustomStringConvertible {
  /// Which output of the program, from 0.
  public let output: Int
  /// Which point, from 0.
  public let point: Int
  /// The value: infinite or not a number.
  public let value: Double
  /// The expression.
  public let expression: Expression
  /// What the expression depends on, and the values at the point.
  public let inputs: [(symbol: Symbol, value: Double)]

  init(
    output: Int, point: Int, value: Double, expression: Expression, inputs: [Symbol],
    at values: [Double]
  ) {
    self.output = output
    self.point = point
    self.value = value
    self.expression = expression
    let used = expression.symbols
    self.inputs = zip(inputs, values).filter { used.contains($0.0) }.map { ($0.0, $0.1) }
  }

  /// The expression, its value and where.
  public var description: String {
    let place = inputs.prefix(12).map { "\($0.symbol) = \($0.value)" }.joined(separator: ", ")
    let text = expression.description
    let shown = text.count <= 80 ? text : text.prefix(80) + "…"
    return "'\(shown)' is \(value.isNaN ? "not a number" : "infinite")"
      + (place.isEmpty ? "" : " at \(place)") + " (point \(point))"
  }
}
