internal import Glibc

/// Folders of the file system.
public enum Folder {
  /// Makes a folder and its parents where they are missing.
  ///
  /// - Throws: The system's reason, or that something on the way is no folder.
  public static func make(_ path: String) throws(FileError) {
    if path.utf8.contains(0) {
      throw FileError(path: path, operation: "make folder", reason: "the name contains NUL")
    }
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

  /// Whether a folder stands under a path.
  public static func exists(_ path: String) -> Bool {
    if path.utf8.contains(0) { return false }
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted.
  ///
  /// - Throws: The system's reason.
  public static func names(in path: String) throws(FileError) -> [String] {
    guard !path.utf8.contains(0), let folder = unsafe opendir(path) else {
      throw FileError(path: path, operation: "open", code: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        // Safe: the name ends with a zero within its 256 bytes.
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The folder a path leads through, with the slash at its end; empty where it names none.
  public static func prefix(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}
