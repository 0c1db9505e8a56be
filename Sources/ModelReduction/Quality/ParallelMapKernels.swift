internal import LinearAlgebra

/// What `body` makes of 0, 1, …, `count` − 1, on all threads, in that order.
func parallelMap<Value: Sendable>(
  _ count: Int, chunk: Int = 1, _ body: @Sendable (Int) -> Value
) -> [Value] {
  var results = [Value?](repeating: nil, count: count)
  unsafe results.withDisjointWrites { results in
    forEachChunk(of: count, size: chunk) { range in
      // Safe: place i belongs to this range alone.
      for i in range { unsafe results.base[i] = body(i) }
    }
  }
  return results.compactMap { $0 }
}

/// The same where `body` may fail: the first failure in the order of the indices.
func parallelTry<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws(FactorizationError) -> Value
) throws(SnapshotError) -> [Value] {
  let results = parallelMap(count) { i -> Result<Value, FactorizationError> in
    do throws(FactorizationError) { return .success(try body(i)) } catch { return .failure(error) }
  }
  var values: [Value] = []
  values.reserveCapacity(count)
  for result in results {
    switch result {
    case .success(let value): values.append(value)
    case .failure(let error): throw .factorization(error)
    }
  }
  return values
}
