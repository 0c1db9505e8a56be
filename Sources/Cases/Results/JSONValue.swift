/// A JSON value; the keys of an object keep their order.
public indirect enum JSONValue: Sendable {
  /// null.
  case null
  /// true or false.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Keys and values in order.
  case object([(key: String, value: JSONValue)])

  /// The value of `key`, if this is an object that has it.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The `index`-th member, if this is a list that has it.
  public subscript(index: Int) -> JSONValue? {
    guard case .array(let members) = self, members.indices.contains(index) else { return nil }
    return members[index]
  }

  /// The number, if this is one.
  public var number: Double? {
    switch self {
    case .integer(let i): Double(i)
    case .number(let x): x
    default: nil
    }
  }

  /// The text, if this is one.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// What it is, for messages.
  public var noun: String {
    switch self {
    case .null: "null"
    case .boolean(let b): b ? "true" : "false"
    case .integer(let i): "\(i)"
    case .number(let x): "\(x)"
    case .string(let text): "\"\(text)\""
    case .array(let members): "a list of \(members.count)"
    case .object: "an object"
    }
  }

  /// An object from pairs, leaving out those without a value.
  static func members(_ pairs: [(String, JSONValue?)]) -> JSONValue {
    .object(pairs.compactMap { key, value in value.map { (key: key, value: $0) } })
  }

  /// An object of numbers, keys in the order given.
  public static func numbers(_ pairs: [(key: String, value: Double)]) -> JSONValue {
    .object(pairs.map { (key: $0.key, value: .number($0.value)) })
  }

  /// An object of guarantees by name.
  static func guarantees(_ pairs: [(key: String, value: Results.Guarantee)]) -> JSONValue {
    .object(pairs.map { (key: $0.key, value: .string($0.value.rawValue)) })
  }

  /// A list of numbers.
  public static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
}

/// Why a value cannot be written, read or found as JSON.
public enum JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A number is not finite, at this path.
  case notFinite(path: String, value: String)
  /// The text is not JSON, at this byte offset.
  case malformed(offset: Int, reason: String)
  /// A path leads nowhere.
  case notFound(path: String, reason: String)

  /// The reason in words.
  public var description: String {
    switch self {
    case .notFinite(let path, let value):
      "results.\(path) is \(value); a result file holds finite numbers only"
    case .malformed(let offset, let reason): "not JSON at byte \(offset): \(reason)"
    case .notFound(let path, let reason): "'\(path)' is not in the results: \(reason)"
    }
  }
}
