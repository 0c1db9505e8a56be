internal import LinearAlgebra
internal import Meshes

extension VectorSweep {
  /// Overwrites the outputs with the sums of their terms.
  // Safe: every part is assembled by one thread, which writes to the rows of the part only.
  func run(_ outputs: inout [[Double]]) throws(AssemblyError) {
    let parts = plan.scalar.parts
    var failures = [AssemblyError?](repeating: nil, count: parts.partCount)
    let classOfCell = active.map(\.classOfCell)
    let (elastic, remaining) = (active(where: isElastic), active { !isElastic($0, $1) })
    unsafe VectorSweep.lend(&outputs, 0, []) { outputs in
      unsafe failures.withDisjointWrites { failures in
        forEachChunk(
          of: parts.partCount, size: 1, scratch: { (VectorBatch(plan.space), ElasticBatch()) }
        ) { batch, range in
          for part in range {
            let target = unsafe PartTarget(plan.scalar, part, isMatrix, outputs, classOfCell)
            unsafe clear(target)
            for b in terms.indices where !terms[b].isEmpty {
              let failure =
                unsafe batch.1.add(terms[b], elastic[b], to: target, b)
                ?? batch.0.add(terms[b], remaining[b], to: target, b)
              if let failure {
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

  /// The terms that have a kernel of their own: isotropic elasticity on linear tetrahedra.
  private func isElastic(_ term: VectorSweepTerm, _ shape: CellShape) -> Bool {
    term.form == .isotropic && shape == .tetrahedron && plan.scalar.space.degree == 1
  }

  /// For each block, where the terms of one kind act.
  private func active(
    where isWanted: (VectorSweepTerm, CellShape) -> Bool
  ) -> [ActiveTerms] {
    terms.indices.map { b in
      let shape = plan.scalar.space.mesh.blocks[plan.scalar.blocks[b].block].shape
      return active[b].keeping { isWanted(terms[b][$0], shape) }
    }
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
