/// CRC-64/XZ: every change of up to 64 neighbouring bits is found, any other but once in 2⁶⁴.
///
/// - Source: ECMA-182 polynomial, reflected; check value 0x995DC9BBDF1939FA for "123456789".
///   Eight bytes per step after M. Kounavis, F. Berry, IEEE Trans. Comput. 57 (2008).
public enum Checksum {
  /// Table k: the remainder of a byte followed by k zero bytes.
  private static let tables: [[UInt64]] = {
    var tables = [[UInt64]](repeating: [UInt64](repeating: 0, count: 256), count: 8)
    for byte in 0..<256 {
      var crc = UInt64(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xC96C_5795_D787_0F42 : crc >> 1 }
      tables[0][byte] = crc
    }
    for k in 1..<8 {
      for byte in 0..<256 {
        let previous = tables[k - 1][byte]
        tables[k][byte] = (previous >> 8) ^ tables[0][Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  /// The checksum of some bytes.
  public static func of(_ bytes: some Collection<UInt8>) -> UInt64 {
    let result = bytes.withContiguousStorageIfAvailable { unsafe of($0) }
    return result ?? of(Array(bytes))
  }

  /// The checksum of the bytes of some numbers, as they stand in memory.
  public static func of(_ numbers: ArraySlice<Double>) -> UInt64 {
    // Safe: the bytes are read while the storage is lent.
    unsafe numbers.withUnsafeBytes { unsafe of($0.bindMemory(to: UInt8.self)) }
  }

  private static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var crc = ~UInt64(0)
    let tables = tables
    let (t0, t1, t2, t3) = (tables[0], tables[1], tables[2], tables[3])
    let (t4, t5, t6, t7) = (tables[4], tables[5], tables[6], tables[7])
    var i = 0
    while i + 8 <= bytes.count {
      // Safe: i + 8 ≤ count.
      let word = unsafe UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + i)
        .loadUnaligned(as: UInt64.self)
      let x = crc ^ UInt64(littleEndian: word)
      let low = t7[Int(x & 0xFF)] ^ t6[Int(x >> 8 & 0xFF)] ^ t5[Int(x >> 16 & 0xFF)]
      let middle = t4[Int(x >> 24 & 0xFF)] ^ t3[Int(x >> 32 & 0xFF)] ^ t2[Int(x >> 40 & 0xFF)]
      crc = low ^ middle ^ t1[Int(x >> 48 & 0xFF)] ^ t0[Int(x >> 56)]
      i += 8
    }
    while i < bytes.count {
      crc = unsafe (crc >> 8) ^ t0[Int((crc ^ UInt64(bytes[i])) & 0xFF)]
      i += 1
    }
    return ~crc
  }
}
