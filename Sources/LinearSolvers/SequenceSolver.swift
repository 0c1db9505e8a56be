internal import DomainDecomposition
internal import Foundation
internal import Krylov
public import LinearAlgebra
internal import RealModule

/// Solves a sequence of related systems, one after the other, with what it learnt on the way.
///
/// The first matrix decides on method and preconditioner where the settings leave them open. A
/// definite method that meets an indefinite matrix gives way to one that need not fear it; what was
/// chosen automatically and does not converge, or takes more work than factors would, gives way to a
/// factorization. Whether recycling pays is measured on two systems that are solved both ways.
public struct SequenceSolver<S: Scalar>: Sendable {
  /// What was asked for.
  public let settings: SolverSettings
  /// The choice for the matrices now at work; nil before the first.
  public private(set) var choice: SolverChoice?
  /// The factorizations, or set-ups of the preconditioner, so far.
  public private(set) var factorizations = 0

  private let systems: Int
  private let matrices: Int
  private var character: MatrixCharacter?
  private var direct = DirectSystem<S>()
  private var active = ActiveSolver<S>.idle
  private var plain = ActiveSolver<S>.idle
  private var preconditioner: PreparedPreconditioner<S>?
  private var trial: RecyclingTrial?
  private var history: GuessHistory<S>
  private var omega: LearntRelaxation?
  /// Seconds of the solve without recycling that came on top.
  private var trialSeconds = 0.0
  /// Whether the factor or the preconditioner is that of the last matrix.
  private var isPrepared = false
  private var solved = 0
  private var firstIterations = 0
  /// Whether factors have failed already: nothing is left to give way to.
  private var isLast = false
  /// Whether the definite part has been tried, and another method took over.
  private var hasLeftDefinitePart = false
  /// The systems solved before the choice at work.
  private var solvedBefore = 0

  /// A solver for a sequence.
  ///
  /// - Parameters:
  ///   - settings: What is asked for.
  ///   - systems: How many systems will come, as far as is known.
  ///   - matrices: How many different matrices they have; as many as systems if nil.
  public init(_ settings: SolverSettings = SolverSettings(), systems: Int = 1, matrices: Int? = nil)
  {
    self.settings = settings
    self.systems = systems
    self.matrices = matrices ?? systems
    history = GuessHistory(settings.guess)
    omega = settings.learnsRelaxation ? LearntRelaxation() : nil
  }

  /// Solves the next system.
  ///
  /// - Parameters:
  ///   - a: A, square.
  ///   - b: The right-hand side.
  ///   - guess: Where an iteration starts; what the settings say if nil.
  ///   - sameMatrix: Whether A is that of the system before: its factors and spaces are kept.
  /// - Throws: `notFinite` for such a matrix; what a factorization that was asked for throws;
  ///   `preconditioner` where one that was asked for cannot be made.
  public mutating func solve(
    _ a: SparseMatrix<S>, _ b: [S], from guess: [S]? = nil, sameMatrix: Bool = false
  ) throws(FactorizationError) -> SystemOutcome<S> {
    precondition(
      a.rowCount == a.columnCount && b.count == a.rowCount,
      "A of \(a.rowCount) × \(a.columnCount) and b of \(b.count)")
    if !sameMatrix, let (row, column) = a.firstNonFiniteEntry {
      throw .notFinite(row: row, column: column)
    }
    let start = Date()
    trialSeconds = 0
    if !sameMatrix { isPrepared = false }
    var notes: [String] = []
    var current = choose(a, b)
    let known = guess == nil && current.method != .direct ? history.guess(a, b) : nil
    var x = guess ?? known?.x ?? [S](repeating: S.zero, count: b.count)
    var report: SolveReport?
    while report == nil {
      if current.method == .direct {
        report = try solveDirectly(a, b, &x, current, &notes)
      } else {
        report = try iterate(a, b, &x, current, &notes)
      }
      if report == nil, let next = choice { current = next }
    }
    let plain = trial?.comparisons.last { $0.system == solved }?.plain
    solved += 1
    history.append(x)
    report?.products += known?.products ?? 0
    return SystemOutcome(
      x: x, report: report ?? .unsolved, choice: current,
      seconds: Date().timeIntervalSince(start) - trialSeconds, notes: notes,
      plainIterations: plain)
  }

  /// The choice, made at the first system and again where the order changes.
  private mutating func choose(_ a: SparseMatrix<S>, _ b: [S]) -> SolverChoice {
    if let choice, character?.order == a.rowCount { return choice }
    let character = MatrixCharacter(a)
    self.character = character
    let new = SolverChoice(settings, character, systems: systems, matrices: matrices)
    if let waves = choiceForWaves(a, b, character, new) { return waves }
    install(new, a)
    return new
  }

  /// GCRO-DR with the definite part, where a vector shows at little cost that A is not definite: what
  /// definite methods would find out at the cost of their factors.
  ///
  /// - Complexity: The set-up of multigrid and two of its cycles.
  private mutating func choiceForWaves(
    _ a: SparseMatrix<S>, _ b: [S], _ character: MatrixCharacter, _ other: SolverChoice
  ) -> SolverChoice? {
    guard settings.method == .auto, settings.preconditioner == .auto, matrices > 2,
      Processes.communicator == nil, character.mayBeDefinite, !character.isDominant,
      character.lackOfDominance < 0.4
    else { return nil }
    var part = PreparedPreconditioner<S>(.definitePart, settings)
    guard part.followDefinitePartCheaply(a), let m = part.current else { return nil }
    // Inverse iteration leads to the vectors whose energy falls furthest below that of the part.
    var z = b
    for _ in 0..<2 {
      z = m.applied(to: z)
      let image = a * z
      let energy = dot(z, image).realPart
      guard energy < -1e-10 * norm(z) * norm(image) else { continue }
      var new = other
      (new.method, new.preconditioner, new.recycle) = (
        .gcroDR, .definitePart, settings.recycle ?? 5
      )
      new.reasons = [
        "a vector of negative energy: indefinite", "its definite part serves them all",
      ]
      install(new, a)
      preconditioner = part
      return new
    }
    return nil
  }

  private mutating func install(_ new: SolverChoice, _ a: SparseMatrix<S>) {
    choice = new
    (active, plain, preconditioner, trial) = (.idle, .idle, nil, nil)
    (isPrepared, firstIterations, solvedBefore) = (false, 0, solved)
    guard new.method != .direct else { return }
    active = ActiveSolver(new, settings, order: a.rowCount)
    preconditioner = PreparedPreconditioner(new.preconditioner, settings)
    guard new.method.recycles, new.recycle > 0, systems > 5, settings.comparesRecycling else {
      return
    }
    trial = RecyclingTrial(
      a, new.preconditioner, recycle: new.recycle, restart: settings.restart)
  }

  /// Nil if the matrix has no factor and another method takes over.
  private mutating func solveDirectly(
    _ a: SparseMatrix<S>, _ b: [S], _ x: inout [S], _ current: SolverChoice,
    _ notes: inout [String]
  ) throws(FactorizationError) -> SolveReport? {
    if !isPrepared {
      do throws(FactorizationError) {
        try direct.factorize(a, character ?? MatrixCharacter(a), matrices: matrices)
      } catch {
        guard giveUpFactors(current, a, error, &notes) else { throw error }
        return nil
      }
      factorizations += 1
      isPrepared = true
    }
    x = direct.solve(b)
    let report = directReport(a, b, &x)
    if direct.isIndefinite, settings.method == .auto, matrices > 2, S.self == Double.self,
      character?.isHermitian == true, !hasLeftDefinitePart
    {
      var next = choice ?? SolverChoice(settings, MatrixCharacter(a), systems: 1, matrices: 1)
      (next.method, next.preconditioner, next.recycle) = (
        .gcroDR, .definitePart, settings.recycle ?? 5
      )
      next.reasons = ["the matrix turned out to be indefinite: its definite part serves them all"]
      notes.append(next.description)
      install(next, a)
    }
    return report
  }

  /// The residual of a direct solution, corrected once where it is larger than it should be.
  private func directReport(_ a: SparseMatrix<S>, _ b: [S], _ x: inout [S]) -> SolveReport {
    let length = norm(b)
    let limit = max(settings.rule.limit(scale: length), 1e-10 * length)
    var rest = zip(b, a * x).map { $0 - $1 }
    var size = norm(rest)
    var products = 1
    if size.isFinite, size > limit {
      let better = zip(x, direct.solve(rest)).map { $0 + $1 }
      rest = zip(b, a * better).map { $0 - $1 }
      products += 1
      if norm(rest) < size { (x, size) = (better, norm(rest)) }
    }
    // Far above what round-off of a regular matrix leaves: nothing was solved.
    let status: SolveReport.Status =
      !size.isFinite ? .notFinite : size <= max(limit, 1e-4 * length) ? .converged : .stagnated
    return SolveReport(
      status: status, iterations: 0, products: products, preconditionings: 0, history: [],
      residual: length > 0 ? size / length : size)
  }

  /// An iteration in the place of a factor that a singular matrix does not have, or that has no
  /// place: of a singular matrix there may be solutions all the same, and MINRES finds the nearest
  /// where there is none.
  private mutating func giveUpFactors(
    _ current: SolverChoice, _ a: SparseMatrix<S>, _ error: FactorizationError,
    _ notes: inout [String]
  ) -> Bool {
    guard settings.method == .auto, let character else { return false }
    var next = current
    switch error {
    case .singular:
      (next.method, next.preconditioner) = (character.isHermitian ? .minres : .gmres, .none)
    case .outOfMemory, .tooLarge:
      next.method = character.mayBeDefinite ? .cg : character.isHermitian ? .minres : .bicgstab
      next.preconditioner =
        character.mayBeDefinite
        ? .incompleteCholesky : character.isHermitian ? .none : .incompleteLU
    default: return false
    }
    next.reasons = ["no factor: \(error)"]
    notes.append(next.description)
    install(next, a)
    isLast = true
    return true
  }

  /// Nil if the method gave way to another one, which is then the choice.
  private mutating func iterate(
    _ a: SparseMatrix<S>, _ b: [S], _ x: inout [S], _ current: SolverChoice,
    _ notes: inout [String]
  ) throws(FactorizationError) -> SolveReport? {
    if let world = Processes.communicator, DistributedSystem<S>.spreads(current),
      a.rowCount > world.size
    {
      let system = DistributedSystem<S>(
        settings: settings, kind: current.preconditioner, method: current.method)
      let guess = x
      // All ranks know of a failure, and choose alike.
      do throws(FactorizationError) {
        let report = try Self.together(world, system, a, b, &x)
        if report.status.isConverged || report.status == .leastSquares { return report }
        guard giveWay(from: current, a, .status(report.status), &notes) else { return report }
      } catch {
        guard giveWay(from: current, a, .error(error), &notes) else { throw error }
      }
      x = guess
      return nil
    }
    let isSame = isPrepared
    if !isSame {
      if let next = omega?.next() { preconditioner?.relaxation = next }
      do throws(FactorizationError) {
        try preconditioner?.follow(a)
        factorizations += 1
        isPrepared = true
      } catch {
        guard settings.preconditioner == .auto else {
          throw .preconditioner(name: current.preconditioner.rawValue, cause: error)
        }
        if giveWay(from: current, a, .error(error), &notes) { return nil }
        guard current.preconditioner != .none else { throw error }
        var next = current
        next.preconditioner = .none
        next.reasons.append("\(current.preconditioner.rawValue) cannot be made: \(error)")
        notes.append(next.description)
        install(next, a)
        return nil
      }
    }
    guard let m = preconditioner?.current else { preconditionFailure("no preconditioner") }
    let guess = x
    let report: SolveReport
    if let blocks = preconditioner?.blocks as? any LinearOperator<S> {
      report = active.solve(blocks, b, from: &x, m, settings.rule, sameMatrix: isSame)
    } else {
      report = active.solve(a, b, from: &x, m, settings.rule, sameMatrix: isSame)
    }
    if !report.status.isConverged, report.status != .leastSquares,
      giveWay(from: current, a, .status(report.status), &notes)
    {
      x = guess
      return nil
    }
    if !isSame { omega?.observe(report.iterations) }
    if firstIterations == 0 {
      firstIterations = report.iterations
      if takeFactorsInstead(a, report, current, &notes) { return report }
    }
    preconditioner?.judge(iterations: report.iterations, first: firstIterations)
    if trial != nil, RecyclingTrial.systems.contains(solved - solvedBefore) {
      compare(a, b, guess, m, report, current, &notes)
    }
    return report
  }

  private static func together<C: Communicator>(
    _ world: C, _ system: DistributedSystem<S>, _ a: SparseMatrix<S>, _ b: [S], _ x: inout [S]
  ) throws(FactorizationError) -> SolveReport {
    try system.solve(world, a, b, from: &x)
  }

  /// Another method in the place of one that failed, if the settings leave it open.
  private mutating func giveWay(
    from current: SolverChoice, _ a: SparseMatrix<S>, _ failure: SolveFailure,
    _ notes: inout [String]
  ) -> Bool {
    guard settings.method == .auto, current.method != .direct, !isLast else { return false }
    if current.preconditioner == .definitePart { hasLeftDefinitePart = true }
    if let character, character.isHermitian, !a.isSymmetric(tolerance: 1e-10) {
      // As tangents of Newton's method do: what the first matrix promised holds no more.
      let found = MatrixCharacter(a)
      self.character = found
      var next = SolverChoice(settings, found, systems: systems, matrices: matrices)
      next.reasons.insert("the matrices are no longer symmetric", at: 0)
      notes.append(next.description)
      install(next, a)
      return true
    }
    var next = current
    if current.method.needsDefinite, failure.lacksDefiniteness, matrices > 2,
      settings.preconditioner == .auto
    {
      next.method = .gcroDR
      next.preconditioner = S.self == Double.self ? .definitePart : .incompleteLU
      next.recycle = settings.recycle ?? 5
    } else {
      next.method = .direct
      next.preconditioner = .none
      next.recycle = 0
    }
    next.reasons = ["\(current.method.rawValue) gave way: \(failure)"]
    notes.append(next.description)
    install(next, a)
    return true
  }

  /// Leaves iterations that turned out to take more work than factors would.
  private mutating func takeFactorsInstead(
    _ a: SparseMatrix<S>, _ report: SolveReport, _ current: SolverChoice, _ notes: inout [String]
  ) -> Bool {
    guard settings.method == .auto, settings.recycle == nil, !isLast, systems > solved + 2,
      let character, character.factorFits
    else { return false }
    let passes: Double
    switch current.method {
    case .cg: passes = 6
    case .bicgstab: passes = 10
    default: return false
    }
    let perMatrix = Double(systems) / Double(max(1, matrices))
    let work = IterationWork(a, current.preconditioner)(report, passes: passes)
    let factor = character.factorWork + perMatrix * 3 * character.factorEntries
    // Estimates of factors are not better than that.
    guard Double(a.rowCount) * perMatrix * work > 2 * factor else { return false }
    var next = current
    (next.method, next.preconditioner, next.recycle) = (.direct, .none, 0)
    next.reasons = ["\(report.iterations) iterations took more work than a factor would"]
    notes.append(next.description)
    install(next, a)
    return true
  }

  /// Solves the system again without recycling, and goes on without where that is cheaper.
  private mutating func compare<M: Preconditioner>(
    _ a: SparseMatrix<S>, _ b: [S], _ guess: [S], _ m: M, _ recycled: SolveReport,
    _ current: SolverChoice, _ notes: inout [String]
  ) where M.Element == S {
    var other = current
    other.method = current.method == .deflatedCG ? .cg : (m.isFixed ? .gmres : .fgmres)
    other.recycle = 0
    if case .idle = plain { plain = ActiveSolver(other, settings, order: a.rowCount) }
    let start = Date()
    defer { trialSeconds = Date().timeIntervalSince(start) }
    var x = guess
    // Four times as many iterations settle the matter.
    var rule = settings.rule
    rule.iterations = min(rule.iterations, 4 * recycled.iterations + 50)
    let report = plain.solve(a, b, from: &x, m, rule, sameMatrix: false)
    trial?.note(
      solved, recycled: recycled, plain: report, definite: current.method == .deflatedCG)
    guard settings.method == .auto, trial?.isAgainst == true else { return }
    other.reasons = ["recycling costs more than it saves here, by two systems solved both ways"]
    notes.append(other.description)
    choice = other
    active = ActiveSolver(other, settings, order: a.rowCount)
  }
}
