import Expressions
import Testing

@Suite struct `The symbolic derivative` {
  @Test func `agrees with central differences`() throws {
    var generator = RandomExpression(seed: 41)
    var worst = 0.0
    for _ in 0..<1500 {
      let text = generator.smooth(depth: 1 + generator.below(3))
      let e = try parsed(text)
      let i = generator.below(RandomExpression.inputs.count)
      let derivative = e.derivative(with: RandomExpression.inputs[i])
      let point = generator.point()
      let expected = difference(e, i, point)
      let found = derivative.value(at: point)
      // The differences' own error grows with the curvature: use two steps to see it.
      let error = abs(found - expected.value) / (1 + abs(expected.value))
      #expect(error < 1e-6 + 10 * expected.spread, "∂(\(text)): \(found), \(expected)")
      worst = max(worst, error - 10 * expected.spread)
    }
    #expect(worst < 1e-6)
  }

  /// Fourth-order central difference and how far two steps disagree.
  private func difference(
    _ e: Expression, _ i: Int, _ point: [Double]
  ) -> (value: Double, spread: Double) {
    func at(_ h: Double) -> Double {
      func f(_ s: Double) -> Double {
        var moved = point
        moved[i] += s
        return e.value(at: moved)
      }
      return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
    }
    let value = at(1e-3)
    return (value, abs(value - at(5e-4)) / (1 + abs(value)))
  }

  @Test(arguments: [
    ("if(x < 0, x^2, sin(x))", -1, -2), ("if(x < 0, x^2, sin(x))", 0, 1),
    ("min(x, 2*x, 0.5)", 3, 0), ("max(x, 2*x, 0.5)", 3, 2), ("abs(x)", -2, -1), ("step(x)", 1, 0),
    ("floor(x)", 0.5, 0), ("x^h", 2, 4), ("h^x", 0, 0.6931471805599453), ("mod(x, 3)", 4, 1),
    ("sign(x) * x", -3, -1), ("x^-2", 1, -2), ("clamp(x^2, 0, 1)", 0.5, 1), ("7", 1, 0),
    ("min(x)", 1, 1), ("(x < 1) * x", 0.5, 1),
  ])
  func `differentiates conditionals and kinks on the side where the point lies`(
    text: String, x: Double, expected: Double
  ) throws {
    let derivative = try parsed(text).derivative(with: .coordinate(0))
    let value = derivative.value(at: [x, 0, 0, 0, 1, 1, 1, 2])
    #expect(abs(value - expected) < 1e-14, "\(derivative)")
  }

  @Test(arguments: [
    ("x^3", "3 * x^2"), ("sin(x)^2", "2 * sin(x) * cos(x)"), ("k[0]*x + y", "k[0]"),
    ("u.x^2 * x", "u.x^2"), ("exp(2*x)", "2 * exp(2 * x)"), ("1/x", "-1 / x^2"), ("y", "0"),
  ])
  func `is simple where the function is`(text: String, expected: String) throws {
    #expect(try parsed(text).derivative(with: .coordinate(0)).description == expected)
  }

  @Test func `treats a field and its gradient as independent`() throws {
    let energy = try parsed("dx(u.x)^2 + u.x * dx(u.x)")
    #expect(energy.derivative(with: .field("u.x")).description == "dx(u.x)")
    #expect(energy.derivative(with: .field("dx(u.x)")).description == "2 * dx(u.x) + u.x")
  }
}
