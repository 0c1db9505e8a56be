#if canImport(Glibc)
  internal import Glibc
#endif

/// A number as the 17 significant digits that determine it, whatever the locale.
///
/// - Parameter x: A finite number.
/// - Returns: The text of C's `%.17g`; a point and a zero are added to whole numbers.
func seventeenDigits(_ x: Double) -> String {
  // Safe: 17 digits, sign, point and exponent fit in 40 bytes, and snprintf never writes more.
  let raw = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
    let length = unsafe withVaList([x]) { arguments in
      unsafe vsnprintf(buffer.baseAddress, 40, "%.17g", arguments)
    }
    return unsafe buffer.prefix(max(0, min(39, Int(length)))).map { UInt8(bitPattern: $0) }
  }
  var digits: [UInt8] = []
  var isWhole = true
  for byte in raw {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"):
      digits.append(byte)
    case UInt8(ascii: "e"):
      digits.append(byte)
      isWhole = false
    default:
      // The decimal sign of whatever locale is set, possibly of several bytes.
      if isWhole { digits.append(UInt8(ascii: ".")) }
      isWhole = false
    }
  }
  if isWhole { digits += [UInt8(ascii: "."), UInt8(ascii: "0")] }
  return String(decoding: digits, as: UTF8.self)
}
