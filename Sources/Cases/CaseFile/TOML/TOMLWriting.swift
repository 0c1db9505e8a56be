extension TOMLTable {
  /// The table as a TOML text that reads back to the same tree: plain keys first, then tables.
  public var text: String {
    var writer = TOMLWriter()
    writer.write(self, path: [])
    return writer.text
  }
}

private struct TOMLWriter {
  var text = ""

  mutating func write(_ table: TOMLTable, path: [String]) {
    for entry in table.entries where !isHeaded(entry.node) {
      text += "\(quotedKey(entry.key)) = \(inline(entry.node.value))\n"
    }
    for entry in table.entries where isHeaded(entry.node) {
      let inner = path + [entry.key]
      let name = inner.map(quotedKey).joined(separator: ".")
      if let table = entry.node.table {
        text += "\n[\(name)]\n"
        write(table, path: inner)
      }
      for member in entry.node.array ?? [] {
        text += "\n[[\(name)]]\n"
        if let table = member.table { write(table, path: inner) }
      }
    }
  }

  /// Whether a value gets a header of its own.
  private func isHeaded(_ node: TOMLNode) -> Bool {
    if node.isTable { return true }
    guard let members = node.array else { return false }
    return !members.isEmpty && members.allSatisfy(\.isTable)
  }

  private func inline(_ value: TOMLValue) -> String {
    switch value {
    case .string(let s): return quoted(s)
    case .integer(let i): return "\(i)"
    case .number(let x):
      if x.isNaN { return "nan" }
      return x.isFinite ? "\(x)" : (x < 0 ? "-inf" : "inf")
    case .boolean(let b): return b ? "true" : "false"
    // No key takes a date, so none is left when a case has been read.
    case .date: return "\"\""
    case .array(let nodes):
      return "[" + nodes.map { inline($0.value) }.joined(separator: ", ") + "]"
    case .table(let table):
      let pairs = table.entries.map { "\(quotedKey($0.key)) = \(inline($0.node.value))" }
      return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
    }
  }

  private func quotedKey(_ key: String) -> String {
    let isBare =
      !key.isEmpty
      && key.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-")
      }
    return isBare ? key : quoted(key)
  }

  private func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
