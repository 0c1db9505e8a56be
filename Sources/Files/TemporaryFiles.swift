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

  /// Removes what processes that were killed have left unfinished in a folder.
  ///
  /// Only processes of this machine are known: where others fill the same folder at the same time,
  /// leave out what they fill.
  ///
  /// - Parameter isLeft: Whether a file may go that was to be given this name.
  public static func removeLeft(in folder: String, where isLeft: (String) -> Bool = { _ in true }) {
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasSuffix(".tmp") {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count > 3, let process = Int32(parts[parts.count - 3]), process > 0,
        Int(parts[parts.count - 2]) != nil,
        isLeft(parts.dropLast(3).joined(separator: "."))
      else { continue }
      let path = "\(folder)/\(name)"
      unfinished.withLock { files in
        // A killed process may have had the number of this one.
        let isGone =
          process == SystemCall.process
          ? !files.paths.contains(path) : !SystemCall.isRunning(process)
        if isGone { SystemCall.remove(path) }
      }
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
