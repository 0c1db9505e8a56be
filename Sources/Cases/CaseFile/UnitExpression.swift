/// A number with a unit, as `15 W/(m K)`.
///
/// A text is a quantity when it begins with a number and the next thing, blanks aside, is a
/// letter, `%`, `°` or `µ`: an expression never has two operands side by side, so the two cannot
/// be confused (the operators `and` and `or` aside). `2 * x`, `1 / k[0]`, `3` and `-u` are expressions; `2 mm` and `20 degC` are
/// quantities; `2 x` is a quantity with an unknown unit, and the message says so.
public struct Quantity: Hashable, Sendable {
  /// The number before the unit.
  public let number: Double
  /// The unit.
  public let unit: Unit

  /// Whether `text` is written as a quantity rather than as an expression.
  public static func isQuantity(_ text: String) -> Bool { split(text) != nil }

  /// Reads a quantity.
  ///
  /// - Throws: The unit that is not known or not well written.
  public init(_ text: String) throws(UnitError) {
    guard let (number, rest) = Quantity.split(text) else {
      throw UnitError("'\(text)' is not a number with a unit")
    }
    guard number.isFinite else { throw UnitError("the number in '\(text)' is too large") }
    self.number = number
    unit = try Unit(parsing: rest)
  }

  /// The number at the front and the text of the unit behind it.
  private static func split(_ text: String) -> (Double, String)? {
    let characters = Array(text.trimmingBlanks)
    var i = 0
    func isDigit(_ k: Int) -> Bool {
      k < characters.count && characters[k].isASCII && characters[k].isNumber
    }
    if i < characters.count, characters[i] == "-" || characters[i] == "+" { i += 1 }
    let start = i
    while isDigit(i) { i += 1 }
    if i < characters.count, characters[i] == "." { i += 1 }
    while isDigit(i) { i += 1 }
    guard i > start, isDigit(start) || isDigit(start + 1) else { return nil }
    if i < characters.count, characters[i] == "e" || characters[i] == "E" {
      var j = i + 1
      if j < characters.count, characters[j] == "-" || characters[j] == "+" { j += 1 }
      if isDigit(j) {
        while isDigit(j) { j += 1 }
        i = j
      }
    }
    guard let number = Double(String(characters[..<i])) else { return nil }
    let rest = String(characters[i...]).trimmingBlanks
    guard let first = rest.first, first.isLetter || "%°".contains(first) else { return nil }
    // The two operators that are words.
    let word = rest.prefix { $0.isLetter }
    if word == "and" || word == "or" { return nil }
    return (number, rest)
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmingBlanks: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

extension Unit {
  /// Reads a product of powers of units: `W/(m K)`, `W/m/K`, `W m^-1 K^-1`, `kg*m/s²`.
  ///
  /// `/` divides by the one unit, or the one pair of brackets, that follows it.
  public init(parsing text: String) throws(UnitError) {
    var parser = UnitParser(text: text, characters: Array(text))
    let unit = try parser.product(depth: 0)
    guard parser.at == parser.characters.count else {
      throw UnitError("'\(parser.characters[parser.at])' is out of place in the unit '\(text)'")
    }
    self = unit
  }

  /// The unit with this symbol, with or without a decimal prefix.
  static func named(_ symbol: String) -> Unit? {
    if let unit = symbols[symbol] { return unit }
    guard let first = symbol.first, let factor = prefixes[first] else { return nil }
    let rest = String(symbol.dropFirst())
    guard prefixable.contains(rest), let unit = symbols[rest] else { return nil }
    return Unit(unit.dimension, scale: unit.scale * factor)
  }

  /// The known symbols without prefixes.
  static let knownSymbols = symbols.keys.sorted()

  private static let prefixes: [Character: Double] = [
    "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "c": 1e-2, "d": 1e-1, "h": 1e2,
    "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
  ]

  private static let prefixable: Set<String> = [
    "m", "g", "s", "K", "A", "N", "Pa", "J", "W", "Hz", "V", "Ohm", "bar", "l", "L",
  ]

  /// - Source: BIPM, *The International System of Units*, 9th edition; NIST SP 811 for inch, foot,
  ///   pound-force per square inch and degree Fahrenheit.
  private static let symbols: [String: Unit] = {
    let pressure = Dimension(length: -1, mass: 1, time: -2)
    let energy = Dimension(length: 2, mass: 1, time: -2)
    let voltage = Dimension(length: 2, mass: 1, time: -3, current: -1)
    let resistance = Dimension(length: 2, mass: 1, time: -3, current: -2)
    let volume = Dimension(length: 3)
    return [
      "m": Unit(.length, scale: 1), "in": Unit(.length, scale: 0.0254),
      "ft": Unit(.length, scale: 0.3048),
      "g": Unit(Dimension(mass: 1), scale: 1e-3), "t": Unit(Dimension(mass: 1), scale: 1e3),
      "kg": Unit(Dimension(mass: 1), scale: 1),
      "s": Unit(Dimension(time: 1), scale: 1), "min": Unit(Dimension(time: 1), scale: 60),
      "h": Unit(Dimension(time: 1), scale: 3600),
      "K": Unit(.temperature, scale: 1),
      "degC": Unit(.temperature, scale: 1, offset: 273.15),
      "°C": Unit(.temperature, scale: 1, offset: 273.15),
      "degF": Unit(.temperature, scale: 5.0 / 9, offset: 459.67 * 5 / 9),
      "°F": Unit(.temperature, scale: 5.0 / 9, offset: 459.67 * 5 / 9),
      "A": Unit(Dimension(current: 1), scale: 1),
      "N": Unit(Dimension(length: 1, mass: 1, time: -2), scale: 1),
      "Pa": Unit(pressure, scale: 1), "bar": Unit(pressure, scale: 1e5),
      "psi": Unit(pressure, scale: 6894.757293168361),
      "J": Unit(energy, scale: 1), "W": Unit(.power, scale: 1),
      "Hz": Unit(Dimension(time: -1), scale: 1),
      "V": Unit(voltage, scale: 1), "Ohm": Unit(resistance, scale: 1),
      "Ω": Unit(resistance, scale: 1),
      "l": Unit(volume, scale: 1e-3), "L": Unit(volume, scale: 1e-3),
      "rad": Unit(.none, scale: 1), "deg": Unit(.none, scale: Double.pi / 180),
      "°": Unit(.none, scale: Double.pi / 180), "%": Unit(.none, scale: 0.01),
    ]
  }()
}

private struct UnitParser {
  let text: String
  let characters: [Character]
  var at = 0

  var peek: Character? { at < characters.count ? characters[at] : nil }

  mutating func skipBlanks() { while let c = peek, c.isWhitespace { at += 1 } }

  mutating func product(depth: Int) throws(UnitError) -> Unit {
    guard depth < 8 else { throw UnitError("the unit '\(text)' has too many brackets") }
    var result = try power(depth: depth)
    while true {
      skipBlanks()
      guard let c = peek, c != ")" else { return result }
      let isDivision = c == "/"
      if isDivision || c == "*" || c == "·" || c == "." { at += 1 }
      let factor = try power(depth: depth)
      guard result.offset == 0, factor.offset == 0 else {
        throw UnitError("a temperature in degrees cannot be part of the unit '\(text)'; use K")
      }
      result = try combine(result, factor, power: isDivision ? -1 : 1)
    }
  }

  private mutating func power(depth: Int) throws(UnitError) -> Unit {
    skipBlanks()
    let base: Unit
    if peek == "(" {
      at += 1
      base = try product(depth: depth + 1)
      skipBlanks()
      guard peek == ")" else { throw UnitError("a bracket is not closed in the unit '\(text)'") }
      at += 1
    } else {
      let start = at
      while let c = peek, c.isLetter || c == "°" || c == "%" { at += 1 }
      let symbol = String(characters[start..<at])
      guard !symbol.isEmpty else { throw UnitError("the unit '\(text)' is not complete") }
      guard let unit = Unit.named(symbol) else {
        let hint =
          Unit.knownSymbols.contains { $0.lowercased() == symbol.lowercased() }
          ? Spelling.hint(for: symbol, among: Unit.knownSymbols) : ""
        throw UnitError(
          "unknown unit '\(symbol)'\(hint); if an expression was meant, write the product with '*'")
      }
      base = unit
    }
    guard let exponent = try exponent() else { return base }
    guard base.offset == 0 else {
      throw UnitError("a temperature in degrees cannot be part of the unit '\(text)'; use K")
    }
    return try combine(Unit(.none, scale: 1), base, power: exponent)
  }

  private mutating func exponent() throws(UnitError) -> Int? {
    let raised: [Character: Int] = ["⁻": -1, "¹": 1, "²": 2, "³": 3, "⁴": 4]
    var sign = 1
    if peek == "⁻" {
      sign = -1
      at += 1
    }
    if let c = peek, let value = raised[c], value > 0 {
      at += 1
      return sign * value
    }
    guard peek == "^" || (peek == "*" && at + 1 < characters.count && characters[at + 1] == "*")
    else { return nil }
    at += peek == "^" ? 1 : 2
    let isBracketed = peek == "("
    if isBracketed { at += 1 }
    let start = at
    if peek == "-" || peek == "+" { at += 1 }
    while let c = peek, c.isASCII, c.isNumber { at += 1 }
    let digits = String(characters[start..<at])
    guard let value = Int(digits), abs(value) <= 12, !isBracketed || peek == ")" else {
      throw UnitError("a power in the unit '\(text)' must be a whole number from -12 to 12")
    }
    if isBracketed { at += 1 }
    return value
  }

  private func combine(_ a: Unit, _ b: Unit, power: Int) throws(UnitError) -> Unit {
    guard let dimension = a.dimension.multiplied(by: b.dimension, power: power) else {
      throw UnitError("the powers in the unit '\(text)' are too high")
    }
    var raised = 1.0
    for _ in 0..<abs(power) { raised *= b.scale }
    return Unit(dimension, scale: power >= 0 ? a.scale * raised : a.scale / raised)
  }
}
