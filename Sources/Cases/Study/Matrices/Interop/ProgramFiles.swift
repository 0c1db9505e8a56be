internal import Glibc

/// A path that means the same from every folder.
func absolutePath(_ path: String) -> String {
  guard !path.hasPrefix("/") else { return path }
  // Safe: the system allocates the name, which is copied and freed.
  guard let name = unsafe getcwd(nil, 0) else { return path }
  defer { unsafe free(name) }
  return unsafe "\(String(cString: name))/\(path)"
}

/// Takes a file away; nothing happens where there is none.
func removeFile(_ path: String) {
  // Safe: the name is read while it is lent.
  _ = unsafe unlink(path)
}
