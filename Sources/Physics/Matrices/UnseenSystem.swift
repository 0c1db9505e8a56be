internal import LinearAlgebra
internal import ModelReduction

/// What sums of samples miss of the whole system at a parameter where nothing was learnt.
struct UnseenSystem<S: Scalar> {
  let mu: Parameter
  /// A(μ) less its sum.
  var operatorGap: SparseMatrix<S>?
  /// f(μ) less its sum.
  var loadGap: [S]?

  /// ‖u − ũ‖ / ‖u‖ of the solutions of the matrices themselves, u, and of the sums.
  ///
  /// - Throws: What stands in the way of one of them.
  func solutionError(_ solver: FullSystemSolver<S>) throws(ModelError) -> Double {
    let system = solver.system
    var load = try system.load(at: mu)
    if let loadGap { axpy(1, loadGap, into: &load) }
    let matrix = try system.systemMatrix(at: mu)
    let exact: [S]
    do throws(FactorizationError) {
      exact = try SparseLU(operatorGap.map { matrix + $0 } ?? matrix).solve(load)
    } catch { throw .factorization(error, at: mu) }
    let size = norm(exact)
    let distance = norm(zip(exact, try solver.solve(at: mu)).map { $0 - $1 })
    return size > 0 ? distance / size : distance
  }
}

/// Collects what is missed, term by term.
struct UnseenGaps<S: Scalar> {
  private var found: [UnseenSystem<S>] = []

  /// Nothing is collected unless every sampled term was looked at at the same parameters.
  init(_ problem: SampledProblem) {
    let sampled = (problem.operators + problem.loads).filter { $0.triangle != nil }
    guard let points = sampled.first?.unseen.map(\.mu),
      sampled.allSatisfy({ $0.unseen.map(\.mu) == points })
    else { return }
    found = points.map { UnseenSystem(mu: $0) }
  }

  mutating func add(_ gap: SparseMatrix<S>, _ k: Int, of term: SampledTerm) {
    guard found.indices.contains(k) else { return }
    let factor: S = term.factor.value(at: found[k].mu)
    let part = factor * gap
    found[k].operatorGap = found[k].operatorGap.map { $0 + part } ?? part
  }

  mutating func add(_ gap: [S], _ k: Int, of term: SampledTerm) {
    guard found.indices.contains(k) else { return }
    var sum = found[k].loadGap ?? [S](repeating: S.zero, count: gap.count)
    axpy(term.factor.value(at: found[k].mu), gap, into: &sum)
    found[k].loadGap = sum
  }

  /// What was collected.
  var systems: [UnseenSystem<S>] { found }
}
