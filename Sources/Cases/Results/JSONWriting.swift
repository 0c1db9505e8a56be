extension JSONValue {
  /// The text of the value: numbers with 17 significant digits, keys in their order.
  ///
  /// - Parameter isIndented: One member per line with two blanks per level (lists of plain values
  ///   stay on one line); otherwise everything stands on one line.
  /// - Throws: `notFinite` with the path of the first number that is inf or nan: JSON has none.
  public func text(isIndented: Bool = true) throws(JSONError) -> String {
    var writer = JSONWriter(isIndented: isIndented)
    try writer.write(self, path: "", depth: 0)
    return writer.text
  }

  fileprivate var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}

private struct JSONWriter {
  let isIndented: Bool
  var text = ""

  mutating func write(_ value: JSONValue, path: String, depth: Int) throws(JSONError) {
    switch value {
    case .null: text += "null"
    case .boolean(let b): text += b ? "true" : "false"
    case .integer(let i): text += "\(i)"
    case .number(let x):
      guard x.isFinite else { throw .notFinite(path: path, value: "\(x)") }
      text += seventeenDigits(x)
    case .string(let s): write(s)
    case .array(let members):
      let breaks = isIndented && !members.allSatisfy(\.isPlain)
      text += "["
      for (i, member) in members.enumerated() {
        separate(isFirst: i == 0, breaks: breaks, depth: depth + 1)
        try write(member, path: "\(path)[\(i)]", depth: depth + 1)
      }
      if breaks { newLine(depth) }
      text += "]"
    case .object(let members):
      let breaks = isIndented && !members.isEmpty
      text += "{"
      for (i, member) in members.enumerated() {
        separate(isFirst: i == 0, breaks: breaks, depth: depth + 1)
        write(member.key)
        text += isIndented ? ": " : ":"
        let key = JSONPath.needsQuotes(member.key) ? "'\(member.key)'" : member.key
        try write(member.value, path: path.isEmpty ? key : "\(path).\(key)", depth: depth + 1)
      }
      if breaks { newLine(depth) }
      text += "}"
    }
  }

  private mutating func separate(isFirst: Bool, breaks: Bool, depth: Int) {
    if !isFirst { text += breaks || !isIndented ? "," : ", " }
    if breaks { newLine(depth) }
  }

  private mutating func newLine(_ depth: Int) {
    text += "\n" + String(repeating: "  ", count: depth)
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        // U+2028 and U+2029 end a line in scripts that a report may be embedded in.
        if scalar.value < 32 || scalar.value == 127 || (0x2028...0x2029).contains(scalar.value) {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
