internal import ComplexModule
internal import LinearAlgebra

// Two rows are taken at a time: yᵢ = cᵢ − sᵢ yᵢ₋₁ and yᵢ₊₁ = (cᵢ₊₁ − sᵢ₊₁ cᵢ) + sᵢ₊₁ sᵢ yᵢ₋₁. The
// second does not wait for the first, which halves the time of the recurrence, the longest chain
// of dependent operations in a sweep; the error stays that of the sums c.

/// The order in which a sweep takes the rows.
enum SweepOrder {
  /// From the first row to the last.
  case down
  /// From the last row to the first.
  case up
}

/// The arrays of a triangle.
@unsafe struct TrianglePlaces<T: StoredEntry> {
  let start: UnsafeBufferPointer<Int32>
  let column: UnsafeBufferPointer<Int32>
  let values: UnsafeBufferPointer<T>
  let chain: UnsafeBufferPointer<T>
  private let hasLongRows: Bool

  init(
    _ start: UnsafeBufferPointer<Int32>, _ column: UnsafeBufferPointer<Int32>,
    _ values: UnsafeBufferPointer<T>, chain: UnsafeBufferPointer<T>
  ) {
    unsafe (self.start, self.column, self.values, self.chain) = (start, column, values, chain)
    unsafe hasLongRows = values.count > 8 * chain.count
  }

  /// The sum over the entries of row i that are not in the chain, two partial sums side by side: one
  /// would wait for its own additions where a row has many entries.
  ///
  /// Safe for i below the order: columns are below it too, and there are `start[n]` entries.
  @inline(__always)
  func product(_ i: Int, _ x: UnsafePointer<T.Number>) -> T.Number {
    var (s0, s1) = (T.Number.zero, T.Number.zero)
    var k = unsafe Int(start[i])
    let end = unsafe Int(start[i &+ 1])
    while k &+ 1 < end {
      unsafe s0 += values[k].number * x[Int(column[k])]
      unsafe s1 += values[k &+ 1].number * x[Int(column[k &+ 1])]
      k &+= 2
    }
    if k < end { unsafe s0 += values[k].number * x[Int(column[k])] }
    return s0 + s1
  }

  /// c less the sum over the entries of row i, one after the other: faster in short rows, and in a
  /// triangular sweep the next rows fill the time of the additions.
  @inline(__always)
  func rest(_ c: T.Number, _ i: Int, _ x: UnsafePointer<T.Number>) -> T.Number {
    var c = c
    var k = unsafe Int(start[i])
    let end = unsafe Int(start[i &+ 1])
    while k < end {
      unsafe c -= values[k].number * x[Int(column[k])]
      k &+= 1
    }
    return c
  }

  /// Solves for all n unknowns of z, row i with the right-hand side that `right` gives for it, two
  /// rows at a time.
  ///
  /// Safe for z of n entries: a row reads what was computed before it, or what `right` may read.
  @inline(__always)
  func sweep(
    _ order: SweepOrder, _ n: Int, _ z: UnsafeMutablePointer<T.Number>,
    _ right: (Int) -> T.Number
  ) {
    // Two loops: a question in each row takes a third longer where rows are short.
    if unsafe hasLongRows {
      unsafe sweep(order, n, z, right) { c, i, z in unsafe c - product(i, z) }
    } else {
      unsafe sweep(order, n, z, right) { c, i, z in unsafe rest(c, i, z) }
    }
  }

  @inline(__always)
  private func sweep(
    _ order: SweepOrder, _ n: Int, _ z: UnsafeMutablePointer<T.Number>,
    _ right: (Int) -> T.Number,
    _ rest: (T.Number, Int, UnsafeMutablePointer<T.Number>) -> T.Number
  ) {
    let step = order == .down ? 1 : -1
    var (i, left, last) = (order == .down ? 0 : n &- 1, n, T.Number.zero)
    while left > 1 {
      let next = i &+ step
      let c0 = unsafe rest(right(i), i, z)
      let c1 = unsafe rest(right(next), next, z)
      let (s0, s1) = unsafe (chain[i].number, chain[next].number)
      unsafe z[i] = c0 - s0 * last
      last = (c1 - s1 * c0) + (s1 * s0) * last
      unsafe z[next] = last
      i = next &+ step
      left &-= 2
    }
    if left == 1 { unsafe z[i] = rest(right(i), i, z) - chain[i].number * last }
  }
}

extension TriangleRows {
  /// Lends the arrays.
  @inline(__always)
  func withPlaces(_ body: (TrianglePlaces<T>) -> Void) {
    unsafe start.withUnsafeBufferPointer { start in
      unsafe column.withUnsafeBufferPointer { column in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe chain.withUnsafeBufferPointer { chain in
            unsafe body(TrianglePlaces(start, column, values, chain: chain))
          }
        }
      }
    }
  }
}

/// z ← L⁻¹ r for a unit lower triangle.
@specialized(where T == Double)
@specialized(where T == Float)
@specialized(where T == Complex<Double>)
@specialized(where T == SingleComplex)
func sweepDown<T: StoredEntry>(
  _ rows: TriangleRows<T>, _ r: [T.Number], into z: inout [T.Number]
) {
  let n = r.count
  precondition(z.count == n, "\(n) and \(z.count) entries")
  unsafe rows.withPlaces { rows in
    unsafe r.withUnsafeBufferPointer { r in
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        unsafe rows.sweep(.down, n, z) { i in unsafe r[i] }
      }
    }
  }
}

/// z ← U⁻¹ D⁻¹ z for a unit upper triangle and the inverse diagonal.
@specialized(where T == Double)
@specialized(where T == Float)
@specialized(where T == Complex<Double>)
@specialized(where T == SingleComplex)
func sweepUp<T: StoredEntry>(
  _ rows: TriangleRows<T>, scaledBy inverse: [T.Number], _ z: inout [T.Number]
) {
  let n = z.count
  precondition(inverse.count == n, "\(inverse.count) and \(n) entries")
  unsafe rows.withPlaces { rows in
    unsafe inverse.withUnsafeBufferPointer { inverse in
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        unsafe rows.sweep(.up, n, z) { i in unsafe inverse[i] * z[i] }
      }
    }
  }
}
