/// Bytes that are read one after the other, as they stand or from base64.
///
/// VTK and meshio encode the head of an array and its data apart or together; groups of four
/// characters are decoded one by one, so that padding in between does no harm.
struct EncodedBytes {
  private let bytes: [UInt8]
  private let isBase64: Bool
  private var offset: Int
  private let end: Int
  private var decoded: [UInt8] = []
  private var next = 0

  init(_ bytes: [UInt8], from offset: Int, to end: Int, isBase64: Bool) {
    (self.bytes, self.isBase64, self.end) = (bytes, isBase64, min(end, bytes.count))
    self.offset = min(max(0, offset), self.end)
  }

  /// How many bytes can be left at most.
  var most: Int { decoded.count - next + (isBase64 ? (end - offset) / 4 * 3 + 3 : end - offset) }

  /// The next bytes; nil if there are fewer or they are no base64.
  mutating func read(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= most else { return nil }
    guard isBase64 else {
      guard count <= end - offset else { return nil }
      defer { offset += count }
      return Array(bytes[offset..<offset + count])
    }
    if next > 0 {
      decoded.removeFirst(next)
      next = 0
    }
    decoded.reserveCapacity(count + 3)
    while decoded.count < count { guard group() else { return nil } }
    next = count
    return Array(decoded[..<count])
  }

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// Decodes four characters; blanks between them count nothing.
  private mutating func group() -> Bool {
    var word: UInt32 = 0
    var count = 0
    var padding = 0
    while count < 4 {
      guard offset < end else { return false }
      let byte = bytes[offset]
      offset += 1
      if byte == 32 || byte == 9 || byte == 10 || byte == 13 { continue }
      let value = EncodedBytes.values[Int(byte)]
      if byte == UInt8(ascii: "="), count >= 2 {
        padding += 1
      } else if value == 255 || padding > 0 {
        return false
      }
      word = word << 6 | UInt32(value == 255 ? 0 : value)
      count += 1
    }
    decoded.append(UInt8(truncatingIfNeeded: word >> 16))
    if padding < 2 { decoded.append(UInt8(truncatingIfNeeded: word >> 8)) }
    if padding < 1 { decoded.append(UInt8(truncatingIfNeeded: word)) }
    return true
  }
}
