internal import Files

/// Reads numbers and lines from the bytes of a mesh file, as text or as binary, and knows the place
/// of everything it reads. No input can make it trap: every number is checked against its range and
/// every count against the bytes that are left.
struct MeshScanner {
  let file: String
  private(set) var bytes: [UInt8]
  /// Files that are read as parts of this one: where they start in `bytes`, and their names.
  private var parts: [(start: Int, file: String)] = []
  /// The next byte to read.
  var offset = 0
  /// Numbers are binary (section headers are text all the same).
  var binary = false
  /// Binary numbers have the other byte order.
  var swapped = false

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  var remaining: Int { bytes.count - offset }
  var atEnd: Bool { offset >= bytes.count }

  // MARK: Places and complaints

  /// The place of a byte: its line in a text file, itself in a binary one; the file as a whole where
  /// the offset is negative because nothing better is known.
  func place(_ offset: Int) -> MeshPlace {
    guard offset >= 0 else { return MeshPlace(file: file, position: .file) }
    if binary { return MeshPlace(file: file, position: .byte(offset)) }
    let part = parts.last { $0.start <= offset } ?? (0, file)
    var line = 1
    for byte in bytes[part.start..<max(part.start, min(offset, bytes.count))] where byte == 10 {
      line += 1
    }
    return MeshPlace(file: part.file, position: .line(line))
  }

  /// Appends a file that is read as a part of this one.
  ///
  /// - Returns: Its bytes.
  mutating func append(_ part: [UInt8], of file: String) -> Range<Int> {
    let start = bytes.count
    parts.append((start, file))
    bytes += part
    return start..<bytes.count
  }

  /// The word at `offset`, printable and cut to a length that fits in a message.
  func excerpt(_ offset: Int) -> String { DecimalText.excerpt(of: bytes, at: offset) }

  func malformed(_ expected: String, at offset: Int, found: String? = nil) -> MeshError {
    .malformed(at: place(offset), found: found ?? excerpt(offset), expected: expected)
  }

  // MARK: Text

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  mutating func skipBlanks() {
    while offset < bytes.count, MeshScanner.isBlank(bytes[offset]) { offset += 1 }
  }

  mutating func skipBlankLines() {
    while offset < bytes.count, bytes[offset] == 10 || MeshScanner.isBlank(bytes[offset]) {
      offset += 1
    }
  }

  /// The rest of the line without its end; the next line is next.
  mutating func line() -> ArraySlice<UInt8> {
    let start = offset
    while offset < bytes.count, bytes[offset] != 10 { offset += 1 }
    var end = offset
    if offset < bytes.count { offset += 1 }
    while end > start, MeshScanner.isBlank(bytes[end - 1]) { end -= 1 }
    return bytes[start..<end]
  }

  /// Moves past the end of a line on which nothing else may follow.
  mutating func endLine() throws(MeshError) {
    skipBlanks()
    if atEnd { return }
    guard bytes[offset] == 10 else { throw malformed("the end of the line", at: offset) }
    offset += 1
  }

  private func endsWord(_ position: Int) -> Bool {
    position >= bytes.count || bytes[position] == 10 || MeshScanner.isBlank(bytes[position])
  }

  /// A whole number in text.
  mutating func integer(_ meaning: String) throws(MeshError) -> Int {
    skipBlanks()
    let start = offset
    var position = offset
    switch DecimalText.integer(in: bytes, at: &position) {
    case .number(let value) where endsWord(position):
      offset = position
      return value
    case .tooLarge: throw malformed(meaning + " below 2^63", at: start)
    default: throw malformed(meaning, at: start)
    }
  }

  /// A decimal number in text, correctly rounded.
  mutating func decimal(_ meaning: String) throws(MeshError) -> Double {
    skipBlanks()
    let start = offset
    var position = offset
    switch DecimalText.real(in: bytes, at: &position) {
    case .number(let value) where endsWord(position):
      offset = position
      return value
    case .tooLarge where endsWord(position): throw malformed("\(meaning), finite", at: start)
    default: throw malformed("\(meaning), a decimal number", at: start)
    }
  }
}
