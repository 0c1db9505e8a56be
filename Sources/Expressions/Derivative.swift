extension Expression {
  /// The partial derivative, simplified; all other symbols are held, fields and their derivatives
  /// count as independent.
  ///
  /// Kinks and jumps (abs, min, max, step, floor, conditionals) are differentiated on either side;
  /// at the kink one side's value stands.
  public func derivative(with respectTo: Symbol) -> Expression {
    var memory: [ObjectIdentifier: Expression] = [:]
    let simple = simplified()
    return simple.differentiated(respectTo, &memory).simplified()
  }

  private func differentiated(
    _ s: Symbol, _ memory: inout [ObjectIdentifier: Expression]
  ) -> Expression {
    if !node.dependence.contains(Dependence(on: s)) { return .zero }
    if let known = memory[ObjectIdentifier(node)] { return known }
    func d(_ e: Expression) -> Expression { e.differentiated(s, &memory) }
    let result: Expression
    switch form {
    case .constant: result = .zero
    case .symbol(let symbol, _): result = symbol == s ? .one : .zero
    case .sum(let terms): result = .sum(terms.map(d).filter { $0 != .zero })
    case .negation(let a): result = .negation(d(a))
    case .product(let factors): result = Expression.productRule(factors, d)
    case .reciprocal(let a):
      result = -Expression.chain(d(a), .reciprocal(.power(a, Expression(2))))
    case .power(let a, let b): result = Expression.powerRule(self, a, b, d)
    case .call(.conditional, let arguments):
      result = .conditional(arguments[0], d(arguments[1]), d(arguments[2]))
    case .call(let function, let arguments):
      result =
        function == .min || function == .max
        ? Expression.extremumRule(function, arguments[...], d).derivative
        : Expression.functionRule(function, self, arguments, d)
    }
    memory[ObjectIdentifier(node)] = result
    return result
  }

  /// a' · outer, without the product if a' is zero.
  private static func chain(_ inner: Expression, _ outer: @autoclosure () -> Expression)
    -> Expression
  {
    inner == .zero ? .zero : inner * outer()
  }

  /// (l r)' = l' r + l r' by halves, so that a product of n factors costs n log n.
  private static func productRule(
    _ factors: [Expression], _ d: (Expression) -> Expression
  ) -> Expression {
    if factors.count == 1 { return d(factors[0]) }
    let left = Array(factors[..<(factors.count / 2)])
    let right = Array(factors[(factors.count / 2)...])
    let inLeft = productRule(left, d)
    let inRight = productRule(right, d)
    var terms: [Expression] = []
    if inLeft != .zero { terms.append(.product([inLeft] + right)) }
    if inRight != .zero { terms.append(.product(left + [inRight])) }
    return .sum(terms)
  }

  /// (aᵇ)' = b aᵇ⁻¹ a' + aᵇ log(a) b'.
  private static func powerRule(
    _ power: Expression, _ a: Expression, _ b: Expression, _ d: (Expression) -> Expression
  ) -> Expression {
    let inBase = d(a)
    let inExponent = d(b)
    let lowered: Expression =
      if let value = b.constantValue { Expression(value - 1) } else { b - .one }
    var terms: [Expression] = []
    if inBase != .zero { terms.append(.product([b, .power(a, lowered), inBase])) }
    if inExponent != .zero { terms.append(.product([power, .call(.log, [a]), inExponent])) }
    return .sum(terms)
  }

  /// Halves the list, so that the conditionals nest no deeper than its logarithm.
  private static func extremumRule(
    _ function: Function, _ arguments: ArraySlice<Expression>, _ d: (Expression) -> Expression
  ) -> (value: Expression, derivative: Expression) {
    if arguments.count == 1, let only = arguments.first { return (only, d(only)) }
    let middle = arguments.startIndex + arguments.count / 2
    let left = extremumRule(function, arguments[..<middle], d)
    let right = extremumRule(function, arguments[middle...], d)
    let isLeft = call(function == .min ? .lessOrEqual : .greaterOrEqual, [left.value, right.value])
    return (
      call(function, Array(arguments)), conditional(isLeft, left.derivative, right.derivative)
    )
  }

  private static func functionRule(
    _ function: Function, _ whole: Expression, _ arguments: [Expression],
    _ d: (Expression) -> Expression
  ) -> Expression {
    let a = arguments[0]
    let two = Expression(2)
    func of(_ f: Function) -> Expression { call(f, [a]) }
    func over(_ e: Expression) -> Expression { .reciprocal(e) }
    let square = power(a, two)
    switch function {
    case .sin: return chain(d(a), of(.cos))
    case .cos: return -chain(d(a), of(.sin))
    case .tan: return chain(d(a), .one + .power(whole, two))
    case .asin: return chain(d(a), over(.call(.sqrt, [.one - square])))
    case .acos: return -chain(d(a), over(.call(.sqrt, [.one - square])))
    case .atan: return chain(d(a), over(.one + square))
    case .sinh: return chain(d(a), of(.cosh))
    case .cosh: return chain(d(a), of(.sinh))
    case .tanh: return chain(d(a), .one - .power(whole, two))
    case .exp: return chain(d(a), whole)
    case .log: return chain(d(a), over(a))
    case .log10: return chain(d(a), over(Expression(2.302585092994046) * a))
    case .log2: return chain(d(a), over(Expression(0.6931471805599453) * a))
    case .sqrt: return chain(d(a), over(two * whole))
    case .cbrt: return chain(d(a), over(Expression(3) * .power(whole, two)))
    case .abs: return chain(d(a), of(.sign))
    case .erf:
      let factor = Expression(1.1283791670955126)  // 2/√π
      return chain(d(a), factor * .call(.exp, [-square]))
    case .atan2:
      let b = arguments[1]
      return (chain(d(a), b) - chain(d(b), a)) / (square + .power(b, two))
    case .hypot:
      let b = arguments[1]
      return (chain(d(a), a) + chain(d(b), b)) / whole
    case .mod:
      let b = arguments[1]
      return d(a) - chain(d(b), .call(.floor, [a / b]))
    default: return .zero
    }
  }
}
