import Expressions
import Testing

@Suite struct `The degree of a polynomial` {
  private func degree(_ text: String) throws -> Int? {
    let scope = ExpressionScope(parameters: [("k", nil)], coordinates: 2, fields: ["u"])
    let expression = try Expression(parsing: text, in: scope).simplified()
    return expression.polynomialDegree(in: [.field("u"), .field("dx(u)")])
  }

  @Test(arguments: [
    ("3", 0), ("k*sin(x)", 0), ("u", 1), ("u/(1 + x)", 1), ("-u*k", 1), ("u*dx(u)", 2),
    ("(u - 1)^2", 2), ("u^2 + dx(u)^3", 3), ("(u^2 + 1)*(dx(u) + x)^2", 4), ("u^0.5*0", 0),
    ("k > 1 ? 2 : 3", 0), ("abs(x)*u", 1),
  ])
  func `counts the factors of its longest product`(text: String, expected: Int) throws {
    #expect(try degree(text) == expected)
  }

  @Test(arguments: [
    "abs(u)", "max(u, 0)", "u > 0 ? u : 0", "u > 0 ? 1 : 0", "sin(u)", "1/u", "u^0.5", "u^k", "2^u",
    "u^(-1)", "floor(u)*u", "sqrt(u^2)", "u^65", "(u^40)^40",
  ])
  func `does not exist for what is none`(text: String) throws { #expect(try degree(text) == nil) }
}
