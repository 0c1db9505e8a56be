public import LinearAlgebra
internal import Synchronization

/// Solves Σ θ_q(μ) A_q u = Σ θ_p(μ) f_p for any number of parameters with one symbolic analysis.
///
/// Several threads may ask at the same time; each uses a factorization of its own, so an answer
/// does not depend on who else asks.
public final class FullOrderSolver: Sendable {
  /// The problem.
  public let decomposition: AffineDecomposition
  private let symbolic: SymbolicCholesky
  private let handles = Mutex([SparseCholesky]())
  private let spent = Mutex(Work())

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

  /// What has been done so far.
  public var work: Work { spent.withLock { $0 } }

  /// Analyses the common pattern of the operator terms.
  ///
  /// - Throws: When the pattern is not symmetric or memory is short.
  public init(_ decomposition: AffineDecomposition) throws(FactorizationError) {
    self.decomposition = decomposition
    symbolic = try SymbolicCholesky(decomposition.operatorSum.terms[0].pattern)
  }

  /// The solution at μ over the free unknowns.
  ///
  /// - Complexity: One numerical factorization.
  /// - Throws: When `mu` does not fit, a coefficient is not finite, or A(μ) not positive definite.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] {
    let load = try decomposition.load(at: mu)
    return try withFactor(at: mu) { $0.solve(load) }
  }

  /// The solutions at many parameters, on all threads, in the order of the parameters.
  ///
  /// - Throws: The first failure in that order.
  public func solve(at points: [Parameter]) throws(ModelError) -> [[Double]] {
    var results = [Result<[Double], ModelError>](repeating: .success([]), count: points.count)
    unsafe results.withDisjointWrites { results in
      forEachChunk(of: points.count, size: 1) { range in
        for row in range {
          // Safe: row `row` belongs to this range alone.
          do throws(ModelError) {
            unsafe results.base[row] = .success(try solve(at: points[row]))
          } catch { unsafe results.base[row] = .failure(error) }
        }
      }
    }
    var states: [[Double]] = []
    for result in results { states.append(try result.get()) }
    return states
  }

  /// Runs `body` with the factorized A(μ).
  public func withFactor<Value>(
    at mu: Parameter, _ body: (SparseCholesky) -> Value
  ) throws(ModelError) -> Value {
    let start = ContinuousClock.now
    let matrix = try decomposition.systemMatrix(at: mu)
    let factor: SparseCholesky
    do throws(FactorizationError) {
      if let handle = handles.withLock({ $0.popLast() }) {
        factor = handle
        try factor.refactorize(matrix)
      } else {
        factor = try SparseCholesky(matrix, symbolic: symbolic)
      }
    } catch { throw .factorization(error, at: mu) }
    let factored = ContinuousClock.now
    defer {
      handles.withLock { $0.append(factor) }
      let end = ContinuousClock.now
      spent.withLock {
        $0.factorizations += 1
        $0.factorizationSeconds += (factored - start).inSeconds
        $0.solveSeconds += (end - factored).inSeconds
      }
    }
    return body(factor)
  }
}

/// An affine model made of its decomposition alone.
public struct AffineProblem: AffineModel {
  /// The terms, coefficients and outputs.
  public let decomposition: AffineDecomposition
  private let solver: FullOrderSolver

  /// A model that solves its decomposition.
  ///
  /// - Throws: As ``FullOrderSolver``.
  public init(_ decomposition: AffineDecomposition) throws(FactorizationError) {
    self.decomposition = decomposition
    solver = try FullOrderSolver(decomposition)
  }

  /// The solution at μ over the free unknowns.
  public func solve(at mu: Parameter) throws(ModelError) -> [Double] { try solver.solve(at: mu) }
}
