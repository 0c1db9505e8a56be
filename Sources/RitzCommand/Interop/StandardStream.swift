internal import Glibc

/// Standard output and standard error, written to without a buffer.
struct StandardStream: Sendable {
  /// The result.
  static let output = StandardStream(descriptor: 1)
  /// Everything else.
  static let error = StandardStream(descriptor: 2)

  private let descriptor: Int32

  /// Makes sure that the three standard descriptors are open, so that no file gets their numbers.
  static func openAll() {
    while true {
      let file = unsafe open("/dev/null", O_RDWR)
      guard file >= 0, file <= 2 else {
        if file > 2 { close(file) }
        return
      }
    }
  }

  /// Writes a whole text.
  ///
  /// A reader that has closed its end (`ritz info … | head -1`) has had enough: no failure.
  /// - Throws: `Failure` with the system's reason, for a full disk for example.
  func write(_ text: String) throws(Failure) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        // Safe: `done` stays below the length of the buffer.
        unsafe Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EPIPE {
        return
      } else if errno != EINTR {
        let reason = unsafe String(cString: strerror(errno))
        throw Failure(.badData, "error: the result cannot be written to standard output: \(reason)")
      }
    }
  }

  /// Writes a text if that is possible.
  func tryToWrite(_ text: String) { try? write(text) }
}
