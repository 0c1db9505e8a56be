internal import Files

extension SnapshotError {
  /// What `body` gives, its failure told as one of snapshots.
  static func of<Value>(
    _ body: () throws(FormatError) -> Value
  ) throws(SnapshotError) -> Value {
    do throws(FormatError) { return try body() } catch { throw SnapshotError(error) }
  }

  /// The same failure; what the system says about a file stays that.
  init(_ error: FormatError) {
    if case .unreadable(let error) = error { self = .file(error) } else { self = .format(error) }
  }

  /// The place of the one that was asked for, or of the only one.
  ///
  /// - Throws: `refused` with the names there are.
  public static func choice(
    _ name: String?, of names: [String], in path: String, called noun: String
  ) throws(SnapshotError) -> Int {
    let list = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let known = names.count > 20 ? "\(list) and \(names.count - 20) more" : list
    if let name {
      if let place = names.firstIndex(of: name) { return place }
      let found = names.isEmpty ? "it has no \(noun)" : "there are \(known)"
      throw .refused("\(path) has no \(noun) '\(name)'; \(found)")
    }
    guard let only = names.first else { throw .refused("\(path) has no \(noun)") }
    guard names.count == 1 else {
      throw .refused("\(path) has several \(noun)s, \(known); name one, as in \(path):\(only)")
    }
    return 0
  }
}

extension FormatError {
  /// A regular file to be read in parts.
  static func file(_ path: String) throws(FormatError) -> ReadableFile {
    do throws(FileError) { return try ReadableFile(path) } catch { throw .unreadable(error) }
  }
}
