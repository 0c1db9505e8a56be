internal import LinearAlgebra

extension ChunkSums {
  /// r ← b − A x; ‖r‖.
  mutating func residual<A: LinearOperator>(
    _ a: A, _ b: [S], _ x: [S], into r: inout [S]
  ) -> Double where A.Element == S {
    a.apply(x, into: &r)
    subtract(from: b, &r)
    return norm(r)
  }
}
