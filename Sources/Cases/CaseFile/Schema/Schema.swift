/// The range a number must lie in; an end may be open or absent.
public struct Limits: Hashable, Sendable {
  /// The smallest allowed, or what must be exceeded.
  public let lower: Double?
  /// The largest allowed, or what must not be reached.
  public let upper: Double?
  /// Whether the ends themselves are forbidden.
  public let excludesEnds: Bool

  /// From `lower` to `upper`.
  public init(lower: Double? = nil, upper: Double? = nil, excludesEnds: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.excludesEnds = excludesEnds
  }

  /// Every finite number.
  public static let none = Limits()
  /// Numbers above 0.
  public static let positive = Limits(lower: 0, excludesEnds: true)
  /// Numbers from 0 on.
  public static let nonnegative = Limits(lower: 0)

  /// Whether `x` lies inside.
  public func contains(_ x: Double) -> Bool {
    if let lower, excludesEnds ? x <= lower : x < lower { return false }
    if let upper, excludesEnds ? x >= upper : x > upper { return false }
    return true
  }

  /// ` > 0`, ` from 0 to 1`, or nothing.
  var phrase: String {
    switch (lower, upper) {
    case (nil, nil): ""
    case (let a?, nil): excludesEnds ? " > \(plain(a))" : " >= \(plain(a))"
    case (nil, let b?): excludesEnds ? " < \(plain(b))" : " <= \(plain(b))"
    case (let a?, let b?):
      excludesEnds
        ? " strictly between \(plain(a)) and \(plain(b))" : " from \(plain(a)) to \(plain(b))"
    }
  }
}

/// A number as a person writes it: no `.0` on whole ones.
func plain(_ x: Double) -> String {
  if let whole = Int(exactly: x), abs(whole) < 1_000_000_000 { return String(whole) }
  return "\(x)"
}

/// What a key may hold.
public indirect enum FieldType: Sendable {
  /// Any text.
  case string
  /// The path of a file, relative to the file it is written in.
  case path
  /// The name of a unit system.
  case units
  /// One of these texts.
  case choice([String])
  /// A whole number.
  case integer(ClosedRange<Int>)
  /// true or false.
  case boolean
  /// A number without a unit.
  case number(Limits)
  /// A number, or a text with a unit of this dimension; of any dimension where it is nil.
  case quantity(Dimension?, Limits)
  /// A number within limits, a text with a unit of this dimension, or an expression.
  case coefficient(Dimension?, Limits)
  /// A symmetric tensor with positive numbers: one coefficient, one per axis, or all of them by rows.
  case tensor(Dimension?)
  /// An expression.
  case expression
  /// The name of a region, a list of names, or "*".
  case regions
  /// A number, a text or a truth value.
  case scalar
  /// A list.
  case list(FieldType, count: ClosedRange<Int>)
  /// One of several types.
  case either([FieldType])
  /// A table.
  case table(TableSchema)
  /// An array of tables: `[[key]]`, given any number of times.
  case tables(TableSchema)
}

/// A key of a table, declared once: validation, JSON Schema, template and reference page follow.
public struct Field: Sendable {
  /// The key.
  public let name: String
  /// What it may hold.
  public let type: FieldType
  /// Whether it must be given.
  public let isRequired: Bool
  /// The value used when it is not given, as TOML; nil where there is none.
  public let standard: String?
  /// What it means, one sentence without a full stop.
  public let meaning: String
  /// An example value, as TOML.
  public let example: String?
  /// The kinds of physics that know the key; nil for all.
  public let kinds: [String]?

  /// A key.
  public init(
    _ name: String, _ type: FieldType, required: Bool = false, default standard: String? = nil,
    example: String? = nil, of kinds: [String]? = nil, _ meaning: String
  ) {
    self.name = name
    self.kinds = kinds
    self.type = type
    self.isRequired = required
    self.standard = standard
    self.meaning = meaning
    self.example = example
  }

  /// Whether a kind of physics knows the key.
  func belongs(to kind: String) -> Bool { kinds?.contains(kind) ?? true }
}

/// A table of the case file: its keys and the rules between them.
public struct TableSchema: Sendable {
  /// The name, as in `[name]`.
  public let name: String
  /// What it is for, one sentence without a full stop.
  public let meaning: String
  /// The keys.
  public let fields: [Field]
  /// Of each of these groups exactly one key must be given.
  public let exactlyOneOf: [[String]]
  /// Of each of these groups at least one key must be given.
  public let atLeastOneOf: [[String]]
  /// Keys that leave no room for others, with the reason.
  let exclusions: [Exclusion]

  /// A table.
  public init(
    _ name: String, _ meaning: String, fields: [Field], exactlyOneOf: [[String]] = [],
    atLeastOneOf: [[String]] = [], exclusions: [Exclusion] = []
  ) {
    self.name = name
    self.meaning = meaning
    self.fields = fields
    self.exactlyOneOf = exactlyOneOf
    self.atLeastOneOf = atLeastOneOf
    self.exclusions = exclusions
  }

  /// A key that leaves no room for others.
  public struct Exclusion: Sendable {
    let key: String
    let others: [String]
    /// "'value' fixes u"
    let reason: String
    /// "on the same boundary"
    let place: String
    /// The kinds of physics it holds for.
    let kinds: [String]
  }

  /// The keys a kind of physics knows.
  func fields(for kind: String) -> [Field] { fields.filter { $0.belongs(to: kind) } }

  /// The key called `name`, as a kind of physics knows it.
  public func field(_ name: String, for kind: String) -> Field? {
    fields.first { $0.name == name && $0.belongs(to: kind) }
  }

  /// The kinds of physics that know a key of this name.
  func kinds(ofKey name: String) -> [String] {
    fields.filter { $0.name == name }.flatMap { $0.kinds ?? [] }
  }
}

extension FieldType {
  /// What it is, for messages: `an integer from 1 to 2`.
  public var noun: String {
    switch self {
    case .string: "a text"
    case .path: "the path of a file"
    case .units: "the name of a unit system such as \"m-kg-s-K\""
    case .choice(let words):
      (words.count > 1 ? "one of " : "") + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .integer(let range):
      range.lowerBound == range.upperBound
        ? "\(range.lowerBound)"
        : range.upperBound == .max
          ? "an integer >= \(range.lowerBound)"
          : "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: "true or false"
    case .number(let limits): "a number\(limits.phrase)"
    case .quantity(let dimension, let limits):
      "a number\(limits.phrase) or a text with a unit"
        + (dimension.map { $0 == .none ? "" : " of \($0)" } ?? "")
    case .coefficient(let dimension, let limits):
      "a number\(limits.phrase), a text with a unit"
        + (dimension.map { $0 == .none ? "" : " of \($0)" } ?? "") + ", or an expression"
    case .tensor(let dimension):
      "\(FieldType.coefficient(dimension, .positive).noun), "
        + "or a list of 2 or 3 along the axes, or a symmetric table of them by rows"
    case .expression: "an expression (a text)"
    case .regions: "the name of a region, a list of names, or \"*\""
    case .scalar: "a number, a text, true or false"
    case .list(let member, let count):
      if count.lowerBound == count.upperBound {
        "a list of \(count.lowerBound), each \(member.noun)"
      } else {
        "a list\(count.lowerBound > 0 ? " of at least \(count.lowerBound)" : ""), each \(member.noun)"
      }
    case .either(let types): types.map(\.noun).joined(separator: ", or ")
    case .table: "a table"
    case .tables: "an array of tables"
    }
  }
}
