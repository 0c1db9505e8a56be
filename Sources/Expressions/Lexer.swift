/// A number, name, sign or the end, with its place in the text.
struct Token {
  enum Kind: Hashable {
    case number(Double)
    case identifier(String)
    case sign(String)
    case end
  }

  let kind: Kind
  /// In Unicode scalars from the beginning of the text.
  let offset: Int
  let length: Int

  var span: Range<Int> { offset..<offset + length }
}

/// Cuts a text into tokens, one at a time.
struct Lexer {
  let text: String
  let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  func spelling(_ span: Range<Int>) -> String {
    var result = ""
    result.unicodeScalars.append(contentsOf: scalars[span.clamped(to: 0..<scalars.count)])
    return result
  }

  mutating func next() throws(ExpressionError) -> Token {
    while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
    guard position < scalars.count else { return Token(kind: .end, offset: position, length: 0) }
    let start = position
    let first = scalars[start]
    if isDigit(first) || (first == "." && start + 1 < scalars.count && isDigit(scalars[start + 1]))
    {
      return try number()
    }
    if isLetter(first) {
      while position < scalars.count, isLetter(scalars[position]) || isDigit(scalars[position]) {
        position += 1
      }
      return Token(
        kind: .identifier(spelling(start..<position)), offset: start, length: position - start)
    }
    return try sign()
  }

  private mutating func number() throws(ExpressionError) -> Token {
    let start = position
    skipDigits()
    if position < scalars.count, scalars[position] == "." {
      position += 1
      skipDigits()
    }
    let mantissa = start..<position
    if position < scalars.count, scalars[position] == "e" || scalars[position] == "E" {
      let mark = position
      position += 1
      if position < scalars.count, scalars[position] == "+" || scalars[position] == "-" {
        position += 1
      }
      let digits = position
      skipDigits()
      if digits == position {
        // "2e" may be meant as twice Euler's number, "2exp(x)" as a product: say so.
        position = mark
      }
    }
    let span = start..<position
    var literal = spelling(span)
    if literal.hasPrefix(".") { literal = "0" + literal }
    if scalars[mantissa.upperBound - 1] == "." {
      literal = spelling(mantissa.dropLast()) + spelling(mantissa.upperBound..<position)
    }
    if position < scalars.count, scalars[position] == "." || isLetter(scalars[position]) {
      let shown = spelling(span)
      throw ExpressionError(
        .number(shown), in: text, at: start..<position + 1,
        scalars[position] == "."
          ? "the number \(shown) is followed by another decimal point"
          : "the number \(shown) is followed by a letter; write \(shown) * for a product")
    }
    guard let value = Double(literal), value.isFinite,
      value != 0 || scalars[mantissa].allSatisfy({ $0 == "0" || $0 == "." })
    else {
      throw ExpressionError(
        .number(spelling(span)), in: text, at: span,
        "this number is beyond the range of double precision (about 1e-308 to 1e308)")
    }
    return Token(kind: .number(value), offset: start, length: span.count)
  }

  private mutating func sign() throws(ExpressionError) -> Token {
    let start = position
    if start + 1 < scalars.count {
      let two = spelling(start..<start + 2)
      if ["**", "<=", ">=", "==", "!=", "&&", "||"].contains(two) {
        position += 2
        return Token(kind: .sign(two == "**" ? "^" : two), offset: start, length: 2)
      }
    }
    let one = String(Character(scalars[start]))
    position += 1
    if "+-*/^()[],.?:<>!".unicodeScalars.contains(scalars[start]) {
      return Token(kind: .sign(one), offset: start, length: 1)
    }
    let meant: [String: String] = [
      "=": "==", "&": "&&", "|": "||", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/",
      "²": "^2", "³": "^3", "≤": "<=", "≥": ">=", "≠": "!=", "{": "(", "}": ")",
    ]
    throw ExpressionError(
      .unexpectedCharacter(one), in: text, at: start..<start + 1,
      "the character '\(one)' has no meaning here", suggestion: meant[one])
  }

  private mutating func skipDigits() {
    while position < scalars.count, isDigit(scalars[position]) { position += 1 }
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      || (!scalar.isASCII && scalar.properties.isAlphabetic)
  }
}
