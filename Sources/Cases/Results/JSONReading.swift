extension JSONValue {
  /// Parses a JSON text (RFC 8259), nested at most 256 deep.
  ///
  /// - Throws: `malformed` with the byte offset.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes: bytes)
    self = try reader.value(depth: 0)
    reader.skipBlanks()
    if reader.at < bytes.count { throw reader.malformed("text after the value") }
  }

  /// Parses a JSON text.
  public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONReader {
  let bytes: [UInt8]
  var at = 0

  func malformed(_ reason: String) -> JSONError { .malformed(offset: at, reason: reason) }

  var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func skipBlanks() {
    while let c = peek, c == 32 || c == 9 || c == 10 || c == 13 { at += 1 }
  }

  mutating func take(_ word: String) -> Bool {
    guard bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < 256 else { throw malformed("nested too deeply") }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t") where take("true"): return .boolean(true)
    case UInt8(ascii: "f") where take("false"): return .boolean(false)
    case UInt8(ascii: "n") where take("null"): return .null
    case nil: throw malformed("the text ends early")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    at += 1
    var members: [(key: String, value: JSONValue)] = []
    skipBlanks()
    if take("}") { return .object([]) }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw malformed("a key was expected") }
      let key = try string()
      skipBlanks()
      guard take(":") else { throw malformed("':' was expected") }
      members.append((key, try value(depth: depth + 1)))
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { throw malformed("',' or '}' was expected") }
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    at += 1
    var members: [JSONValue] = []
    skipBlanks()
    if take("]") { return .array([]) }
    while true {
      members.append(try value(depth: depth + 1))
      skipBlanks()
      if take("]") { return .array(members) }
      guard take(",") else { throw malformed("',' or ']' was expected") }
    }
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = at
    while let c = peek, (48...57).contains(c) || "+-.eE".utf8.contains(c) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if !text.hasPrefix("+"), let i = Int(text), text != "-0" { return .integer(i) }
    guard let first = text.first, first.isNumber || first == "-", let x = Double(text), x.isFinite
    else {
      at = start
      throw malformed("a value was expected")
    }
    return .number(x)
  }

  private mutating func string() throws(JSONError) -> String {
    at += 1
    var text: [UInt8] = []
    while let c = peek {
      at += 1
      switch c {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<32:
        at -= 1
        throw malformed("a control character in a text")
      default: text.append(c)
      }
    }
    throw malformed("a text is not closed")
  }

  private mutating func escape() throws(JSONError) -> Character {
    guard let c = peek else { throw malformed("a text is not closed") }
    at += 1
    switch c {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code), take("\\u") {
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw malformed("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw malformed("half a surrogate pair") }
      return Character(scalar)
    default:
      at -= 1
      throw malformed("an unknown escape")
    }
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    let digits = bytes[at..<min(at + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw malformed("four hexadecimal digits were expected") }
    at += 4
    return code
  }
}
