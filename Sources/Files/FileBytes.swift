/// Whole files, read and written with the system's reasons in the errors.
public enum FileBytes {
  /// The bytes of a regular file; a pipe or a device is refused and so cannot keep the reader
  /// waiting.
  ///
  /// - Parameter limit: Refuses larger files before anything is allocated.
  public static func read(_ path: String, limit: Int = 1 << 30) throws(FileError) -> [UInt8] {
    try SystemCall.read(path, limit: limit)
  }

  /// Writes a file so that its name always holds a whole content: a temporary beside it is filled,
  /// brought to the disk and renamed.
  ///
  /// - Throws: The reason; the old file, if any, is untouched and the temporary is gone.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try TemporaryFiles.withTemporaryFile(for: path) { temporary throws(FileError) in
      try SystemCall.write(bytes, atStartOf: temporary)
    }
  }

  /// Writes a text as UTF-8, whole or not at all.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Overwrites the first bytes of a file that exists; what follows them stays.
  ///
  /// Not atomic: meant for a temporary that is still being filled.
  public static func write(_ bytes: [UInt8], atStartOf path: String) throws(FileError) {
    try SystemCall.write(bytes, atStartOf: path)
  }

  /// Whether something stands under `path` that can be read.
  public static func isReadable(_ path: String) -> Bool { SystemCall.isReadable(path) }

  /// Adds bytes where the descriptor of an open file stands; false when that fails.
  public static func append(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    SystemCall.append(bytes, to: descriptor) == 0
  }
}
