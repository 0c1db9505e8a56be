internal import Plots

extension CaseFile {
  /// A table of the problem, such as a `[[material]]` or `[time]`: where it holds and what it says,
  /// key by key, every text with its place.
  public struct Entry: Sendable, Hashable {
    /// A key and its value.
    public struct Item: Sendable, Hashable {
      /// The key.
      public let key: String
      /// Where the key stands.
      public let location: SourceLocation
      /// The value.
      public let value: Value
    }

    /// Where it holds; everywhere if the table does not say.
    public let on: Regions
    /// What it says, in the order of the file, `on` apart.
    public let items: [Item]
    /// Where the table stands.
    public let location: SourceLocation

    /// The value of a key.
    public subscript(key: String) -> Value? { items.first { $0.key == key }?.value }

    /// Where a key stands; where the table stands if it is not given.
    public func location(of key: String) -> SourceLocation {
      items.first { $0.key == key }?.location ?? location
    }
  }

  /// What a key of the problem may say, as the declared type of the key has it.
  public indirect enum Value: Sendable, Hashable {
    /// A number or an expression.
    case coefficient(Coefficient)
    /// One of some words.
    case word(SourceText)
    /// true or false.
    case flag(Bool)
    /// The path of a file, as seen from where Ritz was called.
    case path(SourceText)
    /// Several values.
    case list([Value], at: SourceLocation)
    /// A table within.
    case table(Entry)
    /// Something else than the key may say, which has been reported: the key is given nevertheless.
    case unreadable(at: SourceLocation)

    /// The number or expression, if it is one.
    public var coefficient: Coefficient? {
      if case .coefficient(let coefficient) = self { coefficient } else { nil }
    }
    /// The number, if it is one.
    public var number: Double? { coefficient?.number }
    /// The whole number, if it is one.
    public var integer: Int? { number.flatMap { Int(exactly: $0) } }
    /// The word, if it is one.
    public var word: String? {
      if case .word(let text) = self { text.text } else { nil }
    }
    /// The truth value, if it is one.
    public var flag: Bool? {
      if case .flag(let flag) = self { flag } else { nil }
    }
    /// The path, if it is one.
    public var path: SourceText? {
      if case .path(let path) = self { path } else { nil }
    }
    /// The values, if there are several.
    public var list: [Value]? {
      if case .list(let values, _) = self { values } else { nil }
    }
    /// The table, if it is one.
    public var table: Entry? {
      if case .table(let entry) = self { entry } else { nil }
    }
    /// Where it stands.
    public var location: SourceLocation? {
      switch self {
      case .coefficient(let coefficient): coefficient.location
      case .word(let text), .path(let text): text.location
      case .flag: nil
      case .list(_, let location): location
      case .table(let entry): entry.location
      case .unreadable(let location): location
      }
    }
    /// What it says, for reports.
    public var text: String {
      switch self {
      case .coefficient(.number(let x, _)): NumberText(x, digits: 8).plain
      case .coefficient(.expression(let text)): text.text
      case .word(let text), .path(let text): text.text
      case .flag(let flag): "\(flag)"
      case .list(let values, _): "[\(values.map(\.text).joined(separator: ", "))]"
      case .table(let entry): "(\(entry.text))"
      case .unreadable: "?"
      }
    }
  }
}

extension CaseFile.Entry {
  /// What it says, for reports: "conductivity k[0], reaction 2".
  public var text: String {
    items.map { item in
      item.value.flag == true ? item.key : "\(item.key) \(item.value.text)"
    }.joined(separator: ", ")
  }
}
