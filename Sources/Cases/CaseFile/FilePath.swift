/// Paths as texts: joined and tidied without asking the file system.
enum FilePath {
  /// The folder of `path`: empty for a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of `path`.
  static func name(of path: String) -> String {
    String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
  }

  /// `path` as seen from `folder`; an absolute path stays itself. `.` and inner `..` are resolved.
  static func joined(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty { return tidied(path) }
    return tidied(folder + "/" + path)
  }

  /// Without `.`, doubled slashes and `..` after a name (links between are not looked at).
  static func tidied(_ path: String) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part == "..", isAbsolute, parts.isEmpty {
        continue
      } else {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return isAbsolute ? "/" + joined : (joined.isEmpty ? "." : joined)
  }

  /// How to write `path` in a file that stands in `folder`, both seen from the same place.
  /// Stays absolute where only one of them is, or where `folder` climbs higher than `path`.
  static func relative(_ path: String, to folder: String) -> String {
    let (target, base) = (tidied(path), folder.isEmpty ? "." : tidied(folder))
    guard target.hasPrefix("/") == base.hasPrefix("/") else { return target }
    let a = target.split(separator: "/")
    let b = base == "." ? [] : base.split(separator: "/")
    var common = 0
    while common < min(a.count - 1, b.count), a[common] == b[common] { common += 1 }
    if b[common...].contains("..") { return target }
    return (b[common...].map { _ in ".." } + a[common...]).joined(separator: "/")
  }
}
