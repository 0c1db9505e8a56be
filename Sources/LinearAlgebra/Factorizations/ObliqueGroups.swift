/// Groups of rows of a tall matrix A with the rows of X A beside them, for sums over rows in the
/// product of a sparse symmetric X.
///
/// A group gathers its rows and those that X couples to them into cache, row by row, so that X A is
/// never stored: a row of X A is a sum of a few rows of A there.
struct ObliqueGroup {
  /// The number of columns of A.
  private let n: Int
  /// Where a row stands in the group; −1 outside. As long as A.
  private var place: [Int32]
  private var members: [Int] = []
  /// The gathered rows of A, n numbers each, those of the group first.
  private(set) var gathered: [Double] = []
  /// The rows of X A, n numbers each.
  private(set) var image: [Double] = []
  /// Rows of the basis V for which A − V C takes the place of A, k numbers each.
  private var basisRows: [Double] = []

  init(rows: Int, columns: Int) {
    n = columns
    place = [Int32](repeating: -1, count: rows)
  }

  /// Rows of a group: twice as many numbers as these are in cache at the same time.
  static func rowCount(columns n: Int) -> Int { max(64, 65_536 / max(n, 1)) }

  /// Gathers the rows of a group and multiplies them by X.
  mutating func load(
    _ rows: Range<Int>, of a: TallBlock, in x: SparseMatrix<Double>, without space: Space?
  ) {
    let (start, column) = (x.pattern.rowStart, x.pattern.column)
    members.removeAll(keepingCapacity: true)
    members.append(contentsOf: rows)
    for (k, i) in rows.enumerated() { place[i] = Int32(truncatingIfNeeded: k) }
    for k in start[rows.lowerBound]..<start[rows.upperBound] where place[Int(column[k])] < 0 {
      place[Int(column[k])] = Int32(truncatingIfNeeded: members.count)
      members.append(Int(column[k]))
    }
    if gathered.count < members.count * n {
      gathered = [Double](repeating: 0, count: members.count * n * 5 / 4)
    }
    if image.count < rows.count * n { image = [Double](repeating: 0, count: rows.count * n) }
    gather(a)
    if let space { subtract(space) }
    multiply(rows, x)
    for i in members { place[i] = -1 }
  }

  /// V and C of A − V C.
  struct Space: Sendable {
    let basis: DenseMatrix<Double>
    /// C, k × n.
    let coefficients: DenseMatrix<Double>
  }

  private mutating func gather(_ a: TallBlock) {
    let (members, n, stride) = (members, n, a.matrix.rowCount)
    let (factors, shift) = (a.map.factors, a.map.shift)
    let scales = members.map { factors?[$0] ?? 1 }
    let shifts = members.map { shift?[$0] ?? 0 }
    unsafe gathered.withUnsafeMutableBufferPointer { out in
      unsafe a.matrix.values.withUnsafeBufferPointer { a in
        guard let out = out.baseAddress, let a = a.baseAddress else { return }
        // Safe: members are rows of A, first..<last columns, and `gathered` holds n numbers for
        // each member.
        for first in Swift.stride(from: 0, to: n, by: 8) {
          let last = min(n, first + 8)
          for k in 0..<members.count {
            let (i, d, c) = (members[k], scales[k], shifts[k])
            let (from, to) = unsafe (a + i + first * stride, out + k * n + first)
            // Eight columns at a time fill whole lines of the cache.
            if last - first == 8 {
              let right = unsafe from + 4 * stride
              let low = unsafe four(from, stride, d, c)
              let high = unsafe four(right, stride, d, c)
              let line = UnsafeMutableRawPointer(to)
              unsafe line.storeBytes(of: low, as: SIMD4<Double>.self)
              unsafe line.storeBytes(of: high, toByteOffset: 32, as: SIMD4<Double>.self)
            } else {
              for j in 0..<last - first { unsafe to[j] = d * (from[j &* stride] - c) }
            }
          }
        }
      }
    }
  }

  private mutating func subtract(_ space: Space) {
    let (k, ld, count, n) = (
      space.basis.columnCount, space.basis.rowCount, members.count, n
    )
    guard k > 0 else { return }
    if basisRows.count < count * k { basisRows = [Double](repeating: 0, count: count * k * 5 / 4) }
    for (row, i) in members.enumerated() {
      for j in 0..<k { basisRows[row * k + j] = space.basis.values[i + j * ld] }
    }
    unsafe space.coefficients.values.withUnsafeBufferPointer { c in
      unsafe basisRows.withUnsafeBufferPointer { v in
        unsafe gathered.withUnsafeMutableBufferPointer { out in
          guard let c = c.baseAddress, let v = v.baseAddress, let out = out.baseAddress
          else { return }
          unsafe Double.gemm(.transposed, .plain, n, count, k, -1, c, k, v, k, 1, out, n)
        }
      }
    }
  }

  private mutating func multiply(_ rows: Range<Int>, _ x: SparseMatrix<Double>) {
    let (start, column, values) = (x.pattern.rowStart, x.pattern.column, x.values)
    let (n, place) = (n, place)
    // Safe: every column of these rows of X was given a place among the gathered rows.
    unsafe gathered.withUnsafeBufferPointer { a in
      unsafe image.withUnsafeMutableBufferPointer { image in
        guard let a = a.baseAddress, let image = image.baseAddress else { return }
        for i in rows {
          let target = unsafe image + (i - rows.lowerBound) * n
          let (first, end) = (start[i], start[i + 1])
          var j = 0
          // Sums of sixteen columns stay in registers while the entries of the row pass.
          while j &+ 16 <= n {
            var (s0, s1) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            var (s2, s3) = (s0, s1)
            for k in first..<end {
              let value = SIMD4<Double>(repeating: values[k])
              let from = Int(place[Int(column[k])]) &* n &+ j
              let row = unsafe UnsafeRawPointer(a + from)
              let x0 = unsafe row.loadUnaligned(as: SIMD4<Double>.self)
              let x1 = unsafe row.loadUnaligned(fromByteOffset: 32, as: SIMD4<Double>.self)
              let x2 = unsafe row.loadUnaligned(fromByteOffset: 64, as: SIMD4<Double>.self)
              let x3 = unsafe row.loadUnaligned(fromByteOffset: 96, as: SIMD4<Double>.self)
              s0 += value * x0
              s1 += value * x1
              s2 += value * x2
              s3 += value * x3
            }
            let out = unsafe UnsafeMutableRawPointer(target + j)
            unsafe out.storeBytes(of: s0, as: SIMD4<Double>.self)
            unsafe out.storeBytes(of: s1, toByteOffset: 32, as: SIMD4<Double>.self)
            unsafe out.storeBytes(of: s2, toByteOffset: 64, as: SIMD4<Double>.self)
            unsafe out.storeBytes(of: s3, toByteOffset: 96, as: SIMD4<Double>.self)
            j &+= 16
          }
          while j < n {
            var sum = 0.0
            for k in first..<end {
              let from = Int(place[Int(column[k])]) &* n &+ j
              unsafe sum += values[k] * a[from]
            }
            unsafe target[j] = sum
            j &+= 1
          }
        }
      }
    }
  }
}

/// d (x − c) for four numbers at a distance from each other.
@inline(__always)
private func four(
  _ x: UnsafePointer<Double>, _ stride: Int, _ d: Double, _ c: Double
) -> SIMD4<Double> {
  var line = SIMD4<Double>.zero
  // Safe: the caller has four columns from x on.
  unsafe line[0] = x[0]
  unsafe line[1] = x[stride]
  unsafe line[2] = x[2 &* stride]
  unsafe line[3] = x[3 &* stride]
  line -= SIMD4(repeating: c)
  return SIMD4(repeating: d) * line
}

/// s_j ← s_j + Σ a_ij b_ij for rows of n numbers each.
func addColumnProducts(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ n: Int, rows: Int,
  to s: UnsafeMutablePointer<Double>
) {
  var j = 0
  // Safe: the caller has `rows` rows of n numbers, and n sums. Sixteen sums stay in registers while
  // the rows pass.
  while j &+ 16 <= n {
    var (s0, s1) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for i in 0..<rows {
      let left = unsafe UnsafeRawPointer(a + (i &* n &+ j))
      let right = unsafe UnsafeRawPointer(b + (i &* n &+ j))
      let x0 = unsafe left.loadUnaligned(as: SIMD8<Double>.self)
      let x1 = unsafe left.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
      let y0 = unsafe right.loadUnaligned(as: SIMD8<Double>.self)
      let y1 = unsafe right.loadUnaligned(fromByteOffset: 64, as: SIMD8<Double>.self)
      s0 += x0 * y0
      s1 += x1 * y1
    }
    for k in 0..<8 {
      unsafe s[j &+ k] += s0[k]
      unsafe s[j &+ 8 &+ k] += s1[k]
    }
    j &+= 16
  }
  while j < n {
    var sum = 0.0
    for i in 0..<rows { unsafe sum += a[i &* n &+ j] * b[i &* n &+ j] }
    unsafe s[j] += sum
    j &+= 1
  }
}

extension TallGram {
  /// Adds AᵀXA of a whole matrix.
  ///
  /// - Returns: For each column of A, the sum of the squares of its entries.
  /// - Precondition: The block holds all rows; X is symmetric with a full diagonal.
  /// - Complexity: n² operations per row and 2 n per entry of X; 4 bytes per row and thread.
  @discardableResult
  public mutating func append(_ block: TallBlock, in x: SparseMatrix<Double>) -> [Double] {
    let (n, rowCount) = (columnCount, block.matrix.rowCount)
    precondition(
      block.firstRow == 0 && block.matrix.columnCount == n && x.rowCount == rowCount
        && x.columnCount == rowCount,
      "\(rowCount) rows of \(block.matrix.columnCount) in a product of order \(x.rowCount)")
    let part = ObliqueGroup.rowCount(columns: n)
    // The squares stand behind the triangle.
    var sums = lower + [Double](repeating: 0, count: n)
    unsafe addOrdered(
      to: &sums, rows: rowCount, segment: TallBlock.segment(columns: n),
      wave: TallBlock.wave(columns: n), scratch: { ObliqueGroup(rows: rowCount, columns: n) }
    ) { group, rows, sum in
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: part) {
        let range = row..<min(rows.upperBound, row + part)
        group.load(range, of: block, in: x, without: nil)
        unsafe group.gathered.withUnsafeBufferPointer { a in
          unsafe group.image.withUnsafeBufferPointer { y in
            guard let a = a.baseAddress, let y = y.baseAddress else { return }
            // Columns of the triangle in panels, each from its diagonal down.
            for left in stride(from: 0, to: n, by: 64) {
              unsafe Double.gemm(
                .plain, .transposed, n - left, min(64, n - left), range.count, 1, a + left, n,
                y + left, n, 1, sum + left + left * n, n)
            }
            unsafe addColumnProducts(a, a, n, rows: range.count, to: sum + n * n)
          }
        }
      }
    }
    lower = Array(sums[..<(n * n)])
    return Array(sums[(n * n)...])
  }
}

extension TallBlock {
  /// For each column, the square of the norm of (A − V C) / u in the product of X.
  ///
  /// - Precondition: The block holds all rows; X is symmetric with a full diagonal.
  public func squaredDistances(
    to basis: DenseMatrix<Double>, _ coefficients: DenseMatrix<Double>, unit: Double,
    in x: SparseMatrix<Double>
  ) -> [Double] {
    let (n, rowCount) = (matrix.columnCount, matrix.rowCount)
    precondition(
      firstRow == 0 && x.rowCount == rowCount && basis.rowCount == rowCount
        && coefficients.rowCount == basis.columnCount && coefficients.columnCount == n,
      "\(rowCount) rows in a product of order \(x.rowCount)")
    let part = ObliqueGroup.rowCount(columns: n)
    let space = ObliqueGroup.Space(basis: basis, coefficients: coefficients)
    let factor = 1 / unit
    var sums = [Double](repeating: 0, count: n)
    unsafe addOrdered(
      to: &sums, rows: rowCount, segment: part, wave: 256,
      scratch: { ObliqueGroup(rows: rowCount, columns: n) }
    ) { group, rows, sum in
      group.load(rows, of: self, in: x, without: space)
      unsafe group.gathered.withUnsafeBufferPointer { a in
        unsafe group.image.withUnsafeBufferPointer { y in
          for i in 0..<rows.count {
            for j in 0..<n {
              unsafe sum[j] += (factor * a[i &* n &+ j]) * (factor * y[i &* n &+ j])
            }
          }
        }
      }
    }
    return sums
  }
}
