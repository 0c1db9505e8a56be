/// Numbers in the text of a file: decimal, with a point whatever the locale, correctly rounded.
public enum DecimalText {
  /// What stands at a place where a number was looked for.
  public enum Reading<Number: Sendable>: Sendable {
    /// A number.
    case number(Number)
    /// A number beyond what the type holds.
    case tooLarge
    /// Something else.
    case none
  }

  /// A whole number, `-12`, from `offset` on, which is moved behind it.
  public static func integer(in bytes: [UInt8], at offset: inout Int) -> Reading<Int> {
    var position = offset
    let negative = skipSign(in: bytes, at: &position)
    let firstDigit = position
    var value = 0
    var overflows = false
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(Int(bytes[position] - 48))
      if overflowed || carried { overflows = true }
      value = overflows ? 0 : sum
      position += 1
    }
    guard position > firstDigit else { return .none }
    offset = position
    return overflows ? .tooLarge : .number(negative ? -value : value)
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// A decimal number, `-1.5e-3`, from `offset` on, which is moved behind it. Fortran's `1.5D-3` is
  /// the same number.
  ///
  /// Up to 2^53 and 10^±22 mantissa and power are exact, so one multiplication or division rounds
  /// once; all others go the slow way through the standard library.
  /// - Source: Clinger, *How to read floating point numbers accurately*, PLDI 1990.
  public static func real(in bytes: [UInt8], at offset: inout Int) -> Reading<Double> {
    let start = offset
    var position = offset
    let negative = skipSign(in: bytes, at: &position)
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
    guard digits > 0 else { return .none }
    var mark: Int?
    if position < bytes.count, bytes[position] | 32 == 101 || bytes[position] | 32 == 100 {
      var power = position + 1
      let negativePower = skipSign(in: bytes, at: &power)
      let firstDigit = power
      var value = 0
      while power < bytes.count, bytes[power] >= 48, bytes[power] <= 57 {
        value = min(value * 10 + Int(bytes[power] - 48), 100_000)
        power += 1
      }
      if power > firstDigit {
        exponent += negativePower ? -value : value
        mark = position
        position = power
      }
    }
    offset = position
    if exact, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let value = Double(mantissa)
      let power = powersOfTen[abs(exponent)]
      let scaled = exponent < 0 ? value / power : value * power
      return .number(negative ? -scaled : scaled)
    }
    var text = Array(bytes[start..<position])
    if let mark { text[mark - start] = UInt8(ascii: "e") }
    guard let value = Double(String(decoding: text, as: UTF8.self)) else { return .none }
    return value.isFinite ? .number(value) : .tooLarge
  }

  /// The word at `offset`, printable and cut to a length that fits in a message.
  public static func excerpt(of bytes: [UInt8], at offset: Int) -> String {
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

  /// Steps over + or -; whether it was -.
  private static func skipSign(in bytes: [UInt8], at position: inout Int) -> Bool {
    guard position < bytes.count, bytes[position] == 45 || bytes[position] == 43 else {
      return false
    }
    position += 1
    return bytes[position - 1] == 45
  }
}
