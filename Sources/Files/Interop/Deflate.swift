internal import CZlib

/// The two services of zlib that files need.
public enum Deflate {
  /// Some bytes as a zlib stream.
  ///
  /// - Parameter level: From 1, fast, to 9, small.
  public static func compressed(_ bytes: ArraySlice<UInt8>, level: Int) -> [UInt8] {
    precondition(
      (1...9).contains(level), "zlib has the levels 1 to 9, but level \(level) is asked for")
    let bound = Int(compressBound(uLong(bytes.count)))
    return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      var length = uLongf(bound)
      // Safe: `buffer` has the capacity compressBound asked for, and zlib reads `bytes` only.
      let status = unsafe bytes.withUnsafeBufferPointer { source in
        unsafe compress2(
          buffer.baseAddress, &length, source.baseAddress, uLong(source.count), Int32(level))
      }
      // The only failures zlib names are a short buffer (excluded above) and no memory.
      precondition(status == Z_OK, "zlib could not compress \(bytes.count) bytes: \(status)")
      count = Int(length)
    }
  }

  /// CRC-32 of some bytes that follow others.
  ///
  /// - Parameter start: That of the bytes before.
  public static func checksum(_ bytes: [UInt8], after start: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { unsafe checksum($0, after: start) }
  }

  /// CRC-32 of numbers, as they stand in memory, that follow other bytes.
  public static func checksum(_ numbers: ArraySlice<Double>, after start: UInt32) -> UInt32 {
    unsafe numbers.withUnsafeBytes { unsafe checksum($0, after: start) }
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer, after start: UInt32) -> UInt32 {
    guard let base = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else { return start }
    // Safe: zlib reads the bytes of the buffer and keeps no pointer.
    return UInt32(truncatingIfNeeded: unsafe crc32_z(uLong(start), base, bytes.count))
  }
}

extension Deflate {
  /// The bytes of a zlib stream.
  ///
  /// - Parameter count: How many they are.
  /// - Returns: nil if the stream is damaged or holds another number of bytes.
  public static func decompressed(_ bytes: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    // zlib shrinks by a factor of 1032 at most; a larger claim is false and allocates nothing.
    guard count >= 0, count <= 1040 * (bytes.count + 16) else { return nil }
    var isSound = false
    let result = unsafe [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
      var length = uLongf(count)
      // Safe: `buffer` has room for `count` bytes, and zlib reads `bytes` only.
      let status = unsafe bytes.withUnsafeBufferPointer { source in
        unsafe uncompress(
          buffer.baseAddress, &length, source.baseAddress, uLong(source.count))
      }
      isSound = status == Z_OK && Int(length) == count
      filled = isSound ? count : 0
    }
    return isSound ? result : nil
  }
}
