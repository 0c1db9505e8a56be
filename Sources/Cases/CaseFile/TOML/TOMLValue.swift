/// A value of a TOML file with its place.
public struct TOMLNode: Sendable {
  /// The value.
  public var value: TOMLValue
  /// Where it stands: for a table the header, for a string the opening quote.
  public var location: SourceLocation

  /// A value standing at `location`.
  public init(_ value: TOMLValue, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

/// What a TOML file can say.
public indirect enum TOMLValue: Sendable {
  /// A text.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// A number with a point or exponent, possibly inf or nan.
  case number(Double)
  /// true or false.
  case boolean(Bool)
  /// A date or time: legal TOML, but no key of a case takes one.
  case date
  /// A list, or an array of tables.
  case array([TOMLNode])
  /// A table, inline or with a header.
  case table(TOMLTable)

  /// What it is, for messages: `the string "abc"`, `the integer 3`, `a table`.
  public var noun: String {
    switch self {
    case .string(let text):
      let short = text.count > 40 ? String(text.prefix(40)) + "…" : text
      return "the string \"\(short)\""
    case .integer(let i): return "the integer \(i)"
    case .number(let x): return "the number \(x)"
    case .boolean(let b): return b ? "true" : "false"
    case .date: return "a date"
    case .array(let nodes): return nodes.isEmpty ? "an empty list" : "a list of \(nodes.count)"
    case .table: return "a table"
    }
  }
}

/// The keys of a table in the order of the file.
public struct TOMLTable: Sendable {
  /// One `key = value`.
  public struct Entry: Sendable {
    /// The key.
    public var key: String
    /// Where the key stands.
    public var keyLocation: SourceLocation
    /// The value.
    public var node: TOMLNode

    /// A key with its value.
    public init(key: String, at keyLocation: SourceLocation, node: TOMLNode) {
      self.key = key
      self.keyLocation = keyLocation
      self.node = node
    }
  }

  /// The entries in the order of the file.
  public var entries: [Entry]

  /// A table of `entries`.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// The value of `key`.
  public subscript(key: String) -> TOMLNode? { entries.first { $0.key == key }?.node }

  /// Where `key` stands.
  public func keyLocation(of key: String) -> SourceLocation? {
    entries.first { $0.key == key }?.keyLocation
  }

  /// The index of `key` among the entries.
  func index(of key: String) -> Int? { entries.firstIndex { $0.key == key } }

  /// This table with `later` laid over it: tables merge key by key, arrays of tables append,
  /// everything else is replaced. Places keep their file.
  public func merged(with later: TOMLTable) -> TOMLTable {
    var result = self
    var places: [String: Int] = [:]
    for (i, entry) in entries.enumerated() { places[entry.key] = i }
    for entry in later.entries {
      guard let i = places[entry.key] else {
        result.entries.append(entry)
        continue
      }
      switch (result.entries[i].node.value, entry.node.value) {
      case (.table(let a), .table(let b)):
        result.entries[i] = entry
        result.entries[i].node.value = .table(a.merged(with: b))
      case (.array(let a), .array(let b)) where (a + b).allSatisfy(\.isTable) && !a.isEmpty:
        result.entries[i].node.value = .array(a + b)
      default:
        result.entries[i] = entry
      }
    }
    return result
  }
}

extension TOMLNode {
  /// Whether the value is a table.
  public var isTable: Bool {
    if case .table = value { true } else { false }
  }
  /// The text, if the value is one.
  public var string: String? {
    if case .string(let text) = value { text } else { nil }
  }
  /// The table, if the value is one.
  public var table: TOMLTable? {
    if case .table(let table) = value { table } else { nil }
  }
  /// The members, if the value is a list.
  public var array: [TOMLNode]? {
    if case .array(let nodes) = value { nodes } else { nil }
  }
  /// The whole number, if the value is one.
  public var integer: Int? {
    if case .integer(let i) = value { Int(i) } else { nil }
  }
  /// The number, if the value is one; whole numbers count (`E = 10` is a number).
  public var number: Double? {
    switch value {
    case .integer(let i): Double(i)
    case .number(let x): x
    default: nil
    }
  }
  /// The truth value, if the value is one.
  public var boolean: Bool? {
    if case .boolean(let b) = value { b } else { nil }
  }
}
