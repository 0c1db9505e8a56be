/// Whether a pinned number holds.
public struct ExpectationOutcome: Sendable, CustomStringConvertible {
  /// The expectation.
  public let expectation: CaseFile.Expectation
  /// Whether it holds.
  public let passes: Bool
  /// What was found; nil where the path leads nowhere.
  public let found: JSONValue?
  /// The distance from the expected number, where both are numbers.
  public let distance: Double?
  /// The allowed distance, where both are numbers.
  public let allowed: Double?
  /// What was compared, in one sentence with the numbers.
  public let message: String

  /// `pass query[0].outputs.q: …` or `miss …`.
  public var description: String {
    "\(passes ? "pass" : "miss") \(expectation.quantity.text): \(message)"
  }
}

extension CaseFile.Expectation {
  /// Holds the expectation against results.
  ///
  /// A number passes when |found − value| ≤ max(absolute, relative · |value|); whole numbers, texts
  /// and truth values without a tolerance must be equal; `atLeast` and `atMost` must hold besides.
  public func outcome(in results: JSONValue) -> ExpectationOutcome {
    let found: JSONValue
    do throws(JSONError) { found = try results.value(at: quantity.text) } catch {
      return ExpectationOutcome(
        expectation: self, passes: false, found: nil, distance: nil, allowed: nil,
        message: error.description)
    }
    var passes = true
    var words: [String] = []
    var distance: Double?
    var allowed: Double?
    switch value {
    case nil: break
    case .string(let text):
      passes = found.string == text
      words.append("expected \"\(text)\"")
    case .boolean(let flag):
      if case .boolean(let b) = found { passes = b == flag } else { passes = false }
      words.append("expected \(flag)")
    case .integer(let whole) where relative == nil && absolute == nil:
      if case .integer(let i) = found {
        passes = i == whole
      } else {
        passes = found.number == Double(whole)
      }
      words.append("expected \(whole) exactly")
    case .integer, .number:
      let target = value?.number ?? 0
      let limit = max(absolute ?? 0, (relative ?? 0) * abs(target))
      allowed = limit
      words.append("expected \(target) within \(limit)")
      if let x = found.number {
        let apart = abs(x - target)
        distance = apart
        passes = apart <= limit
        words.append("off by \(apart)")
      } else {
        passes = false
      }
    }
    for (bound, name, holds) in [
      (atLeast, "at least", { (x: Double, b: Double) in x >= b }),
      (atMost, "at most", { (x: Double, b: Double) in x <= b }),
    ] {
      guard let bound else { continue }
      words.append("\(name) \(plain(bound))")
      passes = passes && (found.number.map { holds($0, bound) } ?? false)
    }
    return ExpectationOutcome(
      expectation: self, passes: passes, found: found, distance: distance, allowed: allowed,
      message: "found \(found.noun), " + words.joined(separator: ", "))
  }
}

extension CaseFile.Expectation.Value {
  /// The number, if it is one.
  public var number: Double? {
    switch self {
    case .integer(let i): Double(i)
    case .number(let x): x
    default: nil
    }
  }
}
