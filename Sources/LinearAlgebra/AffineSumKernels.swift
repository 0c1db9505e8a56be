/// Σ_q θ_q v_q in blocks that stay in cache, each entry summed in the order of q.
func fusedCombination<S: Scalar>(_ terms: [[S]], _ theta: [S]) -> [S] {
  var result = [S](repeating: S.zero, count: terms[0].count)
  unsafe result.withDisjointWrites { result in
    forEachChunk(of: terms[0].count, size: 4096) { range in
      guard let base = unsafe result.base.baseAddress else { return }
      for (q, term) in terms.enumerated() where theta[q] != S.zero {
        unsafe term.withUnsafeBufferPointer { term in
          guard let source = term.baseAddress else { return }
          unsafe S.axpy(
            range.count, theta[q], source + range.lowerBound, base + range.lowerBound)
        }
      }
    }
  }
  return result
}
