internal import Krylov
internal import LinearAlgebra

/// Weighs what recycling saves against what it costs, in passes over vectors of n numbers: the
/// measure of work that bounds an iteration in practice and is the same in every run.
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
  private let product: Double
  private let preconditioning: Double
  private let recycle: Int
  private let restart: Int

  init<S: Scalar>(
    _ a: SparseMatrix<S>, _ kind: PreconditionerKind, recycle: Int, restart: Int
  ) {
    let n = Double(max(1, a.rowCount))
    let rows = Double(a.pattern.entryCount) / n
    product = 1.5 * rows + 2
    preconditioning =
      switch kind {
      case .none: 2
      case .jacobi: 3
      case .ssor, .incompleteCholesky, .modifiedCholesky, .incompleteLU: 1.5 * rows + 2
      case .thresholdLU: 5 * rows
      case .chebyshev: 6 * (1.5 * rows + 4)
      case .multigrid: 8 * rows
      case .auto, .schwarz, .twoLevelSchwarz, .neighbour, .definitePart:
        4 * MatrixCharacter(a).factorEntries / n
      }
    (self.recycle, self.restart) = (recycle, restart)
  }

  mutating func note(_ system: Int, recycled: SolveReport, plain: SolveReport, definite: Bool) {
    comparisons.append(
      Comparison(system: system, recycled: recycled.iterations, plain: plain.iterations))
    let (k, m) = (Double(recycle), Double(restart))
    // Short recurrences make six passes, an Arnoldi step two over each vector of its basis.
    let plainStep = definite ? 6 : 2 * (m / 2) + 4
    let recycledStep = definite ? 6 + 4 * k / 2 + 1 : 2 * (k + (m - k) / 2) + 9
    plainWork += work(plain, step: plainStep)
    // Once for each system: the space is turned, its image orthonormalised.
    recycledWork += work(recycled, step: recycledStep) + 6 * k
  }

  private func work(_ report: SolveReport, step: Double) -> Double {
    Double(report.products) * product + Double(report.preconditionings) * preconditioning
      + Double(report.iterations) * step
  }

  /// Whether the trials say that recycling costs more than it saves.
  var isAgainst: Bool { comparisons.count >= Self.systems.count && recycledWork > plainWork }
}
