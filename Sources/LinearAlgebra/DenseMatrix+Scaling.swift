extension DenseMatrix where S == Double {
  /// Multiplies row i by factor i.
  public mutating func scaleRows(by factors: [Double]) {
    for j in 0..<columnCount { for i in 0..<rowCount { self[i, j] *= factors[i] } }
  }

  /// Multiplies column j by factor j.
  public mutating func scaleColumns(by factors: [Double]) {
    for j in 0..<columnCount { for i in 0..<rowCount { self[i, j] *= factors[j] } }
  }
}
