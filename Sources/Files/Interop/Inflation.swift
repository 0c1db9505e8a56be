internal import CZlib

/// Unpacks a raw deflate stream piece by piece, in bounded memory.
@safe final class Inflation {
  enum Step {
    /// Unpacked bytes; all that was put in has been taken.
    case bytes([UInt8])
    /// The last bytes of the stream.
    case end([UInt8])
    case damaged
  }

  private var stream = unsafe z_stream()
  private var isOpen = false

  init?() {
    // −15: a raw stream, without the head and the checksum of zlib; a zip archive has its own.
    let status = unsafe inflateInit2_(
      &stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    isOpen = true
  }

  deinit { if isOpen { unsafe inflateEnd(&stream) } }

  /// Unpacks what the next packed bytes hold.
  ///
  /// - Parameter limit: Gives up where more bytes than that come out.
  func unpack(_ packed: [UInt8], limit: Int) -> Step {
    var result: [UInt8] = []
    var packed = packed
    let count = packed.count
    var isEnd = false
    var isDamaged = false
    unsafe packed.withUnsafeMutableBufferPointer { source in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = uInt(count)
      var isFull = true
      while isFull, !isEnd, !isDamaged {
        let room = 1 << 18
        let part = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
          unsafe stream.next_out = buffer.baseAddress
          unsafe stream.avail_out = uInt(room)
          // Safe: zlib reads and writes within the two buffers, which are lent meanwhile.
          let status = unsafe inflate(&stream, Z_NO_FLUSH)
          filled = unsafe room - Int(stream.avail_out)
          isEnd = status == Z_STREAM_END
          isDamaged = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR
          isFull = filled == room
        }
        result += part
        if result.count > limit { isDamaged = true }
      }
      unsafe stream.next_in = nil
      unsafe stream.next_out = nil
    }
    return isDamaged ? .damaged : isEnd ? .end(result) : .bytes(result)
  }
}
