internal import Glibc

/// Files that go.
enum FileRemoval {
  /// Takes a file away; nothing happens where there is none.
  static func remove(_ path: String) {
    // Safe: the name is read while it is lent.
    _ = unsafe unlink(path)
  }
}
