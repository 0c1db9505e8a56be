internal import ComplexModule
internal import DomainDecomposition
internal import Krylov
internal import LinearAlgebra

/// One system solved by all ranks together: each owns the rows of some subdomains, and a Schwarz
/// method over all of them preconditions conjugate gradients, or GMRES where A is not definite.
///
/// Every rank comes with the whole of A and b and leaves with the whole of x, with the same bits.
struct DistributedSystem<S: Scalar> {
  let settings: SolverSettings
  let kind: PreconditionerKind
  let method: SolverMethod

  /// Whether a method and a preconditioner can be spread.
  static func spreads(_ choice: SolverChoice) -> Bool {
    choice.preconditioner.hasSubdomains
      && [.cg, .deflatedCG, .gmres, .fgmres, .gcroDR, .bicgstab].contains(choice.method)
  }

  /// Solves A x = b from x; collective.
  ///
  /// - Throws: On all ranks if a factorization fails on one.
  func solve<C: Communicator>(
    _ world: C, _ a: SparseMatrix<S>, _ b: [S], from x: inout [S]
  ) throws(FactorizationError) -> SolveReport {
    let distribution = Distribution(parts: parts(a.pattern, world.size), world)
    let rows = DistributedMatrix(replicated: a, distribution, world)
    var mine = distribution.local(x)
    let right = distribution.local(b)
    let report: SolveReport
    do throws(DistributedFailure) {
      if method.needsDefinite, let rows = rows as? DistributedMatrix<Double, C>,
        let right = (right as Any) as? [Double], var local = (mine as Any) as? [Double]
      {
        report = try definite(world, rows, right, &local)
        if let local = (local as Any) as? [S] { mine = local }
      } else {
        report = try general(world, rows, right, &mine)
      }
    } catch {
      if case .here(_, let cause) = error, let cause = cause as? FactorizationError { throw cause }
      throw .onAnotherRank("\(error)")
    }
    // The whole solution, from the ascending unknowns of each rank.
    let all = world.gather(mine)
    var next = [Int](repeating: 0, count: world.size)
    for i in x.indices {
      let owner = distribution.owner(of: Int32(i))
      x[i] = all[owner][next[owner]]
      next[owner] += 1
    }
    return report
  }

  private func definite<C: Communicator>(
    _ world: C, _ rows: DistributedMatrix<Double, C>, _ right: [Double], _ x: inout [Double]
  ) throws(DistributedFailure) -> SolveReport {
    guard kind == .twoLevelSchwarz else {
      let local = try DistributedSchwarz<SparseCholesky, C>(rows, overlap: 2)
      var solver = DistributedConjugateGradients<Double, C>(order: x.count, world)
      return solver.solve(rows, right, from: &x, preconditioner: local, until: settings.rule)
    }
    var near: DenseMatrix<Double>?
    if let modes = settings.nearNullSpace, modes.rowCount == rows.distribution.order {
      near = modes.gathering(rows: rows.distribution.owned.map(Int.init))
    }
    var system = try DistributedDefiniteSystem(rows, near: near, spectral: settings.spectralSpace)
    return system.solve(right, from: &x, until: settings.rule)
  }

  private func general<C: Communicator>(
    _ world: C, _ rows: DistributedMatrix<S, C>, _ right: [S], _ x: inout [S]
  ) throws(DistributedFailure) -> SolveReport {
    let local = try DistributedSchwarz<SparseLU<S>, C>(rows, overlap: 2, .restricted)
    var solver = DistributedGMRES<S, C>(order: x.count, restart: settings.restart, world)
    guard kind == .twoLevelSchwarz else {
      return solver.solve(rows, right, from: &x, preconditioner: local, until: settings.rule)
    }
    let m = try DistributedTwoLevelSchwarz(
      rows, local: local, CoarseSpace<S>.nicolaides(local.decomposition))
    return solver.solve(rows, right, from: &x, preconditioner: m, until: settings.rule)
  }

  /// The subdomain of each unknown, the same on all ranks.
  private func parts(_ pattern: SparsityPattern, _ ranks: Int) -> [Int32] {
    let n = pattern.rowCount
    guard n > ranks, let parts = settings.partition(of: pattern) else {
      return (0..<n).map { Int32($0 * min(ranks, n) / max(1, n)) }
    }
    return parts
  }
}
