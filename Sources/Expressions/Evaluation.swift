extension Expression {
  /// The value with each symbol's value taken from `value`, by a walk over the tree: for a few
  /// points; a `Program` is for many.
  ///
  /// Arithmetic is IEEE: a division by zero gives infinity, log of a negative number not-a-number.
  /// A conditional evaluates only the branch it selects.
  public func evaluate(_ value: (Symbol) -> Double) -> Double {
    if let constant = node.constant { return constant }
    if case .symbol(let symbol, _) = form { return value(symbol) }
    return Expression.value(of: form) { $0.evaluate(value) }
  }

  static func value(of form: Form, _ value: (Expression) -> Double) -> Double {
    switch form {
    case .constant(let c): c
    case .symbol: .nan
    case .sum(let terms): terms.dropFirst().reduce(value(terms[0])) { $0 + value($1) }
    case .product(let factors):
      factors.dropFirst().reduce(value(factors[0])) {
        if case .reciprocal(let divisor) = $1.form { $0 / value(divisor) } else { $0 * value($1) }
      }
    case .negation(let a): -value(a)
    case .reciprocal(let a): 1 / value(a)
    case .power(let a, let b): Expressions.power(value(a), value(b))
    case .call(.conditional, let arguments):
      value(arguments[0]) != 0 ? value(arguments[1]) : value(arguments[2])
    case .call(let function, let arguments): function.value(arguments.map(value))
    }
  }
}
