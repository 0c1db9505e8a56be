import Expressions
import TestSupport

/// Draws expressions as text, so that the tests take the way a user's coefficient takes.
struct RandomExpression {
  var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// The scope all drawn expressions live in.
  static let scope = ExpressionScope(
    parameters: [("k", 3), ("h", nil)], coordinates: 3, time: true, fields: ["u.x", "u.y"])

  /// Coordinates, time and parameters in the order of `point()`.
  static let inputs: [Symbol] = [
    .coordinate(0), .coordinate(1), .coordinate(2), .time, .parameter(0), .parameter(1),
    .parameter(2), .parameter(3),
  ]

  mutating func below(_ n: Int) -> Int { Int(random.next() % UInt64(n)) }

  mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

  mutating func number() -> String {
    pick(["1", "2", "3", "0.5", ".25", "1.5e-1", "7e-1", "1.", "2.5", "\(random.uniform(0.1...3))"])
  }

  mutating func coordinateLeaf() -> String { pick(["x", "y", "z", number()]) }

  mutating func parameterLeaf() -> String { pick(["k[0]", "k[1]", "k[2]", "h", "t", number()]) }

  /// Any expression of the language, smooth or not.
  mutating func any(depth: Int) -> String {
    if depth == 0 { return pick([coordinateLeaf(), parameterLeaf()]) }
    func sub(_ generator: inout RandomExpression) -> String { generator.any(depth: depth - 1) }
    let a = sub(&self)
    let b = sub(&self)
    switch below(22) {
    case 0...3: return "\(a) + \(b)"
    case 4, 5: return "(\(a)) - (\(b))"
    case 6: return "\(a) - \(b)"
    case 7...9: return "(\(a)) * (\(b))"
    case 10: return "(\(a)) / (2 + abs(\(b)))"
    case 11: return "-(\(a))"
    case 12: return "-\(a)"
    case 13: return "(\(a))^\(pick(["2", "3", "-2", "4"]))"
    case 14: return "(1 + abs(\(a)))^sin(\(b))"
    case 15: return "if(\(a) < \(b), \(b), \(a))"
    case 16: return "(\(a) >= 0 and not (\(b)) > 1 ? \(a) : \(b))"
    case 17: return pick(["min", "max", "hypot", "atan2", "mod"]) + "(\(a), 0.5 + abs(\(b)))"
    case 18: return "(\(a) > 1 or \(b) != 0 && x <= y)"
    default: return pick(Self.tame) + "(\(a))"
    }
  }

  /// Functions defined and moderate everywhere.
  static let tame = [
    "sin", "cos", "atan", "tanh", "abs", "floor", "step", "erf", "sign", "round", "ceil", "cbrt",
  ]

  /// A smooth expression, to be differentiated.
  mutating func smooth(depth: Int) -> String {
    if depth == 0 { return pick([coordinateLeaf(), parameterLeaf()]) }
    let a = smooth(depth: depth - 1)
    let b = smooth(depth: depth - 1)
    switch below(14) {
    case 0, 1: return "\(a) + \(b)"
    case 2: return "(\(a)) - (\(b))"
    case 3, 4: return "(\(a)) * (\(b))"
    case 5: return "(\(a)) / (2 + (\(b))^2)"
    case 6: return "(\(a))^\(pick(["2", "3"]))"
    case 7: return "(1 + (\(a))^2)^sin(\(b))"
    case 8: return "sqrt(1 + (\(a))^2) - log(2 + (\(b))^2)"
    case 9: return "hypot(1 + (\(a))^2, \(b)) + atan2(\(b), 3 + (\(a))^2)"
    case 10: return "exp(-(\(a))^2) - log10(1 + (\(b))^2) + log2(3 + sin(\(a)))"
    case 11: return "asin(0.5 * sin(\(a))) + acos(0.5 * cos(\(b)))"
    case 12: return "sinh(tanh(\(a))) + cosh(sin(\(b))) + cbrt(2 + sin(\(a)))"
    default: return pick(["sin", "cos", "atan", "tanh", "erf"]) + "(\(a)) + tan(sin(\(b)))"
    }
  }

  /// An expression that separates by construction.
  mutating func separable(depth: Int) -> String {
    if depth == 0 {
      return pick([
        coordinateLeaf(), parameterLeaf(), "sin(\(coordinateLeaf()))", "exp(\(parameterLeaf()))",
        "1 / (1 + \(parameterLeaf())^2)", "if(x < 0.5, \(number()), y)",
      ])
    }
    let a = separable(depth: depth - 1)
    let b = separable(depth: depth - 1)
    let p = parameterLeaf()
    let s = coordinateLeaf()
    switch below(12) {
    case 0...2: return "\(a) + \(b)"
    case 3: return "(\(a)) - (\(b))"
    case 4, 5: return "(\(a)) * (\(b))"
    case 6: return "-(\(a))"
    case 7: return "(\(p) + \(s))^\(pick(["2", "3"])) / (2 + \(s)^2)"
    case 8: return "exp(\(p) - \(s)) * (\(a))"
    case 9: return pick(["sin", "cos", "cosh", "sinh"]) + "(\(p) + \(s)) + \(b)"
    case 10:
      return pick([
        "if(x < 0.5, \(a), \(b))", "if(h > 1, \(a), \(b))", "if(h > 1 and x < y, \(a), \(b))",
      ])
    default: return "abs(\(p) * \(s)) + sqrt((\(p))^2 * (1 + \(s)^2)) + (\(a)) / exp(\(s) * 2)"
    }
  }

  /// Values for `inputs`; parameters positive.
  mutating func point() -> [Double] {
    (0..<4).map { _ in random.uniform(-1.5...1.5) } + (0..<4).map { _ in random.uniform(0.1...2) }
  }
}

extension Expression {
  /// The value at a point in the order of `RandomExpression.inputs`.
  func value(at point: [Double]) -> Double {
    evaluate { symbol in
      RandomExpression.inputs.firstIndex(of: symbol).map { point[$0] } ?? .nan
    }
  }
}

/// Parses in the scope of the random expressions.
func parsed(_ text: String) throws(ExpressionError) -> Expression {
  try Expression(parsing: text, in: RandomExpression.scope)
}
