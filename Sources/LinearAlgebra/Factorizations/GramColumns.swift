/// Some columns of the Gram matrix AᵀXA of a tall matrix, and its diagonal, in one pass over A.
///
/// Segments of rows, cut by the shape alone, are summed in their order: any number of threads gives
/// the same bits.
public struct GramColumns: Sendable {
  /// AᵀXA_J, a column for each of the columns asked for.
  public let products: DenseMatrix<Double>
  /// For each column a of A, aᵀXa.
  public let squares: [Double]
  /// For each column a of A, aᵀa.
  public let entrySquares: [Double]

  /// Multiplies.
  ///
  /// - Parameters:
  ///   - chosen: J, columns of A.
  ///   - block: All rows of A.
  ///   - x: X, symmetric with a full diagonal; the identity where nil.
  /// - Complexity: 2 |J| n operations per row, and 2 n per entry of X.
  public init(_ chosen: [Int], of block: TallBlock, in x: SparseMatrix<Double>? = nil) {
    let (n, c, rowCount) = (block.matrix.columnCount, chosen.count, block.matrix.rowCount)
    precondition(
      block.firstRow == 0 && (x?.rowCount ?? rowCount) == rowCount
        && (x?.columnCount ?? rowCount) == rowCount,
      "\(rowCount) rows in a product of order \(x?.rowCount ?? rowCount)")
    precondition(
      chosen.allSatisfy { 0..<n ~= $0 }, "columns \(chosen) of a matrix that has \(n)")
    // The squares stand behind the products.
    var sums = [Double](repeating: 0, count: (c + 2) * n)
    if let x {
      GramColumns.add(chosen, block, in: x, to: &sums)
    } else {
      GramColumns.add(chosen, block, to: &sums)
      for j in 0..<n { sums[(c + 1) * n + j] = sums[c * n + j] }
    }
    products = DenseMatrix(rowCount: n, columnCount: c, values: Array(sums[..<(c * n)]))
    squares = Array(sums[(c * n)..<((c + 1) * n)])
    entrySquares = Array(sums[((c + 1) * n)...])
  }

  private static func add(_ chosen: [Int], _ block: TallBlock, to sums: inout [Double]) {
    let (n, c) = (block.matrix.columnCount, chosen.count)
    let part = TallBlock.rowsInCache(columns: n)
    let present = Set(chosen)
    let others = (0..<n).filter { !present.contains($0) }
    // A column may be asked for twice and has one square.
    var last = [Int: Int]()
    for (k, j) in chosen.enumerated() { last[j] = k }
    let isLast = chosen.indices.map { last[chosen[$0]] == $0 }
    unsafe addOrdered(
      to: &sums, rows: block.matrix.rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n),
      scratch: {
        (
          left: [Double](repeating: 0, count: part * c),
          all: [Double](repeating: 0, count: block.map.isIdentity ? 0 : part * n)
        )
      }
    ) { scratch, rows, sum in
      var (left, all) = ([Double](), [Double]())
      swap(&left, &scratch.left)
      swap(&all, &scratch.all)
      defer { scratch = (left, all) }
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = row..<min(rows.upperBound, row + part)
        let height = range.count
        unsafe block.withRows(range, scratch: &all) { a, leading in
          unsafe left.withUnsafeMutableBufferPointer { left in
            guard let left = left.baseAddress else { return }
            let squares = unsafe sum + c * n
            // The squares first: they read columns from end to end, faster than the product does, which
            // finds them in the cache then. Those of a copy cost no second reading.
            // Safe: the rows lie in each of the n columns, the copy has room for c columns of a part,
            // and the sums hold n squares behind c n products.
            for (k, j) in chosen.enumerated() {
              let copy = unsafe left + k * height
              unsafe copy.update(from: a + j * leading, count: height)
              if isLast[k] { unsafe squares[j] += Double.dot(height, copy, copy) }
            }
            for j in others {
              let column = unsafe a + j * leading
              unsafe squares[j] += Double.dot(height, column, column)
            }
            unsafe Double.gemm(
              .transposed, .plain, n, c, height, 1, a, leading, left, height, 1, sum, n)
          }
        }
      }
    }
  }

  private static func add(
    _ chosen: [Int], _ block: TallBlock, in x: SparseMatrix<Double>, to sums: inout [Double]
  ) {
    let (n, c, rowCount) = (block.matrix.columnCount, chosen.count, block.matrix.rowCount)
    let part = ObliqueGroup.rowCount(columns: n)
    unsafe addOrdered(
      to: &sums, rows: rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n),
      scratch: {
        (
          group: ObliqueGroup(rows: rowCount, columns: n),
          left: [Double](repeating: 0, count: part * c)
        )
      }
    ) { scratch, rows, sum in
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = row..<min(rows.upperBound, row + part)
        scratch.group.load(range, of: block, in: x, without: nil)
        // Safe: a group holds n numbers of A and of X A for each of its rows.
        unsafe scratch.group.image.withUnsafeBufferPointer { y in
          unsafe scratch.left.withUnsafeMutableBufferPointer { left in
            for i in 0..<range.count {
              for (k, j) in chosen.enumerated() { unsafe left[i &* c &+ k] = y[i &* n &+ j] }
            }
          }
        }
        let (group, left) = (scratch.group, scratch.left)
        unsafe group.gathered.withUnsafeBufferPointer { a in
          unsafe group.image.withUnsafeBufferPointer { y in
            unsafe left.withUnsafeBufferPointer { left in
              guard let a = a.baseAddress, let y = y.baseAddress else { return }
              if let left = left.baseAddress {
                unsafe Double.gemm(
                  .plain, .transposed, n, c, range.count, 1, a, n, left, c, 1, sum, n)
              }
              unsafe addColumnProducts(a, y, n, rows: range.count, to: sum + c * n)
              unsafe addColumnProducts(a, a, n, rows: range.count, to: sum + (c + 1) * n)
            }
          }
        }
      }
    }
  }
}
