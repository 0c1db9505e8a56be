/// Bytes as base-64 text, for data URIs.
/// - Source: RFC 4648, section 4.
public enum Base64 {
  /// The text of `bytes`, padded, without line breaks.
  public static func text(of bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    var i = 0
    while i < bytes.count {
      let left = bytes.count - i
      let b0 = UInt32(bytes[i])
      let b1 = left > 1 ? UInt32(bytes[i + 1]) : 0
      let b2 = left > 2 ? UInt32(bytes[i + 2]) : 0
      let word = b0 << 16 | b1 << 8 | b2
      out.append(alphabet[Int(word >> 18)])
      out.append(alphabet[Int(word >> 12 & 63)])
      out.append(left > 1 ? alphabet[Int(word >> 6 & 63)] : pad)
      out.append(left > 2 ? alphabet[Int(word & 63)] : pad)
      i += 3
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let pad = UInt8(ascii: "=")
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
