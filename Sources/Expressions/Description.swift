extension Expression: CustomStringConvertible {
  /// The expression in the language of case files; parsed again in the same scope it gives an
  /// equal expression, numbers to the last bit.
  public var description: String {
    var text = ""
    write(to: &text, atLeast: .choice)
    return text
  }

  /// How tightly an operation binds; operands of a looser one need parentheses.
  private enum Binding: Int, Comparable {
    case choice, or, and, not, comparison, sum, product, power, primary
    static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
  }

  private var binding: Binding {
    switch form {
    case .constant(let value): value.sign == .minus ? .product : .primary
    case .symbol: .primary
    case .sum: .sum
    case .product, .negation, .reciprocal: .product
    case .power: .power
    case .call(let function, _):
      switch function {
      case .or: .or
      case .and: .and
      case .not: .not
      default: function.isComparison ? .comparison : .primary
      }
    }
  }

  private func write(to text: inout String, atLeast binding: Binding) {
    let needsParentheses = self.binding < binding
    if needsParentheses { text += "(" }
    defer { if needsParentheses { text += ")" } }
    switch form {
    case .constant(let value): text += Expression.spelling(of: value)
    case .symbol(_, let name): text += name
    case .sum(let terms): writeSum(terms, to: &text)
    case .product(let factors): writeProduct(factors, to: &text)
    case .negation(let a):
      text += "-"
      a.write(to: &text, atLeast: .product)
    case .reciprocal: writeProduct([self], to: &text)
    case .power(let a, let b):
      a.write(to: &text, atLeast: .primary)
      text += "^"
      b.write(to: &text, atLeast: .primary)
    case .call(let function, let arguments): writeCall(function, arguments, to: &text)
    }
  }

  private func writeSum(_ terms: [Expression], to text: inout String) {
    for (i, term) in terms.enumerated() {
      switch term.form {
      case .negation(let a) where i > 0:
        text += " - "
        a.write(to: &text, atLeast: .product)
      case .constant(let value) where i > 0 && value.sign == .minus:
        text += " - " + Expression.spelling(of: -value)
      default:
        if i > 0 { text += " + " }
        term.write(to: &text, atLeast: .product)
      }
    }
  }

  private func writeProduct(_ factors: [Expression], to text: inout String) {
    for (i, factor) in factors.enumerated() {
      if case .reciprocal(let divisor) = factor.form {
        text += i == 0 ? "1 / " : " / "
        divisor.write(to: &text, atLeast: .power)
      } else {
        if i > 0 { text += " * " }
        factor.write(to: &text, atLeast: .power)
      }
    }
  }

  private func writeCall(_ function: Function, _ arguments: [Expression], to text: inout String) {
    var separator = ", "
    var operand = Binding.choice
    switch function {
    case .not:
      text += "not "
      arguments[0].write(to: &text, atLeast: .not)
      return
    case .or: (separator, operand) = (" or ", .and)
    case .and: (separator, operand) = (" and ", .not)
    case _ where function.isComparison: (separator, operand) = (" \(function.name) ", .sum)
    default: text += function.name + "("
    }
    for (i, argument) in arguments.enumerated() {
      if i > 0 { text += separator }
      argument.write(to: &text, atLeast: operand)
    }
    if operand == .choice { text += ")" }
  }

  private static func spelling(of value: Double) -> String {
    value.magnitude < 1e15 && value == value.rounded() && !(value == 0 && value.sign == .minus)
      ? String(Int(value)) : value.description
  }
}
