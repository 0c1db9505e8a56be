internal import Krylov
internal import LinearAlgebra
internal import LinearSolvers
internal import Synchronization

/// The systems of one trajectory: a factorization, or an iterative solver, for each distinct matrix.
struct StepSystems {
  private let symbolic: StepAnalysis
  private let pool: FactorPool<StepFactor>
  private let settings: SolverSettings?
  private let steps: Int
  private let mu: Parameter
  private let matrix: (StepMatrix) -> SparseMatrix<Double>
  private var factors: [StepMatrix: StepFactor] = [:]
  private var sequences:
    [StepMatrix: (matrix: SparseMatrix<Double>, solver: SequenceSolver<Double>)] = [:]
  private var account = SequenceAccount(order: .given)

  init(
    _ symbolic: StepAnalysis, _ pool: FactorPool<StepFactor>, _ settings: SolverSettings?,
    steps: Int, at mu: Parameter, _ matrix: @escaping (StepMatrix) -> SparseMatrix<Double>
  ) {
    (self.symbolic, self.pool, self.settings) = (symbolic, pool, settings)
    (self.steps, self.mu, self.matrix) = (steps, mu, matrix)
  }

  /// The solution of a step.
  ///
  /// - Parameters:
  ///   - key: Which matrix.
  ///   - right: The right-hand side.
  ///   - guess: Where an iteration starts.
  ///   - isLast: Whether no later step has this matrix.
  mutating func solve(
    _ key: StepMatrix, _ right: [Double], from guess: [Double], isLast: Bool
  ) throws(ModelError) -> [Double] {
    let start = ContinuousClock.now
    if let settings {
      let x = try iterate(key, right, guess, settings)
      let seconds = (ContinuousClock.now - start).inSeconds
      pool.account { $0.solveSeconds += seconds }
      return x
    }
    let factor: StepFactor
    if let known = factors[key] { factor = known } else { factor = try newFactor(key) }
    factors[key] = factor
    let factored = ContinuousClock.now
    let x = factor.solve(right)
    let end = ContinuousClock.now
    pool.account {
      $0.factorizationSeconds += (factored - start).inSeconds
      $0.solveSeconds += (end - factored).inSeconds
    }
    if isLast {
      factors[key] = nil
      pool.give(factor)
    }
    return x
  }

  /// Gives the factors back and tells what was done.
  func close(_ total: borrowing Mutex<SequenceAccount?>) {
    for factor in factors.values { pool.give(factor) }
    guard settings != nil else { return }
    let mine = account
    total.withLock { [mu] in $0?.add(mine, ofRunAt: mu) }
  }

  private mutating func iterate(
    _ key: StepMatrix, _ right: [Double], _ guess: [Double], _ settings: SolverSettings
  ) throws(ModelError) -> [Double] {
    let known = sequences[key]
    var (a, solver) =
      known ?? (
        matrix(key), SequenceSolver<Double>(settings, systems: steps, matrices: 1)
      )
    sequences[key] = nil
    let outcome: SystemOutcome<Double>
    do throws(FactorizationError) {
      outcome = try solver.solve(a, right, from: guess, sameMatrix: known != nil)
    } catch { throw .factorization(error, at: mu) }
    account.note(outcome, row: account.entries.count)
    guard outcome.report.status.isConverged else { throw .notSolved(outcome, at: mu) }
    sequences[key] = (a, solver)
    return outcome.x
  }

  private func newFactor(_ key: StepMatrix) throws(ModelError) -> StepFactor {
    do throws(FactorizationError) {
      let factor = try symbolic.factor(matrix(key), reusing: pool.take())
      pool.account { $0.factorizations += 1 }
      return factor
    } catch { throw .factorization(error, at: mu) }
  }
}

/// The symbolic analysis of the matrices of the steps.
enum StepAnalysis: Sendable {
  case symmetric(SymbolicCholesky)
  case general(SymbolicLU<Double>)

  func factor(
    _ matrix: SparseMatrix<Double>, reusing old: StepFactor?
  ) throws(FactorizationError) -> StepFactor {
    switch (self, old) {
    case (_, .symmetric(let factor)):
      try factor.refactorize(matrix)
      return .symmetric(factor)
    case (_, .general(let factor)):
      try factor.refactorize(matrix)
      return .general(factor)
    case (.symmetric(let symbolic), nil):
      return .symmetric(try SparseCholesky(matrix, symbolic: symbolic))
    case (.general(let symbolic), nil):
      return .general(try SparseLU(matrix, symbolic: symbolic))
    }
  }
}

/// A factorized matrix of a step.
enum StepFactor: Sendable {
  case symmetric(SparseCholesky)
  case general(SparseLU<Double>)

  func solve(_ b: [Double]) -> [Double] {
    switch self {
    case .symmetric(let factor): factor.solve(b)
    case .general(let factor): factor.solve(b)
    }
  }
}
