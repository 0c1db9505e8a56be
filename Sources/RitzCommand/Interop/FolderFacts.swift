internal import Glibc

/// What a folder offers to a program that writes there.
enum FolderFacts {
  /// Whether files can be made in it.
  static func isWritable(_ folder: String) -> Bool { unsafe access(folder, W_OK | X_OK) == 0 }

  /// Bytes that may still be written; nil where the system does not say.
  static func freeBytes(_ folder: String) -> Int? {
    var facts = statvfs()
    guard unsafe statvfs(folder, &facts) == 0 else { return nil }
    return Int(facts.f_bavail) * Int(facts.f_frsize)
  }

  /// Whether files can be locked, as HDF5 does when it opens one.
  ///
  /// - Returns: nil if they can, otherwise the system's reason.
  static func lockingFailure(_ folder: String) -> String? {
    let path = "\(folder)/.ritz-doctor.\(getpid()).tmp"
    let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return unsafe String(cString: strerror(errno)) }
    defer {
      close(file)
      _ = unsafe unlink(path)
    }
    return flock(file, LOCK_EX | LOCK_NB) == 0 ? nil : unsafe String(cString: strerror(errno))
  }
}
