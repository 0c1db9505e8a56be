import Expressions
import RealModule
import TestSupport
import Testing

@Suite struct `The language of coefficients` {
  @Test(arguments: [
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("2^3^2", 512), ("-2^2", -4), ("2**-1", 0.5),
    ("8 / 4 / 2", 1), ("8 - 4 - 2", 2), ("1.5e-3 * 1e3", 1.5), (".5 + 1.", 1.5), ("- -3", 3),
    ("+3 - +2", 1), ("2 < 3", 1), ("2 >= 3", 0), ("1 == 1 and 2 != 2", 0), ("not 1 < 2", 0),
    ("!0 + 1", 2), ("1 || 0 && 0", 1), ("0 ? 1 : 0 ? 2 : 3", 3), ("if(1 < 2, 10, 20)", 10),
    ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("mod(-1, 3)", 2), ("mod(7, -4)", -1),
    ("clamp(5, 0, 2)", 2), ("step(0)", 1), ("heaviside(-1)", 0), ("sign(-4)", -1),
    ("round(-2.5)", -3), ("floor(-0.5)", -1), ("ceil(0.5)", 1), ("cbrt(-8)", -2),
    ("hypot(3, 4)", 5), ("pow(2, 10)", 1024), ("log2(8)", 3), ("log10(1000)", 3), ("ln(1)", 0),
    ("(-2)^3", -8), ("(-8)^0", 1), ("abs(-7)", 7), ("sqrt(9)", 3), ("atan2(0, 1)", 0),
    ("1\n + 2", 3),
  ])
  func `means what a mathematician reads`(text: String, value: Double) throws {
    let e = try parsed(text)
    #expect(abs(e.evaluate { _ in .nan } - value) < 1e-14)
    #expect(e.constantValue == e.evaluate { _ in .nan })
  }

  @Test func `knows pi and e to the last bit, and a parameter e before the constant`() throws {
    #expect(try parsed("pi").constantValue == Double.pi)
    #expect(try parsed("e").constantValue == Double.exp(1))
    let scope = ExpressionScope(parameters: [("e", nil)])
    #expect(try Expression(parsing: "e", in: scope).symbols == [.parameter(0)])
  }

  @Test func `counts vector parameters into the flat list`() throws {
    #expect(try parsed("k[2] + h").symbols == [.parameter(2), .parameter(3)])
    #expect(try parsed("x*y*z*t").symbols.count == 4)
    #expect(try parsed("parameter[3]") == parsed("h"))
  }

  @Test func `reads fields and their derivatives where the scope has them`() throws {
    #expect(
      try parsed("dx(u.x)^2 + dy(u.y) + u.x").symbols
        == [.field("dx(u.x)"), .field("dy(u.y)"), .field("u.x")])
    let plain = ExpressionScope(coordinates: 2, fields: ["u"])
    #expect(try Expression(parsing: "u * dx(u)", in: plain).symbols.count == 2)
    #expect(throws: ExpressionError.self) { try Expression(parsing: "dz(u)", in: plain) }
    #expect(throws: ExpressionError.self) {
      try Expression(parsing: "u", in: ExpressionScope(coordinates: 2))
    }
  }

  @Test func `has one spelling per tree, which gives the tree back`() throws {
    var generator = RandomExpression(seed: 11)
    for _ in 0..<4000 {
      let text = generator.any(depth: 1 + generator.below(5))
      let e = try parsed(text)
      let again = try parsed(e.description)
      #expect(again == e, "\(text) → \(e)")
      #expect(again.description == e.description)
      #expect(again.hashValue == e.hashValue)
      let simple = e.simplified()
      #expect(try parsed(simple.description) == simple, "\(text) → \(simple)")
    }
  }

  @Test func `keeps a number's last bit in its spelling`() throws {
    var generator = RandomExpression(seed: 12)
    for _ in 0..<2000 {
      let bits = generator.random.next()
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      let again = try parsed(Expression(value).description)
      #expect(again.constantValue?.bitPattern == bits)
    }
  }

  @Test(arguments: ["x", "sin", "pi", "if", "2a", "a b", "", "k[0]", "not", "µ^2"])
  func `objects to parameter names that mean something else or are no names`(name: String) {
    #expect(ExpressionScope.objection(toParameterNamed: name) != nil)
  }

  @Test(arguments: ["k", "E", "alpha_2", "κ", "e", "u", "_h"])
  func `accepts ordinary parameter names`(name: String) {
    #expect(ExpressionScope.objection(toParameterNamed: name) == nil)
  }
}
