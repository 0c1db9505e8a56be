import Expressions
import Testing

/// The error of parsing `text`, if it fails.
private func failure(_ text: String) -> ExpressionError? {
  do {
    _ = try parsed(text)
    return nil
  } catch { return error }
}

@Suite struct `A mistake in a coefficient` {
  @Test(arguments: [
    ("1 + q", 5, 1), ("1 + + ", 7, 1), ("sin(x", 6, 1), ("x y", 3, 1), ("2x", 1, 2),
    ("x * k", 5, 1), ("k[3]", 3, 1), ("k[1.5]", 3, 3), ("h[0]", 2, 1), ("sinn(x)", 1, 4),
    ("1 + 1/0", 7, 1), ("x + log(-1)", 5, 7), ("x * 0^-1", 5, 4), ("sqrt(1 - 2) * x", 1, 11),
    ("1e999", 1, 5), ("2 * 1e-999", 5, 6), ("x = 1", 3, 1), ("1.2.3", 1, 4), ("atan2(x)", 1, 5),
    ("min()", 1, 3), ("sin x", 1, 3), ("x(1)", 2, 1), ("0 < x < 1", 7, 1), ("(x", 3, 1),
    ("x)", 2, 1), ("x ? 1", 6, 1), ("", 1, 1), ("  ", 1, 1), ("a$b", 2, 1), ("x ^", 4, 1),
    ("x and", 6, 1), ("1,5", 2, 1), ("u.z", 1, 3), ("dx(x)", 4, 1), ("1e300*1e300*x", 1, 11),
    ("x + (1e308 + 1e308)", 6, 13), ("x/(2-2)", 3, 5), ("k[-1]", 3, 1), ("system(\"rm\")", 1, 6),
    ("(-8)^(1/3)", 1, 10), ("x−1", 2, 1),
  ])
  func `is reported where it is`(text: String, column: Int, length: Int) throws {
    let error = try #require(failure(text))
    #expect(error.column == column && error.length == length, "\(text): \(error)\n\(error.excerpt)")
    #expect(error.text == text)
    #expect(!error.message.isEmpty)
  }

  @Test(arguments: [
    ("sine(x)", "sin"), ("sinn(x)", "sin"), ("sqr(x)", "sqrt"), ("hipot(x, y)", "hypot"),
    ("X", "x"),
    ("x = 1", "=="), ("x ≤ 1", "<="), ("mni(x, y)", "min"), ("ciel(x)", "ceil"),
  ])
  func `comes with the nearest valid spelling`(text: String, suggestion: String) {
    #expect(failure(text)?.suggestion == suggestion)
  }

  @Test func `says what to do about a vector without index`() throws {
    let error = try #require(failure("1 + k"))
    #expect(error.kind == .index(parameter: "k"))
    #expect(error.message.contains("k[0] to k[2]"))
  }

  @Test func `is marked in the excerpt by carets under it`() throws {
    let error = try #require(failure("1 + sinn(x)"))
    #expect(error.excerpt == "1 + sinn(x)\n    ^^^^")
    let far = try #require(failure(String(repeating: "x + ", count: 1000) + "qq"))
    let lines = far.excerpt.split(separator: "\n").map(Array.init)
    #expect(lines[0].count < 90)
    #expect(lines[1].firstIndex(of: "^") == lines[0].firstIndex(of: "q"))
  }

  @Test(arguments: [
    "(", "-", "!", "not ", "sin(", "x^", "x ? 1 : ", "1 + (", "if(x<0,", "1 - (x * ",
  ])
  func `nesting too deep is refused, not a stack overflow`(opening: String) throws {
    let error = try #require(
      failure(
        String(repeating: opening, count: 20_000) + "x" + String(repeating: ")", count: 20_000))
    )
    guard case .tooLarge = error.kind else {
      Issue.record("\(error.kind)")
      return
    }
  }

  @Test func `the deepest nesting that is read survives every later pass`() throws {
    let inputs: [Symbol] = [.coordinate(0), .parameter(0)]
    for (head, tail, count) in [
      ("sin(", ")", 198), ("x^(1 + ", ")", 98), ("1 - (x * ", ")", 132),
      ("(1+x^2)^sin(", ")", 98), ("if(x < k[0], x, 2 + ", ")", 190), ("-(1 + ", ")", 98),
    ] {
      let e = try parsed(
        String(repeating: head, count: count) + "x*k[0]" + String(repeating: tail, count: count))
      let second = e.derivative(with: .coordinate(0)).derivative(with: .coordinate(0))
      let values = Program([e, second], inputs: inputs).evaluate(at: [0.3, 0.4])
      #expect(values.count == 2)
      #expect(try parsed(e.description) == e)
      _ = try? e.affineSplit()
    }
  }

  @Test(arguments: ["x", "k[0]*x", "sin(x)", "2"])
  func `a chain of 100 000 terms or factors is no mistake`(term: String) throws {
    let sum = try parsed(Array(repeating: term, count: 100_000).joined(separator: " + "))
    let point = [0.5, 0, 0, 0, 2, 1, 1, 1]
    let one = try parsed(term).value(at: point)
    #expect(abs(sum.value(at: point) - 1e5 * one) < 1e-6)
    #expect(sum.simplified().depth <= 4)
    #expect(try sum.affineSplit().count == 1)
    #expect(sum.derivative(with: .coordinate(0)).depth <= 5)
    #expect(
      abs(Program([sum], inputs: RandomExpression.inputs).evaluate(at: point)[0] - 1e5 * one) < 1e-6
    )
    if term == "x" {
      let product = try parsed(Array(repeating: term, count: 100_000).joined(separator: "*"))
      #expect(product.simplified().description == "x^100000")
    }
  }

  @Test func `a random mutation of a text gives an expression or an error, quickly`() throws {
    var generator = RandomExpression(seed: 5)
    let alphabet = Array("x()+-*/^<>=!&|?:,.[]k0123456789e \t\"$µ−iftsn")
    var accepted = 0
    for _ in 0..<20_000 {
      var text = Array(generator.any(depth: 1 + generator.below(4)))
      for _ in 0...generator.below(3) where !text.isEmpty {
        let i = generator.below(text.count)
        switch generator.below(4) {
        case 0: text.remove(at: i)
        case 1: text.insert(alphabet[generator.below(alphabet.count)], at: i)
        case 2: text[i] = alphabet[generator.below(alphabet.count)]
        default: text.insert(contentsOf: text[i..<min(text.count, i + 12)], at: i)
        }
      }
      do {
        let e = try parsed(String(text))
        accepted += 1
        #expect(try parsed(e.description) == e)
        _ = e.simplified().derivative(with: .coordinate(0))
        _ = try? e.affineSplit()
        _ = Program([e], inputs: RandomExpression.inputs).evaluate(at: generator.point())
      } catch {
        #expect(error.offset <= String(text).unicodeScalars.count)
        #expect(!error.excerpt.isEmpty)
      }
    }
    #expect(accepted > 1000)
  }
}
