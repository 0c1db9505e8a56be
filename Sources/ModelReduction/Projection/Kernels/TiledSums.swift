// Sums of columns over registers: eight rows at a time are kept in registers while all columns
// stream by, so that each stored number is read once and in order.

/// Σ_q θ_q a_q for vectors of equal length, interleaved in tiles of eight entries.
struct TiledCombination: Sendable {
  /// Tile t of vector q at t Q + q.
  private var tiles: [SIMD8<Double>] = []
  private let termCount: Int
  private let tileCount: Int

  /// - Precondition: All vectors have a length divisible by eight.
  init(_ vectors: [[Double]], count: Int) {
    termCount = vectors.count
    tileCount = count / 8
    precondition(count % 8 == 0 && vectors.allSatisfy { $0.count == count }, "\(count) entries")
    tiles.reserveCapacity(termCount * tileCount)
    for t in 0..<tileCount {
      for vector in vectors {
        var tile = SIMD8<Double>.zero
        for k in 0..<8 { tile[k] = vector[8 * t + k] }
        tiles.append(tile)
      }
    }
  }

  /// result ← Σ_q θ_q a_q.
  ///
  /// - Parameter result: `count` numbers, in fours.
  func combine(_ theta: [Double], into result: UnsafeMutablePointer<SIMD4<Double>>) {
    precondition(theta.count == termCount, "\(theta.count) coefficients, \(termCount) terms")
    unsafe theta.withUnsafeBufferPointer { theta in
      unsafe tiles.withUnsafeBufferPointer { tiles in
        guard var tile = tiles.baseAddress else { return }
        for t in 0..<tileCount {
          var sum = SIMD8<Double>.zero
          for q in 0..<termCount { unsafe sum += tile[q] * theta[q] }
          unsafe result[2 * t] = sum.lowHalf
          unsafe result[2 * t + 1] = sum.highHalf
          unsafe tile += termCount
        }
      }
    }
  }
}

/// The residual coordinates, cut into tiles of eight rows, each with the columns that reach it.
struct TiledTriangle: Sendable {
  private var entries: [SIMD8<Double>] = []
  /// The first column of each tile.
  private var firstColumns: [Int] = []
  private let columnCount: Int

  init(_ coordinates: ResidualCoordinates) {
    columnCount = coordinates.columnCount
    let tileCount = (coordinates.rowCount + 7) / 8
    for t in 0..<tileCount {
      var (offset, column, first) = (0, 0, columnCount)
      for (width, height) in zip(coordinates.widths, coordinates.heights) {
        for _ in 0..<width {
          if height > 8 * t {
            first = min(first, column)
            var tile = SIMD8<Double>.zero
            for k in 0..<min(8, height - 8 * t) {
              tile[k] = coordinates.values[offset + 8 * t + k]
            }
            entries.append(tile)
          }
          offset += height
          column += 1
        }
      }
      firstColumns.append(first)
    }
  }

  /// ‖R x‖₂.
  ///
  /// - Precondition: `x` has as many entries as R columns.
  func norm(ofProductWith x: [Double]) -> Double {
    precondition(x.count == columnCount, "\(x.count) numbers for \(columnCount) columns")
    var squares = SIMD8<Double>.zero
    unsafe x.withUnsafeBufferPointer { x in
      unsafe entries.withUnsafeBufferPointer { entries in
        guard var entry = entries.baseAddress else { return }
        for first in firstColumns {
          var sum = SIMD8<Double>.zero
          for c in first..<columnCount {
            unsafe sum += entry[0] * x[c]
            unsafe entry += 1
          }
          squares += sum * sum
        }
      }
    }
    return squares.sum().squareRoot()
  }
}
