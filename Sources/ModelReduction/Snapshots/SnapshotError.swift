public import Files
public import LinearAlgebra

/// Why snapshots cannot be read or reduced.
public enum SnapshotError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file says something else than its format allows.
  case format(FormatError)
  /// The file cannot be read or written.
  case file(FileError)
  /// NaN or an infinity.
  case notFinite(value: Double, row: Int, snapshot: Int, source: String)
  /// Two sources that should be joined, or a source and a product, do not fit.
  case mismatch(source: String, found: String, expected: String)
  /// There is nothing to reduce.
  case empty(source: String)
  /// A decomposition of what was read failed.
  case factorization(FactorizationError)
  /// The request cannot be met; the text says what and how to mend it.
  case refused(String)

  /// One sentence: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .format(let error): "\(error)"
    case .file(let error): "\(error)"
    case .notFinite(let value, let row, let snapshot, let source):
      "\(source): \(value) at entry \(row) of snapshot \(snapshot); only finite numbers are reduced"
    case .mismatch(let source, let found, let expected):
      "\(source): found \(found), expected \(expected)"
    case .empty(let source): "\(source): no snapshots; at least one is needed"
    case .factorization(let error): "\(error)"
    case .refused(let reason): reason
    }
  }
}
