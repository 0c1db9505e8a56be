internal import ComplexModule
internal import LinearAlgebra

extension DenseMatrix {
  /// A copy of some rows, in the order given.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  func gathering(rows: [Int]) -> DenseMatrix {
    precondition(rows.allSatisfy { $0 >= 0 && $0 < rowCount }, "a row beyond \(rowCount)")
    var result = DenseMatrix(rowCount: rows.count, columnCount: columnCount)
    for j in 0..<columnCount {
      for (i, row) in rows.enumerated() {
        result.values[i + j * rows.count] = values[row + j * rowCount]
      }
    }
    return result
  }
}
