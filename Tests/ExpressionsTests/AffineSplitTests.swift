import Expressions
import Testing

@Suite struct `The affine split` {
  /// Σ θ g at a point, and the sum of magnitudes, which measures round-off.
  private func value(
    _ terms: [(theta: Expression, g: Expression)], at point: [Double]
  ) -> (sum: Double, size: Double) {
    let parts = terms.map { $0.theta.value(at: point) * $0.g.value(at: point) }
    return (parts.reduce(0, +), parts.reduce(0) { $0 + abs($1) })
  }

  @Test func `of an expression that separates has the same values and separate factors`() throws {
    var generator = RandomExpression(seed: 51)
    var largest = 0
    for _ in 0..<1500 {
      let text = generator.separable(depth: 1 + generator.below(3))
      let e = try parsed(text)
      do {
        let terms = try e.affineSplit()
        largest = max(largest, terms.count)
        for (theta, g) in terms {
          #expect(!theta.symbols.contains { if case .coordinate = $0 { true } else { false } })
          #expect(g.symbols.allSatisfy { if case .coordinate = $0 { true } else { false } })
        }
        for _ in 0..<3 {
          let point = generator.point()
          let expected = e.value(at: point)
          guard expected.isFinite else { continue }
          let (sum, size) = value(terms, at: point)
          #expect(abs(sum - expected) < 1e-11 * (1 + size), "\(text): \(sum), \(expected)")
        }
      } catch {
        Issue.record("\(text): \(error)")
      }
    }
    #expect(largest > 5)
  }

  @Test(arguments: [
    ("k[0]*(1+x) + k[0]*x", 1), ("k[0]", 1), ("x*y", 1), ("0", 0), ("x - x", 0), ("7", 1),
    ("k[0] + x", 2), ("(k[0] + k[1]) * (1 + x)", 1), ("k[0]*x + k[1]*x + (k[0]+k[1])*y", 1),
    ("1 + k[0] + x + k[0]*x", 1), ("(k[0] + x)^2", 3), ("exp(k[0] + x)", 1), ("sin(h*t - x)", 2),
    ("if(x < 0.5, k[0], 2*k[0])", 1), ("if(x < 0.5, k[0], k[1])", 2),
    ("if(h > 1, x, 2*x) + y", 2), ("abs(k[0]*x)", 1), ("1/(k[0]*x)", 1), ("k[0]/(2*x*k[0])", 1),
    ("sqrt(exp(k[0])*x)", 1), ("2^(k[0]+x)", 1), ("cbrt(h*x)", 1), ("(h*x)^3", 1),
    ("(k[0]+x) - k[0]", 1), ("k[0]*x + k[0]*y + k[1]*x + k[1]*y", 1), ("2*k[0]*x - k[0]*x", 1),
    ("(2*k[0] + 2*k[1])*x + (k[0] + k[1])*y", 1), ("t*x + h*x", 1), ("log(exp(h)*(1 + x^2))", 2),
    ("if(x < 0.5 and h > 1, k[0], k[1])", 2), ("(k[0]*x + k[0])/(k[1]*x)", 1),
  ])
  func `has no more terms than needed in simple cases`(text: String, count: Int) throws {
    let e = try parsed(text)
    let terms = try e.affineSplit()
    #expect(terms.count <= max(count, 0) && (count == 0 || terms.count >= 1), "\(terms)")
    let point = [0.7, -0.3, 0.2, 0.9, 1.1, 0.6, 0.4, 1.3]
    #expect(abs(value(terms, at: point).sum - e.value(at: point)) < 1e-13)
  }

  @Test(arguments: [
    ("k[0]*(1+x) + k[0]*x", "k[0]", "1 + 2 * x"),
    ("if(x < 0.5, k[0], 2*k[0])", "k[0]", "if(x < 0.5, 1, 2)"),
    ("if(h > 1, 2*x*y, x*y)", "if(h > 1, 1, 0.5)", "2 * x * y"),
    ("2*k[0]*x - k[0]*x", "k[0]", "x"),
  ])
  func `writes the single term a person would write`(
    text: String, theta: String, g: String
  ) throws {
    let terms = try parsed(text).affineSplit()
    #expect(terms.count == 1)
    #expect(terms.first.map { "\($0.theta) | \($0.g)" } == "\(theta) | \(g)")
  }

  @Test func `leaves a pure expression as it stands, its other factor one`() throws {
    let one = Expression(1)
    let parameters = try parsed("k[0]*(k[1] + exp(h))").affineSplit()
    #expect(try parameters[0].theta == parsed("k[0]*(k[1] + exp(h))") && parameters[0].g == one)
    let coordinates = try parsed("x*(1 + sin(y))").affineSplit()
    #expect(try coordinates[0].g == parsed("x*(1 + sin(y))") && coordinates[0].theta == one)
  }

  @Test(arguments: [
    ("1 + exp(k[0]*x)", "exp(k[0] * x)", AffineSplitError.Reason.function("exp")),
    ("2*x + 1/(k[0] + x)", "k[0] + x", .divisor), ("x^h", "x^h", .power),
    ("y*if(x < h, 1, 2)", "x < h", .comparison), ("sqrt(k[0]*x)", "(k[0] * x)", .sign),
    ("sqrt(h + x)", "sqrt(h + x)", .power), ("max(h, x) + 1", "max(h, x)", .function("max")),
    ("(h + x)^-2", "h + x", .divisor), ("(h + x)^65", "(h + x)^65", .largePower),
    ("sin(h*x)*y", "sin(h * x)", .function("sin")), ("log(h*x)", "log(h * x)", .sign),
    ("h*u.x", "h * u.x", .field("u.x")), ("(x - h)^0.3", "(x - h)^0.3", .power),
    ("hypot(x, h)", "hypot(x, h)", .function("hypot")),
    ("abs(x - h)", "abs(x - h)", .function("abs")),
  ])
  func `refuses what does not separate and names the part`(
    text: String, part: String, reason: AffineSplitError.Reason
  ) throws {
    do {
      let terms = try parsed(text).affineSplit()
      Issue.record("\(text) → \(terms)")
    } catch let error as AffineSplitError {
      #expect(error.reason == reason)
      #expect(error.part.contains(part), "\(error)")
      #expect(error.description.contains(error.part))
    }
  }

  @Test func `refuses any sum or product with a part that does not separate`() throws {
    var generator = RandomExpression(seed: 52)
    let parts = [
      "sin(h*x)", "1/(h + x)", "exp(t*y)", "max(k[0], z)", "abs(x - h)", "x^h", "(x < h)",
      "tanh(x + h)", "hypot(x, t)", "sqrt(2 + x + h)", "if(x + t > 0, 1, 2)",
    ]
    for round in 0..<500 {
      let text = generator.separable(depth: 1 + generator.below(2))
      let part = parts[round % parts.count]
      for whole in [
        "\(text) + \(part)", "(3 + exp(\(text))^2) * \(part)", "1/(2 + \(part)) - \(text)",
      ] {
        #expect(throws: AffineSplitError.self, "\(whole)") { try parsed(whole).affineSplit() }
      }
    }
  }

  @Test func `expands nested mixed conditions, or says that they are too many`() throws {
    func staircase(_ count: Int) throws -> Expression {
      try parsed(
        (1...count).reduce("k[0]*x") { "if(x < \($1) and h < \($1), k[1] + y, \($0))" })
    }
    let e = try staircase(5)
    let terms = try e.affineSplit()
    var generator = RandomExpression(seed: 53)
    for _ in 0..<50 {
      var point = generator.point()
      point[0] *= 4
      point[7] *= 3
      #expect(abs(value(terms, at: point).sum - e.value(at: point)) < 1e-12)
    }
    do {
      _ = try staircase(60).affineSplit()
      Issue.record("60 steps need more terms than are allowed")
    } catch let error as AffineSplitError {
      #expect(error.reason == .tooManyTerms)
      #expect(error.part.hasPrefix("if("))
    }
  }

  @Test func `takes the root of a product when a factor is known to be positive`() throws {
    let terms = try parsed("sqrt(k[0]*x) + k[0]^0.3 * log(h * y)")
      .affineSplit(positive: [.parameter(0), .parameter(3)])
    let point = [0.7, 0.3, 0.2, 0.9, 1.1, 0.6, 0.4, 1.3]
    let expected = try parsed("sqrt(k[0]*x) + k[0]^0.3 * log(h * y)").value(at: point)
    #expect(abs(value(terms, at: point).sum - expected) < 1e-14)
  }

  @Test func `keeps an infinite branch out of the factor it is not chosen in`() throws {
    let terms = try parsed("if(x > 0, k[0]*log(x), k[1]*x)").affineSplit()
    #expect(terms.count == 2)
    for x in [-1.0, 0, 2] {
      let point = [x, 0, 0, 0, 1, 3, 1, 1]
      let expected = x > 0 ? terms[0].g.value(at: point) : 3 * x
      #expect(value(terms, at: point).sum == expected)
    }
  }

  @Test func `stops at a stated number of terms`() throws {
    let factors = (1...12).map { "(sin(\($0)*h) + sin(\($0)*x))" }.joined(separator: " * ")
    #expect(throws: AffineSplitError.self) { try parsed(factors).affineSplit() }
    let sum = try parsed((1...6).map { "(sin(\($0)*h) + sin(\($0)*x))" }.joined(separator: " * "))
    #expect(try sum.affineSplit().count <= 64)
  }

  @Test func `comes in the same order with the same factors every time`() throws {
    let text = "(k[0] + x)^3 * (h + y) + exp(t - z) * (x + k[1])"
    let first = try parsed(text).affineSplit().map { "\($0.theta) | \($0.g)" }
    for _ in 0..<5 {
      #expect(try parsed(text).affineSplit().map { "\($0.theta) | \($0.g)" } == first)
    }
  }
}
