internal import Files

/// A line that begins with `*`: a keyword and its parameters, in capitals and without blanks.
struct AbaqusKeyword {
  let name: String
  /// The place of the line.
  let offset: Int
  private let values: [(key: String, value: String)]

  init(name: String, offset: Int, values: [(key: String, value: String)]) {
    (self.name, self.offset, self.values) = (name, offset, values)
  }

  /// The value of a parameter as it is written; empty for a mere flag, nil if it is not given.
  subscript(key: String) -> String? { values.first { $0.key == key }?.value }
}

/// The lines of an input deck: comments are passed over, included files are read in their place.
struct AbaqusText {
  /// A line, told by its first byte.
  enum Line {
    case keyword(AbaqusKeyword)
    /// The bytes of a data line, without blanks at its ends.
    case data(Range<Int>)
    case end
  }

  /// The bytes of all files read so far.
  private(set) var scanner: MeshScanner
  /// The files being read, the innermost last: their names, and the bytes left of them.
  private var open: [(path: String, rest: Range<Int>)] = []
  private var pending: Line?
  private var includeCount = 0

  init(file: String, bytes: [UInt8]) throws(MeshError) {
    scanner = MeshScanner(file: file, bytes: bytes)
    open = [(file, 0..<bytes.count)]
    try startFile()
  }

  /// Refuses other encodings where a file starts.
  private mutating func startFile() throws(MeshError) {
    guard let (path, rest) = open.last else { return }
    let start = scanner.bytes[rest].prefix(4)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) {
      open[open.count - 1].rest = rest.lowerBound + 3..<rest.upperBound
    }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.prefix(2).contains(0)
    {
      throw .unsupported(
        at: FilePlace(file: path, position: .file), feature: "UTF-16 text is",
        cure: "save the file as plain ASCII or UTF-8")
    }
  }

  /// Reads another file before the rest of this one.
  ///
  /// - Parameter name: Its name relative to the file that includes it.
  mutating func include(_ name: String, at offset: Int) throws(MeshError) {
    let parent = open.last?.path ?? scanner.file
    let folder = parent.lastIndex(of: "/").map { String(parent[...$0]) } ?? ""
    let path = name.hasPrefix("/") ? name : folder + name
    let place = scanner.place(offset)
    guard !open.contains(where: { $0.path == path }) else {
      throw .unsuitable(path: place.description, reason: "'\(name)' includes itself")
    }
    includeCount += 1
    guard open.count < 32, includeCount <= 1000 else {
      throw .unsuitable(
        path: place.description, reason: "more than 32 files deep, or 1000 in all, are included")
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileBytes.read(path, limit: .max) } catch {
      throw .unsuitable(
        path: place.description, reason: "'\(path)' cannot be included: \(error.reason)")
    }
    open.append((path, scanner.append(bytes, of: path)))
    try startFile()
  }

  /// The next line with content; *INCLUDE is followed.
  mutating func next() throws(MeshError) -> Line {
    if let line = pending {
      pending = nil
      return line
    }
    while true {
      let line = try deckLine()
      guard case .keyword(let keyword) = line, keyword.name == "INCLUDE" else { return line }
      guard let name = keyword["INPUT"], !name.isEmpty else {
        throw scanner.malformed("INPUT=… in *INCLUDE", at: keyword.offset, found: "none")
      }
      try include(name, at: keyword.offset)
    }
  }

  private mutating func deckLine() throws(MeshError) -> Line {
    guard let range = physicalLine() else { return .end }
    guard scanner.bytes[range.lowerBound] == UInt8(ascii: "*") else { return .data(range) }
    var text = Array(scanner.bytes[range])
    // A keyword line that ends in a comma goes on in the next line.
    while text.last == UInt8(ascii: ",") {
      guard let more = physicalLine() else { break }
      guard scanner.bytes[more.lowerBound] != UInt8(ascii: "*") else {
        open[open.count - 1].rest = more.lowerBound..<(open.last?.rest.upperBound ?? 0)
        break
      }
      text += scanner.bytes[more]
    }
    return .keyword(try keyword(text, at: range.lowerBound))
  }

  /// Gives a line back, to be read again.
  mutating func putBack(_ line: Line) { pending = line }

  /// The next line that is neither empty nor a comment, without blanks at its ends.
  private mutating func physicalLine() -> Range<Int>? {
    while let (_, rest) = open.last {
      guard !rest.isEmpty else {
        // The file that is read stays open until the last is done, for its name.
        if open.count == 1 { return nil }
        open.removeLast()
        continue
      }
      let bytes = scanner.bytes
      var end = rest.lowerBound
      while end < rest.upperBound, bytes[end] != 10 { end += 1 }
      open[open.count - 1].rest = min(end + 1, rest.upperBound)..<rest.upperBound
      var start = rest.lowerBound
      while start < end, AbaqusText.isBlank(bytes[start]) { start += 1 }
      while end > start, AbaqusText.isBlank(bytes[end - 1]) { end -= 1 }
      if start == end { continue }
      if end - start > 1, bytes[start] == 42, bytes[start + 1] == 42 { continue }
      return start..<end
    }
    return nil
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  private func keyword(_ text: [UInt8], at offset: Int) throws(MeshError) -> AbaqusKeyword {
    guard let line = String(validating: text.map { $0 == 0 ? 0xFF : $0 }, as: UTF8.self) else {
      throw scanner.malformed("a keyword in UTF-8 text", at: offset)
    }
    var values: [(key: String, value: String)] = []
    let parts = AbaqusText.split(line.dropFirst())
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = AbaqusText.capitals(sides[0])
      if key.isEmpty { continue }
      values.append((key, sides.count == 2 ? AbaqusText.unquoted(sides[1]) : ""))
    }
    return AbaqusKeyword(
      name: AbaqusText.capitals(parts[0]), offset: offset, values: values)
  }

  /// The parts between commas that do not stand in quotes.
  private static func split(_ line: Substring) -> [Substring] {
    var quoted = false
    return line.split(omittingEmptySubsequences: false) { character in
      if character == "\"" { quoted.toggle() }
      return character == "," && !quoted
    }
  }

  /// Capitals without blanks, as keywords and their parameters are compared.
  static func capitals(_ text: some StringProtocol) -> String {
    text.uppercased().filter { !$0.isWhitespace }
  }

  /// A value without blanks at its ends and without quotes.
  static func unquoted(_ text: some StringProtocol) -> String {
    var text = Substring(text).trimmingBlanks
    if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    return String(text)
  }
}

extension Substring {
  /// The text without blanks at its ends.
  fileprivate var trimmingBlanks: Substring {
    var text = self.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
