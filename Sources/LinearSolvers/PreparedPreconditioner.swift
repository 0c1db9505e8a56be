internal import ComplexModule
internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra

/// A preconditioner that follows the matrices of a sequence.
struct PreparedPreconditioner<S: Scalar>: Sendable {
  let kind: PreconditionerKind
  let settings: SolverSettings
  private(set) var current: (any Preconditioner<S>)?
  /// ω of the next matrix.
  var relaxation: Double
  private var incompleteCholesky: IncompleteCholesky<S>?
  private var incompleteLU: IncompleteLU<S>?
  private var multigrid: SmoothedAggregation?
  /// The matrix in blocks where it has three unknowns at each node and steps are many.
  private(set) var blocks: NodalMatrix?
  private var pattern: SparsityPattern?
  private var wantsRenewal = false

  init(_ kind: PreconditionerKind, _ settings: SolverSettings) {
    (self.kind, self.settings) = (kind, settings)
    relaxation = settings.relaxation
  }

  /// Whether it stays as it is while the matrices change.
  var isKept: Bool { kind == .neighbour || kind == .definitePart }

  /// Takes the next matrix.
  mutating func follow(_ a: SparseMatrix<S>) throws(FactorizationError) {
    if isKept, current != nil, !wantsRenewal, current?.rowCount == a.rowCount { return }
    wantsRenewal = false
    let isSame = a.pattern === pattern
    pattern = a.pattern
    blocks = nil
    switch kind {
    case .auto, .none: current = IdentityPreconditioner<S>(order: a.rowCount)
    case .jacobi: current = try Jacobi(a)
    case .ssor: current = try SymmetricOverrelaxation(a, omega: relaxation)
    case .incompleteCholesky:
      if let real = a as? SparseMatrix<Double>, let found = nodalBlocks(real) {
        blocks = found
        current = try NodalIncompleteCholesky(real) as? any Preconditioner<S>
        return
      }
      try makeIncompleteCholesky(a, isSame)
    // On squares of 64, 128 and 256 nodes a side ω = 0.99 needs at most 12 % more iterations than the
    // best ω of each, on a cube of 40 a side 4 %.
    case .modifiedCholesky: try makeIncompleteCholesky(a, isSame, modification: 0.99)
    case .incompleteLU: try makeIncompleteLU(a, isSame)
    case .modifiedLU: try makeIncompleteLU(a, isSame, modification: 0.99)
    case .thresholdLU:
      current = try IncompleteLU(
        a, dropTolerance: 1e-3, fill: 2 * (a.pattern.entryCount / max(1, a.rowCount)) + 5)
    case .chebyshev: current = try chebyshev(a)
    case .multigrid: current = try aggregation(a, isSame)
    case .schwarz, .twoLevelSchwarz: current = try schwarz(a)
    case .neighbour: current = try FactorizedPreconditioner(a)
    case .definitePart: current = try definitePart(a)
    }
  }

  private mutating func makeIncompleteCholesky(
    _ a: SparseMatrix<S>, _ isSame: Bool, modification omega: Double = 0
  ) throws(FactorizationError) {
    if isSame, incompleteCholesky != nil {
      try incompleteCholesky?.refactorize(a)
    } else {
      incompleteCholesky = try IncompleteCholesky(a, modification: omega)
    }
    current = incompleteCholesky
  }

  private mutating func makeIncompleteLU(
    _ a: SparseMatrix<S>, _ isSame: Bool, modification omega: Double = 0
  ) throws(FactorizationError) {
    if isSame, incompleteLU != nil {
      try incompleteLU?.refactorize(a)
    } else {
      incompleteLU = try IncompleteLU(a, modification: omega)
    }
    current = incompleteLU
  }

  /// A kept one is made anew when a solve took twice as long as the first with it.
  mutating func judge(iterations: Int, first: Int) {
    if isKept, iterations > 2 * first + 4 { wantsRenewal = true }
  }

  /// The matrix in blocks where it has three unknowns at each node and its blocks few gaps.
  private func nodalBlocks(_ a: SparseMatrix<Double>) -> NodalMatrix? {
    guard a.rowCount % 3 == 0, let nodes = nodes(a.pattern, hasModes: false), nodes.isUniform,
      nodes.componentCount == 3
    else { return nil }
    let blocks = NodalMatrix(a)
    return 2 * blocks.entryCount <= 3 * a.pattern.entryCount ? blocks : nil
  }

  private func chebyshev(
    _ a: SparseMatrix<S>
  ) throws(FactorizationError) -> any Preconditioner<S> {
    guard let real = a as? SparseMatrix<Double> else { throw .notReal }
    guard
      let method = try ChebyshevPolynomial(real, degree: 6, diagonal: real.diagonal)
        as? any Preconditioner<S>
    else { preconditionFailure("no polynomial") }
    return method
  }

  /// The aggregates stay as long as the pattern does.
  private mutating func aggregation(
    _ a: SparseMatrix<S>, _ isSame: Bool
  ) throws(FactorizationError) -> any Preconditioner<S> {
    guard let real = a as? SparseMatrix<Double> else { throw .notReal }
    if isSame, multigrid != nil {
      try multigrid?.refresh(real)
    } else {
      let modes = modes(real.rowCount)
      multigrid = try SmoothedAggregation(
        real, nodes: nodes(real.pattern, hasModes: modes != nil), nearNullSpace: modes)
    }
    guard let method = multigrid as? any Preconditioner<S> else {
      preconditionFailure("no multigrid")
    }
    return method
  }

  /// By multigrid where that suits it: a cycle takes a fifth of the time of a solve with factors, on a
  /// square of 256 nodes a side, and 11 iterations take the place of 7.
  private mutating func definitePart(
    _ a: SparseMatrix<S>
  ) throws(FactorizationError) -> any Preconditioner<S> {
    let part = try a.definitePart()
    guard Self.suitsMultigrid(part) else { return try FactorizedPreconditioner(part) }
    return try aggregation(part, false)
  }

  /// Takes the definite part of a matrix if multigrid suits it, which costs little.
  ///
  /// - Returns: False where it does not, or where the part or its levels cannot be made.
  mutating func followDefinitePartCheaply(_ a: SparseMatrix<S>) -> Bool {
    guard let part = try? a.definitePart(), Self.suitsMultigrid(part) else { return false }
    current = try? aggregation(part, false)
    return current != nil
  }

  /// Whether the definite part of a matrix is dealt with by multigrid.
  static func takesMultigrid(forDefinitePartOf a: SparseMatrix<S>) -> Bool {
    (try? a.definitePart()).map(suitsMultigrid) ?? false
  }

  /// Smoothed aggregation needs couplings of one sign, for which constants have no energy.
  private static func suitsMultigrid(_ part: SparseMatrix<S>) -> Bool {
    guard S.self == Double.self, part.isDominantWithoutPositiveEntries() else { return false }
    let character = MatrixCharacter(part)
    return character.dimension > 1.5 && character.side > 40
  }

  private func schwarz(
    _ a: SparseMatrix<S>
  ) throws(FactorizationError) -> any Preconditioner<S> {
    let decomposition: OverlappingDecomposition
    do {
      decomposition = try OverlappingDecomposition(
        a.pattern, count: settings.subdomainCount(order: a.rowCount), overlap: 2)
    } catch {
      // Nothing to cut: one subdomain.
      decomposition = OverlappingDecomposition(
        order: a.rowCount, sets: [Array(0..<Int32(a.rowCount))])
    }
    if let real = a as? SparseMatrix<Double>, MatrixCharacter(real).mayBeDefinite,
      let local = try? AdditiveSchwarz<SparseCholesky>(real, decomposition)
    {
      let method: any Preconditioner<Double> =
        kind == .schwarz
        ? local : try TwoLevelSchwarz(real, local: local, coarse(real, decomposition))
      if let method = method as? any Preconditioner<S> { return method }
    }
    let local = try AdditiveSchwarz<SparseLU<S>>(a, decomposition, .restricted)
    return kind == .schwarz
      ? local : try TwoLevelSchwarz(a, local: local, CoarseSpace<S>.nicolaides(decomposition))
  }

  /// The modes of the settings where they are of this order.
  private func modes(_ order: Int) -> DenseMatrix<Double>? {
    settings.nearNullSpace.flatMap { $0.rowCount == order ? $0 : nil }
  }

  /// The nodes of the settings where they are those of this matrix, else those that its pattern shows;
  /// without modes only if all have the same unknowns, so that constants make sense.
  private func nodes(_ pattern: SparsityPattern, hasModes: Bool) -> NodeBlocks? {
    if let nodes = settings.nodes, nodes.unknownCount == pattern.rowCount { return nodes }
    guard settings.nodes == nil, let found = NodeBlocks(foundIn: pattern) else { return nil }
    return hasModes || found.isUniform ? found : nil
  }

  /// Given modes first, then GenEO where the matrix can be split into parts, constants else.
  private func coarse(
    _ a: SparseMatrix<Double>, _ decomposition: OverlappingDecomposition
  ) throws(FactorizationError) -> CoarseSpace<Double> {
    if let modes = modes(a.rowCount) {
      return try CoarseSpace<Double>.nearNullSpace(modes, decomposition)
    }
    guard let parts = try? LumpedSplitting(a) else {
      return CoarseSpace<Double>.nicolaides(decomposition)
    }
    return try settings.spectralSpace.space(a, parts, decomposition).space
  }
}
