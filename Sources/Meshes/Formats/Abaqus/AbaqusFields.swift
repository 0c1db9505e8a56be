internal import Files

/// The fields of a data line, between commas.
struct AbaqusFields {
  private let scanner: MeshScanner
  private var offset: Int
  private let end: Int

  init(_ scanner: MeshScanner, _ range: Range<Int>) {
    self.scanner = scanner
    offset = range.lowerBound
    end = range.upperBound
  }

  /// Whether no field is left; what follows a last comma is no field.
  var isAtEnd: Bool { offset >= end }

  /// The place of the next field.
  var place: Int { min(offset, end) }

  private mutating func skipBlanks() {
    while offset < end, AbaqusText.isBlank(scanner.bytes[offset]) { offset += 1 }
  }

  /// Moves behind the comma that ends a field; false where something else stands.
  private mutating func endField() -> Bool {
    skipBlanks()
    guard offset < end else { return true }
    guard scanner.bytes[offset] == UInt8(ascii: ",") else { return false }
    offset += 1
    skipBlanks()
    return true
  }

  private func malformed(_ expected: String, at start: Int) -> MeshError {
    start < end
      ? scanner.malformed(expected, at: start)
      : scanner.malformed(expected, at: end, found: "the end of the line")
  }

  /// A whole number from 1 to 2^31 − 2.
  mutating func number(_ meaning: String) throws(MeshError) -> Int {
    skipBlanks()
    let start = offset
    if case .number(let value) = DecimalText.integer(in: scanner.bytes, at: &offset),
      offset <= end, value > 0, value < Int(Int32.max), endField()
    {
      return value
    }
    throw malformed("\(meaning), a whole number from 1 to 2147483646", at: start)
  }

  /// A finite decimal number; zero where the field is empty.
  mutating func real(_ meaning: String) throws(MeshError) -> Double {
    skipBlanks()
    let start = offset
    if offset < end, scanner.bytes[offset] == UInt8(ascii: ",") {
      _ = endField()
      return 0
    }
    switch DecimalText.real(in: scanner.bytes, at: &offset) {
    case .number(let value) where offset <= end && endField(): return value
    case .tooLarge: throw malformed("\(meaning), finite", at: start)
    default: throw malformed("\(meaning), a decimal number", at: start)
    }
  }

  /// A number or a name as it is written, without quotes.
  mutating func word() throws(MeshError) -> String {
    skipBlanks()
    let start = offset
    var quoted = false
    while offset < end, quoted || scanner.bytes[offset] != UInt8(ascii: ",") {
      if scanner.bytes[offset] == UInt8(ascii: "\"") { quoted.toggle() }
      offset += 1
    }
    let bytes = scanner.bytes[start..<offset]
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw scanner.malformed("a name in UTF-8 text", at: start)
    }
    _ = endField()
    return AbaqusText.unquoted(text)
  }

  /// Refuses anything more.
  func end(_ expected: String) throws(MeshError) {
    guard isAtEnd else {
      throw scanner.malformed(
        "the end of the line after \(expected)", at: offset)
    }
  }
}
