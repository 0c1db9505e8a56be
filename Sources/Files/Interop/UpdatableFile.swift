internal import Glibc

/// A file that is written in parts, at any place, and brought to the disk when asked.
@safe public final class UpdatableFile: Sendable {
  /// What is to be there already.
  public enum Opening: Sendable {
    /// A file that exists; its content stays.
    case existing
    /// None: the file is made.
    case new
    /// Either; an existing one is emptied.
    case emptied
  }

  /// The path, as it was given.
  public let path: String
  private let descriptor: Int32

  /// Opens a file for reading and writing.
  ///
  /// - Throws: The system's reason.
  public init(_ path: String, _ opening: Opening) throws(FileError) {
    if path.utf8.contains(0) {
      throw FileError(path: path, operation: "open", reason: "the name contains NUL")
    }
    let flags =
      switch opening {
      case .existing: O_RDWR
      case .new: O_RDWR | O_CREAT | O_EXCL
      case .emptied: O_RDWR | O_CREAT | O_TRUNC
      }
    descriptor = unsafe open(path, flags | O_CLOEXEC, 0o666)
    self.path = path
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  private func failure(_ operation: String) -> FileError {
    FileError(path: path, operation: operation, code: errno)
  }

  /// The number of bytes now.
  public func size() throws(FileError) -> Int {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure("read") }
    return status.st_size
  }

  /// Writes bytes from `offset` on.
  public func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    let isDone = unsafe bytes.withUnsafeBytes { unsafe write($0, at: offset) }
    guard isDone else { throw failure("write") }
  }

  /// Writes numbers, eight bytes each, the lowest byte first, from `offset` on.
  public func write(_ numbers: ArraySlice<Double>, at offset: Int) throws(FileError) {
    // The processors Swift runs on store the lowest byte first.
    let isDone = unsafe numbers.withUnsafeBytes { unsafe write($0, at: offset) }
    guard isDone else { throw failure("write") }
  }

  private func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    guard let base = buffer.baseAddress else { return true }
    var written = 0
    while written < buffer.count {
      // Safe: place and length stay within the buffer.
      let count = unsafe pwrite(
        descriptor, base + written, buffer.count - written, offset + written)
      if count < 0, errno != EINTR { return false }
      written += max(0, count)
    }
    return true
  }

  /// The bytes from `offset` on; fewer where the file ends.
  public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var code = 0 as Int32
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        // Safe: place and length stay within the buffer.
        let taken = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
        if taken == 0 { return }
        if taken > 0 {
          filled += taken
        } else if errno != EINTR {
          code = errno
          return
        }
      }
    }
    guard code == 0 else { throw FileError(path: path, operation: "read", code: code) }
    return bytes
  }

  /// Cuts the file, or fills it with zeros, to so many bytes.
  public func setSize(_ size: Int) throws(FileError) {
    guard ftruncate(descriptor, size) == 0 else { throw failure("cut") }
  }

  /// Brings what was written to the disk; a file system that cannot is no failure.
  public func synchronize() throws(FileError) {
    guard fdatasync(descriptor) == 0 || errno == EINVAL else { throw failure("fsync") }
  }
}
