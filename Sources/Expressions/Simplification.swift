extension Expression {
  /// An equal expression, usually shorter: constants folded, zeros and ones removed, nested sums
  /// and products joined, equal terms and equal factors collected.
  ///
  /// Values agree to round-off wherever the original is finite; where it is not (x/x at 0) the
  /// simplified one may be. One pass from the leaves to the root, so it always ends.
  public func simplified() -> Expression {
    var memory: [ObjectIdentifier: Expression] = [:]
    return simplified(&memory)
  }

  /// Parts that occur often, as in derivatives, are simplified once.
  private func simplified(_ memory: inout [ObjectIdentifier: Expression]) -> Expression {
    if let value = constantValue { return Expression(value) }
    if case .symbol = form { return self }
    if depth > 3, let known = memory[ObjectIdentifier(node)] { return known }
    var result = rewritten { $0.simplified(&memory) }
    if let value = result.constantValue { result = Expression(value) }
    if depth > 3 { memory[ObjectIdentifier(node)] = result }
    return result
  }

  private func rewritten(_ simple: (Expression) -> Expression) -> Expression {
    switch form {
    case .constant, .symbol: self
    case .negation(let a): .negation(simple(a))
    case .sum(let terms): Expression.collectedSum(terms.map(simple))
    case .product(let factors): Expression.collectedProduct(factors.map { (simple($0), 1) })
    case .reciprocal(let a): Expression.collectedProduct([(simple(a), -1)])
    case .power(let a, let b): Expression.simplePower(simple(a), simple(b))
    case .call(let function, let arguments):
      Expression.simpleCall(function, arguments.map(simple))
    }
  }

  /// The sum of simplified terms, like terms collected in the order of their first appearance.
  static func collectedSum(_ terms: [Expression]) -> Expression {
    var index: [Expression: Int] = [:]
    var collected: [(rest: Expression, coefficient: Double)] = []
    func add(_ term: Expression, times factor: Double) {
      switch term.form {
      case .negation(let a): add(a, times: -factor)
      case .sum(let inner): for a in inner { add(a, times: factor) }
      default:
        let (own, rest) = term.coefficientAndRest
        if let i = index[rest] {
          collected[i].coefficient += factor * own
        } else {
          index[rest] = collected.count
          collected.append((rest, factor * own))
        }
      }
    }
    for term in terms { add(term, times: 1) }
    guard collected.allSatisfy({ $0.coefficient.isFinite }) else { return sum(terms) }
    return sum(
      collected.compactMap { $0.coefficient == 0 ? nil : $0.rest.scaled(by: $0.coefficient) })
  }

  /// The leading number of a product and what it multiplies; a number alone multiplies one.
  var coefficientAndRest: (coefficient: Double, rest: Expression) {
    switch form {
    case .constant(let value): return (value, .one)
    case .negation(let a):
      let (coefficient, rest) = a.coefficientAndRest
      return (-coefficient, rest)
    case .product(let factors):
      guard case .constant(let value) = factors[0].form else { return (1, self) }
      return (value, .product(Array(factors.dropFirst())))
    default: return (1, self)
    }
  }

  /// The product with a number, which stands first.
  func scaled(by factor: Double) -> Expression {
    if factor == 1 { return self }
    if factor == -1 { return .negation(self) }
    let (own, rest) = coefficientAndRest
    let both = own * factor
    guard both.isFinite, both != 0 || own == 0 || factor == 0 else {
      return .product([Expression(factor), self])
    }
    if both == 0 { return .zero }
    if rest == .one { return Expression(both) }
    if both == 1 { return rest }
    if both == -1 { return .negation(rest) }
    if case .product(let factors) = rest.form { return .product([Expression(both)] + factors) }
    return .product([Expression(both), rest])
  }

  /// The product of powers of simplified factors: one number, then each base once with its whole
  /// power, divisors last.
  static func collectedProduct(_ factors: [(base: Expression, exponent: Int)]) -> Expression {
    var coefficient = 1.0
    var index: [Expression: Int] = [:]
    var collected: [(base: Expression, exponent: Int)] = []
    func multiply(_ factor: Expression, to n: Int) {
      switch factor.form {
      case .constant(let value): coefficient *= Expressions.power(value, Double(n))
      case .negation(let a):
        if !n.isMultiple(of: 2) { coefficient = -coefficient }
        multiply(a, to: n)
      case .product(let inner): for a in inner { multiply(a, to: n) }
      case .reciprocal(let a): multiply(a, to: -n)
      default:
        let (base, m) = factor.wholePower(times: n)
        if let i = index[base] {
          collected[i].exponent += m
        } else {
          index[base] = collected.count
          collected.append((base, m))
        }
      }
    }
    for (base, n) in factors { multiply(base, to: n) }
    let isZero = coefficient == 0 && factors.contains { $0.base.constantValue == 0 }
    if isZero { return zero }
    // Overflow or underflow of the collected number: leave the factors as they stand.
    guard coefficient.isFinite, coefficient != 0 else { return product(spelled(factors)) }
    return product(spelled(collected)).scaled(by: coefficient)
  }

  /// The factors written with powers and divisors, divisors last.
  private static func spelled(_ factors: [(base: Expression, exponent: Int)]) -> [Expression] {
    func raised(_ base: Expression, _ n: Int) -> Expression {
      n == 1 ? base : power(base, Expression(Double(n)))
    }
    return factors.filter { $0.exponent > 0 }.map { raised($0.base, $0.exponent) }
      + factors.filter { $0.exponent < 0 }.map { reciprocal(raised($0.base, -$0.exponent)) }
  }

  /// Base and exponent of the n-th power of a power with a whole exponent.
  private func wholePower(times n: Int) -> (base: Expression, exponent: Int) {
    guard case .power(let base, let exponent) = form, let m = exponent.wholeValue,
      m.magnitude * n.magnitude < 1 << 30
    else { return (self, n) }
    return (base, m * n)
  }

  /// The value of a whole number below 2²⁰ in magnitude.
  var wholeValue: Int? {
    guard let value = node.constant, value.magnitude < 0x1p20 else { return nil }
    return Int(exactly: value)
  }

  private static func simplePower(_ base: Expression, _ exponent: Expression) -> Expression {
    if let n = exponent.wholeValue { return n == 0 ? one : collectedProduct([(base, n)]) }
    return base.constantValue == 1 ? one : power(base, exponent)
  }

  private static func simpleCall(_ function: Function, _ arguments: [Expression]) -> Expression {
    switch function {
    case .conditional:
      if arguments[1] == arguments[2] { return arguments[1] }
      if let condition = arguments[0].constantValue { return arguments[condition != 0 ? 1 : 2] }
      if case .call(.not, let inner) = arguments[0].form {
        return conditional(inner[0], arguments[2], arguments[1])
      }
    case .abs, .cos, .cosh:
      if case .negation(let a) = arguments[0].form { return call(function, [a]) }
    case .min, .max:
      var distinct: [Expression] = []
      var seen: Set<Expression> = []
      for a in arguments where seen.insert(a).inserted { distinct.append(a) }
      return distinct.count == 1 ? distinct[0] : call(function, distinct)
    default: break
    }
    return call(function, arguments)
  }
}
