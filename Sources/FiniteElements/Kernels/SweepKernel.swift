internal import LinearAlgebra

extension Sweep {
  /// Overwrites the outputs with the sums of their terms.
  func run(_ outputs: inout [[Double]]) throws(AssemblyError) {
    var failures = [AssemblyError?](repeating: nil, count: plan.parts.partCount)
    let simple = zip(plan.blocks, zip(terms, active)).map { block, pair in
      SimpleTerms(pair.0, pair.1, block, plan.space)
    }
    unsafe Sweep.lend(&outputs, 0, []) { outputs in
      unsafe failures.withDisjointWrites { failures in
        forEachChunk(of: plan.parts.partCount, size: 1, scratch: { ElementBatch() }) {
          batch, range in
          for part in range {
            let target = unsafe PartTarget(plan, part, isMatrix, outputs)
            unsafe target.clear()
            for b in plan.blocks.indices where !terms[b].isEmpty {
              if let failure = unsafe simple[b].add(to: target, b) {
                unsafe failures.base[part] = failure
                break
              }
              let rest = simple[b].remaining
              if rest.isEmpty { continue }
              if let failure = unsafe batch.add(terms[b], rest, to: target, b) {
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
