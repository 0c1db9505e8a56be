internal import ComplexModule

/// A = Q R of a matrix with many rows and few columns, on all threads, with Q kept as a tree of
/// reflectors.
///
/// Blocks of rows of a fixed size are factorized on their own and their triangles, stacked in
/// order, again, until one is left. The blocks depend on the shape only, so the result has the
/// same bits for any number of threads. It is as accurate as ``QR``: nothing is squared.
///
/// - Source: Demmel, Grigori, Hoemmen, Langou, *Communication-optimal parallel and sequential QR
///   and LU factorizations*, SIAM J. Sci. Comput. 34 (2012).
public struct TallSkinnyQR<S: Scalar>: Sendable {
  /// R, min(m, n) × n, its diagonal real and not negative.
  public let r: DenseMatrix<S>
  /// m.
  public let rowCount: Int
  private let blockSize: Int
  private let leaves: [Reflectors<S>]
  // The factorization of the stacked triangles: none, or one.
  private let upper: [TallSkinnyQR<S>]

  /// Factorizes.
  ///
  /// - Parameter blockSize: Rows of a block; at least twice the columns are taken. The default
  ///   keeps a block in the cache of a core.
  /// - Throws: `notFinite`; `outOfMemory`.
  public init(_ a: DenseMatrix<S>, blockSize: Int? = nil) throws(FactorizationError) {
    let (m, n) = (a.rowCount, a.columnCount)
    let size = max(blockSize ?? 131_072 / max(n, 1), 2 * n, 1)
    try a.requireFinite()
    (rowCount, self.blockSize) = (m, size)
    // The last block takes the remainder and so has at least `size` ≥ 2 n rows.
    let count = max(1, m / size)
    var results = [Result<Reflectors<S>, FactorizationError>?](repeating: nil, count: count)
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: count, size: 1) { chunk in
        let b = chunk.lowerBound
        let rows = b * size..<(b == count - 1 ? m : (b + 1) * size)
        unsafe results.base[b] = Result { () throws(FactorizationError) in
          try Reflectors(a.rows(rows))
        }
      }
    }
    var leaves = [Reflectors<S>]()
    for result in results {
      if let result { leaves.append(try result.get()) }
    }
    self.leaves = leaves
    if leaves.count == 1 {
      (upper, r) = ([], leaves[0].r)
    } else {
      var stack = DenseMatrix<S>(rowCount: leaves.count * n, columnCount: n)
      for (b, leaf) in leaves.enumerated() { stack.setRows(from: b * n, leaf.r) }
      let top = try TallSkinnyQR(stack, blockSize: size)
      (upper, r) = ([top], top.r)
    }
  }

  /// Q, m × min(m, n). Products with Q need it not: see ``times(_:)`` and ``adjointTimes(_:)``.
  public var q: DenseMatrix<S> { times(.identity(r.rowCount)) }

  /// Q B, for example the left singular vectors from those of R.
  ///
  /// - Precondition: `b` has min(m, n) rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func times(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    precondition(b.rowCount == r.rowCount, "Q has \(r.rowCount) columns, not \(b.rowCount)")
    guard let top = upper.first else { return leaves[0].times(b) }
    let inner = top.times(b)
    var result = DenseMatrix<S>(rowCount: rowCount, columnCount: b.columnCount)
    let (m, n, size) = (rowCount, r.rowCount, blockSize)
    unsafe result.values.withDisjointWrites { result in
      forEachChunk(of: leaves.count, size: 1) { chunk in
        let block = chunk.lowerBound
        let part = leaves[block].times(inner.rows(block * n..<(block + 1) * n))
        for j in 0..<part.columnCount {
          for i in 0..<part.rowCount {
            unsafe result.base[j * m + block * size + i] = part.values[i + j * part.rowCount]
          }
        }
      }
    }
    return result
  }

  /// Qᴴ B.
  ///
  /// - Precondition: `b` has m rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  public func adjointTimes(_ b: DenseMatrix<S>) -> DenseMatrix<S> {
    precondition(b.rowCount == rowCount, "Q has \(rowCount) rows, not \(b.rowCount)")
    guard let top = upper.first else { return leaves[0].adjointTimes(b) }
    var stack = DenseMatrix<S>(rowCount: leaves.count * r.rowCount, columnCount: b.columnCount)
    for (k, leaf) in leaves.enumerated() {
      let end = k == leaves.count - 1 ? rowCount : (k + 1) * blockSize
      stack.setRows(from: k * r.rowCount, leaf.adjointTimes(b.rows(k * blockSize..<end)))
    }
    return top.adjointTimes(stack)
  }
}

extension DenseMatrix {
  /// Overwrites consecutive rows by those of `other`.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func setRows(from first: Int, _ other: DenseMatrix) {
    precondition(other.columnCount == columnCount, "\(other.columnCount) of \(columnCount) columns")
    for j in 0..<columnCount {
      for i in 0..<other.rowCount {
        values[first + i + j * rowCount] = other.values[i + j * other.rowCount]
      }
    }
  }
}
