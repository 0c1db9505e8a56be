internal import CPrefetch
internal import LinearAlgebra

// Safe, all of this: blocks of a `NodalRows` have nodes below its count, vectors have three entries a
// node and blocks nine numbers.

/// y ← A x.
func nodalProduct(_ a: NodalRows, _ x: [Double], into y: inout [Double]) {
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: a.nodeCount, size: 4096) { nodes in
      unsafe a.start.withUnsafeBufferPointer { start in
        unsafe a.column.withUnsafeBufferPointer { column in
          unsafe a.values.withUnsafeBufferPointer { values in
            unsafe x.withUnsafeBufferPointer { x in
              guard let x = x.baseAddress, let base = values.baseAddress else { return }
              for i in nodes {
                let (first, end) = unsafe (Int(start[i]), Int(start[i &+ 1]))
                unsafe ask(base, 9 &* first &+ 1024, 9 &* end &+ 1024)
                var (a, b, c) = (0.0, 0.0, 0.0)
                for k in first..<end {
                  let v = unsafe base + 9 &* k
                  let z = unsafe x + 3 &* Int(column[k])
                  let (z0, z1, z2) = unsafe (z[0], z[1], z[2])
                  unsafe a += v[0] * z0 + v[1] * z1 + v[2] * z2
                  unsafe b += v[3] * z0 + v[4] * z1 + v[5] * z2
                  unsafe c += v[6] * z0 + v[7] * z1 + v[8] * z2
                }
                unsafe y.base[3 &* i] = a
                unsafe y.base[3 &* i &+ 1] = b
                unsafe y.base[3 &* i &+ 2] = c
              }
            }
          }
        }
      }
    }
  }
}

/// Asks for the numbers from one place to another, as ``EntryPrefetch`` does.
@inline(__always)
private func ask(_ base: UnsafePointer<Double>, _ first: Int, _ end: Int) {
  var k = first
  while k < end {
    prefetch_line(UInt(bitPattern: base) &+ 8 &* UInt(bitPattern: k))
    k &+= 8
  }
}

/// A row of a block as it is stored, and one number more.
protocol StoredRow: StoredEntry where Number == Double {
  /// The four numbers from a place on; the fourth is not used.
  static func row(at place: UnsafePointer<Self>) -> SIMD4<Double>
}

extension Float: StoredRow {
  @inline(__always)
  static func row(at place: UnsafePointer<Float>) -> SIMD4<Double> {
    SIMD4<Double>(unsafe UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Float>.self))
  }
}

extension Double: StoredRow {
  @inline(__always)
  static func row(at place: UnsafePointer<Double>) -> SIMD4<Double> {
    unsafe UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Double>.self)
  }
}

/// A unit lower triangle of blocks as a factor stores it, with the inverse blocks of the diagonal.
struct NodalTriangle<T: StoredRow>: Sendable {
  private let start: [Int32]
  /// The first unknown of each block.
  private let column: [Int32]
  /// Nine numbers a block, and one behind the last.
  private let values: [T]
  /// D⁻¹, nine numbers a node, symmetric.
  private let inverse: [Double]

  init(_ factor: NodalFactor) {
    (start, inverse) = (factor.start, factor.inverse)
    column = factor.column.map { 3 * $0 }
    values = factor.values.map { T(rounding: $0) } + [T(rounding: 0)]
  }

  /// z ← L⁻¹ r, then z ← D⁻¹ z, then z ← L⁻ᵀ z.
  ///
  /// The second sweep subtracts from what comes before a node as soon as the node is known: both read
  /// the same triangle.
  func solve(_ r: [Double], into z: inout [Double]) {
    nodalSweeps(start, column, values, inverse, r, into: &z)
  }
}

@specialized(where T == Float)
@specialized(where T == Double)
private func nodalSweeps<T: StoredRow>(
  _ start: [Int32], _ column: [Int32], _ values: [T], _ inverse: [Double], _ r: [Double],
  into z: inout [Double]
) {
  let count = start.count - 1
  precondition(r.count == 3 * count && z.count == 3 * count, "\(r.count) and \(z.count) entries")
  unsafe start.withUnsafeBufferPointer { start in
    unsafe column.withUnsafeBufferPointer { column in
      unsafe values.withUnsafeBufferPointer { values in
        unsafe inverse.withUnsafeBufferPointer { inverse in
          unsafe r.withUnsafeBufferPointer { r in
            unsafe z.withUnsafeMutableBufferPointer { z in
              guard let z = z.baseAddress, let r = r.baseAddress, let base = values.baseAddress,
                let inverse = inverse.baseAddress
              else { return }
              for i in 0..<count {
                let at = 3 &* i
                var (a, b, c) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
                for k in unsafe Int(start[i])..<Int(start[i &+ 1]) {
                  let v = unsafe base + 9 &* k
                  // Safe: the block lies left of node i; its fourth number is that of the next node, and
                  // goes to the sums that are not used.
                  let x = unsafe Double.row(at: z + Int(column[k]))
                  unsafe a += T.row(at: v) * x
                  unsafe b += T.row(at: v + 3) * x
                  unsafe c += T.row(at: v + 6) * x
                }
                unsafe z[at] = r[at] - (a[0] + a[1] + a[2])
                unsafe z[at &+ 1] = r[at &+ 1] - (b[0] + b[1] + b[2])
                unsafe z[at &+ 2] = r[at &+ 2] - (c[0] + c[1] + c[2])
              }
              for i in 0..<count { unsafe scale(z + 3 &* i, inverse + 9 &* i) }
              var i = count
              while i > 0 {
                i &-= 1
                let at = 3 &* i
                let (a, b, c) = unsafe (z[at], z[at &+ 1], z[at &+ 2])
                for k in unsafe Int(start[i])..<Int(start[i &+ 1]) {
                  let v = unsafe base + 9 &* k
                  let x = unsafe z + Int(column[k])
                  let t = unsafe T.row(at: v) * a + T.row(at: v + 3) * b + T.row(at: v + 6) * c
                  unsafe x[0] -= t[0]
                  unsafe x[1] -= t[1]
                  unsafe x[2] -= t[2]
                }
              }
            }
          }
        }
      }
    }
  }
}

/// z ← D z for a block.
@inline(__always)
private func scale(_ z: UnsafeMutablePointer<Double>, _ d: UnsafePointer<Double>) {
  let (a, b, c) = unsafe (z[0], z[1], z[2])
  unsafe z[0] = d[0] * a + d[1] * b + d[2] * c
  unsafe z[1] = d[3] * a + d[4] * b + d[5] * c
  unsafe z[2] = d[6] * a + d[7] * b + d[8] * c
}

/// L and D⁻¹ in double precision.
struct NodalFactor: Sendable {
  let start: [Int32]
  /// The node of each block.
  let column: [Int32]
  let values: [Double]
  let inverse: [Double]
}

/// L and D⁻¹ with A ≈ L D Lᵀ on the blocks of A's lower triangle; nil where a pivot is not above 10⁻¹⁰
/// of its diagonal entry of A + α diag A.
///
/// - Parameter a: The blocks up to the diagonal, which is the last of each node.
func nodalFactor(_ a: NodalRows, shift: Double) -> NodalFactor? {
  let count = a.nodeCount
  var start: [Int32] = [0]
  start.reserveCapacity(count + 1)
  for i in 0..<count { start.append(a.start[i + 1] - Int32(i + 1)) }
  var column = [Int32](repeating: 0, count: a.column.count - count)
  var values = [Double](repeating: 0, count: 9 * column.count)
  var inverse = [Double](repeating: 0, count: 9 * count)
  let longest = (0..<count).reduce(0) { max($0, Int(start[$1 + 1] - start[$1])) }
  var scratch = [Double](repeating: 0, count: 9 * longest)
  // The place of each node in the row at work; −1 where it has none.
  var place = [Int32](repeating: -1, count: count)
  let isDefinite = unsafe values.withUnsafeMutableBufferPointer { l in
    unsafe inverse.withUnsafeMutableBufferPointer { inverse in
      unsafe scratch.withUnsafeMutableBufferPointer { w in
        unsafe a.values.withUnsafeBufferPointer { entries in
          guard let l = l.baseAddress, let inverse = inverse.baseAddress,
            let entries = entries.baseAddress
          else { return true }
          for i in 0..<count {
            let row = Int(start[i])..<Int(start[i + 1])
            let from = Int(a.start[i])
            for (t, k) in row.enumerated() {
              column[k] = a.column[from + t]
              place[Int(column[k])] = Int32(t)
            }
            for (t, k) in row.enumerated() {
              // W = Aᵢⱼ − Σ Wᵢₚ Lⱼₚᵀ.
              guard let w = w.baseAddress else { break }
              let target = unsafe w + 9 * t
              for m in 0..<9 { unsafe target[m] = entries[9 * (from + t) + m] }
              let j = Int(column[k])
              for q in Int(start[j])..<Int(start[j + 1]) {
                let p = Int(place[Int(column[q])])
                if p >= 0 { unsafe subtractAdjointProduct(w + 9 * p, l + 9 * q, target) }
              }
            }
            var d = unsafe entriesOfBlock(entries + 9 * (from + row.count))
            let whole = (d[0] * (1 + shift), d[4] * (1 + shift), d[8] * (1 + shift))
            (d[0], d[4], d[8]) = whole
            for (t, k) in row.enumerated() {
              guard let w = w.baseAddress else { break }
              let j = Int(column[k])
              unsafe product(w + 9 * t, inverse + 9 * j, into: l + 9 * k)
              unsafe subtractProduct(w + 9 * t, l + 9 * k, from: &d)
              place[j] = -1
            }
            guard let block = inverseOfDefinite(d, whole) else { return false }
            for m in 0..<9 { unsafe inverse[9 * i + m] = block[m] }
          }
          return true
        }
      }
    }
  }
  return isDefinite
    ? NodalFactor(start: start, column: column, values: values, inverse: inverse) : nil
}

@inline(__always)
private func entriesOfBlock(_ v: UnsafePointer<Double>) -> [9 of Double] {
  unsafe [v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]]
}

/// C ← C − A Bᵀ.
@inline(__always)
private func subtractAdjointProduct(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>
) {
  for p in 0..<3 {
    let (x, y, z) = unsafe (a[3 * p], a[3 * p + 1], a[3 * p + 2])
    unsafe c[3 * p] -= x * b[0] + y * b[1] + z * b[2]
    unsafe c[3 * p + 1] -= x * b[3] + y * b[4] + z * b[5]
    unsafe c[3 * p + 2] -= x * b[6] + y * b[7] + z * b[8]
  }
}

/// C ← A B for symmetric B.
@inline(__always)
private func product(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>
) {
  for p in 0..<3 {
    let (x, y, z) = unsafe (a[3 * p], a[3 * p + 1], a[3 * p + 2])
    for q in 0..<3 { unsafe c[3 * p + q] = x * b[3 * q] + y * b[3 * q + 1] + z * b[3 * q + 2] }
  }
}

/// D ← D − W Lᵀ.
@inline(__always)
private func subtractProduct(
  _ w: UnsafePointer<Double>, _ l: UnsafePointer<Double>, from d: inout [9 of Double]
) {
  for p in 0..<3 {
    for q in 0..<3 {
      unsafe d[3 * p + q] -=
        w[3 * p] * l[3 * q] + w[3 * p + 1] * l[3 * q + 1] + w[3 * p + 2] * l[3 * q + 2]
    }
  }
}

/// D⁻¹ by LDLᵀ of the lower triangle; nil where a pivot is not above 10⁻¹⁰ of its part of `whole`.
private func inverseOfDefinite(
  _ d: [9 of Double], _ whole: (Double, Double, Double)
) -> [9 of Double]? {
  let p0 = d[0]
  guard p0 > 1e-10 * whole.0 else { return nil }
  let (l10, l20) = (d[3] / p0, d[6] / p0)
  let p1 = d[4] - l10 * d[3]
  guard p1 > 1e-10 * whole.1 else { return nil }
  let l21 = (d[7] - l20 * d[3]) / p1
  let p2 = d[8] - l20 * d[6] - l21 * (d[7] - l20 * d[3])
  guard p2 > 1e-10 * whole.2 else { return nil }
  // M = L⁻¹: m₂₀ = l₂₁ l₁₀ − l₂₀.
  let (m10, m20, m21) = (-l10, l21 * l10 - l20, -l21)
  let (i0, i1, i2) = (1 / p0, 1 / p1, 1 / p2)
  let (e10, e20, e21) = (m10 * i1 + m20 * m21 * i2, m20 * i2, m21 * i2)
  return [
    i0 + m10 * m10 * i1 + m20 * m20 * i2, e10, e20, e10, i1 + m21 * m21 * i2, e21, e20, e21, i2,
  ]
}
