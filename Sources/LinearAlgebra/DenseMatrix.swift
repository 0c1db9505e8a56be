internal import ComplexModule

/// A dense matrix, stored by columns.
public struct DenseMatrix<S: Scalar>: Sendable, Equatable {
  /// m.
  public let rowCount: Int
  /// n.
  public private(set) var columnCount: Int
  /// m n entries, column by column: entry (i, j) stands at i + j m.
  public var values: [S]

  /// The zero matrix.
  @specialized(where S == Double)
  public init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      values: zeros(rowCount * columnCount))
  }

  /// A matrix over given entries, column by column.
  ///
  /// - Precondition: `values` has `rowCount * columnCount` entries.
  public init(rowCount: Int, columnCount: Int, values: [S]) {
    precondition(
      values.count == rowCount * columnCount,
      "\(values.count) entries for a matrix of \(rowCount) × \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// A matrix written row by row, as on paper.
  ///
  /// - Precondition: All rows have the same length.
  public init(rows: [[S]]) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "rows of different lengths")
    self.init(rowCount: rows.count, columnCount: columnCount)
    for (i, row) in rows.enumerated() { for (j, value) in row.enumerated() { self[i, j] = value } }
  }

  /// A matrix of given columns, each of `rowCount` entries.
  public init(rowCount: Int, columns: [[S]]) {
    precondition(columns.allSatisfy { $0.count == rowCount }, "columns not of \(rowCount) entries")
    self.init(rowCount: rowCount, columnCount: columns.count)
    for (j, column) in columns.enumerated() {
      values.replaceSubrange(j * rowCount..<(j + 1) * rowCount, with: column)
    }
  }

  /// The identity of order `n`.
  public static func identity(_ n: Int) -> DenseMatrix {
    var matrix = DenseMatrix(rowCount: n, columnCount: n)
    for i in 0..<n { matrix[i, i] = 1 }
    return matrix
  }

  /// Entry (i, j), counted from zero.
  @inlinable public subscript(i: Int, j: Int) -> S {
    get {
      precondition(i >= 0 && i < rowCount, "row \(i) of \(rowCount)")
      return values[i + j * rowCount]
    }
    set {
      precondition(i >= 0 && i < rowCount, "row \(i) of \(rowCount)")
      values[i + j * rowCount] = newValue
    }
  }

  /// A copy of column j.
  public func column(_ j: Int) -> [S] { Array(values[j * rowCount..<(j + 1) * rowCount]) }

  /// Replaces column j.
  public mutating func setColumn(_ j: Int, _ column: [S]) {
    precondition(column.count == rowCount, "\(column.count) entries for \(rowCount) rows")
    values.replaceSubrange(j * rowCount..<(j + 1) * rowCount, with: column)
  }

  /// A copy of consecutive columns.
  public func columns(_ range: Range<Int>) -> DenseMatrix {
    DenseMatrix(
      rowCount: rowCount, columnCount: range.count,
      values: Array(values[range.lowerBound * rowCount..<range.upperBound * rowCount]))
  }

  /// A copy of consecutive rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func rows(_ range: Range<Int>) -> DenseMatrix {
    var result = DenseMatrix(rowCount: range.count, columnCount: columnCount)
    for j in 0..<columnCount { for i in range { result[i - range.lowerBound, j] = self[i, j] } }
    return result
  }

  /// A copy of some rows, in the order given.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func gathering(rows: [Int]) -> DenseMatrix {
    precondition(rows.allSatisfy { $0 >= 0 && $0 < rowCount }, "a row beyond \(rowCount)")
    var result = DenseMatrix(rowCount: rows.count, columnCount: columnCount)
    for j in 0..<columnCount {
      for (i, row) in rows.enumerated() {
        result.values[i + j * rows.count] = values[row + j * rowCount]
      }
    }
    return result
  }

  /// Adds a column at the right.
  public mutating func appendColumn(_ column: [S]) {
    precondition(column.count == rowCount, "\(column.count) entries for \(rowCount) rows")
    values.append(contentsOf: column)
    columnCount += 1
  }

  /// Adds the columns of another matrix at the right; room is made for more than asked, so that a
  /// basis may grow column by column without being copied each time.
  public mutating func appendColumns(of other: DenseMatrix) {
    precondition(other.rowCount == rowCount, "\(other.rowCount) rows beside \(rowCount)")
    values.append(contentsOf: other.values)
    columnCount += other.columnCount
  }

  /// [A B].
  public func appendingColumns(of other: DenseMatrix) -> DenseMatrix {
    var result = self
    result.appendColumns(of: other)
    return result
  }

  /// Aᵀ.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func transposed() -> DenseMatrix {
    var result = DenseMatrix(rowCount: columnCount, columnCount: rowCount)
    for j in 0..<columnCount { for i in 0..<rowCount { result[j, i] = self[i, j] } }
    return result
  }

  /// Aᴴ.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func adjoint() -> DenseMatrix {
    var result = transposed()
    for k in result.values.indices { result.values[k] = result.values[k].conjugate }
    return result
  }

  /// √Σ|aᵢⱼ|².
  public var frobeniusNorm: Double { norm(values) }
}
