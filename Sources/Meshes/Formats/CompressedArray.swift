internal import Files

/// An array as VTK stores it in a compressed file: a header of 64-bit counts, then blocks of 32 KiB,
/// each compressed by zlib.
/// - Source: VTK user's guide, "XML file formats", section "Appended raw data, compressed".
enum CompressedArray {
  static let blockSize = 32768

  /// Appends the encoded array to `output`.
  static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
    let blockCount = (bytes.count + blockSize - 1) / blockSize
    var header = [UInt64(blockCount), UInt64(blockSize), UInt64(bytes.count % blockSize)]
    var data: [UInt8] = []
    for block in 0..<blockCount {
      let range = block * blockSize..<min((block + 1) * blockSize, bytes.count)
      // Level 3: fields shrink almost as much as at level 9, in a fifth of the time.
      let packed = Deflate.compressed(bytes[range], level: 3)
      header.append(UInt64(packed.count))
      data += packed
    }
    for count in header { append(count, to: &output) }
    output += data
  }

  static func append(_ value: some FixedWidthInteger, to output: inout [UInt8]) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe output.append(contentsOf: $0) }
  }
}
