/// U Σ Vᵀ of rank k, the leading part of the singular value decomposition of an m × n matrix.
///
/// The right factors may be unknown, as in a file that holds a basis and its singular values only.
public struct TruncatedSVD: Sendable {
  /// U, m × k, orthonormal columns.
  public let leftVectors: DenseMatrix<Double>
  /// σ₁ ≥ σ₂ ≥ … ≥ 0, k of them.
  public let singularValues: [Double]
  /// V, n × k, orthonormal columns; nil where it is not known.
  public let rightVectors: DenseMatrix<Double>?
  /// What ‖A − U Σ Vᵀ‖ (Frobenius) does not exceed, as far as the history of the factors is known.
  public let errorBound: Double

  /// k.
  public var rank: Int { singularValues.count }

  /// Given factors.
  ///
  /// - Parameter errorBound: What the factors are known to miss of the matrix they stand for.
  /// - Throws: `mismatch` when the shapes differ; `notFinite`; `refused` when the singular values
  ///   are not descending from a positive number to zero or more.
  public init(
    leftVectors: DenseMatrix<Double>, singularValues: [Double],
    rightVectors: DenseMatrix<Double>?, errorBound: Double = 0
  ) throws(SVDUpdateError) {
    let k = singularValues.count
    for (name, factor) in [("left", leftVectors), ("right", rightVectors ?? leftVectors)] {
      guard factor.columnCount == k else {
        throw .mismatch(
          update: "truncated SVD", found: "\(factor.columnCount) \(name) vectors",
          expected: "\(k), one for each singular value")
      }
      if let (row, column) = factor.firstNonFiniteEntry {
        throw .notFinite(update: "\(name) vectors", row: row, column: column)
      }
    }
    var last = Double.greatestFiniteMagnitude
    for sigma in singularValues {
      guard sigma >= 0, sigma <= last else {
        throw .refused("singular value \(sigma) after \(last); they descend and are not negative")
      }
      last = sigma
    }
    guard errorBound >= 0 else {
      throw .refused("an error bound of \(errorBound); it is zero or more")
    }
    (self.leftVectors, self.singularValues, self.rightVectors, self.errorBound) =
      (leftVectors, singularValues, rightVectors, errorBound)
  }

  /// The best approximation of rank k of a matrix in memory.
  ///
  /// - Parameter rank: The most singular values kept; those at round-off are left out in any case.
  /// - Throws: `factorization` for NaN, or where the iteration does not converge.
  public init(of a: DenseMatrix<Double>, rank: Int) throws(SVDUpdateError) {
    let svd: SVD<Double>
    do throws(FactorizationError) { svd = try SVD(a) } catch { throw .factorization(error) }
    let k = max(0, min(rank, svd.rank()))
    try self.init(
      leftVectors: svd.leftVectors.columns(0..<k),
      singularValues: Array(svd.singularValues[0..<k]),
      rightVectors: svd.rightVectorsAdjoint.rows(0..<k).transposed(),
      errorBound: norm(Array(svd.singularValues[k...])))
  }

  /// The zero matrix of rank none, to grow from.
  ///
  /// - Precondition: The numbers are not negative.
  public init(zeroOf rowCount: Int, by columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a \(rowCount) × \(columnCount) matrix")
    leftVectors = DenseMatrix(rowCount: rowCount, columnCount: 0)
    rightVectors = DenseMatrix(rowCount: columnCount, columnCount: 0)
    (singularValues, errorBound) = ([], 0)
  }

  /// U Σ Vᵀ in full; nil where V is not known.
  public var matrix: DenseMatrix<Double>? {
    rightVectors.map { v in
      var scaled = leftVectors
      for j in 0..<rank {
        for i in 0..<scaled.rowCount { scaled[i, j] *= singularValues[j] }
      }
      return DenseMatrix.product(.plain, scaled, .adjoint, v)
    }
  }

  /// max |UᵀU − I| and |VᵀV − I|.
  public var orthonormalityDefect: Double {
    [leftVectors, rightVectors ?? leftVectors].reduce(0) { worst, q in
      let defect = q.adjointTimes(q) - .identity(q.columnCount)
      return defect.values.reduce(worst) { max($0, $1.magnitude) }
    }
  }
}
