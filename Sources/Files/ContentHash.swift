/// SHA-256 of a stream of bytes or of 32-bit words.
///
/// - Source: NIST FIPS 180-4, *Secure hash standard*.
public struct ContentHash: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  private var schedule = [UInt32](repeating: 0, count: 64)
  private var filled = 0
  private var wordCount: UInt64 = 0
  /// Bytes that do not yet make a word, and how many they are.
  private var partial: (word: UInt32, count: UInt64) = (0, 0)

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed
  /// rather than listed: floor(2^32 · (∛p − ⌊∛p⌋)), in integers.
  private static let constants: [UInt32] = {
    var primes: [UInt128] = []
    var candidate: UInt128 = 2
    while primes.count < 64 {
      if !primes.contains(where: { candidate.isMultiple(of: $0) }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { prime in
      // The largest r with r³ ≤ p · 2^96 is ⌊∛p · 2^32⌋.
      var root: UInt128 = 0
      for bit in (0..<36).reversed() {
        let trial = root | (1 << UInt128(bit))
        if trial * trial * trial <= prime << 96 { root = trial }
      }
      return UInt32(truncatingIfNeeded: root)
    }
  }()

  /// The hash of nothing yet.
  public init() {}

  /// The hash of some bytes, 64 hexadecimal digits.
  public static func hexadecimal(of bytes: [UInt8]) -> String {
    var hash = ContentHash()
    hash.add(bytes[...])
    return hash.hexadecimal()
  }

  /// The hash of a file, 64 hexadecimal digits; it is read in pieces of a megabyte.
  ///
  /// - Throws: The system's reason if it cannot be read, or if it changes meanwhile.
  public static func hexadecimal(ofFile path: String) throws(FileError) -> String {
    let file = try ReadableFile(path)
    var hash = ContentHash()
    var offset = 0
    while offset < file.size {
      let bytes = try file.read(at: offset, count: min(1 << 20, file.size - offset))
      hash.add(bytes[...])
      offset += bytes.count
    }
    return hash.hexadecimal()
  }

  /// Appends bytes.
  public mutating func add(_ bytes: ArraySlice<UInt8>) {
    var place = bytes.startIndex
    while place < bytes.endIndex {
      if partial.count == 0, place + 4 <= bytes.endIndex {
        add(
          UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16
            | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3]))
        place += 4
      } else {
        add(bytes[place])
        place += 1
      }
    }
  }

  private mutating func add(_ byte: UInt8) {
    partial = (partial.word << 8 | UInt32(byte), partial.count + 1)
    guard partial.count == 4 else { return }
    let word = partial.word
    partial = (0, 0)
    add(word)
  }

  /// Appends a word; its highest byte comes first.
  ///
  /// - Precondition: The bytes before it make whole words.
  public mutating func add(_ word: UInt32) {
    precondition(partial.count == 0, "a word after \(partial.count) bytes of another")
    schedule[filled] = word
    filled += 1
    wordCount += 1
    if filled == 16 { compress() }
  }

  /// Appends the bits of a number; −0 counts as 0.
  public mutating func add(_ number: Double) {
    let bits = (number + 0).bitPattern
    add(UInt32(truncatingIfNeeded: bits >> 32))
    add(UInt32(truncatingIfNeeded: bits))
  }

  /// Appends a count.
  public mutating func add(_ count: Int) {
    add(UInt32(truncatingIfNeeded: count >> 32))
    add(UInt32(truncatingIfNeeded: count))
  }

  /// Appends a text and its length.
  public mutating func add(_ text: String) {
    add(text.utf8.count)
    for byte in text.utf8 { add(UInt32(byte)) }
  }

  /// The hash, 64 hexadecimal digits.
  public consuming func hexadecimal() -> String {
    let bits = (wordCount * 4 + partial.count) * 8
    add(UInt8(0x80))
    while partial.count != 0 { add(UInt8(0)) }
    while filled != 14 { add(UInt32(0)) }
    add(UInt32(truncatingIfNeeded: bits >> 32))
    add(UInt32(truncatingIfNeeded: bits))
    return state.map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func rotated(_ x: UInt32, _ by: UInt32) -> UInt32 { x >> by | x << (32 - by) }

  private mutating func compress() {
    let constants = ContentHash.constants
    for t in 16..<64 {
      let (x, y) = (schedule[t - 15], schedule[t - 2])
      let s0 = ContentHash.rotated(x, 7) ^ ContentHash.rotated(x, 18) ^ (x >> 3)
      let s1 = ContentHash.rotated(y, 17) ^ ContentHash.rotated(y, 19) ^ (y >> 10)
      schedule[t] = schedule[t - 16] &+ s0 &+ schedule[t - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let s1 = ContentHash.rotated(e, 6) ^ ContentHash.rotated(e, 11) ^ ContentHash.rotated(e, 25)
      let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[t] &+ schedule[t]
      let s0 = ContentHash.rotated(a, 2) ^ ContentHash.rotated(a, 13) ^ ContentHash.rotated(a, 22)
      let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    filled = 0
  }
}
