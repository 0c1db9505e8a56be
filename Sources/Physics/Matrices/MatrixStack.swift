internal import Files
internal import LinearAlgebra

/// Matrices of one shape as arrays over the union of their patterns.
struct MatrixStack<S: Scalar> {
  let pattern: SparsityPattern
  /// The entries of each, in the order of the pattern.
  let values: [[S]]

  /// - Throws: What does not fit, by the name of the file.
  init(_ files: [MatrixFile], _ subject: PhysicsError.Subject) throws(PhysicsError) {
    guard let first = files.first else {
      throw PhysicsError(subject, "there is no matrix")
    }
    for file in files
    where file.rowCount != first.rowCount || file.columnCount != first.columnCount {
      throw PhysicsError(
        subject,
        "'\(file.path)' is \(file.rowCount) × \(file.columnCount), '\(first.path)' is "
          + "\(first.rowCount) × \(first.columnCount); samples of one matrix are of one size")
    }
    let matrices = try PhysicsError.reading(subject) { () throws(FormatError) in
      var full: SparsityPattern?
      var matrices: [SparseMatrix<S>] = []
      for file in files { matrices.append(try file.overPattern(&full)) }
      return matrices
    }
    var pattern = matrices[0].pattern
    for matrix in matrices.dropFirst() { pattern = pattern.covering(matrix.pattern) }
    self.pattern = pattern
    values = matrices.map { $0.over(pattern).values }
  }
}

extension SparsityPattern {
  /// Whether another has the same entries.
  func isEqual(to other: SparsityPattern) -> Bool {
    self === other || column == other.column && rowStart == other.rowStart
  }

  /// This one where it has the same entries as another, else the union of both.
  func covering(_ other: SparsityPattern) -> SparsityPattern {
    isEqual(to: other) ? self : union(other)
  }

  /// Every entry of an m × n matrix.
  fileprivate static func full(_ m: Int, _ n: Int) -> SparsityPattern {
    let row = (0..<n).map(Int32.init)
    var column: [Int32] = []
    column.reserveCapacity(m * n)
    for _ in 0..<m { column += row }
    return SparsityPattern(
      rowCount: m, columnCount: n, rowStart: (0...m).map { $0 * n }, column: column)
  }
}

extension SparseMatrix {
  /// The matrix over a pattern that holds its own; equal patterns share their values.
  func over(_ pattern: SparsityPattern) -> SparseMatrix {
    self.pattern.isEqual(to: pattern)
      ? SparseMatrix(pattern: pattern, values: values) : expanded(to: pattern)
  }
}

extension MatrixFile {
  /// The matrix in compressed rows: of a file without places that is not mostly zero, all entries.
  ///
  /// - Parameter full: The pattern of all entries, made once.
  func overPattern<S: Scalar>(
    _ full: inout SparsityPattern?
  ) throws(FormatError) -> SparseMatrix<S> {
    guard !isSparse else { return try sparseMatrix() }
    let dense: DenseMatrix<S> = try denseMatrix()
    let filled = dense.values.reduce(0) { $0 + ($1 == S.zero ? 0 : 1) }
    guard columnCount == 1 || 2 * filled > dense.values.count else { return try sparseMatrix() }
    let pattern = full ?? .full(rowCount, columnCount)
    full = pattern
    var values = [S](repeating: S.zero, count: dense.values.count)
    for j in 0..<columnCount {
      for i in 0..<rowCount { values[i * columnCount + j] = dense.values[i + j * rowCount] }
    }
    return SparseMatrix(pattern: pattern, values: values)
  }
}
