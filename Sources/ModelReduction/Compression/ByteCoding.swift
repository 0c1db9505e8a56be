/// Numbers as bytes, the lowest first.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }
  mutating func append(_ other: [UInt8]) { bytes += other }

  mutating func append(_ word: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  mutating func append(_ count: Int) { append(UInt64(count)) }
  mutating func append(_ number: Double) { append(number.bitPattern) }

  /// Seven bits a byte, the highest bit telling that more follow.
  mutating func append(varint word: UInt64) {
    var rest = word
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The same in reverse; nil wherever the bytes end too early or say what no writer writes.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var remaining: ArraySlice<UInt8> { rest }

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func word() -> UInt64? {
    guard let bytes = bytes(8) else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A count of at most `limit`.
  mutating func count(atMost limit: Int) -> Int? {
    guard let word = word(), let count = Int(exactly: word), count <= limit else { return nil }
    return count
  }

  mutating func number() -> Double? { word().map(Double.init(bitPattern:)) }

  mutating func varint() -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = byte() else { return nil }
      let bits = UInt64(byte & 0x7F)
      guard shift < 63 || bits <= 1 else { return nil }
      result |= bits << shift
      if byte < 0x80 { return result }
    }
    return nil
  }
}
