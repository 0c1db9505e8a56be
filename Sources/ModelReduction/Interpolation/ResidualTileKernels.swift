internal import ComplexModule
internal import LinearAlgebra

/// The residual F − Q C of a table, seen in tiles of rows, each with a bound of its largest
/// magnitude.
///
/// One mode more changes a tile by no more than |c| times the mode's magnitude in its rows, so most
/// tiles keep a bound below the maximum and are not read again: of forty passes over a smooth
/// family about nine are left. The residual itself is never stored.
struct ResidualTiles<S: Scalar>: Sendable {
  /// Rows of a tile: its part of forty modes and of 16 columns fit the second-level cache.
  static var height: Int { 1024 }
  /// Columns that one task looks after.
  static var width: Int { 1024 }
  private static var strip: Int { 16 }
  /// Tiles that each task evaluates before the maximum so far is known.
  private static var probes: Int { 4 }

  let rowCount: Int
  let columnCount: Int
  private let weights: [Double]?
  /// One for each tile, those of a block of rows side by side.
  private var bounds: [Double]
  /// The largest that the last evaluation found, for each task.
  private var found: [Double] = []

  var blockCount: Int { (rowCount + Self.height - 1) / Self.height }
  private var groupCount: Int { (columnCount + Self.width - 1) / Self.width }

  /// The magnitudes of the table itself.
  init(_ table: DenseMatrix<S>, weights: [Double]?) {
    (rowCount, columnCount, self.weights) = (table.rowCount, table.columnCount, weights)
    bounds = [Double](
      repeating: 0,
      count: (rowCount + Self.height - 1) / Self.height * table.columnCount)
    let empty = DenseMatrix<S>(rowCount: rowCount, columnCount: 0)
    evaluate(.all, of: table, modes: empty, negated: [])
  }

  /// Raises the bounds by what one mode can change.
  ///
  /// - Parameters:
  ///   - sizes: The largest weighted magnitude of the mode in each block of rows.
  ///   - coefficients: |c| for each column.
  mutating func widen(by sizes: [Double], times coefficients: [Double]) {
    let (columns, groups) = (columnCount, groupCount)
    unsafe bounds.withDisjointWrites { bounds in
      forEachChunk(of: sizes.count * groups, size: 1) { task in
        let (block, group) = (task.lowerBound / groups, task.lowerBound % groups)
        let size = sizes[block]
        for j in group * Self.width..<min(columns, (group + 1) * Self.width) {
          // Safe: the tiles of this block and group belong to this task alone.
          unsafe bounds.base[block &* columns &+ j] += size * coefficients[j]
        }
      }
    }
  }

  /// Columns whose residual is known to vanish.
  mutating func silence(column j: Int) {
    for block in 0..<blockCount { bounds[block * columnCount + j] = 0 }
  }

  /// The largest weighted magnitude of the residual and the first column that has it, to twelve
  /// digits: mirror images, equal but for round-off, are told apart by their number alone.
  ///
  /// - Parameter negated: −C, by rows of C.
  mutating func largest(
    of table: DenseMatrix<S>, modes: DenseMatrix<S>, negated: [S]
  ) -> (magnitude: Double, column: Int) {
    if modes.columnCount > 0 {
      evaluate(.most(Self.probes), of: table, modes: modes, negated: negated)
      // All tiles that may hold the maximum, given what is certain after the probes.
      let least = (1 - 1e-12) * (found.max() ?? 0)
      evaluate(.above(least), of: table, modes: modes, negated: negated)
    }
    let largest = bounds.max() ?? 0
    let near = (1 - 1e-12) * largest
    var column = columnCount
    for block in 0..<blockCount {
      for j in 0..<column where bounds[block * columnCount + j] >= near { column = j }
    }
    return (largest, column < columnCount ? column : 0)
  }

  private enum Choice: Sendable {
    case all
    case most(Int)
    case above(Double)
  }

  private mutating func evaluate(
    _ choice: Choice, of table: DenseMatrix<S>, modes: DenseMatrix<S>, negated: [S]
  ) {
    let (columns, groups, n) = (columnCount, groupCount, rowCount)
    let k = modes.columnCount
    let weights = self.weights
    let tasks = blockCount * groups
    var found = [Double](repeating: 0, count: tasks)
    unsafe bounds.withDisjointWrites { bounds in
      unsafe found.withDisjointWrites { found in
        forEachChunk(of: tasks, size: 1, scratch: { TileScratch<S>(Self.height, Self.strip, k) }) {
          scratch, task in
          let (block, group) = (task.lowerBound / groups, task.lowerBound % groups)
          let range = group * Self.width..<min(columns, (group + 1) * Self.width)
          // Safe: the tiles of this block and group belong to this task alone.
          guard let mine = unsafe bounds.base.baseAddress.map({ unsafe $0 + block * columns })
          else { return }
          let wanted =
            switch choice {
            case .all: Array(range)
            case .most(let count): unsafe largestPlaces(mine, range, count)
            case .above(let least): range.filter { unsafe mine[$0] >= least }
            }
          let rows = block * Self.height..<min(n, (block + 1) * Self.height)
          for first in stride(from: 0, to: wanted.count, by: Self.strip) {
            let part = wanted[first..<min(wanted.count, first + Self.strip)]
            unsafe scratch.measure(
              part, rows: rows, table, modes, negated, weights, into: mine)
          }
          for j in wanted {
            unsafe found.base[task.lowerBound] = unsafe Swift.max(
              found.base[task.lowerBound], mine[j])
          }
        }
      }
    }
    self.found = found
  }
}

/// The places of the `count` largest of some numbers, the first of equal ones.
private func largestPlaces(
  _ values: UnsafeMutablePointer<Double>, _ range: Range<Int>, _ count: Int
) -> [Int] {
  var places: [Int] = []
  for j in range {
    // Safe: `range` lies within what the caller lends.
    let value = unsafe values[j]
    if places.count == count, let last = places.last, unsafe value <= values[last] { continue }
    if places.count == count { places.removeLast() }
    let place = places.firstIndex { unsafe values[$0] < value } ?? places.count
    places.insert(j, at: place)
  }
  return places.sorted()
}

/// What one thread needs to measure tiles.
private struct TileScratch<S: Scalar> {
  private var values: [S]
  private var coefficients: [S]

  init(_ height: Int, _ strip: Int, _ modeCount: Int) {
    values = [S](repeating: S.zero, count: height * strip)
    coefficients = [S](repeating: S.zero, count: modeCount * strip)
  }

  /// Writes the largest weighted magnitudes of the residual of some columns in some rows.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func measure(
    _ columns: ArraySlice<Int>, rows: Range<Int>, _ table: DenseMatrix<S>, _ modes: DenseMatrix<S>,
    _ negated: [S], _ weights: [Double]?, into bounds: UnsafeMutablePointer<Double>
  ) {
    let (h, n, m, k) = (rows.count, table.rowCount, table.columnCount, modes.columnCount)
    // Safe: rows and columns lie within the table, whose shape the modes and −C share; the scratch
    // holds a strip.
    unsafe table.values.withUnsafeBufferPointer { table in
      guard let table = table.baseAddress else { return }
      guard k > 0 else {
        for j in columns {
          unsafe bounds[j] = largestMagnitude(
            of: table + rows.lowerBound + j * n, count: h, weights, from: rows.lowerBound)
        }
        return
      }
      unsafe values.withUnsafeMutableBufferPointer { r in
        unsafe coefficients.withUnsafeMutableBufferPointer { c in
          unsafe negated.withUnsafeBufferPointer { negated in
            unsafe modes.values.withUnsafeBufferPointer { q in
              guard let r = r.baseAddress, let c = c.baseAddress, let q = q.baseAddress,
                let negated = negated.baseAddress
              else { return }
              for (t, j) in columns.enumerated() {
                for l in 0..<k {
                  unsafe (c + l + t * k).update(from: negated + j + l * m, count: 1)
                }
              }
              unsafe S.gemm(
                .plain, .plain, h, columns.count, k, 1, q + rows.lowerBound, n, c, k, 0, r, h)
              for (t, j) in columns.enumerated() {
                unsafe bounds[j] = largestMagnitude(
                  of: r + t * h, plus: table + rows.lowerBound + j * n, count: h, weights,
                  from: rows.lowerBound)
              }
            }
          }
        }
      }
    }
  }
}

/// max wᵢ |xᵢ + yᵢ|, y being zero where it is nil; values that are not finite are refused before.
func largestMagnitude<S: Scalar>(
  of x: UnsafePointer<S>, plus y: UnsafePointer<S>? = nil, count: Int, _ weights: [Double]?,
  from first: Int
) -> Double {
  // Safe: a complex number is laid out as two doubles, its parts; Swift allows a look at them.
  let parts = MemoryLayout<S>.size / MemoryLayout<Double>.size
  let x = unsafe UnsafeRawPointer(x)
  let y = unsafe y.map { unsafe UnsafeRawPointer($0) }
  guard let weights else {
    return parts == 1
      ? unsafe largestReal(x, y, count) : unsafe largestSquare(x, y, count).squareRoot()
  }
  var largest = 0.0
  for i in 0..<count {
    let size =
      parts == 1
      ? unsafe part(x, y, i).magnitude : unsafe square(x, y, i).squareRoot()
    largest = Swift.max(largest, size * weights[first + i])
  }
  return largest
}

/// The i-th double of x + y.
@inline(__always)
private func part(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer?, _ i: Int) -> Double {
  let value = unsafe x.loadUnaligned(fromByteOffset: 8 &* i, as: Double.self)
  guard let y = unsafe y else { return value }
  return unsafe value + y.loadUnaligned(fromByteOffset: 8 &* i, as: Double.self)
}

/// Eight of them.
@inline(__always)
private func parts(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer?, _ i: Int) -> SIMD8<Double> {
  let values = unsafe x.loadUnaligned(fromByteOffset: 8 &* i, as: SIMD8<Double>.self)
  guard let y = unsafe y else { return values }
  return unsafe values + y.loadUnaligned(fromByteOffset: 8 &* i, as: SIMD8<Double>.self)
}

/// |xᵢ + yᵢ|² of complex numbers.
@inline(__always)
private func square(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer?, _ i: Int) -> Double {
  let (real, imaginary) = unsafe (part(x, y, 2 &* i), part(x, y, 2 &* i &+ 1))
  return real * real + imaginary * imaginary
}

/// max |xᵢ + yᵢ|, eight at a time.
private func largestReal(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer?, _ count: Int) -> Double {
  var (high, low) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
  let whole = count & ~7
  // Safe: `count` numbers are there.
  for i in stride(from: 0, to: whole, by: 8) {
    let v = unsafe parts(x, y, i)
    high.replace(with: v, where: v .> high)
    low.replace(with: v, where: v .< low)
  }
  var largest = Swift.max(high.max(), -low.min())
  for i in whole..<count { largest = unsafe Swift.max(largest, part(x, y, i).magnitude) }
  return largest
}

/// max |zᵢ|² of numbers whose parts stand side by side.
private func largestSquare(_ x: UnsafeRawPointer, _ y: UnsafeRawPointer?, _ count: Int) -> Double {
  var high = SIMD4<Double>.zero
  let whole = count & ~3
  // Safe: `count` pairs are there.
  for i in stride(from: 0, to: whole, by: 4) {
    let v = unsafe parts(x, y, 2 &* i)
    let product = v * v
    let sum = product.evenHalf + product.oddHalf
    high.replace(with: sum, where: sum .> high)
  }
  var largest = high.max()
  for i in whole..<count { largest = unsafe Swift.max(largest, square(x, y, i)) }
  return largest
}
