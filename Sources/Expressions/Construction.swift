/// The only ways to build a tree. They keep a few invariants that cost no rounding: signs stand
/// outside products, constants carry their own sign, a sum's or product's first operand is not
/// again a sum or product. So each tree has one spelling, and the spelling gives the tree back.
extension Expression {
  /// A number.
  ///
  /// - Precondition: `value` is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "a constant must be finite, not \(value)")
    self.init(form: .constant(value))
  }

  /// A symbol, printed as `name`; without a name by its description.
  public init(_ symbol: Symbol, name: String? = nil) {
    self.init(form: .symbol(symbol, name: name ?? symbol.description))
  }

  static let zero = Expression(0)
  static let one = Expression(1)

  static func sum(_ terms: [Expression]) -> Expression {
    guard let first = terms.first else { return zero }
    if terms.count == 1 { return first }
    if case .sum(let head) = first.form { return Expression(form: .sum(head + terms.dropFirst())) }
    return Expression(form: .sum(terms))
  }

  static func product(_ factors: [Expression]) -> Expression {
    if factors.isEmpty { return one }
    if factors.count == 1 { return factors[0] }
    var isNegative = false
    var rest: [Expression] = []
    rest.reserveCapacity(factors.count)
    for factor in factors {
      let magnitude = factor.withoutSign
      if let magnitude { isNegative.toggle(); rest.append(magnitude) } else { rest.append(factor) }
    }
    if case .product(let head) = rest[0].form { rest = head + rest.dropFirst() }
    if case .constant(1) = rest[0].form, case .reciprocal = rest[1].form { rest.removeFirst() }
    let magnitude = rest.count == 1 ? rest[0] : Expression(form: .product(rest))
    return isNegative ? negation(magnitude) : magnitude
  }

  static func negation(_ a: Expression) -> Expression {
    if case .constant(let value) = a.form { return Expression(-value) }
    return a.withoutSign ?? Expression(form: .negation(a))
  }

  static func reciprocal(_ a: Expression) -> Expression {
    if let magnitude = a.withoutSign {
      return negation(Expression(form: .reciprocal(magnitude)))
    }
    return Expression(form: .reciprocal(a))
  }

  static func power(_ base: Expression, _ exponent: Expression) -> Expression {
    Expression(form: .power(base, exponent))
  }

  static func call(_ function: Function, _ arguments: [Expression]) -> Expression {
    Expression(form: .call(function, arguments))
  }

  static func conditional(
    _ condition: Expression, _ a: Expression, _ b: Expression
  ) -> Expression {
    call(.conditional, [condition, a, b])
  }

  /// What follows the minus sign, if the expression begins with one.
  private var withoutSign: Expression? {
    switch form {
    case .negation(let a): a
    case .constant(let value) where value.sign == .minus: Expression(-value)
    default: nil
    }
  }

  /// The sum of all terms, as one node.
  public init(sumOf terms: [Expression]) { self = .sum(terms) }

  /// a + b.
  public static func + (a: Expression, b: Expression) -> Expression { sum([a, b]) }

  /// a − b.
  public static func - (a: Expression, b: Expression) -> Expression { sum([a, negation(b)]) }

  /// a · b.
  public static func * (a: Expression, b: Expression) -> Expression { product([a, b]) }

  /// a / b, rounded once.
  public static func / (a: Expression, b: Expression) -> Expression {
    product([a, reciprocal(b)])
  }

  /// −a.
  public static prefix func - (a: Expression) -> Expression { negation(a) }

  /// The tree with the same operation over operands changed by `body`.
  func mappingOperands(_ body: (Expression) -> Expression) -> Expression {
    switch form {
    case .constant, .symbol: self
    case .sum(let terms): .sum(terms.map(body))
    case .product(let factors): .product(factors.map(body))
    case .negation(let a): .negation(body(a))
    case .reciprocal(let a): .reciprocal(body(a))
    case .power(let a, let b): .power(body(a), body(b))
    case .call(let function, let arguments): .call(function, arguments.map(body))
    }
  }

  /// The terms of a sum; of anything else, itself alone.
  public var summands: [Expression] {
    if case .sum(let terms) = form { terms } else { [self] }
  }

  /// The expression with every symbol for which `replacement` gives one replaced.
  public func substituting(_ replacement: (Symbol) -> Expression?) -> Expression {
    if case .symbol(let symbol, _) = form { return replacement(symbol) ?? self }
    return node.dependence.isEmpty ? self : mappingOperands { $0.substituting(replacement) }
  }
}
