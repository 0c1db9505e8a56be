/// A fingerprint of bytes.
///
/// - Source: FIPS 180-4. The constants are the first 32 bits of the fractional parts of the square
///   and cube roots of the first primes, taken here by whole-number roots.
enum SHA256 {
  /// The digest as 64 hexadecimal digits.
  static func hexadecimal(of message: [UInt8]) -> String {
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    var h = start
    var w = [UInt32](repeating: 0, count: 64)
    for block in stride(from: 0, to: bytes.count, by: 64) {
      for t in 0..<16 {
        w[t] = (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[block + 4 * t + $1]) }
      }
      for t in 16..<64 {
        let s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ (w[t - 15] >> 3)
        let s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ (w[t - 2] >> 10)
        w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
      }
      var v = h
      for t in 0..<64 {
        let s1 = turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let t1 = v[7] &+ s1 &+ choice &+ round[t] &+ w[t]
        let s0 = turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
        v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
      }
      for i in 0..<8 { h[i] &+= v[i] }
    }
    return h.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func turn(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

  private static let primes: [UInt64] = {
    var found: [UInt64] = []
    var n: UInt64 = 2
    while found.count < 64 {
      if found.allSatisfy({ n % $0 != 0 }) { found.append(n) }
      n += 1
    }
    return found
  }()

  /// The first 32 fractional bits of √p: the largest r with r² ≤ p·2⁶⁴, by bisection.
  private static let start: [UInt32] = primes.prefix(8).map { p in
    fraction { r in
      let (high, low) = r.multipliedFullWidth(by: r)
      return high < p || (high == p && low == 0)
    }
  }

  /// The first 32 fractional bits of ∛p: the largest r with r³ ≤ p·2⁹⁶.
  private static let round: [UInt32] = primes.map { p in
    fraction { r in
      // r < 2³⁵, so r² < 2⁷⁰ = high·2⁶⁴ + low and r³ = (high·r)·2⁶⁴ + low·r.
      let (high, low) = r.multipliedFullWidth(by: r)
      let (carry, last) = low.multipliedFullWidth(by: r)
      let top = high * r + carry
      let bound = p << 32
      return top < bound || (top == bound && last == 0)
    }
  }

  /// The low 32 bits of the largest r below 2³⁶ that `fits`.
  private static func fraction(_ fits: (UInt64) -> Bool) -> UInt32 {
    var r: UInt64 = 0
    for bit in stride(from: UInt64(35), through: 0, by: -1) {
      let tried = r | 1 << bit
      if fits(tried) { r = tried }
    }
    return UInt32(truncatingIfNeeded: r)
  }
}
