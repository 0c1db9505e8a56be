internal import Glibc

/// Writes a file so that its name never shows half of it: a temporary beside it is filled, brought
/// to the disk and renamed.
enum AtomicFile {
  /// - Throws: `MeshError.unwritable` with the system's reason; the old file, if any, is untouched
  ///   and the temporary is gone.
  static func write(_ bytes: [UInt8], to path: String) throws(MeshError) {
    func failed() -> MeshError {
      .unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    if path.isEmpty || path.utf8.contains(0) {
      throw .unwritable(path: path, reason: "this is no file name")
    }
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failed() }
    var failure: MeshError?
    unsafe bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        // Safe: `done` stays below the length of the buffer.
        let wrote = unsafe Glibc.write(
          descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
        if wrote < 0 {
          if errno == EINTR { continue }
          failure = failed()
          return
        }
        done += wrote
      }
    }
    if failure == nil, fsync(descriptor) != 0, errno != EINVAL { failure = failed() }
    if close(descriptor) != 0, failure == nil { failure = failed() }
    if failure == nil, unsafe rename(temporary, path) != 0 { failure = failed() }
    if let failure {
      unsafe unlink(temporary)
      throw failure
    }
  }
}
