internal import Glibc

/// The whole of a regular file, in memory.
enum FileBytes {
  /// - Throws: `MeshError.unreadable` with the system's reason; also for what is no regular file,
  ///   so that a pipe or a device cannot keep the reader waiting.
  static func read(_ path: String) throws(MeshError) -> [UInt8] {
    func failed() -> MeshError {
      .unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    if path.utf8.contains(0) { throw .unreadable(path: "\(path)", reason: "the name contains NUL") }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failed() }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failed() }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is no regular file")
    }
    let size = Int(status.st_size)
    var failure = 0 as Int32
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        // Safe: the place and the length stay within the buffer of `size` bytes.
        let got = unsafe Glibc.read(
          descriptor, buffer.baseAddress.map { unsafe $0 + count }, size - count)
        if got < 0 {
          if errno == EINTR { continue }
          failure = errno
          return
        }
        if got == 0 { return }
        count += got
      }
    }
    guard failure == 0 else {
      throw .unreadable(path: path, reason: unsafe String(cString: strerror(failure)))
    }
    return bytes
  }
}
