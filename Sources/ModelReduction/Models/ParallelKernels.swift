internal import DomainDecomposition
internal import LinearAlgebra

/// What `body` makes of each point, on all threads, in the order of the points; each rank by itself.
///
/// - Parameter chunk: How many points a thread takes at a time.
func forEachPoint<Value: Sendable>(
  of points: [Parameter], chunk: Int,
  _ body: @Sendable (Parameter) throws(ModelError) -> Value
) -> [Result<Value, ModelError>] {
  var results = [Result<Value, ModelError>?](repeating: nil, count: points.count)
  // Threads of one rank and of another reach their points in other orders: nothing here is collective.
  Processes.alone {
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: points.count, size: chunk) { range in
        for row in range {
          // Safe: row `row` belongs to this range alone.
          do throws(ModelError) {
            unsafe results.base[row] = .success(try body(points[row]))
          } catch { unsafe results.base[row] = .failure(error) }
        }
      }
    }
  }
  return results.compactMap { $0 }
}
