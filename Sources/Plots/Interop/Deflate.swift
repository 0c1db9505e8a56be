import CZlib

/// The two services of zlib a PNG needs.
enum Deflate {
  /// `bytes` as a zlib stream.
  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    let bound = Int(compressBound(uLong(bytes.count)))
    return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var length = uLongf(bound)
      // Safe: `buffer` has the capacity compressBound asked for, and zlib reads `bytes` only.
      let status = unsafe bytes.withUnsafeBufferPointer { source in
        unsafe compress2(
          buffer.baseAddress, &length, source.baseAddress, uLong(source.count), 6)
      }
      // The only failures zlib names are a short buffer (excluded above) and no memory.
      precondition(status == Z_OK, "zlib could not compress \(bytes.count) bytes: \(status)")
      count = Int(length)
    }
  }

  /// CRC-32 of `bytes`.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    // Safe: zlib reads the bytes of the buffer and keeps no pointer.
    unsafe bytes.withUnsafeBufferPointer { source in
      UInt32(truncatingIfNeeded: unsafe crc32(0, source.baseAddress, uInt(source.count)))
    }
  }
}
