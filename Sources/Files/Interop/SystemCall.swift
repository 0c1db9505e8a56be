internal import Glibc

/// The calls of the system a whole file needs.
enum SystemCall {
  /// The number of this process.
  static var process: Int32 { getpid() }

  /// Whether a process of this machine has that number.
  static func isRunning(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }

  /// What an errno means, in the system's words.
  static func reason(_ code: Int32) -> String {
    // Safe: strerror returns a terminated text, copied at once.
    unsafe String(cString: strerror(code))
  }

  /// Whether an errno says that there is no such file.
  static func meansMissing(_ code: Int32) -> Bool { code == ENOENT || code == ENOTDIR }

  static func isReadable(_ path: String) -> Bool {
    if path.utf8.contains(0) { return false }
    return unsafe access(path, R_OK) == 0
  }

  /// The bytes of a regular file of at most `limit` bytes.
  static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    if path.utf8.contains(0) {
      throw FileError(path: path, operation: "open", reason: "the name contains NUL")
    }
    // O_NONBLOCK: opening a pipe must not wait for a writer that never comes.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(path: path, operation: "open", code: errno) }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      throw FileError(path: path, operation: "read", code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, operation: "read", reason: "it is no regular file")
    }
    guard status.st_size <= limit else {
      throw FileError(
        path: path, operation: "read",
        reason: "it has \(status.st_size) bytes, more than the \(limit) allowed here")
    }
    let size = Int(status.st_size)
    var failure = 0 as Int32
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        // Safe: the place and the length stay within the buffer of `size` bytes.
        let taken = unsafe Glibc.read(
          file, buffer.baseAddress?.advanced(by: count), size - count)
        if taken == 0 { return }
        if taken > 0 {
          count += taken
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    guard failure == 0 else { throw FileError(path: path, operation: "read", code: failure) }
    return bytes
  }

  /// Overwrites the first bytes of a file that exists.
  static func write(_ bytes: [UInt8], atStartOf path: String) throws(FileError) {
    let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path: path, operation: "write", code: errno) }
    let failure = append(bytes, to: file)
    let isClosed = close(file) == 0
    let code = errno
    guard failure == 0 else { throw FileError(path: path, operation: "write", code: failure) }
    guard isClosed else { throw FileError(path: path, operation: "close", code: code) }
  }

  /// Writes all bytes where the descriptor stands; the errno of a failure, 0 without one.
  static func append(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var written = 0
    while written < bytes.count {
      let taken = unsafe bytes.withUnsafeBytes { buffer in
        // Safe: written < count, so base address and remaining count stay inside the buffer.
        unsafe Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if taken < 0, errno != EINTR { return errno }
      written += max(0, taken)
    }
    return 0
  }

  /// Refuses what no file can take the place of: no name, a folder, a pipe, a device.
  static func checkTarget(_ path: String) throws(FileError) {
    if path.isEmpty || path.utf8.contains(0) {
      throw FileError(path: path, operation: "write", reason: "this is no file name")
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw FileError(path: path, operation: "write", code: EISDIR)
    default: throw FileError(path: path, operation: "write", reason: "it is no regular file")
    }
  }

  /// Makes an empty file, or empties what an earlier process of the same number left.
  static func makeEmpty(_ path: String) throws(FileError) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(path: path, operation: "write", code: errno) }
    close(file)
  }

  /// Brings a file to the disk; a file system that cannot is no failure.
  static func synchronize(_ path: String) throws(FileError) {
    let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(path: path, operation: "fsync", code: errno) }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL else {
      throw FileError(path: path, operation: "fsync", code: errno)
    }
  }

  /// Makes a new name last through a power failure; not all file systems can.
  static func synchronizeFolder(of path: String) {
    let folder =
      switch path.lastIndex(of: "/") {
      case nil: "."
      case path.startIndex?: "/"
      case let slash?: String(path[..<slash])
      }
    let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    fsync(file)
    close(file)
  }

  static func rename(_ path: String, to name: String) throws(FileError) {
    guard unsafe Glibc.rename(path, name) == 0 else {
      throw FileError(path: name, operation: "rename to", code: errno)
    }
  }

  static func remove(_ path: String) { _ = unsafe unlink(path) }
}
