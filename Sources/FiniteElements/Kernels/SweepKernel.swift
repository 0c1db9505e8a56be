internal import LinearAlgebra

extension Sweep {
  /// Overwrites the outputs with the sums of their terms.
  func run(_ outputs: inout [[Double]]) throws(AssemblyError) {
    var failures = [AssemblyError?](repeating: nil, count: plan.parts.partCount)
    let work = SweepWork(self)
    let classOfCell = active.map(\.classOfCell)
    let sideBySide = Set(work.groups.filter { $0.outputs.count > 1 }.flatMap(\.outputs))
    let cleared = outputs.indices.filter { q in
      !sideBySide.contains(q) && !multiples.contains { $0.output == q && $0.unit != q }
    }
    let localStart = sideBySide.isEmpty ? [] : localStart()
    unsafe Sweep.lend(&outputs, 0, []) { outputs in
      unsafe failures.withDisjointWrites { failures in
        forEachChunk(
          of: plan.parts.partCount, size: 1, scratch: { SweepScratch(work) }
        ) { batch, range in
          for part in range {
            let target = unsafe PartTarget(plan, part, isMatrix, outputs, classOfCell)
            unsafe target.clear(cleared)
            unsafe failures.base[part] = unsafe add(work, to: target, &batch, localStart)
            unsafe target.multiply(multiples)
          }
        }
      }
    }
    for case .some(let failure) in failures { throw failure }
  }

  /// Adds all terms to the rows of one part.
  private func add(
    _ work: SweepWork, to target: PartTarget, _ batch: inout SweepScratch, _ localStart: [Int]
  ) -> AssemblyError? {
    for group in work.groups {
      if let failure = unsafe batch.lanes.add(group, to: target, localStart) { return failure }
    }
    for b in plan.blocks.indices where !terms[b].isEmpty {
      if let failure = unsafe work.simple[b].add(to: target, b) { return failure }
      for group in work.varying[b] {
        if let failure = unsafe batch.lanes.add(group, to: target, localStart) { return failure }
      }
      if let quadratic = batch.quadratic[b] {
        if let failure = unsafe quadratic.add(work.quadratic[b], to: target, b) { return failure }
      }
      if work.remaining[b].isEmpty { continue }
      if let failure = unsafe batch.elements.add(
        terms[b], work.remaining[b], bentOnly: work.bentOnly[b], to: target, b)
      {
        return failure
      }
    }
    return nil
  }

  /// For each row, where it begins among the values of its part.
  private func localStart() -> [Int] {
    let (parts, rowStart) = (plan.parts, plan.pattern.rowStart)
    var start: [Int] = uninitializedNumbers(plan.space.dofCount)
    unsafe start.withDisjointWrites { start in
      forEachChunk(of: parts.partCount, size: 1) { range in
        for part in range {
          var next = 0
          for k in parts.start[part]..<parts.start[part + 1] {
            let row = Int(parts.dofs[k])
            unsafe start.base[row] = next
            next += rowStart[row + 1] - rowStart[row]
          }
        }
      }
    }
    return start
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

/// The scratch of one thread.
private struct SweepScratch {
  let lanes = LaneBatch()
  /// For each block that has closed forms on quadratic simplices.
  let quadratic: [QuadraticBatch?]
  var elements = ElementBatch()

  init(_ work: SweepWork) {
    quadratic = work.quadratic.map { $0.isEmpty ? nil : QuadraticBatch($0.shape) }
  }
}
