/// Reads numbers and lines from the bytes of a mesh file, as text or as binary, and knows the place
/// of everything it reads. No input can make it trap: every number is checked against its range and
/// every count against the bytes that are left.
struct MeshScanner {
  let file: String
  let bytes: [UInt8]
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

  /// The place of a byte: its line in a text file, itself in a binary one.
  func place(_ offset: Int) -> MeshPlace {
    if binary { return MeshPlace(file: file, position: .byte(offset)) }
    var line = 1
    for byte in bytes[..<min(offset, bytes.count)] where byte == 10 { line += 1 }
    return MeshPlace(file: file, position: .line(line))
  }

  /// The word at `offset`, printable and cut to a length that fits in a message.
  func excerpt(_ offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the file" }
    if bytes[offset] == 10 { return "the end of the line" }
    var text = ""
    for byte in bytes[offset..<min(offset + 32, bytes.count)] {
      if byte <= 32 && byte != 0 { break }
      if byte > 32 && byte < 127 {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return "'\(text)'"
  }

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

  /// Steps over + or -; whether it was -.
  private func skipSign(_ position: inout Int) -> Bool {
    guard position < bytes.count, bytes[position] == 45 || bytes[position] == 43 else {
      return false
    }
    position += 1
    return bytes[position - 1] == 45
  }

  /// A whole number in text.
  mutating func integer(_ meaning: String) throws(MeshError) -> Int {
    skipBlanks()
    let start = offset
    var position = offset
    let negative = skipSign(&position)
    let firstDigit = position
    var value = 0
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(Int(bytes[position] - 48))
      if overflowed || carried { throw malformed(meaning + " below 2^63", at: start) }
      value = sum
      position += 1
    }
    guard position > firstDigit, endsWord(position) else { throw malformed(meaning, at: start) }
    offset = position
    return negative ? -value : value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// A decimal number in text, correctly rounded.
  ///
  /// Up to 2^53 and 10^±22 mantissa and power are exact, so one multiplication or division rounds
  /// once; all others go the slow way through the standard library.
  /// - Source: Clinger, *How to read floating point numbers accurately*, PLDI 1990.
  mutating func decimal(_ meaning: String) throws(MeshError) -> Double {
    skipBlanks()
    let start = offset
    var position = offset
    let negative = skipSign(&position)
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var exact = true
    var afterPoint = false
    while position < bytes.count {
      let byte = bytes[position]
      if byte >= 48, byte <= 57 {
        if mantissa < 100_000_000_000_000_000 {
          mantissa = mantissa * 10 + UInt64(byte - 48)
          if afterPoint { exponent -= 1 }
        } else {
          exact = false
        }
        digits += 1
      } else if byte == 46, !afterPoint {
        afterPoint = true
      } else {
        break
      }
      position += 1
    }
    if digits > 0, position < bytes.count, bytes[position] | 32 == 101 {
      var power = position + 1
      var negativePower = false
      if power < bytes.count, bytes[power] == 45 || bytes[power] == 43 {
        negativePower = bytes[power] == 45
        power += 1
      }
      let firstDigit = power
      var value = 0
      while power < bytes.count, bytes[power] >= 48, bytes[power] <= 57 {
        value = min(value * 10 + Int(bytes[power] - 48), 100_000)
        power += 1
      }
      if power > firstDigit {
        exponent += negativePower ? -value : value
        position = power
      }
    }
    if digits > 0, endsWord(position) {
      offset = position
      if exact, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
        let value = Double(mantissa)
        let power = MeshScanner.powersOfTen[abs(exponent)]
        let scaled = exponent < 0 ? value / power : value * power
        return negative ? -scaled : scaled
      }
      if let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) {
        guard value.isFinite else { throw malformed("\(meaning), finite", at: start) }
        return value
      }
    }
    throw malformed("\(meaning), a decimal number", at: start)
  }
}
