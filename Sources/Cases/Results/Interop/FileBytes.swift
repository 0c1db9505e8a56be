#if canImport(Glibc)
  internal import Glibc
#endif

/// Why a file could not be read or written: the path, what was tried, and the system's reason.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What was tried: `open`, `read`, `write`, `fsync`, `close`, `rename`, `mkdir`, `lock`.
  public let operation: String
  /// The errno of the system; 0 where the reason is Ritz's own.
  public let code: Int32
  /// The reason in words.
  public let reason: String

  /// An error with a reason of Ritz's own.
  public init(path: String, operation: String, reason: String) {
    self.path = path
    self.operation = operation
    code = 0
    self.reason = reason
  }

  /// An error with the system's reason.
  public init(path: String, operation: String, code: Int32) {
    self.path = path
    self.operation = operation
    self.code = code
    // Safe: strerror returns a terminated text, copied at once.
    reason = unsafe String(cString: strerror(code))
  }

  /// Whether the file does not exist.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// `cannot write out/results.json: No space left on device`
  public var description: String { "cannot \(operation) \(path): \(reason)" }
}

/// Whole files, read and written with the system's reasons in the errors.
public enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// - Parameter limit: Refuses larger files before anything is allocated.
  public static func read(_ path: String, limit: Int = 1 << 30) throws(FileError) -> [UInt8] {
    // O_NONBLOCK: opening a pipe must not wait for a writer that never comes.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      throw FileError(path: path, operation: "read", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, operation: "read", reason: "it is not a regular file")
    }
    guard status.st_size <= limit else {
      throw FileError(
        path: path, operation: "read",
        reason: "it has \(status.st_size) bytes, more than the \(limit) allowed here")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let taken = unsafe bytes.withUnsafeMutableBytes { buffer in
        // Safe: filled < count, so base address and remaining count stay inside the buffer.
        unsafe Glibc.read(file, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
      }
      if taken < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, operation: "read", code: errno)
      }
      if taken == 0 { break }
      filled += taken
    }
    if filled < bytes.count { bytes.removeLast(bytes.count - filled) }
    return bytes
  }

  /// Writes a file so that its final name always holds a whole content: a temporary beside it,
  /// fsync, rename. On failure the old content stays and the temporary is removed.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileError(path: path, operation: "write", code: errno) }
    var failure: FileError?
    var written = 0
    while written < bytes.count, failure == nil {
      let taken = unsafe bytes.withUnsafeBytes { buffer in
        // Safe: written < count, so base address and remaining count stay inside the buffer.
        unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if taken < 0 {
        if errno != EINTR { failure = FileError(path: path, operation: "write", code: errno) }
      } else {
        written += taken
      }
    }
    if failure == nil, fsync(file) != 0, errno != EINVAL {
      failure = FileError(path: path, operation: "fsync", code: errno)
    }
    if close(file) != 0, failure == nil {
      failure = FileError(path: path, operation: "close", code: errno)
    }
    if failure == nil, unsafe rename(temporary, path) != 0 {
      failure = FileError(path: path, operation: "rename to", code: errno)
    }
    if let failure {
      _ = unsafe unlink(temporary)
      throw failure
    }
  }

  /// Writes a text as UTF-8, whole or not at all.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Whether something stands under `path` that can be read.
  public static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// Adds bytes at the end of a file, creating it; false when that fails.
  static func append(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let taken = unsafe bytes.withUnsafeBytes { buffer in
        // Safe: written < count, so base address and remaining count stay inside the buffer.
        unsafe Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if taken < 0, errno != EINTR { return false }
      written += max(0, taken)
    }
    return true
  }
}

/// A number as the 17 significant digits that determine it, whatever the locale.
///
/// - Parameter x: A finite number.
/// - Returns: The text of C's `%.17g`; a point and a zero are added to whole numbers.
func seventeenDigits(_ x: Double) -> String {
  // Safe: 17 digits, sign, point and exponent fit in 40 bytes, and snprintf never writes more.
  let raw = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
    let length = unsafe withVaList([x]) { arguments in
      unsafe vsnprintf(buffer.baseAddress, 40, "%.17g", arguments)
    }
    return unsafe buffer.prefix(max(0, min(39, Int(length)))).map { UInt8(bitPattern: $0) }
  }
  var digits: [UInt8] = []
  var isWhole = true
  for byte in raw {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"):
      digits.append(byte)
    case UInt8(ascii: "e"):
      digits.append(byte)
      isWhole = false
    default:
      // The decimal sign of whatever locale is set, possibly of several bytes.
      if isWhole { digits.append(UInt8(ascii: ".")) }
      isWhole = false
    }
  }
  if isWhole { digits += [UInt8(ascii: "."), UInt8(ascii: "0")] }
  return String(decoding: digits, as: UTF8.self)
}
