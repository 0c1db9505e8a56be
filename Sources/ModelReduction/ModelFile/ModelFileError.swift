/// Why a `.ritz` file cannot be read or written.
public enum ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file, or it may not be read.
  case unreadable(path: String)
  /// The file does not begin like a `.ritz` file.
  case notAModelFile(path: String)
  /// Written by a Ritz whose format this one does not know.
  case newerFormat(path: String, found: Int, supported: Int)
  /// Fewer or more bytes than the header announces.
  case wrongLength(path: String, expected: Int, found: Int)
  /// The header's or the content's checksum does not match: the file was changed after writing.
  case damaged(path: String, part: String)
  /// An array is missing.
  case missing(path: String, entry: String)
  /// An array is not what it should be.
  case malformed(path: String, entry: String, reason: String)
  /// A model of another kind than the one asked for.
  case otherKind(path: String, kind: String)
  /// Writing failed.
  case unwritable(path: String, reason: String)

  /// What is wrong, with the cure.
  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read"
    case .notAModelFile(let path): "\(path): not a .ritz file"
    case .newerFormat(let path, let found, let supported):
      "\(path): written in format \(found) by a newer Ritz; this one reads formats up to "
        + "\(supported). Update Ritz, or write the model again with this version"
    case .wrongLength(let path, let expected, let found):
      "\(path): \(found) bytes where \(expected) were written; the file is "
        + (found < expected ? "truncated" : "longer than it was")
    case .damaged(let path, let part):
      "\(path): the checksum of the \(part) does not match; the file is damaged"
    case .missing(let path, let entry): "\(path): has no '\(entry)'"
    case .malformed(let path, let entry, let reason): "\(path): '\(entry)' \(reason)"
    case .otherKind(let path, let kind):
      "\(path): holds a model of kind '\(kind)', not a symmetric coercive one"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
