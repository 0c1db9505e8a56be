/// Σ over segments of rows, each a vector of `size` numbers, computed on all threads and added in
/// the order of the segments, so that any number of threads gives the same bits.
///
/// - Parameters:
///   - sum: What the segments are added to.
///   - rows: The number of rows.
///   - segment: Rows of a segment.
///   - wave: Segments whose results are kept at the same time.
///   - body: Writes the part of the rows to its target, which holds zeros.
func addOrdered<Scratch>(
  to sum: inout [Double], rows: Int, segment: Int, wave: Int, scratch: @Sendable () -> Scratch,
  _ body: @Sendable (inout Scratch, Range<Int>, UnsafeMutablePointer<Double>) -> Void
) {
  let (size, segments) = (sum.count, (rows + segment - 1) / segment)
  guard size > 0, segments > 0 else { return }
  for first in stride(from: 0, to: segments, by: wave) {
    let count = min(wave, segments - first)
    var partial = [Double](repeating: 0, count: count * size)
    unsafe partial.withDisjointWrites { partial in
      forEachChunk(of: count, size: 1, scratch: scratch) { scratch, chunk in
        guard let base = unsafe partial.base.baseAddress else { return }
        let start = (first + chunk.lowerBound) * segment
        unsafe body(
          &scratch, start..<min(rows, start + segment), base + chunk.lowerBound * size)
      }
    }
    let parts = partial
    unsafe sum.withDisjointWrites { sum in
      forEachChunk(of: size, size: 1 << 14) { range in
        // Safe: `parts` holds `count` vectors of this size.
        unsafe parts.withUnsafeBufferPointer { parts in
          for p in 0..<count {
            for k in range { unsafe sum.base[k] += parts[p &* size &+ k] }
          }
        }
      }
    }
  }
}
