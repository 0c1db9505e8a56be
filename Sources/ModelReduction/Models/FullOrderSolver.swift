public import LinearAlgebra
public import LinearSolvers
internal import Synchronization

/// Solves Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p for any number of parameters with one symbolic analysis.
///
/// Several threads may ask at the same time; each uses a factorization of its own, so an answer
/// does not depend on who else asks.
public final class FullOrderSolver: Sendable {
  /// The problem.
  public let decomposition: AffineDecomposition
  /// nil until the first factorization: iterations need none.
  private let symbolic = Mutex<SymbolicCholesky?>(nil)
  private let iterative = Mutex<IterativeSolves<Double>?>(nil)
  private let factors = FactorPool<SparseCholesky>()

  /// What a solver has done: the seconds are those of the threads that asked, added up.
  public struct Work: Sendable, Equatable {
    /// Numerical factorizations.
    public var factorizations = 0
    /// Combining the terms and factorizing.
    public var factorizationSeconds = 0.0
    /// What was done with the factors.
    public var solveSeconds = 0.0

    /// Nothing yet.
    public init() {}
  }

  /// What has been done so far by factorization.
  public var work: Work { factors.work }
  /// The systems that were solved as sequences; nil where all are factorized.
  public var sequence: SequenceAccount? { iterative.withLock { $0 }?.account }
  /// The subdomain of each unknown where they are solved by a Schwarz method; nil elsewhere.
  public var partition: [Int32]? {
    iterative.withLock { $0 }?.partition(of: decomposition.operatorSum.terms[0].pattern)
  }

  /// Solves systems as the settings say from now on. Dual problems and true errors are factorized
  /// as before.
  public func use(_ settings: SolverSettings) {
    iterative.withLock { $0 = IterativeSolves(settings) }
  }

  /// A solver; the common pattern of the operator terms is analysed before the first factorization.
  public init(_ decomposition: AffineDecomposition) { self.decomposition = decomposition }

  /// The solution at μ over the free unknowns.
  ///
  /// - Complexity: One numerical factorization, or what ``use(_:)`` asked for.
  /// - Throws: When `mu` does not fit, a coefficient is not finite, or A(μ) not positive definite.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] {
    let load = try decomposition.load(at: mu)
    if let iterative = iterative.withLock({ $0 }) {
      return try factors.timed { () throws(ModelError) in
        try iterative.solve(try decomposition.systemMatrix(at: mu), load, at: mu)
      }
    }
    return try withFactor(at: mu) { $0.solve(load) }
  }

  /// The solutions at many parameters, on all threads and ranks, in the order of the parameters; by
  /// factorization side by side, iteratively one after the other.
  ///
  /// - Throws: The first failure in that order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[Double]] {
    if let iterative = iterative.withLock({ $0 }) {
      return try factors.timed { () throws(ModelError) in
        try iterative.solve(at: points) { mu throws(ModelError) in
          (try decomposition.systemMatrix(at: mu), try decomposition.load(at: mu))
        }
      }
    }
    let spread = try overRanks(points.count) { k throws(ModelError) in
      try solve(at: points[k])
    }
    if let spread { return spread }
    let results = forEachPoint(of: points, chunk: 1) { mu throws(ModelError) in
      try solve(at: mu)
    }
    var states: [[Double]] = []
    for result in results { states.append(try result.get()) }
    return states
  }

  /// The analysis of the pattern, by the first thread that asks.
  private func analysis() throws(FactorizationError) -> SymbolicCholesky {
    try symbolic.withLock { symbolic throws(FactorizationError) in
      if let symbolic { return symbolic }
      let made = try SymbolicCholesky(decomposition.operatorSum.terms[0].pattern)
      symbolic = made
      return made
    }
  }

  /// Runs `body` with the factorized A(μ).
  public func withFactor<Value>(
    at mu: Parameter, _ body: (SparseCholesky) -> Value
  ) throws(ModelError) -> Value {
    try factors.withFactor(
      of: decomposition.systemMatrix, at: mu,
      factorize: { matrix, waiting throws(FactorizationError) in
        guard let waiting else {
          return try SparseCholesky(matrix, symbolic: try analysis())
        }
        try waiting.refactorize(matrix)
        return waiting
      }, body)
  }
}

/// An affine model made of its decomposition alone.
public struct AffineProblem: AffineModel {
  /// The terms, coefficients and outputs.
  public let decomposition: AffineDecomposition
  private let solver: FullOrderSolver

  /// A model that solves its decomposition.
  public init(_ decomposition: AffineDecomposition) {
    self.decomposition = decomposition
    solver = FullOrderSolver(decomposition)
  }

  /// The solution at μ over the free unknowns.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] { try solver.solve(at: mu) }
}
