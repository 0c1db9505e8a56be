/// Consecutive rows of a tall matrix A, as they enter a decomposition: entry (i, j) counts as
/// dᵢ (aᵢⱼ − cᵢ).
///
/// A tall matrix is never needed at once: its Gram matrix, its triangle, its products with small
/// matrices are all sums over blocks of rows. Factors and shifts are applied as the rows pass
/// through the cache, so neither weights nor a mean cost a copy.
public struct TallBlock: Sendable {
  /// The rows.
  public let matrix: DenseMatrix<Double>
  /// The number of the first of them in A.
  public let firstRow: Int
  /// How rows of A are shifted and scaled.
  public let map: RowMap

  /// Rows of A from `firstRow` on.
  ///
  /// - Precondition: The map covers the rows.
  public init(_ matrix: DenseMatrix<Double>, firstRow: Int = 0, map: RowMap = .identity) {
    let end = firstRow + matrix.rowCount
    precondition(
      (map.factors?.count ?? end) >= end && (map.shift?.count ?? end) >= end,
      "a map of \(map.factors?.count ?? map.shift?.count ?? end) rows for row \(end)")
    (self.matrix, self.firstRow, self.map) = (matrix, firstRow, map)
  }

  /// Lends the mapped entries of some of the rows, of all columns or of those chosen, by columns with
  /// a leading dimension: where they stand, if all are wanted as they are, else in `scratch`.
  func withRows<Result>(
    _ rows: Range<Int>, scratch: inout [Double], columns chosen: [Int]? = nil,
    _ body: (UnsafePointer<Double>, Int) -> Result
  ) -> Result {
    if map.isIdentity, chosen == nil {
      return unsafe matrix.values.withUnsafeBufferPointer { a in
        // Safe: only blocks with entries are visited.
        unsafe body(a.baseAddress.unsafelyUnwrapped + rows.lowerBound, matrix.rowCount)
      }
    }
    copy(rows, into: &scratch, leading: rows.count, below: 0, columns: chosen)
    return unsafe scratch.withUnsafeBufferPointer { copy in
      unsafe body(copy.baseAddress.unsafelyUnwrapped, rows.count)
    }
  }

  /// Writes the mapped entries of some rows, of all columns or of those chosen, below the first `below`
  /// rows of a matrix with a given leading dimension.
  func copy(
    _ rows: Range<Int>, into target: inout [Double], leading: Int, below: Int,
    columns chosen: [Int]? = nil
  ) {
    let (count, first, start) = (rows.count, rows.lowerBound, firstRow + rows.lowerBound)
    let stride = matrix.rowCount
    let n = chosen?.count ?? matrix.columnCount
    precondition(
      chosen?.allSatisfy { $0 >= 0 && $0 < matrix.columnCount } ?? true,
      "columns of \(matrix.columnCount)")
    precondition(
      n == 0 || below + count + (n - 1) * leading <= target.count, "a scratch too small")
    // Safe: the rows lie in the matrix and the map, the columns in the target, as compared above.
    unsafe matrix.values.withUnsafeBufferPointer { a in
      unsafe target.withUnsafeMutableBufferPointer { target in
        for j in 0..<n {
          let (from, to) = (first + (chosen?[j] ?? j) * stride, below + j * leading)
          switch (map.factors, map.shift) {
          case (nil, nil):
            for i in 0..<count { unsafe target[to &+ i] = a[from &+ i] }
          case (nil, let shift?):
            unsafe shift.withUnsafeBufferPointer { c in
              for i in 0..<count { unsafe target[to &+ i] = a[from &+ i] - c[start &+ i] }
            }
          case (let factors?, nil):
            unsafe factors.withUnsafeBufferPointer { d in
              for i in 0..<count { unsafe target[to &+ i] = d[start &+ i] * a[from &+ i] }
            }
          case (let factors?, let shift?):
            unsafe factors.withUnsafeBufferPointer { d in
              unsafe shift.withUnsafeBufferPointer { c in
                for i in 0..<count {
                  unsafe target[to &+ i] = d[start &+ i] * (a[from &+ i] - c[start &+ i])
                }
              }
            }
          }
        }
      }
    }
  }

  /// Rows that fill half the cache of a core, so that a scratch copy and its products stay there.
  static func rowsInCache(columns n: Int) -> Int { max(4 * n, 131_072 / max(n, 1), 64) }

  /// Rows of A in a product A B, of a group of `count` rows that is cut evenly: what stays in the cache,
  /// and at most as many as the kernels pack at once.
  ///
  /// OpenBLAS packs 192 to 512 rows; with 582 rows of 56 columns a product took 1.3 times as long as
  /// with 436.
  static func rowsOfProduct(columns n: Int, of count: Int) -> Int {
    let most = max(64, min(384, 65_536 / max(n, 1)))
    let parts = (count + most - 1) / most
    return ((count + parts - 1) / parts + 7) / 8 * 8
  }

  /// Rows that one thread takes at a time: several times the cache, by the shape alone.
  ///
  /// Readers that hand over blocks of a multiple of this many rows get the bits of one block.
  public static func segment(columns n: Int) -> Int {
    let part = rowsInCache(columns: n)
    return part * max(2, min(8, 2_000_000 / (part * max(n, 1))))
  }

  /// Segments whose results are kept at the same time, so that they take a few megabytes.
  static func wave(columns n: Int) -> Int { max(4, min(16, 2_000_000 / max(1, n * n))) }
}

/// What becomes of a row of a tall matrix before it counts: aᵢ ↦ dᵢ (aᵢ − cᵢ).
public struct RowMap: Sendable {
  /// d, one per row of the whole matrix; ones where nil.
  public let factors: [Double]?
  /// c, one per row; zeros where nil.
  public let shift: [Double]?

  /// No change.
  public static let identity = RowMap()

  /// Shift, then scale.
  public init(factors: [Double]? = nil, shift: [Double]? = nil) {
    (self.factors, self.shift) = (factors, shift)
  }

  /// The map of some rows alone.
  public func rows(_ range: Range<Int>) -> RowMap {
    RowMap(factors: factors.map { Array($0[range]) }, shift: shift.map { Array($0[range]) })
  }

  var isIdentity: Bool { factors == nil && shift == nil }
}
