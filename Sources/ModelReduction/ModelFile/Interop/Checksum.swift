/// CRC-64/XZ: every change of up to 64 neighbouring bits is found, any other but once in 2⁶⁴.
///
/// - Source: ECMA-182 polynomial, reflected; check value 0x995DC9BBDF1939FA for "123456789".
///   Eight bytes per step after M. Kounavis, F. Berry, IEEE Trans. Comput. 57 (2008).
enum Checksum {
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
  static func of(_ bytes: some Collection<UInt8>) -> UInt64 {
    let result = bytes.withContiguousStorageIfAvailable { unsafe of($0) }
    return result ?? of(Array(bytes))
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

/// The 512 bytes before the HDF5 part of a `.ritz` file, all integers little-endian.
///
/// | bytes | content |
/// |---|---|
/// | 0–7 | 52 49 54 5A 0D 0A 1A 0A ("RITZ", then line ends that a text transfer would change) |
/// | 8–11 | major version of the format: readers refuse a larger one than theirs |
/// | 12–15 | minor version: larger ones only add entries |
/// | 16–23 | bytes that follow the header |
/// | 24–31 | their CRC-64/XZ |
/// | 32–503 | zero |
/// | 504–511 | CRC-64/XZ of bytes 0–503 |
struct ModelFileHeader {
  static let size = 512
  static let magic: [UInt8] = [0x52, 0x49, 0x54, 0x5A, 0x0D, 0x0A, 0x1A, 0x0A]
  var major: Int
  var minor = ModelFile.minorVersion
  var contentLength: Int
  var contentChecksum: UInt64

  var bytes: [UInt8] {
    var bytes = Self.magic
    bytes += littleEndian(UInt64(major), 4) + littleEndian(UInt64(minor), 4)
    bytes += littleEndian(UInt64(contentLength), 8) + littleEndian(contentChecksum, 8)
    bytes += [UInt8](repeating: 0, count: Self.size - 8 - bytes.count)
    return bytes + littleEndian(Checksum.of(bytes), 8)
  }

  init(content: some Collection<UInt8>, major: Int) {
    self.major = major
    contentLength = content.count
    contentChecksum = Checksum.of(content)
  }

  /// Checks a whole file.
  init(verifying file: [UInt8], path: String) throws(ModelFileError) {
    guard file.starts(with: Self.magic) else { throw .notAModelFile(path: path) }
    guard file.count >= Self.size else {
      throw .wrongLength(path: path, expected: Self.size, found: file.count)
    }
    guard Checksum.of(file[..<504]) == number(file[504..<512]) else {
      throw .damaged(path: path, part: "header")
    }
    major = Int(number(file[8..<12]))
    minor = Int(number(file[12..<16]))
    guard major <= ModelFile.majorVersion else {
      throw .newerFormat(path: path, found: major, supported: ModelFile.majorVersion)
    }
    contentLength = Int(truncatingIfNeeded: number(file[16..<24]))
    contentChecksum = number(file[24..<32])
    guard file.count - Self.size == contentLength else {
      throw .wrongLength(path: path, expected: contentLength &+ Self.size, found: file.count)
    }
    guard Checksum.of(file[Self.size...]) == contentChecksum else {
      throw .damaged(path: path, part: "content")
    }
  }
}

private func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}
