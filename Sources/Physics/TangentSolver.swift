internal import Krylov
internal import LinearAlgebra
internal import LinearSolvers
internal import ModelReduction
internal import Synchronization

/// Solves with tangents of one pattern, one after the other.
///
/// Symmetric tangents are factorized by Cholesky's method. Of others the symmetric part is, wherever
/// it is definite: the tangent of a hardening material differs little from it, and a few steps of
/// generalized conjugate residuals with this factor cost less than a factorization without symmetry.
/// Where either fails, LU does it.
///
/// With settings for iterative solvers the tangents are a sequence of systems, each solved with what
/// was learnt from those before; one that does not converge is factorized after all.
///
/// - Source: Eisenstat, Elman, Schultz, *Variational iterative methods for nonsymmetric systems of
///   linear equations*, SIAM J. Numer. Anal. 20 (1983).
final class TangentSolver {
  private let isSymmetric: Bool
  private var cholesky: SparseCholesky?
  private var lu: SparseLU<Double>?
  /// For each entry the place of its mirror image; empty until it is needed.
  private var mirror: [Int] = []
  /// How often a tangent was factorized.
  private var factorizations = 0

  private var sequence: SequenceSolver<Double>?
  /// The systems that were solved iteratively.
  private var account = SequenceAccount(order: .given)
  private let ledger: TangentLedger?
  private let mu: Parameter

  /// A solver for the tangents of one run.
  ///
  /// - Parameters:
  ///   - isSymmetric: Whether the tangents are symmetric.
  ///   - settings: How they are solved; by factorization if nil.
  ///   - mu: The parameter of the run.
  ///   - ledger: What is told of the work when the solver goes.
  init(
    isSymmetric: Bool, _ settings: SolverSettings? = nil, at mu: Parameter = [],
    _ ledger: TangentLedger? = nil
  ) {
    (self.isSymmetric, self.mu, self.ledger) = (isSymmetric, mu, ledger)
    sequence = settings.map { SequenceSolver($0, systems: 100) }
  }

  deinit { ledger?.add(factorizations, account, at: mu) }

  /// A⁻¹ b, for a tangent with the pattern of the first one.
  func solve(
    _ tangent: SparseMatrix<Double>, _ right: [Double]
  ) throws(FactorizationError) -> [Double] {
    if let outcome = try sequence?.solve(tangent, right) {
      account.note(outcome, row: account.entries.count)
      if outcome.report.status.isConverged { return outcome.x }
      account.notes.append(
        "system \(account.entries.count) of a run was factorized after all: "
          + "\(outcome.report.status) after \(outcome.report.iterations) iterations")
    }
    factorizations += 1
    do throws(FactorizationError) {
      let definite = isSymmetric ? tangent : symmetricPart(tangent)
      if let cholesky {
        try cholesky.refactorize(definite)
      } else {
        cholesky = try SparseCholesky(definite)
      }
      if let cholesky {
        if isSymmetric { return cholesky.solve(right) }
        if let x = corrected(cholesky, tangent, right) { return x }
      }
    } catch {
      // Softening, or a source that falls with u, can make the tangent indefinite on the way.
      cholesky = nil
    }
    if let lu { try lu.refactorize(tangent) } else { lu = try SparseLU(tangent) }
    return lu?.solve(right) ?? right
  }

  /// (A + Aᵀ) / 2 over the same pattern, which is symmetric.
  private func symmetricPart(_ a: SparseMatrix<Double>) -> SparseMatrix<Double> {
    let pattern = a.pattern
    if mirror.count != pattern.entryCount {
      // Row by row the columns ascend: the mirror images in each column are met in order.
      var next = pattern.rowStart
      mirror = [Int](repeating: 0, count: pattern.entryCount)
      for row in 0..<pattern.rowCount {
        for entry in pattern.rowStart[row]..<pattern.rowStart[row + 1] {
          let column = Int(pattern.column[entry])
          mirror[entry] = next[column]
          next[column] += 1
        }
      }
    }
    var part = a
    for (entry, image) in mirror.enumerated() where image > entry {
      let mean = 0.5 * (a.values[entry] + a.values[image])
      part.values[entry] = mean
      part.values[image] = mean
    }
    return part
  }

  /// A⁻¹ b to nine digits by generalized conjugate residuals; nil where they stagnate.
  private func corrected(
    _ factor: SparseCholesky, _ a: SparseMatrix<Double>, _ right: [Double]
  ) -> [Double]? {
    var x = [Double](repeating: 0, count: right.count)
    var residual = right
    var directions: [(step: [Double], image: [Double])] = []
    let goal = 1e-9 * norm(right)
    while norm(residual) > goal {
      guard directions.count < 40 else { return nil }
      var step = factor.solve(residual)
      var image = a * step
      for old in directions {
        let part = dot(old.image, image)
        axpy(-part, old.step, into: &step)
        axpy(-part, old.image, into: &image)
      }
      let size = norm(image)
      guard size > 0, size.isFinite else { return nil }
      scale(1 / size, &step)
      scale(1 / size, &image)
      let length = dot(image, residual)
      axpy(length, step, into: &x)
      axpy(-length, image, into: &residual)
      directions.append((step, image))
    }
    return x
  }
}

/// What the runs of a model have spent on their tangents.
final class TangentLedger: Sendable {
  private let total = Mutex((factorizations: 0, account: SequenceAccount(order: .given)))

  /// The tangents that were factorized.
  var factorizations: Int { total.withLock { $0.factorizations } }

  /// The systems that were solved iteratively; nil if there were none.
  var sequence: SequenceAccount? {
    total.withLock { $0.account.choice == nil ? nil : $0.account }
  }

  func add(_ factorizations: Int, _ account: SequenceAccount, at mu: Parameter) {
    total.withLock {
      $0.factorizations += factorizations
      $0.account.add(account, ofRunAt: mu)
    }
  }
}
