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
  /// The largest magnitude in each column as it was given; NaN where a number is not finite.
  public let largest: [Double]

  /// Eliminates.
  ///
  /// - Precondition: Not fewer rows than columns.
  /// - Throws: `outOfMemory`; a matrix that is not finite is told by `largest`, and nothing else of
  ///   it means anything.
  /// - Complexity: O(m n²), and a copy of the matrix.
  public init(_ a: DenseMatrix<Double>) throws(FactorizationError) {
    let (m, n) = (a.rowCount, a.columnCount)
    precondition(m >= n, "\(m) rows for \(n) columns")
    guard n > 0 else {
      (rows, sizes, largest) = ([], [], [])
      return
    }
    var random = SplitMix64(seed: 4)
    let factors = (0..<m).map { _ in 1 + 1e-10 * random.unit() }
    var (lu, largest) = scaled(a, by: factors)
    guard largest.allSatisfy({ !$0.isNaN }) else {
      (rows, sizes) = (Array(0..<n), [Double](repeating: .nan, count: n))
      self.largest = largest
      return
    }
    var exchanges = [Int32](repeating: 0, count: n)
    let info = unsafe Double.getrf(m, n, &lu, &exchanges)
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
    (self.rows, self.largest) = (rows, largest)
    sizes = (0..<n).map { lu[$0 + $0 * m].magnitude }
  }
}

/// D A by columns, and the largest magnitude in each column of A, NaN where a number is not finite:
/// one pass over the data for the copy, the search for NaN and the sizes.
private func scaled(_ a: DenseMatrix<Double>, by d: [Double]) -> (
  values: [Double], largest: [Double]
) {
  let (m, n) = (a.rowCount, a.columnCount)
  precondition(d.count == m && m > 0, "\(d.count) factors for \(m) rows")
  var largest = [Double](repeating: 0, count: n)
  let values = unsafe [Double](unsafeUninitializedCapacity: m * n) { values, filled in
    unsafe requestLargePages(UnsafeMutableRawBufferPointer(values))
    let target = unsafe DisjointWrites(base: values)
    unsafe largest.withDisjointWrites { largest in
      forEachChunk(of: m * n, size: m) { column in
        unsafe a.values.withUnsafeBufferPointer { a in
          unsafe d.withUnsafeBufferPointer { d in
            guard let a = a.baseAddress, let d = d.baseAddress,
              let target = unsafe target.base.baseAddress
            else { return }
            let first = column.lowerBound
            // Safe: a chunk is a column of A and of the copy, of as many numbers as there are factors.
            unsafe largest.base[first / m] = scale(a + first, by: d, count: m, into: target + first)
          }
        }
      }
    }
    filled = m * n
  }
  return (values, largest)
}

/// y ← D x; max |xᵢ|, NaN where a number is not finite.
private func scale(
  _ x: UnsafePointer<Double>, by d: UnsafePointer<Double>, count: Int,
  into y: UnsafeMutablePointer<Double>
) -> Double {
  var (high, low, spoilt) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
  let whole = count & ~7
  // Safe: the caller has `count` numbers in each place.
  for i in stride(from: 0, to: whole, by: 8) {
    let v = unsafe UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
    let factors = unsafe UnsafeRawPointer(d + i).loadUnaligned(as: SIMD8<Double>.self)
    unsafe UnsafeMutableRawPointer(y + i).storeBytes(of: v * factors, as: SIMD8<Double>.self)
    high.replace(with: v, where: v .> high)
    low.replace(with: v, where: v .< low)
    // Zero, but NaN from the first number on that is not finite.
    spoilt += v - v
  }
  var (largest, rest) = (max(high.max(), -low.min()), spoilt.sum())
  for i in whole..<count {
    unsafe (y[i] = x[i] * d[i])
    unsafe (rest += x[i] - x[i])
    largest = unsafe max(largest, x[i].magnitude)
  }
  return largest + rest
}
