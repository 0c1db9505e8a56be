internal import Krylov
internal import LinearAlgebra

/// The work of iterations, in passes over vectors of n numbers: the measure that bounds an iteration in
/// practice and is the same in every run. An operation of `MatrixCharacter.factorWork` takes as long as
/// a pass over one number.
struct IterationWork: Sendable {
  private let product: Double
  private let preconditioning: Double

  /// For products with A and a preconditioner of a kind made of it.
  init<S: Scalar>(_ a: SparseMatrix<S>, _ kind: PreconditionerKind) {
    let n = Double(max(1, a.rowCount))
    let rows = Double(a.pattern.entryCount) / n
    product = 1.5 * rows + 2
    preconditioning =
      switch kind {
      case .none: 2
      case .jacobi: 3
      case .ssor, .incompleteCholesky, .modifiedCholesky, .incompleteLU, .modifiedLU: 1.5 * rows + 2
      case .thresholdLU: 5 * rows
      case .chebyshev: 6 * (1.5 * rows + 4)
      case .multigrid: 8 * rows
      case .definitePart where PreparedPreconditioner<S>.takesMultigrid(forDefinitePartOf: a):
        8 * rows
      case .auto, .schwarz, .twoLevelSchwarz, .neighbour, .definitePart:
        4 * MatrixCharacter(a).factorEntries / n
      }
  }

  /// What a solve took whose iterations make `passes` over vectors besides.
  func callAsFunction(_ report: SolveReport, passes: Double) -> Double {
    Double(report.products) * product + Double(report.preconditionings) * preconditioning
      + Double(report.iterations) * passes
  }
}
