/// A place in a text the user wrote: file, line and column from 1, and how many characters.
///
/// An override from the command line has no line: its `file` is `--set reduction.tolerance` and
/// `line` is 0.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// The path as the user wrote it, or the name of an override.
  public let file: String
  /// The line from 1; 0 where there are no lines.
  public let line: Int
  /// The column from 1, in characters (Unicode scalars).
  public let column: Int
  /// How many characters the marked piece has, at least 1.
  public let length: Int

  /// A place; `length` characters are marked from `column` on.
  public init(file: String, line: Int = 0, column: Int = 1, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }

  /// `case.toml:12:3`, or the name alone where there are no lines.
  public var description: String { line > 0 ? "\(file):\(line):\(column)" : file }

  /// The place `offset` characters further on in the same line.
  public func advanced(by offset: Int, length: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: column + offset, length: length)
  }
}

/// A piece of text from the case file, with its place, still to be parsed by whoever knows how.
public struct SourceText: Hashable, Sendable {
  /// The text without its quotes.
  public let text: String
  /// Where its first character stands.
  public let location: SourceLocation

  /// A text standing at `location`.
  public init(_ text: String, at location: SourceLocation) {
    self.text = text
    self.location = location
  }

  /// The file the text stands in.
  public var file: String { location.file }
  /// The line of its first character, from 1.
  public var line: Int { location.line }
  /// The column of its first character, from 1.
  public var column: Int { location.column }

  /// Where `length` characters from the `column`-th character of the text (from 1) stand.
  public func location(ofColumn column: Int, length: Int = 1) -> SourceLocation {
    location.advanced(by: max(0, column - 1), length: length)
  }
}

/// The lines of all the texts a case was read from, kept to show excerpts.
public struct SourceLines: Sendable {
  private var lines: [String: [String]] = [:]
  /// The files in the order they were read.
  public private(set) var files: [String] = []

  /// No texts yet.
  public init() {}

  /// Keeps `text` under the name `file`.
  public mutating func add(_ text: String, named file: String) {
    if lines[file] == nil { files.append(file) }
    var split: [String] = []
    for line in text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    {
      split.append(String(line))
    }
    lines[file] = split
  }

  /// The line marked by `location` and a caret line below it; nil where there is no such line.
  ///
  /// Long lines are cut to the 100 characters around the mark; tabs become single blanks.
  public func excerpt(at location: SourceLocation) -> String? {
    guard let all = lines[location.file] else { return nil }
    let index = max(1, location.line) - 1
    guard index < all.count else { return nil }
    let line = all[index].unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.value < 32 || scalar.value == 127 ? " " : scalar
    }
    let width = 100
    let mark = min(max(0, location.column - 1), line.count)
    let start = line.count <= width ? 0 : max(0, min(mark - width / 2, line.count - width))
    let shown = line[start..<min(line.count, start + width)]
    var text = String.UnicodeScalarView()
    text.append(contentsOf: shown)
    let carets = max(1, min(location.length, shown.count - (mark - start)))
    let margin = "  "
    return margin + String(text) + "\n" + margin + String(repeating: " ", count: mark - start)
      + String(repeating: "^", count: carets)
  }
}
