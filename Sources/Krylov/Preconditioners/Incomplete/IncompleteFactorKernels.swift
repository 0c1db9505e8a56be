internal import ComplexModule
internal import LinearAlgebra
internal import RealModule

/// The entries of L̃ over those of A's lower triangle; whether all pivots are above 10⁻¹⁰ aᵢᵢ.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func factorizeInPlace<S: Scalar>(
  _ p: TrianglePattern, _ l: inout [S], shift: Double, pivots: inout [Double]
) -> Bool {
  let n = p.order
  // The place of each column in the row at work; −1 where it has none.
  var place = [Int32](repeating: -1, count: n)
  // Safe: the places of a `TrianglePattern` are those of its entries, its columns are below n.
  return unsafe p.pattern.rowStart.withUnsafeBufferPointer { start in
    unsafe p.diagonal.withUnsafeBufferPointer { diagonal in
      unsafe p.column.withUnsafeBufferPointer { column in
        unsafe l.withUnsafeMutableBufferPointer { l in
          for i in 0..<n {
            let (first, end) = unsafe (start[i], Int(diagonal[i]))
            for k in first..<end { unsafe place[Int(column[k])] = Int32(truncatingIfNeeded: k) }
            let whole = unsafe (1 + shift) * l[end].realPart
            var pivot = whole
            // First lᵢⱼ dⱼ from the row's own products and the finished rows above.
            for k in first..<end {
              let j = unsafe Int(column[k])
              var sum = unsafe l[k]
              for q in unsafe start[j]..<Int(diagonal[j]) {
                let p = unsafe Int(place[Int(column[q])])
                if p >= 0 { unsafe sum -= l[p] * l[q].conjugate }
              }
              unsafe l[k] = sum
            }
            for k in first..<end {
              let j = unsafe Int(column[k])
              let entry = unsafe S(real: 1 / pivots[j]) * l[k]
              unsafe pivot -= (l[k] * entry.conjugate).realPart
              unsafe l[k] = entry
              place[j] = -1
            }
            guard pivot > 1e-10 * whole else { return false }
            pivots[i] = pivot
          }
          return true
        }
      }
    }
  }
}

/// The same with a part ω of the dropped fill taken from the diagonal, of entries whose upper triangle
/// is used up; false where the pattern is not symmetric, an entry beside the diagonal is positive, or a
/// pivot is not above 10⁻⁶ aᵢᵢ.
///
/// Of such entries all fill is negative or zero: it is taken from both rows it stands in. A dominant
/// diagonal stays so, and keeps the part 1 − ω of what is dropped: pivots are positive.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func factorizeModified<S: Scalar>(
  _ p: TrianglePattern, _ entries: inout [S], modification omega: Double, pivots: inout [Double]
) -> Bool {
  let n = p.order
  // The place of each column right of the diagonal in the row at work; −1 where it has none.
  var place = [Int32](repeating: -1, count: n)
  // The entry of each finished row that meets the row at work, and what the diagonals have lost.
  var next = [Int32](repeating: 0, count: n)
  var lost = [Double](repeating: 0, count: n)
  // Safe: the places of a `TrianglePattern` are those of its entries, its columns are below n.
  return unsafe p.pattern.rowStart.withUnsafeBufferPointer { start in
    unsafe p.diagonal.withUnsafeBufferPointer { diagonal in
      unsafe p.column.withUnsafeBufferPointer { column in
        unsafe entries.withUnsafeMutableBufferPointer { u in
          for i in 0..<n {
            let (first, middle, end) = unsafe (start[i], Int(diagonal[i]), start[i &+ 1])
            for k in middle &+ 1..<end {
              guard unsafe u[k].realPart <= 0 && u[k] == u[k].conjugate else { return false }
              unsafe place[Int(column[k])] = Int32(truncatingIfNeeded: k)
            }
            let whole = unsafe u[middle].realPart
            var pivot = whole
            for k in first..<middle {
              let j = unsafe Int(column[k])
              let (meeting, last) = (Int(next[j]), unsafe start[j &+ 1])
              guard meeting < last, unsafe Int(column[meeting]) == i else { return false }
              next[j] = Int32(truncatingIfNeeded: meeting &+ 1)
              let factor = unsafe S(real: 1 / pivots[j]) * u[meeting]
              unsafe pivot -= (factor * u[meeting]).realPart
              unsafe u[k] = factor
              for q in meeting &+ 1..<last {
                let (fill, target) = unsafe (factor * u[q], Int(place[Int(column[q])]))
                if target >= 0 {
                  unsafe u[target] -= fill
                } else {
                  lost[i] += fill.realPart
                  unsafe lost[Int(column[q])] += fill.realPart
                }
              }
            }
            pivot -= omega * lost[i]
            guard pivot > 1e-6 * whole else { return false }
            pivots[i] = pivot
            next[i] = Int32(truncatingIfNeeded: middle &+ 1)
            for k in middle &+ 1..<end { unsafe place[Int(column[k])] = -1 }
          }
          return true
        }
      }
    }
  }
}

/// L̃ and U on the places of `p`, zero before, a part ω of the dropped fill taken from the diagonal of
/// its row; the number of pivots that were replaced.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func eliminate<S: Scalar>(
  _ a: SparseMatrix<S>, on p: TrianglePattern, modification omega: Double = 0, into lu: inout [S],
  inverse: inout [S]
) -> Int {
  let n = p.order
  var replaced = 0
  var place = [Int32](repeating: -1, count: n)
  // Safe: the places of a `TrianglePattern` are those of its entries, its columns are below n.
  unsafe p.pattern.rowStart.withUnsafeBufferPointer { start in
    unsafe p.column.withUnsafeBufferPointer { column in
      unsafe lu.withUnsafeMutableBufferPointer { lu in
        for i in 0..<n {
          let row = unsafe start[i]..<start[i + 1]
          for k in row { unsafe place[Int(column[k])] = Int32(truncatingIfNeeded: k) }
          var largest = 0.0
          for k in a.pattern.rowStart[i]..<a.pattern.rowStart[i + 1] {
            largest = max(largest, a.values[k].absolute)
            let target = Int(place[Int(a.pattern.column[k])])
            if target >= 0 { unsafe lu[target] = a.values[k] }
          }
          var lost = S.zero
          for k in p.lower(i) {
            let j = unsafe Int(column[k])
            let factor = unsafe lu[k] * inverse[j]
            unsafe lu[k] = factor
            for q in p.upper(j) {
              let target = unsafe Int(place[Int(column[q])])
              let fill = unsafe factor * lu[q]
              if target >= 0 { unsafe lu[target] -= fill } else { lost += fill }
            }
          }
          let middle = Int(p.diagonal[i])
          if omega > 0 { unsafe lu[middle] -= S(real: omega) * lost }
          let pivot = unsafe safePivot(lu[middle], largest: largest, replaced: &replaced)
          inverse[i] = S(real: 1) / pivot
          for k in row { unsafe place[Int(column[k])] = -1 }
        }
      }
    }
  }
  return replaced
}
