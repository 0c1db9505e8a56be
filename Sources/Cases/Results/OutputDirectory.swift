public import Files

/// The folder a run writes to: made and locked before the first computation.
public final class OutputDirectory: Sendable {
  /// The folder.
  public let path: String
  private let lock: FolderLock

  /// Makes the folder and its parents where they are missing, proves that it can be written to,
  /// takes the lock and removes what a killed run has left half-written.
  ///
  /// - Throws: The path and the reason: not a folder, not writable, in use by another run.
  public init(_ path: String) throws(FileError) {
    self.path = path
    try Folder.make(path)
    lock = try FolderLock(path, cure: "name another with -o")
    // Members of a campaign, on this machine or others, take no lock.
    TemporaryFiles.removeLeft(in: path) { !KeptSolutions.isName($0) }
    TemporaryFiles.removeLeft(in: file("fields"))
    TemporaryFiles.removeLeft(in: file("fields/pieces"))
  }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a folder inside, such as `fields`.
  ///
  /// - Returns: Its path.
  public func folder(_ name: String) throws(FileError) -> String {
    try Folder.make(file(name))
    return file(name)
  }
}
