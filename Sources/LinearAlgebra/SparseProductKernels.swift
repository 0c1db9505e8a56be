internal import ComplexModule

func requireGroups(_ b: SparsityPattern, _ group: Int) {
  forEachChunk(of: b.rowCount, size: 4096) { rows in
    for i in rows {
      let row = b.rowStart[i]..<b.rowStart[i + 1]
      precondition(row.count % group == 0, "row \(i) has \(row.count) entries")
      for first in stride(from: row.lowerBound, to: row.upperBound, by: group) {
        precondition(
          Int(b.column[first]) % group == 0
            && Int(b.column[first + group - 1]) == Int(b.column[first]) + group - 1,
          "row \(i) has a broken group of \(group) columns at \(b.column[first])")
      }
    }
  }
}

/// Some rows of A B; `sums` is zero before and after.
@inline(__always)
func multiplyRows<S: Scalar>(
  _ a: SparseMatrix<S>, _ b: SparseMatrix<S>, _ pattern: SparsityPattern, _ group: Int,
  _ rows: Range<Int>, _ sums: inout [S], into result: DisjointWrites<S>
) {
  // Safe: every column lies in its pattern's range, and `sums` has an entry for each column of B.
  unsafe sums.withUnsafeMutableBufferPointer { sums in
    unsafe withArrays(a) { leftStart, leftColumn, leftValues in
      unsafe withArrays(b) { start, column, values in
        guard let sums = sums.baseAddress, let values = values.baseAddress else { return }
        unsafe pattern.rowStart.withUnsafeBufferPointer { targetStart in
          unsafe pattern.column.withUnsafeBufferPointer { target in
            var k = unsafe leftStart[rows.lowerBound]
            var t = unsafe targetStart[rows.lowerBound]
            for i in rows {
              let rowEnd = unsafe leftStart[i &+ 1]
              while k < rowEnd {
                let (j, factor) = unsafe (Int(leftColumn[k]), leftValues[k])
                var q = unsafe start[j]
                let end = unsafe start[j &+ 1]
                while q < end {
                  let first = unsafe Int(column[q])
                  unsafe addGroup(group, factor, values + q, to: sums + first)
                  q &+= group
                }
                k &+= 1
              }
              let targetEnd = unsafe targetStart[i &+ 1]
              while t < targetEnd {
                let j = unsafe Int(target[t])
                unsafe result.base[t] = sums[j]
                unsafe sums[j] = S.zero
                t &+= 1
              }
            }
          }
        }
      }
    }
  }
}

/// t ← t + α v of `group` entries. All is read before anything is written, so that the unrolled groups
/// need no proof that v and t are apart, and become vector instructions.
@inline(__always)
func addGroup<S: Scalar>(
  _ group: Int, _ alpha: S, _ v: UnsafePointer<S>, to t: UnsafeMutablePointer<S>
) {
  switch group {
  case 1: unsafe t[0] += alpha * v[0]
  case 3:
    let (t0, t1, t2) = unsafe (t[0] + alpha * v[0], t[1] + alpha * v[1], t[2] + alpha * v[2])
    unsafe (t[0], t[1], t[2]) = (t0, t1, t2)
  case 6:
    let (t0, t1, t2) = unsafe (t[0] + alpha * v[0], t[1] + alpha * v[1], t[2] + alpha * v[2])
    let (t3, t4, t5) = unsafe (t[3] + alpha * v[3], t[4] + alpha * v[4], t[5] + alpha * v[5])
    unsafe (t[0], t[1], t[2]) = (t0, t1, t2)
    unsafe (t[3], t[4], t[5]) = (t3, t4, t5)
  default: for m in 0..<group { unsafe t[m] += alpha * v[m] }
  }
}

@inline(__always)
func withArrays<S: Scalar>(
  _ a: SparseMatrix<S>,
  _ body: (
    UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int32>, UnsafeBufferPointer<S>
  ) -> Void
) {
  unsafe a.pattern.rowStart.withUnsafeBufferPointer { start in
    unsafe a.pattern.column.withUnsafeBufferPointer { column in
      unsafe a.values.withUnsafeBufferPointer { values in unsafe body(start, column, values) }
    }
  }
}

/// The columns of some rows of A B, row after row, ascending in each; a row with the columns of the
/// row before has its product too.
func productColumns(
  _ a: SparsityPattern, _ b: SparsityPattern, _ group: Int, rows: Range<Int>,
  _ mark: inout [Int32], lengths: DisjointWrites<Int>
) -> [Int32] {
  // Safe: columns lie in the range of their pattern, `mark` has an entry for each group of B, and
  // no row of the product is longer than the rows of B it meets.
  unsafe a.rowStart.withUnsafeBufferPointer { leftStart in
    unsafe a.column.withUnsafeBufferPointer { leftColumn in
      unsafe b.rowStart.withUnsafeBufferPointer { start in
        unsafe b.column.withUnsafeBufferPointer { column in
          unsafe mark.withUnsafeMutableBufferPointer { mark in
            var most = 0
            for k in unsafe leftStart[rows.lowerBound]..<leftStart[rows.upperBound] {
              let j = unsafe Int(leftColumn[k])
              unsafe most += start[j &+ 1] - start[j]
            }
            return unsafe [Int32](unsafeUninitializedCapacity: most) { columns, filled in
              var (previous, length) = (0, 0)
              for i in rows {
                let (from, to) = unsafe (leftStart[i], leftStart[i &+ 1])
                if i > rows.lowerBound,
                  unsafe hasSameColumns(leftColumn, from, to, leftStart[i &- 1])
                {
                  for q in 0..<length { unsafe columns[filled + q] = columns[previous + q] }
                } else {
                  length = 0
                  for k in from..<to {
                    let j = unsafe Int(leftColumn[k])
                    var q = unsafe start[j]
                    let end = unsafe start[j &+ 1]
                    while q < end {
                      let target = unsafe group == 1 ? Int(column[q]) : Int(column[q]) / group
                      if unsafe mark[target] != Int32(truncatingIfNeeded: i) {
                        unsafe mark[target] = Int32(truncatingIfNeeded: i)
                        unsafe columns[filled + length] = Int32(truncatingIfNeeded: target)
                        length += 1
                      }
                      q &+= group
                    }
                  }
                  unsafe sortShort(
                    UnsafeMutableBufferPointer(rebasing: columns[filled..<filled + length]))
                  if group > 1 {
                    unsafe spread(columns, at: filled, count: length, by: group)
                    length *= group
                  }
                }
                unsafe lengths.base[i &+ 1] = length
                previous = filled
                filled += length
              }
            }
          }
        }
      }
    }
  }
}

/// Whether the columns at `from..<to` are those of the row before, which begins at `first`.
func hasSameColumns(
  _ column: UnsafeBufferPointer<Int32>, _ from: Int, _ to: Int, _ first: Int
) -> Bool {
  guard to - from == from - first else { return false }
  for k in from..<to where unsafe column[k] != column[first + (k - from)] { return false }
  return true
}

/// Replaces each of `count` groups by its columns, from the last.
func spread(
  _ columns: UnsafeMutableBufferPointer<Int32>, at first: Int, count: Int, by group: Int
) {
  for q in stride(from: count - 1, through: 0, by: -1) {
    let target = unsafe columns[first + q] * Int32(group)
    for m in stride(from: group - 1, through: 0, by: -1) {
      unsafe columns[first + q * group + m] = target + Int32(m)
    }
  }
}

/// Sorts; short lists by insertion, because the rows of sparse matrices are short.
func sortShort(_ list: UnsafeMutableBufferPointer<Int32>) {
  var list = unsafe list
  guard list.count <= 48 else {
    unsafe list.sort()
    return
  }
  for k in 0..<list.count {
    let value = unsafe list[k]
    var hole = k
    while hole > 0 {
      let left = unsafe list[hole &- 1]
      guard left > value else { break }
      unsafe list[hole] = left
      hole &-= 1
    }
    unsafe list[hole] = value
  }
}

extension SparseMatrix {
  /// A B; make one ``SparseProduct`` for a family of matrices.
  ///
  /// - Precondition: A has as many columns as B has rows.
  public static func * (a: SparseMatrix, b: SparseMatrix) -> SparseMatrix {
    SparseProduct(a.pattern, b.pattern).multiply(a, b)
  }
}
