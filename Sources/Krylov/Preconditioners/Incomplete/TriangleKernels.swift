internal import ComplexModule
internal import LinearAlgebra

// Two rows are taken at a time: yᵢ = cᵢ − sᵢ yᵢ₋₁ and yᵢ₊₁ = (cᵢ₊₁ − sᵢ₊₁ cᵢ) + sᵢ₊₁ sᵢ yᵢ₋₁. The
// second does not wait for the first, which halves the time of the recurrence, the longest chain
// of dependent operations in a sweep; the error stays that of the sums c.

/// The arrays of a triangle.
@unsafe struct TrianglePlaces<T: StoredEntry> {
  let start: UnsafeBufferPointer<Int32>
  let column: UnsafeBufferPointer<Int32>
  let values: UnsafeBufferPointer<T>
  let chain: UnsafeBufferPointer<T>

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
}

extension TrianglePlaces {
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
}

extension TriangleRows {
  /// Lends the arrays.
  @inline(__always)
  func withPlaces(_ body: (TrianglePlaces<T>) -> Void) {
    unsafe start.withUnsafeBufferPointer { start in
      unsafe column.withUnsafeBufferPointer { column in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe chain.withUnsafeBufferPointer { chain in
            unsafe body(TrianglePlaces(start: start, column: column, values: values, chain: chain))
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
  // Safe: row i reads what stands below it.
  unsafe rows.withPlaces { rows in
    unsafe r.withUnsafeBufferPointer { r in
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        var (i, last) = (0, T.Number.zero)
        while i &+ 1 < n {
          let c0 = unsafe rows.rest(r[i], i, z)
          let c1 = unsafe rows.rest(r[i &+ 1], i &+ 1, z)
          let (s0, s1) = unsafe (rows.chain[i].number, rows.chain[i &+ 1].number)
          unsafe z[i] = c0 - s0 * last
          last = (c1 - s1 * c0) + (s1 * s0) * last
          unsafe z[i &+ 1] = last
          i &+= 2
        }
        if i < n { unsafe z[i] = rows.rest(r[i], i, z) - rows.chain[i].number * last }
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
  // Safe: row i reads what stands above it.
  unsafe rows.withPlaces { rows in
    unsafe inverse.withUnsafeBufferPointer { inverse in
      unsafe z.withUnsafeMutableBufferPointer { z in
        guard let z = z.baseAddress else { return }
        var (i, last) = (n &- 1, T.Number.zero)
        while i > 0 {
          let c0 = unsafe rows.rest(inverse[i] * z[i], i, z)
          let c1 = unsafe rows.rest(inverse[i &- 1] * z[i &- 1], i &- 1, z)
          let (s0, s1) = unsafe (rows.chain[i].number, rows.chain[i &- 1].number)
          unsafe z[i] = c0 - s0 * last
          last = (c1 - s1 * c0) + (s1 * s0) * last
          unsafe z[i &- 1] = last
          i &-= 2
        }
        if i == 0 {
          unsafe z[0] = rows.rest(inverse[0] * z[0], 0, z) - rows.chain[0].number * last
        }
      }
    }
  }
}
