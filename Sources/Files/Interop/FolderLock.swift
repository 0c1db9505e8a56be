internal import Glibc

/// The right to write into a folder, held by one process at a time.
///
/// The lock is the system's (`flock`), so it goes with the process, however that ends; the file
/// `.lock` inside names the process that holds it.
@safe public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a folder that exists.
  ///
  /// - Parameters:
  ///   - folder: Its path.
  ///   - cure: What to do while another process holds the lock, for the error.
  /// - Throws: The system's reason, or which process holds the lock.
  public init(_ folder: String, cure: String) throws(FileError) {
    let name = "\(folder)/.lock"
    let file = unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw FileError(path: folder, operation: "write into", code: errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(file)
      guard code == EWOULDBLOCK else {
        throw FileError(path: folder, operation: "lock", code: code)
      }
      let holder = (try? FileBytes.read(name, limit: 64)).map {
        String(decoding: $0, as: UTF8.self)
      }
      throw FileError(
        path: folder, operation: "write into",
        reason: "another run (process \(holder ?? "unknown")) is using it; \(cure)")
    }
    _ = ftruncate(file, 0)
    _ = FileBytes.append(Array("\(getpid())".utf8), to: file)
    descriptor = file
  }

  deinit {
    // A program that another thread is starting shares the lock until it runs: closing alone would
    // leave it locked for that long.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
