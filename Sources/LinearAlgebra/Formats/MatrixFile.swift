internal import ComplexModule
public import Files

/// A matrix or a vector in a file of another program: MatrixMarket (.mtx) or numpy (.npy).
///
/// The kind of file is told by its first bytes. Vectors are matrices of one column (one-dimensional
/// arrays of numpy) or of one row. All entries are finite: a file with NaN is refused.
public struct MatrixFile: Sendable {
  enum Content: Sendable {
    case sparse(SparseMatrix<Double>)
    case complexSparse(SparseMatrix<Complex<Double>>)
    case dense(DenseMatrix<Double>)
    case complexDense(DenseMatrix<Complex<Double>>)
  }

  /// The path of the file, as it was given.
  public let path: String
  let content: Content

  /// Reads a file.
  ///
  /// - Throws: `FormatError` with the line or byte concerned.
  public init(reading path: String) throws(FormatError) {
    try self.init(bytes: FormatError.bytes(of: path), file: path)
  }

  /// Reads the bytes of a file called `file`.
  ///
  /// - Throws: `FormatError` with the line or byte concerned.
  public init(bytes: [UInt8], file: String) throws(FormatError) {
    path = file
    if bytes.starts(with: NumpyReader.magic) {
      let reader = NumpyReader(file: file, bytes: bytes)
      content = try reader.read()
    } else if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: [0x50, 0x4B]) {
      throw .unsupported(
        at: FilePlace(file: file, position: .file), feature: "a packed file (.gz or .npz) is",
        cure: "unpack it first")
    } else {
      var reader = MatrixMarketReader(file: file, bytes: bytes)
      content = try reader.read()
    }
  }

  /// m.
  public var rowCount: Int {
    switch content {
    case .sparse(let matrix): matrix.rowCount
    case .complexSparse(let matrix): matrix.rowCount
    case .dense(let matrix): matrix.rowCount
    case .complexDense(let matrix): matrix.rowCount
    }
  }

  /// n.
  public var columnCount: Int {
    switch content {
    case .sparse(let matrix): matrix.columnCount
    case .complexSparse(let matrix): matrix.columnCount
    case .dense(let matrix): matrix.columnCount
    case .complexDense(let matrix): matrix.columnCount
    }
  }

  /// The number of stored entries: of the pattern, or m n.
  public var entryCount: Int {
    switch content {
    case .sparse(let matrix): matrix.values.count
    case .complexSparse(let matrix): matrix.values.count
    case .dense(let matrix): matrix.values.count
    case .complexDense(let matrix): matrix.values.count
    }
  }

  /// Whether the file holds complex numbers.
  public var isComplex: Bool {
    switch content {
    case .sparse, .dense: false
    case .complexSparse, .complexDense: true
    }
  }

  /// Whether the file lists entries by their places.
  public var isSparse: Bool {
    switch content {
    case .sparse, .complexSparse: true
    case .dense, .complexDense: false
    }
  }

  /// The matrix in compressed rows. Of a dense file the zeros are left out; real entries may be
  /// asked for as complex ones.
  ///
  /// - Throws: `FormatError.unsuitable` if the file is complex and `S` is `Double`.
  public func sparseMatrix<S: Scalar>(of type: S.Type = S.self) throws(FormatError)
    -> SparseMatrix<S>
  {
    switch content {
    case .sparse(let matrix):
      if let same = matrix as? SparseMatrix<S> { return same }
      return SparseMatrix(pattern: matrix.pattern, values: matrix.values.map { S(real: $0) })
    case .complexSparse(let matrix):
      if let same = matrix as? SparseMatrix<S> { return same }
      throw isNotReal
    case .dense, .complexDense:
      let dense = try denseMatrix(of: S.self)
      var (rows, columns, entries) = ([] as [Int32], [] as [Int32], [] as [S])
      for j in 0..<dense.columnCount {
        for i in 0..<dense.rowCount where dense[i, j] != S.zero {
          rows.append(Int32(i))
          columns.append(Int32(j))
          entries.append(dense[i, j])
        }
      }
      return SparseMatrix(
        rowCount: rowCount, columnCount: columnCount, rows: rows, columns: columns,
        entries: entries)
    }
  }

  /// The matrix with all its entries; real entries may be asked for as complex ones.
  ///
  /// - Throws: `FormatError.unsuitable` if the file is complex and `S` is `Double`, or if a sparse
  ///   matrix would need more than 2 GB.
  public func denseMatrix<S: Scalar>(of type: S.Type = S.self) throws(FormatError)
    -> DenseMatrix<S>
  {
    switch content {
    case .dense(let matrix):
      if let same = matrix as? DenseMatrix<S> { return same }
      return DenseMatrix(
        rowCount: rowCount, columnCount: columnCount, values: matrix.values.map { S(real: $0) })
    case .complexDense(let matrix):
      if let same = matrix as? DenseMatrix<S> { return same }
      throw isNotReal
    case .sparse, .complexSparse:
      let sparse = try sparseMatrix(of: S.self)
      guard rowCount == 0 || columnCount <= (1 << 27) / rowCount else {
        throw .unsuitable(
          path: path,
          reason: "a sparse matrix of \(rowCount) × \(columnCount) has no place as a "
            + "dense one")
      }
      var dense = DenseMatrix<S>(rowCount: rowCount, columnCount: columnCount)
      for i in 0..<rowCount {
        for k in sparse.pattern.rowStart[i]..<sparse.pattern.rowStart[i + 1] {
          dense[i, Int(sparse.pattern.column[k])] = sparse.values[k]
        }
      }
      return dense
    }
  }

  /// The entries of a matrix of one column or one row.
  ///
  /// - Throws: `FormatError.unsuitable` if the file holds more than a vector, or is complex and `S`
  ///   is `Double`.
  public func vector<S: Scalar>(of type: S.Type = S.self) throws(FormatError) -> [S] {
    guard rowCount == 1 || columnCount == 1 else {
      throw .unsuitable(
        path: path, reason: "a matrix of \(rowCount) × \(columnCount) where a vector is needed")
    }
    return try denseMatrix(of: S.self).values
  }

  private var isNotReal: FormatError {
    .unsuitable(path: path, reason: "complex entries where real ones are needed")
  }
}
