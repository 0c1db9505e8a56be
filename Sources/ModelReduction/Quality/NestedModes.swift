internal import LinearAlgebra

/// The POD modes of some coordinates, and what the first n of them leave of others, for all n at
/// once.
struct NestedModes: Sendable {
  /// One mode per column, those that are round-off left out.
  let vectors: DenseMatrix<Double>
  /// All singular values.
  let singularValues: [Double]

  init(of training: DenseMatrix<Double>) throws(FactorizationError) {
    guard training.columnCount > 0, training.rowCount > 0 else {
      vectors = DenseMatrix(rowCount: training.rowCount, columnCount: 0)
      singularValues = []
      return
    }
    let svd = try SVD(training)
    singularValues = svd.singularValues
    vectors = svd.leftVectors.columns(0..<NestedModes.rank(svd.singularValues, training.rowCount))
  }

  /// The number of singular values above round-off.
  static func rank(_ sigma: [Double], _ rowCount: Int) -> Int {
    let floor =
      Double.ulpOfOne * Double(max(64, rowCount)).squareRoot() * (sigma.first ?? 0)
    return sigma.prefix { $0 > floor }.count
  }

  /// ‖u − V_n V_nᵀ u‖ for each size n and each column u: a column of sizes per snapshot.
  ///
  /// The squares are summed from the small end: what is left is never a difference of large
  /// numbers.
  func errors(of columns: DenseMatrix<Double>, sizes: [Int]) -> DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: sizes.count, columnCount: columns.columnCount)
    let rank = vectors.columnCount
    let coefficients = vectors.adjointTimes(columns)
    var rest = columns - vectors * coefficients
    rest = rest - vectors * vectors.adjointTimes(rest)
    for j in 0..<columns.columnCount {
      var tails = [Double](repeating: 0, count: rank + 1)
      let outside = norm(rest.column(j))
      tails[rank] = outside * outside
      for k in (0..<rank).reversed() {
        tails[k] = tails[k + 1] + coefficients[k, j] * coefficients[k, j]
      }
      for (s, n) in sizes.enumerated() { result[s, j] = tails[min(n, rank)].squareRoot() }
    }
    return result
  }
}
