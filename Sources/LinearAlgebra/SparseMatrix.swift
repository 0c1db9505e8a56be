internal import ComplexModule

/// A sparse matrix in compressed rows: a shared pattern and its values.
public struct SparseMatrix<S: Scalar>: Sendable {
  /// Where the entries stand.
  public let pattern: SparsityPattern
  /// The entries, in the order of the pattern.
  public var values: [S]

  /// m.
  public var rowCount: Int { pattern.rowCount }
  /// n.
  public var columnCount: Int { pattern.columnCount }

  /// A matrix over a pattern.
  ///
  /// - Precondition: One value for each entry of the pattern.
  public init(pattern: SparsityPattern, values: [S]) {
    precondition(
      values.count == pattern.entryCount,
      "\(values.count) values for \(pattern.entryCount) entries")
    self.pattern = pattern
    self.values = values
  }

  /// The zero matrix over a pattern.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public init(pattern: SparsityPattern) {
    self.init(pattern: pattern, values: [S](repeating: S.zero, count: pattern.entryCount))
  }

  /// Entry (i, j), zero where nothing is stored.
  public subscript(i: Int, j: Int) -> S {
    pattern.index(row: i, column: j).map { values[$0] } ?? S.zero
  }

  /// y ← A x.
  public func apply(_ x: [S], into y: inout [S]) {
    precondition(
      x.count == columnCount && y.count == rowCount,
      "product of \(rowCount) × \(columnCount) with \(x.count) into \(y.count) entries")
    sparseProduct(self, x, into: &y)
  }

  /// A x.
  public static func * (a: SparseMatrix, x: [S]) -> [S] {
    var y = [S](repeating: S.zero, count: a.rowCount)
    a.apply(x, into: &y)
    return y
  }

  /// A B; each column has the bits of A b.
  public static func * (a: SparseMatrix, b: DenseMatrix<S>) -> DenseMatrix<S> {
    precondition(
      b.rowCount == a.columnCount,
      "product of \(a.rowCount) × \(a.columnCount) and \(b.rowCount) × \(b.columnCount)")
    if b.columnCount > 1, let a = a as? SparseMatrix<Double>, let b = b as? DenseMatrix<Double>,
      let c = sparseBlockProduct(a, b) as? DenseMatrix<S>
    {
      return c
    }
    return DenseMatrix(
      rowCount: a.rowCount, columns: (0..<b.columnCount).map { a * b.column($0) })
  }

  /// xᴴ A y.
  public func bilinear(_ x: [S], _ y: [S]) -> S { dot(x, self * y) }

  /// The diagonal, min(m, n) entries.
  public var diagonal: [S] { diagonalEntries() }
}
