internal import ComplexModule

/// The way from two patterns to that of their product, made once for a whole family of matrices.
///
/// - Complexity: As many operations as there are products of entries, and the sorting of the rows;
///   a thread holds one number for each column of B.
/// - Source: Gustavson, *Two fast algorithms for sparse matrices: multiplication and permuted
///   transposition*, ACM TOMS 4 (1978).
public struct SparseProduct: Sendable {
  /// The pattern of A.
  public let left: SparsityPattern
  /// The pattern of B.
  public let right: SparsityPattern
  /// The pattern of A B: all entries that are not zero for every choice of the values.
  public let pattern: SparsityPattern
  /// k: the columns of B, and of A B, stand in groups of k that a row has all or none of.
  public let group: Int

  private static let chunkSize = 2048

  /// Finds the pattern of the product.
  ///
  /// - Parameter group: k, where every row of B holds whole groups of k columns that begin at
  ///   multiples of k: blocks of unknowns that are computed together, without an index for each.
  /// - Precondition: A has as many columns as B has rows; the groups are whole.
  public init(_ a: SparsityPattern, _ b: SparsityPattern, columnGroup group: Int = 1) {
    precondition(
      a.columnCount == b.rowCount,
      "product of \(a.rowCount) × \(a.columnCount) and \(b.rowCount) × \(b.columnCount)")
    precondition(group > 0 && b.columnCount % group == 0, "groups of \(group) columns")
    if group > 1 { requireGroups(b, group) }
    (left, right, self.group) = (a, b, group)
    let n = a.rowCount
    let chunks = (n + Self.chunkSize - 1) / Self.chunkSize
    var lengths = [Int](repeating: 0, count: n + 1)
    var pieces = [[Int32]](repeating: [], count: chunks)
    unsafe lengths.withDisjointWrites { lengths in
      unsafe pieces.withDisjointWrites { pieces in
        forEachChunk(
          of: n, size: Self.chunkSize,
          scratch: { [Int32](repeating: -1, count: b.columnCount / group) }
        ) { mark, rows in
          // A mark left by another chunk is that of another row.
          unsafe pieces.base[rows.lowerBound / Self.chunkSize] = productColumns(
            a, b, group, rows: rows, &mark, lengths: lengths)
        }
      }
    }
    for i in 0..<n { lengths[i + 1] += lengths[i] }
    var column: [Int32] = []
    column.reserveCapacity(lengths[n])
    for piece in pieces { column += piece }
    pattern = SparsityPattern(
      rowCount: n, columnCount: b.columnCount, rowStart: lengths, column: column)
  }

  /// A B; all products share one pattern.
  ///
  /// - Precondition: A and B have the identical patterns (`===`).
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func multiply<S: Scalar>(_ a: SparseMatrix<S>, _ b: SparseMatrix<S>) -> SparseMatrix<S> {
    precondition(
      a.pattern === left && b.pattern === right, "the product was made for other patterns")
    var result = SparseMatrix<S>(pattern: pattern)
    unsafe result.values.withDisjointWrites { values in
      forEachChunk(
        of: left.rowCount, size: Self.chunkSize,
        scratch: { [S](repeating: S.zero, count: right.columnCount) }
      ) { sums, rows in
        // The usual groups are unrolled.
        switch group {
        case 1: unsafe multiplyRows(a, b, pattern, 1, rows, &sums, into: values)
        case 3: unsafe multiplyRows(a, b, pattern, 3, rows, &sums, into: values)
        case 6: unsafe multiplyRows(a, b, pattern, 6, rows, &sums, into: values)
        default: unsafe multiplyRows(a, b, pattern, group, rows, &sums, into: values)
        }
      }
    }
    return result
  }
}
