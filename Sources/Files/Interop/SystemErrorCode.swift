internal import Glibc

/// The errno of the calling thread, for libraries that do not pass on why the system refused.
public enum SystemErrorCode {
  /// Forgets what happened before.
  public static func clear() { errno = 0 }

  /// A failure with the system's reason, or with one in words where the system has none.
  public static func failure(
    path: String, operation: String, otherwise reason: String
  ) -> FileError {
    let code = errno
    return code == 0
      ? FileError(path: path, operation: operation, reason: reason)
      : FileError(path: path, operation: operation, code: code)
  }
}
