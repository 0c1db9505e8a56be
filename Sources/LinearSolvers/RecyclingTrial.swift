internal import Krylov
internal import LinearAlgebra

/// Weighs what recycling saves against what it costs.
struct RecyclingTrial: Sendable {
  /// Iterations of a system with and without recycling.
  struct Comparison: Sendable, Equatable {
    let system: Int
    let recycled: Int
    let plain: Int
  }

  /// The systems that are solved both ways: the space has been learnt by then.
  static let systems: Set<Int> = [4, 9]

  private(set) var comparisons: [Comparison] = []
  private var recycledWork = 0.0
  private var plainWork = 0.0
  private let work: IterationWork
  private let recycle: Int
  private let restart: Int

  init<S: Scalar>(
    _ a: SparseMatrix<S>, _ kind: PreconditionerKind, recycle: Int, restart: Int
  ) {
    work = IterationWork(a, kind)
    (self.recycle, self.restart) = (recycle, restart)
  }

  mutating func note(_ system: Int, recycled: SolveReport, plain: SolveReport, definite: Bool) {
    comparisons.append(
      Comparison(system: system, recycled: recycled.iterations, plain: plain.iterations))
    let (k, m) = (Double(recycle), Double(restart))
    // Short recurrences make six passes, an Arnoldi step two over each vector of its basis.
    let plainStep = definite ? 6 : 2 * (m / 2) + 4
    let recycledStep = definite ? 6 + 4 * k / 2 + 1 : 2 * (k + (m - k) / 2) + 9
    plainWork += work(plain, passes: plainStep)
    // Once for each system: the space is turned, its image orthonormalised.
    recycledWork += work(recycled, passes: recycledStep) + 6 * k
  }

  /// Whether the trials say that recycling costs more than it saves.
  var isAgainst: Bool { comparisons.count >= Self.systems.count && recycledWork > plainWork }
}
