internal import CTOMLPlusPlus

extension TOMLTable {
  /// Parses a TOML text.
  ///
  /// - Parameters:
  ///   - text: The bytes of the file, which should be UTF-8.
  ///   - file: The name to carry in the places.
  /// - Throws: The one syntax error the parser stopped at, with its place.
  public init(parsing text: [UInt8], file: String) throws(TOMLSyntaxError) {
    var problem = ctoml_problem()
    let document = unsafe text.withUnsafeBytes { bytes in
      unsafe ctoml_parse(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, &problem)
    }
    guard let document = unsafe document else {
      throw TOMLSyntaxError(
        location: SourceLocation(
          file: file, line: Int(max(1, problem.position.line)),
          column: Int(max(1, problem.position.column))),
        message: messageText(of: &problem))
    }
    // Safe: the events point into the document, which lives until every text is copied.
    defer { unsafe ctoml_free(document) }
    var stream = unsafe EventStream(document: document, file: file)
    self = unsafe stream.root()
  }
}

/// Why a text is not TOML.
public struct TOMLSyntaxError: Error, Sendable, CustomStringConvertible {
  /// Where the parser stopped.
  public let location: SourceLocation
  /// What it says.
  public let message: String

  /// `case.toml:3:1: …`
  public var description: String { "\(location): \(message)" }
}

private func messageText(of problem: inout ctoml_problem) -> String {
  // Safe: the array of the C struct is contiguous and always terminated by a zero byte.
  unsafe withUnsafeBytes(of: &problem.message) { bytes in
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
  guard let start = unsafe start else { return "" }
  // Safe: pointer and length come from one std::string of the living document.
  return unsafe String(
    decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
}

/// Builds the tree from the flat events; the nesting is bounded by the reader's own limit.
@unsafe private struct EventStream {
  let document: OpaquePointer
  let file: String
  let count: Int
  var next = 0

  init(document: OpaquePointer, file: String) {
    unsafe self.document = unsafe document
    unsafe self.file = file
    unsafe count = unsafe ctoml_event_count(document)
  }

  mutating func take() -> ctoml_event? {
    guard unsafe next < count else { return nil }
    let event = unsafe ctoml_event_at(document, next)
    unsafe next += 1
    return unsafe event
  }

  func location(_ begin: ctoml_position, _ end: ctoml_position) -> SourceLocation {
    unsafe SourceLocation(
      file: file, line: Int(begin.line), column: Int(begin.column),
      length: begin.line == end.line ? Int(end.column) - Int(begin.column) : 1)
  }

  mutating func root() -> TOMLTable {
    guard let event = unsafe take(), unsafe event.kind == Int32(ctoml_begin_table.rawValue) else {
      return TOMLTable()
    }
    return unsafe table()
  }

  mutating func table() -> TOMLTable {
    var entries: [TOMLTable.Entry] = []
    while let event = unsafe take(), unsafe event.kind != Int32(ctoml_end.rawValue) {
      let entry = unsafe TOMLTable.Entry(
        key: text(event.key, event.key_length), at: location(event.key_begin, event.key_end),
        node: node(of: event))
      entries.append(entry)
    }
    // The parser keeps its keys sorted by name; the places restore the order of the file.
    entries.sort {
      ($0.keyLocation.line, $0.keyLocation.column) < ($1.keyLocation.line, $1.keyLocation.column)
    }
    return TOMLTable(entries)
  }

  mutating func node(of event: ctoml_event) -> TOMLNode {
    let place = unsafe location(event.begin, event.end)
    let value: TOMLValue
    switch unsafe ctoml_kind(rawValue: UInt32(event.kind)) {
    case ctoml_begin_table: value = unsafe .table(table())
    case ctoml_begin_array:
      var members: [TOMLNode] = []
      while let member = unsafe take(), unsafe member.kind != Int32(ctoml_end.rawValue) {
        unsafe members.append(node(of: member))
      }
      value = .array(members)
    case ctoml_string: value = unsafe .string(text(event.text, event.text_length))
    case ctoml_integer: value = unsafe .integer(event.integer)
    case ctoml_number: value = unsafe .number(event.number)
    case ctoml_boolean: value = unsafe .boolean(event.boolean)
    default: value = .date
    }
    return TOMLNode(value, at: place)
  }
}
