public import DomainDecomposition
internal import Krylov
internal import LinearAlgebra
public import LinearSolvers
internal import Synchronization

/// An affine problem of which every rank has a piece, solved by all of them: no rank has a matrix or a
/// solution of the whole.
///
/// States are given at the unknowns of the piece; what pieces share has the same value on all. Every
/// function is collective.
public final class DividedProblem<C: Communicator>: Sendable {
  /// The ranks.
  public let world: C
  /// The piece of this rank, with the coefficients of all: sums over the ranks are those of the whole.
  public let piece: AffineDecomposition
  /// Who owns which unknowns.
  public let unknowns: SharedUnknowns
  /// The way between owned unknowns and those of the piece.
  let vectors: PieceVectors<Double, C>
  let distribution: Distribution
  let assembly: SubassembledRows<Double, C>
  let near: DenseMatrix<Double>?
  let settings: SolverSettings
  private let systems: DividedSystems<C>

  /// The free unknowns of the whole.
  public var order: Int { unknowns.order }
  /// The subdomain of each unknown of the piece.
  public var subdomains: [Int] { unknowns.numbers.map { Int(distribution.parts[Int($0)]) } }
  /// The systems solved so far.
  public var account: SequenceAccount { systems.state.withLock { $0.account } }
  /// Seconds of all solves.
  public var seconds: Double { systems.state.withLock { $0.seconds } }

  /// Puts the pieces together; collective.
  ///
  /// - Parameters:
  ///   - piece: That of this rank.
  ///   - settings: Tolerance, subdomains and the most iterations; the method is conjugate gradients
  ///     with a two-level Schwarz method in any case.
  ///   - world: The ranks.
  /// - Throws: On all ranks if the pieces make no whole.
  public init(
    _ piece: ProblemPiece, _ settings: SolverSettings, _ world: C
  ) throws(DistributedFailure) {
    let united = try piece.united(world)
    try DividedProblem.check(piece, world)
    let unknowns = SharedUnknowns(keys: piece.keys, world)
    try world.together { () throws(PieceError) in
      guard unknowns.order > 0 else { throw .nothingFree }
    }
    let assembly = SubassembledRows<Double, C>(
      united.operatorSum.terms[0].pattern, unknowns, world)
    let distribution: Distribution
    do throws(IdleRanks) {
      distribution = try Distribution(
        unknowns, assembly.pattern, subdomains: settings.subdomains, world)
    } catch { throw .here(rank: world.rank, error) }
    (self.world, self.piece, self.unknowns, self.assembly) = (world, united, unknowns, assembly)
    self.distribution = distribution
    vectors = PieceVectors(unknowns, distribution, world)
    near = piece.near.map { $0.gathering(rows: unknowns.owned.map(Int.init)) }
    self.settings = settings
    systems = DividedSystems()
  }

  /// The problem A(μ) z = ℓ(μ) of a linear output of the piece, with the systems of this one.
  func dual(of output: LinearOutput) -> DividedProblem {
    DividedProblem(self, piece.dual(of: output))
  }

  private init(_ primal: DividedProblem, _ piece: AffineDecomposition) {
    (world, self.piece, unknowns) = (primal.world, piece, primal.unknowns)
    (vectors, distribution) = (primal.vectors, primal.distribution)
    (assembly, near, settings) = (primal.assembly, primal.near, primal.settings)
    systems = primal.systems
  }

  /// Refuses unknowns that are free here and held there.
  private static func check(_ piece: ProblemPiece, _ world: C) throws(DistributedFailure) {
    let count = world.contradictions(free: piece.keys, held: piece.heldKeys)
    var isFound = piece.places.map { $0.isHere ? 1.0 : 0 }
    world.maximum(&isFound)
    try world.together { () throws(PieceError) in
      guard count == 0 else { throw .contradiction(count: count) }
      if let lost = isFound.firstIndex(of: 0) { throw .nowhere(piece.places[lost].name) }
    }
  }

  // MARK: Solutions

  /// The solution at μ, at the unknowns of the piece.
  ///
  /// - Parameters:
  ///   - row: Where it stands in a list, for the account; nil for what is not told.
  ///   - tolerance: The relative residual that is tried for; nil for that of the settings, which is
  ///     reached in any case.
  /// - Throws: On all ranks where one has no matrix, or where the iteration does not converge.
  public func solve(
    at mu: Parameter, row: Int? = nil, tolerance: Double? = nil
  ) throws(ModelError) -> [Double] {
    let (values, load) = try terms(at: mu)
    return try systems.state.withLock { state throws(ModelError) in
      let x = try solve(values, vectors.owned(adding: load), mu, row, tolerance, &state)
      return vectors.onPiece(x)
    }
  }

  /// The solution of A(μ) e = r for a residual at the owned unknowns; not part of the account.
  func correction(
    _ residual: [Double], at mu: Parameter, tolerance: Double
  ) throws(ModelError) -> [Double] {
    let (values, _) = try terms(at: mu)
    return try systems.state.withLock { state throws(ModelError) in
      vectors.onPiece(try solve(values, residual, mu, nil, tolerance, &state))
    }
  }

  /// The solution at μ to the last digits, at the unknowns of the piece: what bounds are held against
  /// must not be off by more than they are. Each correction starts from a residual in twice the working
  /// precision.
  public func refinedSolution(at mu: Parameter) throws(ModelError) -> [Double] {
    var u = try solve(at: mu, tolerance: 1e-12)
    for _ in 0..<2 {
      axpy(1, try correction(try residual(of: u, at: mu), at: mu, tolerance: 1e-6), into: &u)
    }
    return u
  }

  /// f(μ) − A(μ) v at the owned unknowns, of v at those of the piece; that of each piece is accumulated in
  /// twice the working precision.
  func residual(of v: [Double], at mu: Parameter) throws(ModelError) -> [Double] {
    let space = piece.parameterSpace
    let theta = try piece.operatorCoefficients.checkedValues(at: mu, in: space)
    let phi = try piece.loadCoefficients.checkedValues(at: mu, in: space)
    return vectors.owned(
      adding: compensatedResidual(
        operators: piece.operatorSum.terms, theta, loads: piece.loadSum.terms, phi, at: v,
        plus: [Double](repeating: 0, count: v.count)))
  }

  private func terms(at mu: Parameter) throws(ModelError) -> (values: [Double], load: [Double]) {
    let piece = piece
    do throws(DistributedFailure) {
      return try world.together { () throws(ModelError) in
        (try piece.systemMatrix(at: mu).values, try piece.load(at: mu))
      }
    } catch { throw ModelError(error, at: mu) }
  }

  private func system(
    _ rows: SparseMatrix<Double>
  ) throws(DistributedFailure) -> DistributedDefiniteSystem<C> {
    try DistributedDefiniteSystem(
      DistributedMatrix(rows: rows, distribution, world), near: near,
      spectral: settings.spectralSpace)
  }

  private func solve(
    _ values: [Double], _ b: [Double], _ mu: Parameter, _ row: Int?, _ tolerance: Double?,
    _ state: inout DividedSystems<C>.State
  ) throws(ModelError) -> [Double] {
    let start = ContinuousClock.now
    let rows = assembly.rows(values)
    var system: DistributedDefiniteSystem<C>
    let isOld = state.system != nil
    do throws(DistributedFailure) {
      if let known = state.system {
        system = known
        state.system = nil
        try system.refresh(rows: rows)
      } else {
        system = try self.system(rows)
      }
    } catch { throw ModelError(error, at: mu) }
    var x = [Double](repeating: 0, count: b.count)
    var rule = settings.rule
    // As far as round-off lets it come, and no further.
    if let tolerance { (rule.relative, rule.patience) = (min(rule.relative, tolerance), 40) }
    var report = system.solve(b, from: &x, until: rule)
    if isOld, !report.status.isConverged, report.residual > settings.rule.relative {
      // The coarse space was made for another matrix.
      do throws(DistributedFailure) { system = try self.system(rows) } catch {
        throw ModelError(error, at: mu)
      }
      x = [Double](repeating: 0, count: b.count)
      report = system.solve(b, from: &x, until: rule)
    }
    state.system = system
    let seconds = (ContinuousClock.now - start).inSeconds
    state.seconds += seconds
    let outcome = SystemOutcome(
      x: x, report: report, method: .cg, preconditioner: .twoLevelSchwarz,
      reason: "the mesh is in pieces, one on each of \(world.size) ranks", seconds: seconds)
    if let row { state.account.note(outcome, row: row) }
    guard report.status.isConverged || report.residual <= settings.rule.relative else {
      throw .notSolved(outcome, at: mu)
    }
    return x
  }
}

/// The systems of a problem in pieces and of its duals, which have the same matrices.
private final class DividedSystems<C: Communicator>: Sendable {
  struct State: Sendable {
    var system: DistributedDefiniteSystem<C>?
    var account = SequenceAccount(order: .given)
    var seconds = 0.0
  }

  let state = Mutex(State())
}

extension ModelError {
  /// What a failure of some rank is here.
  init(_ failure: DistributedFailure, at mu: Parameter) {
    switch failure {
    case .here(_, let cause as ModelError): self = cause
    case .here(_, let cause as FactorizationError): self = .factorization(cause, at: mu)
    case .here: self = .onAnotherRank("\(failure)")
    case .elsewhere(_, _, let isNotConverged):
      self.init(ofAnotherRank: "\(failure)", isNotConverged: isNotConverged)
    }
  }
}
