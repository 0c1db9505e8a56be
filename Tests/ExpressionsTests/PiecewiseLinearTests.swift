import Expressions
import Testing

@Suite struct `Piecewise linear functions` {
  private let t = Expression(.time, name: "t")

  @Test func `take the values at the points, are linear between and constant outside`() throws {
    for count in 1...9 {
      let points = [0.3, 1.1, 1.9, 2.4, 3.2, 4, 4.5, 5.3, 6.1].prefix(count).map { $0 }
      let values = [-1.7, -0.7, 0, 0, 2.3, -1.7, 5, 1, 1].prefix(count).map { $0 }
      let h = Expression.piecewiseLinear(in: t, points: points, values: values)
      func value(_ time: Double) -> Double { h.evaluate { _ in time } }
      for (point, expected) in zip(points, values) {
        #expect(abs(value(point) - expected) <= 1e-15)
      }
      for i in 1..<max(1, count) {
        let middle = (points[i - 1] + points[i]) / 2
        #expect(abs(value(middle) - (values[i - 1] + values[i]) / 2) < 1e-14)
      }
      #expect(value(-100) == values[0] && value(1e9) == values[count - 1])
    }
  }

  @Test func `of a thousand points are one coefficient, shallow, and read back from their text`()
    throws
  {
    let points = (0..<1000).map { Double($0) * 0.01 }
    let values = points.map { ($0 * 7.3).truncatingRemainder(dividingBy: 1) }
    let h = Expression.piecewiseLinear(in: t, points: points, values: values)
    #expect(h.depth < 40)
    let scope = ExpressionScope(parameters: [], coordinates: 2, time: true)
    let terms = try (h * Expression(parsing: "x*y + sin(x)", in: scope)).affineSplit()
    #expect(terms.count == 1)
    #expect(try Expression(parsing: h.description, in: scope) == h)
  }
}
