internal import ComplexModule

extension DenseMatrix {
  /// The place of the first NaN or infinite entry, nil if all are finite.
  public var firstNonFiniteEntry: (row: Int, column: Int)? {
    guard let k = firstNonFinite(values) else { return nil }
    return (k % rowCount, k / rowCount)
  }

  /// Refuses NaN and infinities before a library sees them.
  func requireFinite() throws(FactorizationError) {
    if let (row, column) = firstNonFiniteEntry { throw .notFinite(row: row, column: column) }
    if rowCount > Int(Int32.max) || columnCount > Int(Int32.max) {
      throw .tooLarge(rows: rowCount, columns: columnCount)
    }
  }

  /// Refuses a matrix whose entries differ from those of Aᴴ by more than 10⁻⁸ of the largest.
  ///
  /// - Precondition: The matrix is square.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func requireHermitian() throws(FactorizationError) {
    precondition(rowCount == columnCount, "a \(rowCount) × \(columnCount) matrix is not square")
    try requireFinite()
    let n = rowCount
    let largest = values.reduce(0) { max($0, $1.absolute) }
    for j in 0..<n {
      for i in j..<n {
        let difference = values[i + j * n] - values[j + i * n].conjugate
        if difference.absolute > 1e-8 * largest { throw .notSymmetric(row: i, column: j) }
      }
    }
  }

  /// op(T)⁻¹ B with the upper or lower triangle of this square matrix.
  ///
  /// - Precondition: No diagonal entry is zero.
  func solvedTriangular(upper: Bool, _ op: Operand, _ b: DenseMatrix) -> DenseMatrix {
    precondition(b.rowCount == rowCount, "solve: \(b.rowCount) rows for \(rowCount) unknowns")
    var x = b
    guard rowCount > 0, b.columnCount > 0 else { return x }
    unsafe S.trsm(
      upper, op, rowCount, b.columnCount, values, rowCount, &x.values, rowCount)
    return x
  }

  /// Sets everything below (or above) the diagonal to zero.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func keepTriangle(upper: Bool) {
    for j in 0..<columnCount {
      for i in upper ? min(j + 1, rowCount)..<rowCount : 0..<min(j, rowCount) {
        values[i + j * rowCount] = S.zero
      }
    }
  }
}

extension FactorizationError {
  /// The meaning of LAPACK's `info` where it is neither zero nor a fact about the matrix.
  init(lapack method: String, info: Int32, bytes: Int) {
    // LAPACKE reports refused workspaces as −1010 and −1011.
    self =
      info <= -1010 ? .outOfMemory(bytes: bytes) : .library(name: method, status: Int(info))
  }
}
