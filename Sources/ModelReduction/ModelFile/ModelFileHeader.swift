internal import Files

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
