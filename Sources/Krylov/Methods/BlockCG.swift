internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Conjugate gradients for many right-hand sides, Hermitian positive definite A and M.
///
/// The search directions are orthonormalised in every step, so that columns that converge early or
/// depend on others drop out of the block instead of breaking it.
///
/// - Complexity: s products, s preconditionings and O(n s²) operations of BLAS-3 an iteration.
/// - Source: O'Leary, *The block conjugate gradient algorithm and related methods*, Linear Algebra
///   Appl. 29 (1980); the orthonormal directions: Ji, Li, *A breakdown-free block conjugate gradient
///   method*, BIT 57 (2017).
public struct BlockCG<S: Scalar>: BlockSolver {
  /// The order of its systems.
  public let order: Int

  /// A solver for systems of order `n`.
  public init(order n: Int) { order = n }

  /// Improves X until every column meets the rule.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: DenseMatrix<S>, from x: inout DenseMatrix<S>, preconditioner m: M,
    until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    solveInPasses(a, b, from: &x, rule) { x, r, run in pass(a, &x, r, m, &run) }
  }

  private func pass<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ x: inout DenseMatrix<S>, _ first: DenseMatrix<S>, _ m: M, _ run: inout BlockRun<S>
  ) where A.Element == S, M.Element == S {
    var r = first
    var directions = preconditioned(m, r)
    run.preconditionings += r.columnCount
    while run.status == nil {
      guard let p = GramOrthonormalization(directions)?.q else {
        return run.breakDown(.invariantSubspace)
      }
      let q = a.applied(to: p)
      run.products += p.columnCount
      guard let energy = try? Cholesky(p.adjointTimes(q).hermitianPart) else {
        return run.breakDown(.operatorNotDefinite)
      }
      let alpha = energy.solve(p.adjointTimes(r))
      x = x + p * alpha
      r = r - q * alpha
      run.record(columnNorms(r))
      guard run.status == nil else { return }
      let z = preconditioned(m, r)
      run.preconditionings += r.columnCount
      directions = z - p * energy.solve(q.adjointTimes(z))
    }
  }
}
