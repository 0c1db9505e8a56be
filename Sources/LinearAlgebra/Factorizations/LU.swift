internal import ComplexModule

/// P A = L U of a dense square matrix, with row exchanges.
///
/// - Source: Golub, Van Loan, *Matrix Computations*, 4th ed. (2013), §3.4.
public struct LU<S: Scalar>: Sendable {
  /// U in the upper triangle; L, but for its unit diagonal, below.
  public let factors: DenseMatrix<S>
  /// Row k was exchanged with row `exchanges[k]`, for k = 0, 1, ….
  public let exchanges: [Int]
  private let pivots: [Int32]
  private let norm1: Double

  /// n.
  public var order: Int { factors.rowCount }

  /// Factorizes.
  ///
  /// - Precondition: `a` is square.
  /// - Throws: `notFinite`; `singular` with the column whose pivot is zero or at round-off,
  ///   compared with the entries of its row and of its column.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public init(_ a: DenseMatrix<S>) throws(FactorizationError) {
    let n = a.rowCount
    precondition(n == a.columnCount, "LU of a \(n) × \(a.columnCount) matrix")
    try a.requireFinite()
    var (lu, pivots) = (a, [Int32](repeating: 0, count: n))
    if n > 0 {
      let info = unsafe S.getrf(n, &lu.values, &pivots)
      guard info >= 0 else {
        throw FactorizationError(lapack: "getrf", info: info, bytes: 16 * n * n)
      }
      if info > 0 { throw .singular(pivot: Int(info) - 1) }
    }
    var (rowScale, columnScale) = ([Double](repeating: 0, count: n), [Double]())
    var norm1 = 0.0
    for j in 0..<n {
      var (largest, sum) = (0.0, 0.0)
      for i in 0..<n {
        let size = a.values[i + j * n].absolute
        (largest, sum) = (max(largest, size), sum + size)
        rowScale[i] = max(rowScale[i], size)
      }
      columnScale.append(largest)
      norm1 = max(norm1, sum)
    }
    let exchanges = pivots.map { Int($0) - 1 }
    for k in 0..<n {
      rowScale.swapAt(k, exchanges[k])
      let noise = Double(n) * Double.ulpOfOne * min(rowScale[k], columnScale[k])
      if n > 1, lu[k, k].absolute <= noise { throw .singular(pivot: k) }
    }
    (factors, self.exchanges, self.pivots, self.norm1) = (lu, exchanges, pivots, norm1)
  }

  /// An estimate of 1 / (‖A‖₁ ‖A⁻¹‖₁), one for the empty matrix.
  public var reciprocalCondition: Double {
    guard order > 0 else { return 1 }
    var result = 0.0
    _ = unsafe S.gecon(order, factors.values, norm1, &result)
    return result
  }

  /// A⁻¹ b.
  public func solve(_ b: [S]) -> [S] {
    solve(DenseMatrix(rowCount: b.count, columnCount: 1, values: b)).values
  }

  /// op(A)⁻¹ B.
  ///
  /// - Precondition: `b` has n rows.
  public func solve(_ b: DenseMatrix<S>, _ op: Operand = .plain) -> DenseMatrix<S> {
    precondition(b.rowCount == order, "solve: \(b.rowCount) rows for \(order) unknowns")
    var x = b
    guard order > 0, b.columnCount > 0 else { return x }
    _ = unsafe S.getrs(op, order, b.columnCount, factors.values, pivots, &x.values)
    return x
  }
}
