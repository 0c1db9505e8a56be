/// The way from a pattern to that of some of its rows and columns, made once for a whole family of
/// matrices.
///
/// Eliminating Dirichlet conditions, for example, needs A_ff (free rows, free columns) and A_fc
/// (free rows, constrained columns) of every term of an affine sum: two restrictions serve all.
public struct SparsityRestriction: Sendable {
  /// The pattern restricted.
  public let source: SparsityPattern
  /// The pattern of the rows and columns listed.
  public let pattern: SparsityPattern
  private let entries: [Int]

  /// Row i of the result is row `rows[i]` of the source, and so for columns.
  ///
  /// - Precondition: The lists name existing rows and columns; no column twice.
  public init(_ source: SparsityPattern, rows: [Int32], columns: [Int32]) {
    var position = [Int32](repeating: -1, count: source.columnCount)
    for (k, j) in columns.enumerated() {
      precondition(
        j >= 0 && Int(j) < source.columnCount && position[Int(j)] < 0,
        "column \(j) of \(source.columnCount) is outside or listed twice")
      position[Int(j)] = Int32(k)
    }
    let ascending = zip(columns, columns.dropFirst()).allSatisfy { $0 < $1 }
    var (start, column, entries) = ([0], [Int32](), [Int]())
    start.reserveCapacity(rows.count + 1)
    column.reserveCapacity(source.entryCount)
    entries.reserveCapacity(source.entryCount)
    var row: [(column: Int32, entry: Int)] = []
    for i in rows {
      precondition(i >= 0 && Int(i) < source.rowCount, "row \(i) of \(source.rowCount)")
      row.removeAll(keepingCapacity: true)
      for k in source.rowStart[Int(i)]..<source.rowStart[Int(i) + 1] {
        let j = position[Int(source.column[k])]
        if j >= 0 { row.append((j, k)) }
      }
      if !ascending { row.sort { $0.column < $1.column } }
      for (j, k) in row {
        column.append(j)
        entries.append(k)
      }
      start.append(column.count)
    }
    self.source = source
    self.entries = entries
    pattern = SparsityPattern(
      rowCount: rows.count, columnCount: columns.count, rowStart: start, column: column)
  }

  /// The values over the restricted pattern.
  ///
  /// - Precondition: One value for each entry of the source.
  public func apply<S: Scalar>(_ values: [S]) -> [S] {
    precondition(
      values.count == source.entryCount,
      "\(values.count) values for \(source.entryCount) entries")
    return gather(values, at: entries)
  }

  /// The restricted matrix; all results share one pattern.
  ///
  /// - Precondition: `a` has the identical pattern (`===`).
  public func apply<S: Scalar>(_ a: SparseMatrix<S>) -> SparseMatrix<S> {
    precondition(a.pattern === source, "the restriction was made for another pattern")
    return SparseMatrix(pattern: pattern, values: apply(a.values))
  }

  /// The sum of the restricted terms.
  public func apply<S: Scalar>(
    _ sum: AffineSum<SparseMatrix<S>>
  ) -> AffineSum<SparseMatrix<S>> {
    AffineSum(sum.terms.map { apply($0) })
  }
}
