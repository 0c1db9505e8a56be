internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The places of ILUT(τ, p): row by row, the entries of the factors that are at least τ times the
/// row's length, the p largest on either side of the diagonal, and the diagonal.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func thresholdPattern<S: Scalar>(
  _ a: SparseMatrix<S>, dropTolerance: Double, fill: Int
) -> SparsityPattern {
  let n = a.rowCount
  precondition(n == a.columnCount, "an incomplete factorization of \(n) × \(a.columnCount)")
  var row = SparseAccumulator<S>(order: n)
  var (start, column): ([Int], [Int32]) = ([0], [])
  // The rows of U right of the diagonal, and its inverse diagonal.
  var (upperStart, upperColumn, upper): ([Int], [Int32], [S]) = ([0], [], [])
  var inverse: [S] = []
  var replaced = 0
  for i in 0..<n {
    var (largest, square) = (0.0, 0.0)
    row.begin(at: i)
    for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
      row.add(a.values[k], at: Int(a.pattern.column[k]))
      largest = max(largest, a.values[k].absolute)
      square += a.values[k].absolute * a.values[k].absolute
    }
    let limit = dropTolerance * square.squareRoot()
    while let j = row.nextBelow() {
      let factor = row.value[j] * inverse[j]
      row.value[j] = factor.absolute < limit ? S.zero : factor
      guard row.value[j] != S.zero else { continue }
      for q in upperStart[j]..<upperStart[j + 1] {
        row.add(-factor * upper[q], at: Int(upperColumn[q]))
      }
    }
    let below = row.largest(fill, of: row.below, from: limit)
    let above = row.largest(fill, of: row.above, from: limit)
    column += below
    column.append(Int32(i))
    column += above
    start.append(column.count)
    inverse.append(S(real: 1) / safePivot(row.value[i], largest: largest, replaced: &replaced))
    upperColumn += above
    for j in above { upper.append(row.value[Int(j)]) }
    upperStart.append(upperColumn.count)
  }
  return SparsityPattern(rowCount: n, columnCount: n, rowStart: start, column: column)
}

/// One row under elimination: dense values with the list of columns that were touched.
private struct SparseAccumulator<S: Scalar> {
  var value: [S]
  private(set) var below: [Int32] = []
  private(set) var above: [Int32] = []
  /// The columns left of the diagonal that wait for elimination: a heap with the least on top.
  private var waiting: [Int32] = []
  private var stamp: [Int32]
  private var row = -1

  init(order n: Int) {
    value = [S](repeating: S.zero, count: n)
    stamp = [Int32](repeating: -1, count: n)
  }

  mutating func begin(at i: Int) {
    row = i
    below.removeAll(keepingCapacity: true)
    above.removeAll(keepingCapacity: true)
    stamp[i] = Int32(i)
    value[i] = S.zero
  }

  mutating func add(_ entry: S, at j: Int) {
    guard stamp[j] != Int32(row) else {
      value[j] += entry
      return
    }
    stamp[j] = Int32(row)
    value[j] = entry
    if j < row {
      below.append(Int32(j))
      push(Int32(j))
    } else {
      above.append(Int32(j))
    }
  }

  /// The least column that waits.
  mutating func nextBelow() -> Int? {
    guard let top = waiting.first, let last = waiting.popLast() else { return nil }
    guard !waiting.isEmpty else { return Int(top) }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < waiting.count else { break }
      if child + 1 < waiting.count, waiting[child + 1] < waiting[child] { child += 1 }
      guard waiting[child] < last else { break }
      waiting[hole] = waiting[child]
      hole = child
    }
    waiting[hole] = last
    return Int(top)
  }

  private mutating func push(_ j: Int32) {
    var hole = waiting.count
    waiting.append(j)
    while hole > 0, waiting[(hole - 1) / 2] > j {
      waiting[hole] = waiting[(hole - 1) / 2]
      hole = (hole - 1) / 2
    }
    waiting[hole] = j
  }

  /// The columns of the `count` largest values that are not zero and not below `limit`, ascending.
  func largest(_ count: Int, of columns: [Int32], from limit: Double) -> [Int32] {
    var kept = columns.filter {
      value[Int($0)] != S.zero && value[Int($0)].absolute >= limit
    }
    if kept.count > count {
      kept.sort { (i, j) in
        let (a, b) = (value[Int(i)].absolute, value[Int(j)].absolute)
        return a != b ? a > b : i < j
      }
      kept.removeLast(kept.count - count)
    }
    return kept.sorted()
  }
}
