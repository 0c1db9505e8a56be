/// The arrays of a sparse matrix, lent to loops over its rows.
///
/// Two partial sums run side by side in a row, because one would wait for its own additions; entry k
/// goes to sum k mod 2, the last of an odd row to the first. Four sums take a quarter longer in rows
/// of seven entries and save nothing in rows of 35. Rows of a node taken together, with their columns
/// read once, are slower from memory: the processor follows one stream of values better than three.
@unsafe public struct SparseRows<S: Scalar>: @unchecked Sendable {
  @usableFromInline let start: UnsafeBufferPointer<Int>
  @usableFromInline let column: UnsafeBufferPointer<Int32>
  @usableFromInline let values: UnsafeBufferPointer<S>
  @usableFromInline let prefetch: EntryPrefetch<S>

  init(
    _ start: UnsafeBufferPointer<Int>, _ column: UnsafeBufferPointer<Int32>,
    _ values: UnsafeBufferPointer<S>
  ) {
    unsafe (self.start, self.column, self.values) = (start, column, values)
    unsafe prefetch = EntryPrefetch(column, values)
  }

  /// Σⱼ aᵢⱼ xⱼ of one row.
  ///
  /// Safe for i below the rows and x of as many entries as columns: the pattern's constructor checked
  /// every column.
  @inlinable @inline(__always)
  public func product(_ i: Int, _ x: UnsafePointer<S>) -> S {
    var k = unsafe start[i]
    return unsafe product(of: &k, until: start[i &+ 1], x)
  }

  /// Σⱼ aᵢⱼ xⱼ of all rows of a range, from the first to the last; safe as `product`.
  ///
  /// The end of a row is carried as the start of the next: in the cache, where every load counts, a
  /// row that reads both takes a quarter longer.
  @inlinable @inline(__always)
  public func forEachProduct(
    of range: Range<Int>, _ x: UnsafePointer<S>, _ body: (Int, S) -> Void
  ) {
    guard !range.isEmpty else { return }
    var k = unsafe start[range.lowerBound]
    if unsafe prefetch.isOn {
      var asked = k &+ EntryPrefetch<S>.distance
      for i in range {
        let end = unsafe start[i &+ 1]
        unsafe prefetch.ahead(of: end, from: &asked)
        unsafe body(i, product(of: &k, until: end, x))
      }
    } else {
      for i in range { unsafe body(i, product(of: &k, until: start[i &+ 1], x)) }
    }
  }

  /// The sum over the entries from k, which is left at the end.
  @inlinable @inline(__always)
  func product(of k: inout Int, until end: Int, _ x: UnsafePointer<S>) -> S {
    var (s0, s1) = (S.zero, S.zero)
    while k &+ 2 <= end {
      unsafe s0 += values[k] * x[Int(column[k])]
      unsafe s1 += values[k &+ 1] * x[Int(column[k &+ 1])]
      k &+= 2
    }
    if k < end {
      unsafe s0 += values[k] * x[Int(column[k])]
      k &+= 1
    }
    return s0 + s1
  }
}

extension SparseMatrix {
  /// Lends the arrays.
  public func withRows<Result>(_ body: (SparseRows<S>) -> Result) -> Result {
    unsafe pattern.rowStart.withUnsafeBufferPointer { start in
      unsafe pattern.column.withUnsafeBufferPointer { column in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe body(SparseRows(start, column, values))
        }
      }
    }
  }
}
