internal import ComplexModule
internal import LinearAlgebra

// Two rows are taken at a time: yᵢ = cᵢ − sᵢ yᵢ₋₁ and yᵢ₊₁ = (cᵢ₊₁ − sᵢ₊₁ cᵢ) + sᵢ₊₁ sᵢ yᵢ₋₁. The
// second does not wait for the first, which halves the time of the recurrence, the longest chain
// of dependent operations in a sweep; the error stays that of the sums c.

/// z ← L⁻¹ r for a unit lower triangle.
@specialized(where T == Double)
@specialized(where T == Float)
@specialized(where T == Complex<Double>)
@specialized(where T == SingleComplex)
func sweepDown<T: StoredEntry>(
  _ rows: TriangleRows<T>, _ r: [T.Number], into z: inout [T.Number]
) {
  let n = r.count
  // Safe: columns of row i are below i, and the arrays have n or `start[n]` entries.
  unsafe rows.start.withUnsafeBufferPointer { start in
    unsafe rows.column.withUnsafeBufferPointer { column in
      unsafe rows.values.withUnsafeBufferPointer { values in
        unsafe rows.chain.withUnsafeBufferPointer { chain in
          unsafe r.withUnsafeBufferPointer { r in
            unsafe z.withUnsafeMutableBufferPointer { z in
              var (i, k, last) = (0, 0, T.Number.zero)
              while i &+ 1 < n {
                var c0 = unsafe r[i]
                let end0 = unsafe Int(start[i &+ 1])
                while k < end0 {
                  unsafe c0 -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                var c1 = unsafe r[i &+ 1]
                let end1 = unsafe Int(start[i &+ 2])
                while k < end1 {
                  unsafe c1 -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                let (s0, s1) = unsafe (chain[i].number, chain[i &+ 1].number)
                unsafe z[i] = c0 - s0 * last
                last = (c1 - s1 * c0) + (s1 * s0) * last
                unsafe z[i &+ 1] = last
                i &+= 2
              }
              if i < n {
                var c = unsafe r[i]
                while unsafe k < Int(start[n]) {
                  unsafe c -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                unsafe z[i] = c - chain[i].number * last
              }
            }
          }
        }
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
  // Safe: columns of row i are above i, and the arrays have n or `start[n]` entries.
  unsafe rows.start.withUnsafeBufferPointer { start in
    unsafe rows.column.withUnsafeBufferPointer { column in
      unsafe rows.values.withUnsafeBufferPointer { values in
        unsafe rows.chain.withUnsafeBufferPointer { chain in
          unsafe inverse.withUnsafeBufferPointer { inverse in
            unsafe z.withUnsafeMutableBufferPointer { z in
              var (i, last) = (n &- 1, T.Number.zero)
              while i > 0 {
                var c0 = unsafe inverse[i] * z[i]
                var k = unsafe Int(start[i])
                let end0 = unsafe Int(start[i &+ 1])
                while k < end0 {
                  unsafe c0 -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                var c1 = unsafe inverse[i &- 1] * z[i &- 1]
                k = unsafe Int(start[i &- 1])
                let end1 = unsafe Int(start[i])
                while k < end1 {
                  unsafe c1 -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                let (s0, s1) = unsafe (chain[i].number, chain[i &- 1].number)
                unsafe z[i] = c0 - s0 * last
                last = (c1 - s1 * c0) + (s1 * s0) * last
                unsafe z[i &- 1] = last
                i &-= 2
              }
              if i == 0 {
                var c = unsafe inverse[0] * z[0]
                var k = 0
                while unsafe k < Int(start[1]) {
                  unsafe c -= values[k].number * z[Int(column[k])]
                  k &+= 1
                }
                unsafe z[0] = c - chain[0].number * last
              }
            }
          }
        }
      }
    }
  }
}
