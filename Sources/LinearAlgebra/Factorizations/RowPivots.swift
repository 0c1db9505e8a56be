/// The rows that Gaussian elimination with row exchanges takes from a tall matrix, one for each column:
/// where what earlier rows leave of the column is largest.
///
/// Rows that are equally large but for round-off, as symmetric fields have them, are told apart by
/// factors between 1 and 1 + 10⁻¹⁰ that belong to the rows, so that the same are taken whatever the
/// kernels of BLAS.
///
/// - Source: Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §3.4.
public struct RowPivots: Sendable {
  /// The rows, in the order of the columns.
  public let rows: [Int]
  /// What is left of each column in its row, to ten digits.
  public let sizes: [Double]

  /// Eliminates.
  ///
  /// - Precondition: Not fewer rows than columns.
  /// - Throws: `outOfMemory`; a matrix that is not finite gives NaN among the sizes.
  /// - Complexity: O(m n²), and a copy of the matrix.
  public init(_ a: DenseMatrix<Double>) throws(FactorizationError) {
    let (m, n) = (a.rowCount, a.columnCount)
    precondition(m >= n, "\(m) rows for \(n) columns")
    guard n > 0 else {
      (rows, sizes) = ([], [])
      return
    }
    var random = SplitMix64(seed: 4)
    let factors = (0..<m).map { _ in 1 + 1e-10 * random.unit() }
    var lu = TallBlock(a, map: RowMap(factors: factors)).mapped
    var exchanges = [Int32](repeating: 0, count: n)
    let info = unsafe Double.getrf(m, n, &lu.values, &exchanges)
    guard info >= 0 else {
      throw FactorizationError(lapack: "getrf", info: info, bytes: 8 * m * n)
    }
    var moved: [Int: Int] = [:]
    var rows: [Int] = []
    for (k, exchange) in exchanges.enumerated() {
      let place = Int(exchange) - 1
      rows.append(moved[place] ?? place)
      moved[place] = moved[k] ?? k
    }
    self.rows = rows
    sizes = (0..<n).map { lu[$0, $0].magnitude }
  }
}
