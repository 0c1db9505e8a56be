extension Expression {
  /// Reads an expression.
  ///
  /// From loosest to tightest: `c ? a : b`; `or ||`; `and &&`; `not`; one comparison
  /// `< <= > >= == !=`; `+ -`; `* /`; unary `- + !`; `^ **` (from the right, so −x^2 = −(x²));
  /// numbers, names, `k[3]`, `u.x`, `f(a, b)`, parentheses.
  ///
  /// - Throws: `ExpressionError` with the position: bad syntax, an unknown name, a number out of
  ///   range, a part without variables that is infinite or not a number (1/0, log(-1)), or nesting
  ///   deeper than `Expression.deepestNesting`.
  /// - Complexity: O(length of the text).
  public init(parsing text: String, in scope: ExpressionScope) throws(ExpressionError) {
    var parser = try Parser(text, in: scope)
    self = try parser.whole()
  }

  /// The deepest nesting a text may have.
  public static let deepestNesting = 200

  /// The longest text that is read, in Unicode scalars.
  public static let longestText = 2_000_000
}

/// A parser by recursive descent; each method reads one level of precedence.
struct Parser {
  let scope: ExpressionScope
  private var lexer: Lexer
  private(set) var token: Token
  /// End of the token before `token`.
  private var end = 0
  private var nesting = 0

  init(_ text: String, in scope: ExpressionScope) throws(ExpressionError) {
    self.scope = scope
    lexer = Lexer(text)
    token = Token(kind: .end, offset: 0, length: 0)
    if lexer.scalars.count > Expression.longestText {
      let limit = Expression.longestText
      throw error(
        .tooLarge(limit: limit), at: limit..<limit + 1,
        "an expression may have at most \(limit) characters")
    }
    token = try lexer.next()
  }

  mutating func whole() throws(ExpressionError) -> Expression {
    if token.kind == .end { throw error(.empty, at: 0..<1, "there is no expression") }
    let result = try choice()
    guard token.kind == .end else { throw unexpected(after: nil) }
    return result
  }

  /// `c ? a : b` and everything tighter.
  mutating func choice() throws(ExpressionError) -> Expression {
    let start = token.offset
    try descend()
    let condition = try disjunction()
    var result = condition
    if try accept("?") {
      let a = try choice()
      try expect(":", "between the two values of '?'")
      result = try checked(.conditional(condition, a, try choice()), from: start)
    }
    nesting -= 1
    return result
  }

  private mutating func disjunction() throws(ExpressionError) -> Expression {
    let start = token.offset
    var operands = [try conjunction()]
    while try accept("||", orWord: "or") { operands.append(try conjunction()) }
    return operands.count == 1 ? operands[0] : try checked(.call(.or, operands), from: start)
  }

  private mutating func conjunction() throws(ExpressionError) -> Expression {
    let start = token.offset
    var operands = [try inversion()]
    while try accept("&&", orWord: "and") { operands.append(try inversion()) }
    return operands.count == 1 ? operands[0] : try checked(.call(.and, operands), from: start)
  }

  private mutating func inversion() throws(ExpressionError) -> Expression {
    let start = token.offset
    guard try accept("not", orWord: "not") else { return try comparison() }
    try descend()
    let operand = try inversion()
    nesting -= 1
    return try checked(.call(.not, [operand]), from: start)
  }

  private mutating func comparison() throws(ExpressionError) -> Expression {
    let start = token.offset
    let left = try sum()
    guard let function = comparisonSign else { return left }
    try advance()
    let right = try sum()
    if comparisonSign != nil {
      throw error(
        .unexpected(lexer.spelling(token.span)), at: token.span,
        "comparisons cannot be chained; write a < b and b < c")
    }
    return try checked(.call(function, [left, right]), from: start)
  }

  private var comparisonSign: Function? {
    guard case .sign(let sign) = token.kind else { return nil }
    let table: [String: Function] = [
      "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "==": .equal,
      "!=": .notEqual,
    ]
    return table[sign]
  }

  private mutating func sum() throws(ExpressionError) -> Expression {
    let start = token.offset
    var terms = [try product()]
    var partial = terms[0].node.constant
    while true {
      let isDifference: Bool
      if try accept("+") {
        isDifference = false
      } else if try accept("-") {
        isDifference = true
      } else {
        break
      }
      let term = try product()
      terms.append(isDifference ? .negation(term) : term)
      partial = try checkedPartial(partial, terms, from: start) { $0 + $1 }
    }
    return terms.count == 1 ? terms[0] : try checked(.sum(terms), from: start)
  }

  private mutating func product() throws(ExpressionError) -> Expression {
    let start = token.offset
    var factors = [try signed()]
    var partial = factors[0].node.constant
    while true {
      let isQuotient: Bool
      if try accept("*") {
        isQuotient = false
      } else if try accept("/") {
        isQuotient = true
      } else {
        break
      }
      let from = token.offset
      let factor = try signed()
      if isQuotient, factor.node.constant == 0 {
        throw error(.notFinite(value: "inf"), at: from..<end, "this is a division by zero")
      }
      partial = try checkedPartial(partial, [factor], from: start) {
        isQuotient ? $0 / $1 : $0 * $1
      }
      factors.append(isQuotient ? .reciprocal(factor) : factor)
    }
    return factors.count == 1 ? factors[0] : try checked(.product(factors), from: start)
  }

  mutating func signed() throws(ExpressionError) -> Expression {
    let start = token.offset
    for sign in ["-", "+", "!"] {
      guard try accept(sign) else { continue }
      try descend()
      let operand = try signed()
      nesting -= 1
      switch sign {
      case "-": return try checked(.negation(operand), from: start)
      case "!": return try checked(.call(.not, [operand]), from: start)
      default: return operand
      }
    }
    return try power()
  }

  private mutating func power() throws(ExpressionError) -> Expression {
    let start = token.offset
    let base = try primary()
    guard try accept("^") else { return base }
    try descend()
    let exponent = try signed()
    nesting -= 1
    return try checked(.power(base, exponent), from: start)
  }
}

extension Parser {
  mutating func advance() throws(ExpressionError) {
    end = token.offset + token.length
    token = try lexer.next()
  }

  mutating func accept(_ sign: String) throws(ExpressionError) -> Bool {
    guard token.kind == .sign(sign) else { return false }
    try advance()
    return true
  }

  private mutating func accept(
    _ sign: String, orWord word: String
  ) throws(ExpressionError) -> Bool {
    guard token.kind == .sign(sign) || token.kind == .identifier(word) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ sign: String, _ place: String) throws(ExpressionError) {
    guard try accept(sign) else { throw unexpected(after: "'\(sign)' is missing \(place)") }
  }

  /// Counts one level of nesting, so that no text can exhaust the stack.
  private mutating func descend() throws(ExpressionError) {
    nesting += 1
    if nesting > Expression.deepestNesting { throw tooDeep(at: token.span) }
  }

  private func tooDeep(at span: Range<Int>) -> ExpressionError {
    let limit = Expression.deepestNesting
    return error(
      .tooLarge(limit: limit), at: span,
      "parentheses, functions and signs may be nested at most \(limit) levels deep")
  }

  /// Refuses a part that is constant but not finite, or a tree too deep for later passes.
  func checked(_ e: Expression, from start: Int) throws(ExpressionError) -> Expression {
    if let value = e.node.constant, !value.isFinite { throw notFinite(value, from: start) }
    if e.depth > 2 * Expression.deepestNesting { throw tooDeep(at: start..<end) }
    return e
  }

  /// The value of what has been read of a chain, while no variable has occurred in it.
  private func checkedPartial(
    _ partial: Double?, _ operands: [Expression], from start: Int,
    _ operation: (Double, Double) -> Double
  ) throws(ExpressionError) -> Double? {
    guard let partial, let value = operands[operands.count - 1].node.constant else { return nil }
    let result = operation(partial, value)
    if !result.isFinite { throw notFinite(result, from: start) }
    return result
  }

  private func notFinite(_ value: Double, from start: Int) -> ExpressionError {
    error(
      .notFinite(value: "\(value)"), at: start..<end,
      value.isNaN
        ? "'\(shortened(start..<end))' has no real value"
        : "'\(shortened(start..<end))' is infinite")
  }

  private func shortened(_ span: Range<Int>) -> String {
    span.count <= 40 ? lexer.spelling(span) : lexer.spelling(span.prefix(40)) + "…"
  }

  func error(
    _ kind: ExpressionError.Kind, at span: Range<Int>, _ message: String, suggestion: String? = nil
  ) -> ExpressionError {
    ExpressionError(kind, in: lexer.text, at: span, message, suggestion: suggestion)
  }

  /// The present token cannot stand where it does; without a context the expression is complete.
  func unexpected(after context: String?) -> ExpressionError {
    let found = lexer.spelling(token.span)
    let reason = context.map { ": \($0)" } ?? ""
    let message =
      switch token.kind {
      case .end: "the text ends too early" + reason
      case .sign(","): "unexpected ','; the decimal sign is a point, as in 1.5"
      case .number, .identifier, .sign("("):
        "an operator is missing before '\(shortened(token.span))'"
      case .sign(")") where context == nil, .sign("]") where context == nil:
        "this '\(found)' closes nothing"
      case .sign("["): "only a vector parameter takes an index"
      default: "unexpected '\(found)'" + reason
      }
    return error(.unexpected(found), at: token.span, message)
  }
}
