internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra
internal import LinearSolvers
internal import Synchronization

/// The solves of a family that are made as a sequence, by what a ``SolverSettings`` says.
///
/// A list of parameters is solved in the order of the settings, each system with what was learnt
/// from those before; what was learnt stays for the next list. A single parameter is solved with a
/// copy of that, so that its answer does not depend on who else asks at the same time.
final class IterativeSolves<S: Scalar>: Sendable {
  let settings: SolverSettings
  private let state: Mutex<State>

  private struct State: Sendable {
    var solver: SequenceSolver<S>
    var account: SequenceAccount
  }

  /// How many systems a campaign has is not known in advance: enough to learn from.
  private static var expected: Int { 50 }

  init(_ settings: SolverSettings) {
    self.settings = settings
    state = Mutex(
      State(
        solver: SequenceSolver(settings, systems: Self.expected),
        account: SequenceAccount(order: settings.order)))
  }

  /// The subdomain of each unknown where a Schwarz method was chosen; nil elsewhere.
  func partition(of pattern: SparsityPattern) -> [Int32]? {
    guard account.choice?.preconditioner.hasSubdomains == true else { return nil }
    return settings.partition(of: pattern)
  }

  /// What was done in sequences.
  var account: SequenceAccount { state.withLock { $0.account } }

  /// A⁻¹ b of one parameter.
  func solve(
    _ a: SparseMatrix<S>, _ b: [S], at mu: Parameter
  ) throws(ModelError) -> [S] {
    var solver = state.withLock { $0.solver }
    let outcome = try Self.solve(a, b, mu, &solver)
    state.withLock { $0.account.note(single: outcome) }
    return outcome.x
  }

  /// The solutions at many parameters, in the order in which they are given.
  ///
  /// - Parameter system: A(μ) and b(μ).
  func solve(
    at points: [Parameter],
    _ system: (Parameter) throws(ModelError) -> (SparseMatrix<S>, [S])
  ) throws(ModelError) -> [[S]] {
    let visit = settings.order.order(points.map(\.values))
    if let states = try spread(points, visit, system) { return states }
    var (solver, account) = state.withLock { ($0.solver, $0.account) }
    var states = [[S]](repeating: [], count: points.count)
    for row in visit {
      let (a, b) = try system(points[row])
      let outcome = try Self.solve(a, b, points[row], &solver)
      states[row] = outcome.x
      account.note(outcome, row: row)
    }
    let (kept, done) = (solver, account)
    state.withLock {
      $0.solver = kept
      $0.account = done
    }
    return states
  }

  /// The path cut into a stretch for each rank, where there are several, or where systems are fewer
  /// into one system for each group of ranks: each carries a space of its own along, and nobody learns
  /// from it, so that all ranks go on alike.
  private func spread(
    _ points: [Parameter], _ visit: [Int],
    _ system: (Parameter) throws(ModelError) -> (SparseMatrix<S>, [S])
  ) throws(ModelError) -> [[S]]? {
    guard Processes.count > 1, points.count > 1 else { return nil }
    let ranks = min(Processes.count, points.count)
    let begun = state.withLock { $0.solver }
    let stretches = (0..<ranks).map { rank in
      Array(visit[rank * points.count / ranks..<(rank + 1) * points.count / ranks])
    }
    var account = state.withLock { $0.account }
    let found: [[S]]? = try overRanks(ranks) { rank throws(ModelError) in
      var solver = begun
      var states: [S] = []
      for row in stretches[rank] {
        let (a, b) = try system(points[row])
        let outcome = try Self.solve(a, b, points[row], &solver)
        account.note(outcome, row: row)
        states += outcome.x
      }
      return states
    }
    guard let found else { return nil }
    let mine = account
    state.withLock { $0.account = mine }
    var states = [[S]](repeating: [], count: points.count)
    for (rows, values) in zip(stretches, found) where !rows.isEmpty {
      let n = values.count / rows.count
      for (place, row) in rows.enumerated() {
        states[row] = Array(values[place * n..<(place + 1) * n])
      }
    }
    return states
  }

  private static func solve(
    _ a: SparseMatrix<S>, _ b: [S], _ mu: Parameter, _ solver: inout SequenceSolver<S>
  ) throws(ModelError) -> SystemOutcome<S> {
    let outcome: SystemOutcome<S>
    do throws(FactorizationError) { outcome = try solver.solve(a, b) } catch {
      throw .factorization(error, at: mu)
    }
    guard outcome.report.status.isConverged else {
      throw .notSolved(outcome, at: mu)
    }
    return outcome
  }
}

/// The results of jobs dealt out to the ranks; nil where this process is alone, or the job.
///
/// - Throws: What a job throws; on the other ranks its words.
func overRanks<S: Scalar>(
  _ count: Int, _ job: (Int) throws(ModelError) -> [S]
) throws(ModelError) -> [[S]]? {
  do throws(DistributedFailure) { return try Processes.spread(count, job) } catch {
    switch error {
    case .here(_, let cause as ModelError): throw cause
    case .here: throw .onAnotherRank("\(error)")
    case .elsewhere(_, _, let isNotConverged):
      throw ModelError(ofAnotherRank: "\(error)", isNotConverged: isNotConverged)
    }
  }
}

extension ModelError {
  /// That an iteration ended without a solution, with its numbers.
  static func notSolved<S: Scalar>(_ outcome: SystemOutcome<S>, at mu: Parameter) -> ModelError {
    .notSolved(
      "\(outcome.choice.method.rawValue) with \(outcome.choice.preconditioner.rawValue): "
        + "\(outcome.report.status) after \(outcome.report.iterations) iterations, relative "
        + "residual \(outcome.report.residual)", at: mu)
  }
}
