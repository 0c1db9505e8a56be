import Expressions
import Testing

@Suite struct `Simplification` {
  @Test(arguments: [
    ("x + 0", "x"), ("0 * x", "0"), ("1 * x", "x"), ("x^1", "x"), ("x^0", "1"), ("x / 1", "x"),
    ("x + x", "2 * x"), ("3*x - x - 2*x", "0"), ("x*x*x", "x^3"), ("x^2 * x^-1", "x"),
    ("x * y / x", "y"), ("2 * (3 * x)", "6 * x"), ("x + (y + 1) + 2", "x + y + 3"),
    ("-(-x)", "x"), ("-(x - y)", "-(x - y)"), ("x - (y - x)", "2 * x - y"), ("2 + 3 * 4", "14"),
    ("if(1 < 2, x, y)", "x"), ("if(x < 0, y, y)", "y"), ("(2*x)^2", "4 * x^2"),
    ("(x + y) * (x + y)", "(x + y)^2"), ("sin(0) + x", "x"), ("x / 2", "0.5 * x"),
    ("min(x, x)", "x"), ("abs(-x)", "abs(x)"), ("1^x", "1"), ("(x^2)^3", "x^6"),
    ("(x^2)^0.5", "(x^2)^0.5"),
  ])
  func `gives the form a person would write`(text: String, expected: String) throws {
    #expect(try parsed(text).simplified().description == expected)
  }

  @Test func `never changes a value beyond round-off, and is done after one pass`() throws {
    var generator = RandomExpression(seed: 31)
    var compared = 0
    for _ in 0..<4000 {
      let text = generator.any(depth: 1 + generator.below(4))
      let e = try parsed(text)
      let simple = e.simplified()
      #expect(simple.simplified() == simple, "\(text) → \(simple) → \(simple.simplified())")
      let point = generator.point()
      let expected = e.value(at: point)
      // Where the value jumps with the last bit of the input, round-off may choose the other side.
      let nearby = e.value(at: point.map { $0 * (1 + 1e-12) })
      guard expected.isFinite, abs(nearby - expected) < 1e-9 * (1 + abs(expected)) else { continue }
      let found = simple.value(at: point)
      guard abs(found - expected) > 1e-10 * (1 + abs(expected)) else {
        compared += 1
        continue
      }
      #expect(text.contains("floor") || hasJump(text), "\(text) → \(simple): \(found), \(expected)")
    }
    #expect(compared > 3500)
  }

  /// Whether the text has an operation whose value may jump where an argument is exactly a
  /// constant, as floor(x - x) or sign(2*y - y - y).
  private func hasJump(_ text: String) -> Bool {
    ["floor", "ceil", "round", "sign", "step", "mod", "if", "?", "<", ">", "or"].contains {
      text.contains($0)
    }
  }

  @Test func `substitution replaces a symbol everywhere`() throws {
    let e = try parsed("x^2 + sin(x*h)")
    let replaced = e.substituting { $0 == .coordinate(0) ? Expression(.time) : nil }
    #expect(try replaced == parsed("t^2 + sin(t*h)"))
  }

  @Test func `arithmetic of expressions builds what the parser builds`() throws {
    let x = Expression(.coordinate(0))
    let h = Expression(.parameter(3), name: "h")
    #expect(try x + h * x - x / h == parsed("x + h*x - x/h"))
    #expect(try -(x + h) == parsed("-(x+h)"))
    var chain = x
    for _ in 0..<2000 { chain = chain + h }
    #expect(chain.depth == 2)
  }
}
