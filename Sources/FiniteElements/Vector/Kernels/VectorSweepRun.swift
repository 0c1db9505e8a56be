internal import LinearAlgebra

extension VectorSweep {
  /// Overwrites the outputs with the sums of their terms.
  // Safe: every part is assembled by one thread, which writes to the rows of the part only.
  func run(_ outputs: inout [[Double]]) throws(AssemblyError) {
    let parts = plan.scalar.parts
    var failures = [AssemblyError?](repeating: nil, count: parts.partCount)
    let classOfCell = active.map(\.classOfCell)
    unsafe VectorSweep.lend(&outputs, 0, []) { outputs in
      unsafe failures.withDisjointWrites { failures in
        forEachChunk(of: parts.partCount, size: 1, scratch: { VectorBatch(plan.space) }) {
          batch, range in
          for part in range {
            let target = unsafe PartTarget(plan.scalar, part, isMatrix, outputs, classOfCell)
            unsafe clear(target)
            for b in terms.indices where !terms[b].isEmpty {
              if let failure = unsafe batch.add(terms[b], active[b], to: target, b) {
                unsafe failures.base[part] = failure
                break
              }
            }
          }
        }
      }
    }
    for case .some(let failure) in failures { throw failure }
  }

  /// Sets the rows of the part to zero, which also brings them into the cache.
  private func clear(_ target: PartTarget) {
    let (c, rowStart) = (plan.space.components, plan.scalar.pattern.rowStart)
    for k in unsafe target.outputs.indices {
      let output = unsafe target.outputs[k]
      for row in unsafe target.rows {
        let row = Int(row)
        if isMatrix {
          let (first, end) = (c * c * rowStart[row], c * c * rowStart[row + 1])
          unsafe (output + first).update(repeating: 0, count: end - first)
        } else {
          unsafe (output + c * row).update(repeating: 0, count: c)
        }
      }
    }
  }

  /// Lends all outputs at once to a parallel loop.
  private static func lend(
    _ outputs: inout [[Double]], _ index: Int, _ lent: [DisjointWrites<Double>],
    _ body: ([DisjointWrites<Double>]) -> Void
  ) {
    guard index < outputs.count else { return unsafe body(lent) }
    var mine: [Double] = []
    swap(&mine, &outputs[index])
    unsafe mine.withDisjointWrites { writes in
      unsafe lend(&outputs, index + 1, lent + [writes], body)
    }
    swap(&mine, &outputs[index])
  }
}
