internal import Glibc

/// A regular file of which parts are read, whatever its size.
///
/// The file is opened for each part, so that thousands of them can be at hand at once.
@safe public final class ReadableFile: Sendable {
  /// What may happen to a file while it is read.
  public enum Change: Sendable {
    /// Nothing: one that has been written to or replaced is refused.
    case refused
    /// Another process may add to its end and rewrite its head.
    case growing
  }

  private struct Identity: Equatable {
    let device: UInt
    let number: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      (device, number) = (status.st_dev, status.st_ino)
      size = status.st_size
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// The path, as it was given.
  public let path: String
  private let identity: Identity
  private let change: Change
  /// Of a file without a name: where it is open.
  private let descriptor: Int32?

  /// The number of bytes.
  public var size: Int { identity.size }

  /// A file that exists.
  ///
  /// - Throws: The system's reason; pipes, devices and folders are refused.
  public init(_ path: String, change: Change = .refused) throws(FileError) {
    (self.path, self.change) = (path, change)
    descriptor = nil
    let (file, status) = try ReadableFile.open(path)
    close(file)
    identity = Identity(status)
  }

  /// A file without a name, which lasts as long as this object; read from then on.
  ///
  /// - Parameters:
  ///   - name: What stands in errors.
  ///   - fill: Hands over the content piece by piece.
  /// - Throws: What `fill` throws, or why there is no place for it.
  public init(
    named name: String,
    filledBy fill: (_ append: ([UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
  ) throws(FileError) {
    (path, change) = (name, .refused)
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/ritz-XXXXXX".utf8CString)
    let file = unsafe mkstemp(&template)
    guard file >= 0 else {
      throw FileError(path: folder, operation: "make a temporary file in", code: errno)
    }
    _ = unsafe unlink(template)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    var status = stat()
    do throws(FileError) {
      try fill { bytes throws(FileError) in
        let code = SystemCall.append(bytes, to: file)
        guard code == 0 else {
          throw FileError(path: folder, operation: "unpack \(name) into", code: code)
        }
      }
      guard unsafe fstat(file, &status) == 0 else {
        throw FileError(path: name, operation: "read", code: errno)
      }
    } catch {
      close(file)
      throw error
    }
    descriptor = file
    identity = Identity(status)
  }

  deinit { if let descriptor { close(descriptor) } }

  private static func open(_ path: String) throws(FileError) -> (Int32, stat) {
    if path.utf8.contains(0) {
      throw FileError(path: path, operation: "open", reason: "the name contains NUL")
    }
    // O_NONBLOCK: opening a pipe must not wait for a writer that never comes.
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      let code = errno
      close(file)
      throw FileError(path: path, operation: "read", code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw FileError(path: path, operation: "read", reason: "it is no regular file")
    }
    return (file, status)
  }

  /// The bytes from `offset` on.
  ///
  /// - Precondition: They lie within the file.
  public func read(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: FileError?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) { try unsafe read(at: offset, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer with the bytes from `offset` on.
  ///
  /// - Precondition: They lie within the file.
  @unsafe public func read(
    at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) {
    precondition(
      offset >= 0 && offset <= size - buffer.count,
      "bytes \(offset)..<\(offset + buffer.count) of \(size) in \(path)")
    guard let base = buffer.baseAddress, buffer.count > 0 else { return }
    var file = descriptor ?? -1
    if descriptor == nil {
      let (opened, status) = try ReadableFile.open(path)
      file = opened
      let now = Identity(status)
      let isSame =
        change == .growing
        ? now.device == identity.device && now.number == identity.number
          && now.size >= identity.size : now == identity
      guard isSame else {
        close(file)
        throw FileError(
          path: path, operation: "read", reason: "it has changed since it was first looked at")
      }
    }
    defer { if descriptor == nil { close(file) } }
    var taken = 0
    while taken < buffer.count {
      // Safe: place and length stay within the buffer.
      let count = unsafe pread(file, base + taken, buffer.count - taken, offset + taken)
      if count > 0 {
        taken += count
      } else if count == 0 {
        throw FileError(path: path, operation: "read", reason: "it ends before its size")
      } else if errno != EINTR {
        throw FileError(path: path, operation: "read", code: errno)
      }
    }
  }
}
