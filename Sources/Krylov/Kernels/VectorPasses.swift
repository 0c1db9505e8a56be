internal import ComplexModule
internal import LinearAlgebra

/// Entries of a chunk: its vectors stay in the cache while several operations pass over them, and
/// the chunks, hence the bits of every sum, do not depend on the number of threads.
let passSize = 8192

/// y ← x.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func copy<S: Scalar>(_ x: [S], into y: inout [S]) {
  precondition(x.count == y.count, "a copy of \(x.count) entries into \(y.count)")
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: x.count, size: 1 << 16) { range in
      unsafe x.withUnsafeBufferPointer { x in
        for i in range { unsafe y.base[i] = x[i] }
      }
    }
  }
}

/// Sums over chunks, added in the order of the chunks.
///
/// A solver keeps one and sums without allocating.
struct ChunkSums<S: Scalar>: Sendable {
  private var partial: [S]

  init(order n: Int) {
    partial = [S](repeating: S.zero, count: max(1, (n + passSize - 1) / passSize))
  }

  /// Σ over the chunks of 0..<n of what `body` gives for each.
  mutating func sum(
    of n: Int, _ body: @Sendable (Range<Int>) -> S
  ) -> S {
    unsafe partial.withDisjointWrites { partial in
      forEachChunk(of: n, size: passSize) { range in
        unsafe partial.base[range.lowerBound / passSize] = body(range)
      }
    }
    var total = S.zero
    for chunk in 0..<(n + passSize - 1) / passSize { total += partial[chunk] }
    return total
  }

  /// xᴴy.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func dot(_ x: [S], _ y: [S]) -> S {
    sum(of: x.count) { range in
      unsafe x.withUnsafeBufferPointer { x in
        unsafe y.withUnsafeBufferPointer { y in
          guard let x = x.baseAddress, let y = y.baseAddress else { return S.zero }
          return unsafe S.dot(range.count, x + range.lowerBound, y + range.lowerBound)
        }
      }
    }
  }

  /// ‖x‖₂, taken again with care where the sum of squares leaves the range of numbers.
  @specialized(where S == Double)
  @specialized(where S == Complex<Double>)
  mutating func norm(_ x: [S]) -> Double {
    let square = dot(x, x).realPart
    guard square.isFinite, square > 1e-280 else { return LinearAlgebra.norm(x) }
    return square.squareRoot()
  }

  /// y ← y + α x, then ‖y‖², in one pass.
  mutating func axpyNorm(_ alpha: S, _ x: [S], into y: inout [S]) -> Double {
    let n = x.count
    return unsafe y.withDisjointWrites { y in
      sum(of: n) { range in
        unsafe x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let y = unsafe y.base.baseAddress else { return S.zero }
          let at = range.lowerBound
          unsafe S.axpy(range.count, alpha, x + at, y + at)
          return unsafe S.dot(range.count, y + at, y + at)
        }
      }
    }.realPart
  }

  /// x ← x + α p and r ← r − α q, then ‖r‖², in one pass: the step of conjugate gradients.
  mutating func step(
    _ alpha: S, _ p: [S], into x: inout [S], _ q: [S], into r: inout [S]
  ) -> Double {
    let n = x.count
    return unsafe x.withDisjointWrites { x in
      unsafe r.withDisjointWrites { r in
        sum(of: n) { range in
          unsafe p.withUnsafeBufferPointer { p in
            unsafe q.withUnsafeBufferPointer { q in
              guard let p = p.baseAddress, let q = q.baseAddress,
                let x = unsafe x.base.baseAddress, let r = unsafe r.base.baseAddress
              else { return S.zero }
              let at = range.lowerBound
              unsafe S.axpy(range.count, alpha, p + at, x + at)
              unsafe S.axpy(range.count, -alpha, q + at, r + at)
              return unsafe S.dot(range.count, r + at, r + at)
            }
          }
        }
      }
    }.realPart
  }
}

/// y ← x + β y.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func xpby<S: Scalar>(_ x: [S], _ beta: S, _ y: inout [S]) {
  let n = x.count
  unsafe y.withDisjointWrites { y in
    forEachChunk(of: n, size: passSize) { range in
      unsafe x.withUnsafeBufferPointer { x in
        for i in range { unsafe y.base[i] = x[i] + beta * y.base[i] }
      }
    }
  }
}

/// r ← b − r.
@specialized(where S == Double)
@specialized(where S == Complex<Double>)
func subtract<S: Scalar>(from b: [S], _ r: inout [S]) {
  let n = b.count
  unsafe r.withDisjointWrites { r in
    forEachChunk(of: n, size: passSize) { range in
      unsafe b.withUnsafeBufferPointer { b in
        for i in range { unsafe r.base[i] = b[i] - r.base[i] }
      }
    }
  }
}
