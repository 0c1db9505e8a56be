internal import Expressions

/// What must be written down of a law so that it can be built again: its kind and its coefficients
/// as texts, which lose no bit of a number and carry expressions in the temperature T.
///
/// Written in a model file it needs neither the case nor the code that built the law, save that an
/// external law still needs its library.
public struct LawDescription: Codable, Sendable, Hashable {
  /// "elastic", "inelastic" or "external".
  public var kind: String
  /// Entries by name; each is a list of numbers, expressions in T, or words.
  public var entries: [String: [String]]

  /// A description from its parts.
  public init(kind: String, entries: [String: [String]]) {
    (self.kind, self.entries) = (kind, entries)
  }

  /// The law.
  ///
  /// - Parameter subject: What errors speak of.
  /// - Throws: Where an entry is missing or wrong, with its name; what the law objects to; where
  ///   the library of an external law cannot be loaded.
  public func law(
    subject: PhysicsError.Subject = .problem
  ) throws(PhysicsError) -> any DescribedLaw {
    switch kind {
    case "elastic": try ElasticMaterial(self, subject: subject)
    case "inelastic": try InelasticMaterial(self, subject: subject)
    case "external": try ExternalLaw(self, subject: subject)
    default:
      throw PhysicsError(
        subject,
        "there is no constitutive law of kind '\(kind)'; there are 'elastic', 'inelastic' and "
          + "'external'")
    }
  }
}

/// A law that can be written down and built again.
public protocol DescribedLaw: ConstitutiveLaw {
  /// The law that `description` describes, to the last bit.
  init(_ description: LawDescription, subject: PhysicsError.Subject) throws(PhysicsError)

  /// What describes it.
  var description: LawDescription { get }
}

/// Reads the entries of a description.
struct DescriptionReader {
  let description: LawDescription
  let subject: PhysicsError.Subject
  /// Names the coefficients may contain.
  static let scope = ExpressionScope(coordinates: 0, time: false, fields: ["T"])

  func words(_ name: String) throws(PhysicsError) -> [String] {
    guard let words = description.entries[name] else {
      throw error(
        "has no entry '\(name)'; it has "
          + description.entries.keys.sorted().joined(separator: ", "))
    }
    return words
  }

  func word(_ name: String, _ place: Int = 0) throws(PhysicsError) -> String {
    let words = try words(name)
    guard place < words.count else {
      throw error("has \(words.count) values of '\(name)'; value \(place + 1) is missing")
    }
    return words[place]
  }

  func expressions(_ name: String, from start: Int = 0) throws(PhysicsError) -> [Expression] {
    var result: [Expression] = []
    for text in try words(name).dropFirst(start) {
      do { result.append(try Expression(parsing: text, in: DescriptionReader.scope)) } catch {
        throw self.error("has '\(text)' for '\(name)': \(error)")
      }
    }
    return result
  }

  /// Exactly `count` expressions.
  func expressions(
    _ name: String, from start: Int = 0, count: Int
  ) throws(PhysicsError) -> [Expression] {
    let found = try expressions(name, from: start)
    guard found.count == count else {
      throw error("has \(found.count) values of '\(name)'; there are \(count)")
    }
    return found
  }

  func expression(_ name: String) throws(PhysicsError) -> Expression {
    try expressions(name, count: 1)[0]
  }

  func number(_ name: String) throws(PhysicsError) -> Double {
    let value = try expression(name)
    guard let number = value.constantValue else {
      throw error("has '\(value)' for '\(name)', which must be a number")
    }
    return number
  }

  func error(_ message: String) -> PhysicsError {
    PhysicsError(subject, "the description of the law (\(description.kind)) \(message)")
  }
}

/// Texts from which the expressions are read again.
func texts(_ expressions: [Expression]) -> [String] {
  expressions.map { e in
    e.substituting { $0 == .field("T") ? Expression($0) : nil }.description
  }
}

/// The text of a finite number.
func texts(_ number: Double) -> [String] { texts([Expression(number)]) }
