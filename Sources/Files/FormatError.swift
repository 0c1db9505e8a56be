/// Why the content of a file was refused.
public enum FormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(FileError)
  /// The text or the bytes are not what the format asks for.
  case malformed(at: FilePlace, found: String, expected: String)
  /// The file is legal but uses something that is not read; `cure` says what to do.
  case unsupported(at: FilePlace, feature: String, cure: String)
  /// The file is sound but does not hold what is asked of it.
  case unsuitable(path: String, reason: String)

  /// Place, finding and cure in one line.
  public var description: String {
    switch self {
    case .unreadable(let error): error.description
    case .malformed(let place, let found, let expected):
      "\(place): expected \(expected), found \(found)"
    case .unsupported(let place, let feature, let cure):
      "\(place): \(feature) not supported; \(cure)"
    case .unsuitable(let path, let reason): "\(path): \(reason)"
    }
  }

  /// The bytes of a regular file.
  ///
  /// - Throws: `unreadable` with the system's reason.
  public static func bytes(of path: String) throws(FormatError) -> [UInt8] {
    do throws(FileError) { return try FileBytes.read(path, limit: .max) } catch {
      throw .unreadable(error)
    }
  }
}
