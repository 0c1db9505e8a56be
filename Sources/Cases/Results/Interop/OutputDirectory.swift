public import Files

#if canImport(Glibc)
  internal import Glibc
#endif

/// The folder a run writes to: made and locked before the first computation.
///
/// The lock is the system's (`flock`), so it goes with the process, however that ends; the file
/// `.lock` inside names the process that holds it.
@safe public final class OutputDirectory: Sendable {
  /// The folder.
  public let path: String
  private let lock: Int32

  /// Makes the folder and its parents where they are missing, proves that it can be written to
  /// and takes the lock.
  ///
  /// - Throws: The path and the reason: not a folder, not writable, in use by another run.
  public init(_ path: String) throws(FileError) {
    self.path = path
    try OutputDirectory.make(path)
    let name = "\(path)/.lock"
    let file = unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileError(path: path, operation: "write into", code: errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(file)
      guard code == EWOULDBLOCK else { throw FileError(path: path, operation: "lock", code: code) }
      let holder = (try? FileBytes.read(name, limit: 64)).map {
        String(decoding: $0, as: UTF8.self)
      }
      throw FileError(
        path: path, operation: "write into",
        reason: "another run (process \(holder ?? "unknown")) is using it; name another with -o")
    }
    _ = ftruncate(file, 0)
    _ = FileBytes.append(Array("\(getpid())".utf8), to: file)
    lock = file
  }

  deinit { close(lock) }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a folder inside, such as `fields`.
  ///
  /// - Returns: Its path.
  public func folder(_ name: String) throws(FileError) -> String {
    try OutputDirectory.make(file(name))
    return file(name)
  }

  private static func make(_ path: String) throws(FileError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
      if unsafe mkdir(made, 0o755) == 0 { continue }
      let code = errno
      var status = stat()
      guard unsafe stat(made, &status) == 0 else {
        throw FileError(path: made, operation: "make folder", code: code)
      }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileError(
          path: path, operation: "make folder", reason: "\(made) exists and is not a folder")
      }
    }
  }
}
