internal import Expressions
internal import ModelReduction

/// Expressions at a parameter and many points.
struct ParameterSamples {
  private let columns: [[Double]]
  private let points: [[Double]]

  var count: Int { points[0].count }

  init(_ expressions: [Expression], at mu: Parameter, _ points: [[Double]]) {
    let numbers = expressions.map { expression in
      expression.substituting { symbol in
        if case .parameter(let index) = symbol { Expression(mu[index]) } else { nil }
      }.simplified()
    }
    let program = Program(numbers, inputs: (0..<3).map { .coordinate($0) })
    columns = program.evaluate(columns: points, count: points[0].count)
    self.points = points
  }

  subscript(expression: Int, point: Int) -> Double { columns[expression][point] }

  /// " at (x, y)", or nothing where the value is the same everywhere.
  func place(_ point: Int, _ dimension: Int) -> String {
    guard count > 1 else { return "" }
    let place = points.prefix(dimension).map { "\($0[point])" }
    return " at (\(place.joined(separator: ", ")))"
  }
}

extension ParameterSpace {
  /// The reference and, component by component, the ends of the ranges.
  var extremes: [Parameter] {
    let ranges = axes.flatMap(\.ranges)
    var points = [reference]
    for (k, range) in ranges.enumerated() {
      for end in [range.lowerBound, range.upperBound] {
        var values = reference.values
        values[k] = end
        points.append(Parameter(values))
      }
    }
    return points
  }
}
