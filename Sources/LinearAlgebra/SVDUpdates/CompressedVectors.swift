/// Vectors with few rows that are not zero, as a small dense matrix over these rows.
struct CompressedVectors: Sendable {
  /// The rows where any of the vectors has an entry, ascending.
  let support: [Int]
  /// A row for each row of the support, a column for each vector.
  let entries: DenseMatrix<Double>

  /// The columns of a matrix.
  init(columnsOf a: SparseMatrix<Double>) {
    let start = a.pattern.rowStart
    support = (0..<a.rowCount).filter { start[$0] < start[$0 + 1] }
    var entries = DenseMatrix<Double>(rowCount: support.count, columnCount: a.columnCount)
    for (place, i) in support.enumerated() {
      for k in start[i]..<start[i + 1] { entries[place, Int(a.pattern.column[k])] = a.values[k] }
    }
    self.entries = entries
  }

  /// The rows of a matrix.
  init(rowsOf a: SparseMatrix<Double>) {
    let (start, column) = (a.pattern.rowStart, a.pattern.column)
    let support = Set(column).sorted().map { Int($0) }
    let place = Dictionary(uniqueKeysWithValues: support.enumerated().map { ($1, $0) })
    var entries = DenseMatrix<Double>(rowCount: support.count, columnCount: a.rowCount)
    for i in 0..<a.rowCount {
      for k in start[i]..<start[i + 1] {
        if let p = place[Int(column[k])] { entries[p, i] = a.values[k] }
      }
    }
    (self.support, self.entries) = (support, entries)
  }

  /// Vector k is the unit vector of row `indices[k]`.
  init(unitVectors indices: [Int]) {
    let order = indices.indices.sorted { indices[$0] < indices[$1] }
    var entries = DenseMatrix<Double>(rowCount: indices.count, columnCount: indices.count)
    for (place, k) in order.enumerated() { entries[place, k] = 1 }
    (support, self.entries) = (order.map { indices[$0] }, entries)
  }

  init(support: [Int], entries: DenseMatrix<Double>) {
    (self.support, self.entries) = (support, entries)
  }

  /// All rows, for vectors of n entries.
  func expanded(to n: Int) -> DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: n, columnCount: entries.columnCount)
    for j in 0..<entries.columnCount {
      for (place, i) in support.enumerated() { result.values[i + j * n] = entries[place, j] }
    }
    return result
  }
}

/// Vectors that meet one of the factors.
enum UpdateVectors: Sendable {
  case full(DenseMatrix<Double>)
  case compressed(CompressedVectors, rowCount: Int)

  /// The columns of a block.
  init(columnsOf block: SVDUpdateBlock) {
    switch block {
    case .dense(let a): self = .full(a)
    case .sparse(let a): self = .compressed(CompressedVectors(columnsOf: a), rowCount: a.rowCount)
    }
  }

  /// The rows of a block.
  init(rowsOf block: SVDUpdateBlock) {
    switch block {
    case .dense(let a): self = .full(a.transposed())
    case .sparse(let a): self = .compressed(CompressedVectors(rowsOf: a), rowCount: a.columnCount)
    }
  }

  /// Their number.
  var count: Int {
    switch self {
    case .full(let a): a.columnCount
    case .compressed(let a, _): a.entries.columnCount
    }
  }

  /// One of them.
  func vector(_ j: Int) -> UpdateVectors {
    switch self {
    case .full(let a): .full(a.columns(j..<j + 1))
    case .compressed(let a, let n):
      .compressed(
        CompressedVectors(support: a.support, entries: a.entries.columns(j..<j + 1)), rowCount: n)
    }
  }

  /// With all rows.
  var full: DenseMatrix<Double> {
    switch self {
    case .full(let a): a
    case .compressed(let a, let n): a.expanded(to: n)
    }
  }
}
