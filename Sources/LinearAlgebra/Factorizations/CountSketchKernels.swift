internal import CPrefetch

/// S A for a random S with one entry in each column, ±1: sums of rows of A with random signs.
///
/// The p sums keep the lengths of all combinations of n columns to a factor of (1 + δ)/(1 − δ), δ
/// about √(n / p), unless chance puts the few rows that matter of two of them into the same sums.
/// What a sketch foresees is therefore always checked on A.
///
/// Sixty-four rows that follow each other go to as many sums that follow each other, from a random
/// one on. The numbers depend on the seed and the number of a row alone: nothing is stored, and
/// blocks of rows can be sketched apart and added.
///
/// - Source: Clarkson, Woodruff, *Low rank approximation and regression in input sparsity time*, STOC
///   (2013).
public struct CountSketch: Sendable {
  /// p.
  public let size: Int
  private let seed: UInt64
  private let period: Int

  /// A random S.
  ///
  /// - Parameters:
  ///   - size: p; raised to a multiple of 64.
  ///   - seed: The same seed gives the same S.
  ///   - period: Of so many strips of 256 rows one is looked at: faster, and blind for columns that
  ///     live in the other rows.
  /// - Precondition: p and the period are positive.
  public init(size: Int, seed: UInt64, period: Int = 1) {
    precondition(size > 0 && period > 0, "a sketch of \(size) sums of every \(period)th group")
    (self.size, self.seed, self.period) = ((size + 63) / 64 * 64, seed, period)
  }

  /// S A, p × n, of rows of A, or of some of its n columns.
  ///
  /// - Complexity: 2 n operations per row, as fast as memory delivers the rows.
  public func sums(of block: TallBlock, columns: Range<Int>? = nil) -> DenseMatrix<Double> {
    let columns = columns ?? 0..<block.matrix.columnCount
    let (n, rowCount) = (columns.count, block.matrix.rowCount)
    let (isCopied, chosen) = (!block.map.isIdentity, Array(columns))
    // Sums that begin near the last end behind it, and are brought round afterwards.
    let height = size + CountSketch.group
    var sums = [Double](repeating: 0, count: height * n)
    // Where rows need no copy, long parts visit each column's pages less often; where they do, only
    // strips that are looked at are copied.
    let isCopiedInStrips = isCopied && period > 1
    let part = isCopiedInStrips ? CountSketch.strip : (isCopied ? 16 : 128) * CountSketch.group
    let segment = max(1, TallBlock.segment(columns: n) / part) * part
    unsafe addOrdered(
      to: &sums, rows: rowCount, segment: segment, wave: 4,
      scratch: { [Double](repeating: 0, count: isCopied ? part * n : 0) }
    ) { scratch, rows, sum in
      var start = rows.lowerBound
      while start < rows.upperBound {
        let first = block.firstRow + start
        let range = start..<min(rows.upperBound, start + part - first % part)
        start = range.upperBound
        if isCopiedInStrips, !isLookedAt(row: first) { continue }
        unsafe block.withRows(range, scratch: &scratch, columns: isCopied ? chosen : nil) {
          a, leading in
          let a = unsafe a + (isCopied ? 0 : columns.lowerBound * leading)
          // Column by column, because each is in other pages of memory.
          for j in 0..<n {
            // Safe: the rows lie in each of the n columns, and a column of the sums has room for all.
            unsafe add(a + j * leading, from: first, count: range.count, to: sum + j * height)
          }
        }
      }
    }
    var result = DenseMatrix<Double>(rowCount: size, columnCount: n)
    for j in 0..<n {
      for i in 0..<size { result.values[i + j * size] = sums[i + j * height] }
      for i in 0..<CountSketch.group {
        result.values[i % size + j * size] += sums[size + i + j * height]
      }
    }
    return result
  }

  private static let group = 64
  private static let strip = 256

  private func isLookedAt(row: Int) -> Bool { row / CountSketch.strip % period == 0 }

  /// Random signs, of which every group takes 64 from a random one on.
  private static let signs = {
    var random = SplitMix64(seed: 0x5EED)
    return (0..<4096 + group).map { _ in random.sign() }
  }()

  /// Adds consecutive rows of one column to the sums.
  private func add(
    _ x: UnsafePointer<Double>, from first: Int, count: Int, to sums: UnsafeMutablePointer<Double>
  ) {
    unsafe CountSketch.signs.withUnsafeBufferPointer { signs in
      guard let signs = signs.baseAddress else { return }
      var row = first
      while row < first + count {
        let (number, offset) = row.quotientAndRemainder(dividingBy: CountSketch.group)
        let length = min(CountSketch.group - offset, first + count - row)
        if isLookedAt(row: row) {
          var random = SplitMix64(seed: seed ^ (UInt64(number) &* 0xD1B5_4A32_D192_ED03))
          let bits = random.next()
          let target = Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(size)) >> 32)
          let sign = Int(truncatingIfNeeded: bits & 4095)
          if period > 1 {
            // Processors see no stream in strips: the same place of the next one is asked for.
            let next =
              unsafe UInt(bitPattern: x + (row - first)) &+ UInt(8 * CountSketch.strip * period)
            for line in 0..<8 as Range<UInt> { prefetch_line(next &+ 64 &* line) }
          }
          // Safe: target + 64 ≤ size + 64 sums, sign + 64 ≤ 4160 signs.
          unsafe addProducts(
            signs + (sign + offset), x + (row - first), count: length, to: sums + (target + offset))
        }
        row += length
      }
    }
  }
}

/// sᵢ ← sᵢ + dᵢ xᵢ.
private func addProducts(
  _ d: UnsafePointer<Double>, _ x: UnsafePointer<Double>, count: Int,
  to s: UnsafeMutablePointer<Double>
) {
  var i = 0
  // Safe: the caller has as many of each.
  while i &+ 8 <= count {
    let left = unsafe UnsafeRawPointer(d + i).loadUnaligned(as: SIMD8<Double>.self)
    let right = unsafe UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Double>.self)
    let target = unsafe UnsafeMutableRawPointer(s + i)
    let sum = unsafe target.loadUnaligned(as: SIMD8<Double>.self) + left * right
    unsafe target.storeBytes(of: sum, as: SIMD8<Double>.self)
    i &+= 8
  }
  while i < count {
    unsafe s[i] += d[i] * x[i]
    i &+= 1
  }
}
