/// Why a text is not an expression, and where.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of mistake.
  public enum Kind: Hashable, Sendable {
    /// There is no expression in the text.
    case empty
    /// The text or its nesting is beyond what is read.
    case tooLarge(limit: Int)
    /// A character that begins no number, name or operator.
    case unexpectedCharacter(String)
    /// A number that is badly written or that no finite Double represents.
    case number(String)
    /// Something else should stand here; "" is the end of the text.
    case unexpected(String)
    /// A name without meaning in the scope.
    case unknownName(String)
    /// A function that does not exist.
    case unknownFunction(String)
    /// A function with too few or too many arguments.
    case argumentCount(function: String, found: Int)
    /// An index missing, unwanted or outside its vector.
    case index(parameter: String)
    /// A part without variables whose value is infinite or not a number.
    case notFinite(value: String)
  }

  /// The kind of mistake, with the words concerned.
  public let kind: Kind
  /// The whole text that was read.
  public let text: String
  /// Where the mistake begins, in Unicode scalars from 0.
  public let offset: Int
  /// How many Unicode scalars it spans; at least 1.
  public let length: Int
  /// One sentence without a position.
  public let message: String
  /// What to write instead, if there is a likely guess.
  public let suggestion: String?

  init(
    _ kind: Kind, in text: String, at span: Range<Int>, _ message: String, suggestion: String? = nil
  ) {
    self.kind = kind
    self.text = text
    offset = span.lowerBound
    length = max(1, span.count)
    self.message = message
    self.suggestion = suggestion
  }

  /// Where the mistake begins, counted from 1.
  public var column: Int { offset + 1 }

  /// Position, message and suggestion in one line.
  public var description: String {
    "column \(column): \(message)" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
  }

  /// Two lines: the text around the mistake and carets under it; tabs and line ends as spaces.
  public var excerpt: String {
    let scalars = Array(text.unicodeScalars)
    let start = min(max(0, offset - 40), scalars.count)
    let end = min(scalars.count, start + 80)
    let head = start > 0 ? "…" : ""
    var line = head
    for scalar in scalars[start..<end] {
      line.unicodeScalars.append(scalar.properties.isWhitespace ? " " : scalar)
    }
    if end < scalars.count { line += "…" }
    let room = max(1, end - offset)
    return line + "\n" + String(repeating: " ", count: head.count + offset - start)
      + String(repeating: "^", count: min(length, room))
  }
}
