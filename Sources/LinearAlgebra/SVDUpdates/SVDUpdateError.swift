/// Why an update of a truncated singular value decomposition was refused; nothing has changed then.
public enum SVDUpdateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The block does not fit the matrix.
  case mismatch(update: String, found: String, expected: String)
  /// NaN or an infinity in the block.
  case notFinite(update: String, row: Int, column: Int)
  /// A row or column that the matrix has not, or that is listed twice.
  case index(update: String, found: Int, count: Int)
  /// The update needs V, and only U and Σ are kept.
  case rightFactorsMissing(update: String)
  /// A decomposition failed.
  case factorization(FactorizationError)
  /// A number that makes no sense here; the text says what and how to mend it.
  case refused(String)

  /// One sentence: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .mismatch(let update, let found, let expected):
      "\(update): found \(found), expected \(expected)"
    case .notFinite(let update, let row, let column):
      """
      \(update): the entry in row \(row), column \(column) of the block is not a finite number; \
      only finite numbers can be taken up
      """
    case .index(let update, let found, let count):
      "\(update): place \(found) does not exist or is listed twice; places are 0 to \(count - 1)"
    case .rightFactorsMissing(let update):
      """
      \(update): the right factors are not known; without them columns can be appended, rows \
      removed and the whole decayed
      """
    case .factorization(let error): "\(error)"
    case .refused(let reason): reason
    }
  }
}
