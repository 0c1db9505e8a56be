/// The tightest level of the grammar: numbers, names, calls, parentheses.
extension Parser {
  mutating func primary() throws(ExpressionError) -> Expression {
    let first = token
    switch first.kind {
    case .number(let value):
      try advance()
      return Expression(value)
    case .identifier(let name):
      if ["and", "or", "not"].contains(name) { throw missingOperand() }
      try advance()
      return try named(name, at: first)
    case .sign("("):
      try advance()
      let inner = try choice()
      try expect(")", "to close the parenthesis of column \(first.offset + 1)")
      return inner
    default: throw missingOperand()
    }
  }

  private func missingOperand() -> ExpressionError {
    token.kind == .end
      ? unexpected(after: "a value is missing")
      : error(
        .unexpected(spelling(of: token)), at: token.span,
        "a value is missing before '\(spelling(of: token))'")
  }

  private func spelling(of token: Token) -> String {
    switch token.kind {
    case .sign(let text), .identifier(let text): text
    case .number(let value): "\(value)"
    case .end: ""
    }
  }

  private mutating func named(_ name: String, at first: Token) throws(ExpressionError) -> Expression
  {
    if let parameter = scope.parameter(name) {
      return try entry(of: name, parameter.start, parameter.size, at: first)
    }
    if token.kind == .sign("(") { return try call(name, at: first) }
    if let symbol = try field(name, at: first) { return symbol }
    if let axis = ExpressionScope.axis(name) {
      guard axis < scope.coordinateCount else {
        throw error(
          .unknownName(name), at: first.span,
          scope.coordinateCount == 0
            ? "coordinates cannot be used here"
            : "there is no \(name) in \(scope.coordinateCount) dimensions")
      }
      return Expression(.coordinate(axis))
    }
    if name == "t", scope.hasTime { return Expression(.time) }
    if let value = ExpressionScope.constants[name] { return Expression(value) }
    if name == "parameter", token.kind == .sign("[") {
      let size = scope.parameterCount
      return try entry(of: name, 0, size, at: first)
    }
    if Function.called[name] != nil || ["pow", "clamp"].contains(name) {
      throw error(
        .unexpected(name), at: first.span, "\(name) needs its argument in parentheses")
    }
    let suggestion = nearestName(to: name, among: scope.names)
    let known = scope.names.count <= 20 ? ": there are " + scope.names.joined(separator: ", ") : ""
    throw error(
      .unknownName(name), at: first.span,
      "there is no '\(name)' here" + (suggestion == nil ? known : ""), suggestion: suggestion)
  }

  /// A scalar parameter, or the entry whose index follows.
  private mutating func entry(
    of name: String, _ start: Int, _ size: Int?, at first: Token
  ) throws(ExpressionError) -> Expression {
    let kind = ExpressionError.Kind.index(parameter: name)
    guard token.kind == .sign("[") else {
      guard let size else { return Expression(.parameter(start), name: name) }
      throw error(
        kind, at: first.span,
        "\(name) has \(size) entries, \(name)[0] to \(name)[\(size - 1)]; choose one")
    }
    guard let size else {
      throw error(kind, at: token.span, "\(name) is a single number and takes no index")
    }
    try advance()
    let index = token
    guard case .number(let value) = index.kind, let entry = Int(exactly: value) else {
      throw error(
        kind, at: index.span, "the index of \(name) must be a whole number from 0 to \(size - 1)")
    }
    guard entry < size else {
      throw error(
        kind, at: index.span,
        size == 0
          ? "there are no parameters here"
          : "\(name)[\(entry)] does not exist: the last entry is \(name)[\(size - 1)]")
    }
    try advance()
    try expect("]", "after the index of \(name)")
    return Expression(.parameter(start + entry), name: "\(name)[\(entry)]")
  }

  /// A field or its component, if `name` begins one.
  private mutating func field(_ name: String, at first: Token) throws(ExpressionError)
    -> Expression?
  {
    let components = scope.fields.filter { $0 == name || $0.hasPrefix(name + ".") }
    guard !components.isEmpty else { return nil }
    var full = name
    var span = first.span
    if token.kind == .sign(".") {
      try advance()
      if case .identifier(let component) = token.kind {
        full += "." + component
        span = span.lowerBound..<token.span.upperBound
        try advance()
      }
    }
    guard components.contains(full) else {
      throw error(
        .unknownName(full), at: span,
        "there is no '\(full)' here; choose one of \(components.joined(separator: ", "))")
    }
    return Expression(.field(full))
  }

  private mutating func call(_ name: String, at first: Token) throws(ExpressionError) -> Expression
  {
    if let axis = ["dx", "dy", "dz"].firstIndex(of: name), axis < scope.coordinateCount,
      !scope.fields.isEmpty, scope.hasFieldDerivatives
    {
      try advance()
      let inner = token
      guard case .identifier(let fieldName) = inner.kind else {
        throw error(
          .unknownName(spelling(of: inner)), at: inner.span,
          "\(name) needs a field, as \(name)(\(scope.fields[0]))")
      }
      try advance()
      guard let operand = try field(fieldName, at: inner),
        case .symbol(.field(let component), _) = operand.form
      else {
        throw error(
          .unknownName(fieldName), at: inner.span, "'\(fieldName)' is not a field",
          suggestion: nearestName(to: fieldName, among: scope.fields))
      }
      try expect(")", "after the field of \(name)")
      return Expression(.field("\(name)(\(component))"))
    }
    let count: ClosedRange<Int>
    switch name {
    case "pow": count = 2...2
    case "clamp": count = 3...3
    default:
      guard let entry = Function.called[name] else {
        if scope.names.contains(name) {
          throw error(
            .unexpected("("), at: token.span, "\(name) is not a function; write \(name) * (…)")
        }
        throw error(
          .unknownFunction(name), at: first.span, "there is no function '\(name)'",
          suggestion: nearestName(to: name, among: scope.functionNames))
      }
      count = entry.count
    }
    try advance()
    let arguments = try arguments(of: name)
    guard count.contains(arguments.count) else {
      let wanted =
        switch count {
        case 1...1: "one argument"
        case 2...2: "two arguments"
        case 3...3: "three arguments"
        default: "one or more arguments"
        }
      throw error(
        .argumentCount(function: name, found: arguments.count), at: first.span,
        "\(name) takes \(wanted), not \(arguments.count)")
    }
    return try checked(built(name, arguments), from: first.offset)
  }

  private mutating func arguments(of name: String) throws(ExpressionError) -> [Expression] {
    if try accept(")") { return [] }
    var arguments = [try choice()]
    while try accept(",") { arguments.append(try choice()) }
    try expect(")", "after the arguments of \(name)")
    return arguments
  }

  private func built(_ name: String, _ arguments: [Expression]) -> Expression {
    switch name {
    case "pow": return .power(arguments[0], arguments[1])
    case "clamp":
      return .call(.min, [.call(.max, [arguments[0], arguments[1]]), arguments[2]])
    default:
      guard let function = Function.called[name]?.function else { return arguments[0] }
      return .call(function, arguments)
    }
  }
}
