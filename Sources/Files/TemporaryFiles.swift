internal import Synchronization

/// The unfinished files of this process.
///
/// A file is filled under a name of its own, `<path>.<process>.<number>.tmp`, and takes over its
/// final name in one step. Whoever ends the process asks here for what is unfinished.
public enum TemporaryFiles {
  private struct Unfinished {
    var paths: Set<String> = []
    var made = 0
  }

  private static let unfinished = Mutex(Unfinished())

  /// Fills a file beside `path`, which then takes the place of `path`: a reader sees the old file
  /// or the new one.
  ///
  /// - Parameter fill: Writes the file whose name it is given; it exists already and is empty.
  /// - Throws: What `fill` throws, or why the file cannot be made or renamed, in the name of `path`.
  ///   The old file, if any, is then untouched and the temporary is gone.
  public static func withTemporaryFile(
    for path: String, _ fill: (_ temporary: String) throws(FileError) -> Void
  ) throws(FileError) {
    try SystemCall.checkTarget(path)
    let temporary = try make(for: path)
    do throws(FileError) {
      try fill(temporary)
      try SystemCall.synchronize(temporary)
      try takeOver(temporary, path)
    } catch {
      discard(temporary)
      throw error.path == temporary ? FileError(error, of: path) : error
    }
    SystemCall.synchronizeFolder(of: path)
  }

  /// Makes an empty file beside `path` that lasts until `body` ends.
  ///
  /// - Throws: What `body` throws, or why the file cannot be made.
  public static func withScratchFile<Value>(
    for path: String, _ body: (_ scratch: String) throws -> Value
  ) throws -> Value {
    try SystemCall.checkTarget(path)
    let scratch = try make(for: path)
    defer { discard(scratch) }
    return try body(scratch)
  }

  /// Removes what is unfinished, then does the last things of the process.
  ///
  /// - Parameter end: Meanwhile no file of this process appears under its final name, and none is
  ///   begun: whoever tries waits.
  public static func removeAll(before end: () -> Void) {
    unfinished.withLock { files in
      for path in files.paths { SystemCall.remove(path) }
      files.paths = []
      end()
    }
  }

  /// The file is made while the lock is held, so that `removeAll` misses none.
  private static func make(for path: String) throws(FileError) -> String {
    try unfinished.withLock { files throws(FileError) in
      let temporary = "\(path).\(SystemCall.process).\(files.made).tmp"
      do throws(FileError) { try SystemCall.makeEmpty(temporary) } catch {
        throw FileError(error, of: path)
      }
      files.made += 1
      files.paths.insert(temporary)
      return temporary
    }
  }

  private static func takeOver(_ temporary: String, _ path: String) throws(FileError) {
    try unfinished.withLock { files throws(FileError) in
      try SystemCall.rename(temporary, to: path)
      files.paths.remove(temporary)
    }
  }

  private static func discard(_ temporary: String) {
    unfinished.withLock { files in
      SystemCall.remove(temporary)
      files.paths.remove(temporary)
    }
  }
}
