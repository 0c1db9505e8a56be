/// Why a file could not be read or written: the path, what was tried, and the system's reason.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What was tried: `open`, `read`, `write`, `fsync`, `close`, `rename to`, `make folder`, `lock`.
  public let operation: String
  /// The errno of the system; 0 where the reason is Ritz's own.
  public let code: Int32
  /// The reason in words.
  public let reason: String

  /// An error with a reason of Ritz's own.
  public init(path: String, operation: String, reason: String) {
    (self.path, self.operation, code, self.reason) = (path, operation, 0, reason)
  }

  /// An error with the system's reason.
  ///
  /// - Parameter code: The errno.
  public init(path: String, operation: String, code: Int32) {
    (self.path, self.operation, self.code) = (path, operation, code)
    reason = SystemCall.reason(code)
  }

  /// Whether the file does not exist.
  public var isMissing: Bool { SystemCall.meansMissing(code) }

  /// `cannot write out/results.json: No space left on device`
  public var description: String { "cannot \(operation) \(path): \(reason)" }

  /// The same failure, told of the file the caller named instead of the temporary beside it.
  init(_ error: FileError, of path: String) {
    (self.path, operation) = (path, error.operation)
    (code, reason) = (error.code, error.reason)
  }
}
