internal import ComplexModule
public import LinearAlgebra
internal import RealModule

/// Restarted GMRES for many right-hand sides and any nonsingular A, preconditioned from the right.
///
/// Directions that depend on the space so far are dropped from the block, exact dependencies and
/// converged columns with them.
///
/// - Complexity: s products, s preconditionings and O(n j s²) operations of BLAS-3 in step j; holds
///   the basis of a cycle, at most m blocks of s vectors, twice (also preconditioned).
/// - Source: Gutknecht, *Block Krylov space methods for linear systems with multiple right-hand
///   sides: an introduction*, in Modern Mathematical Models, Methods and Algorithms for Real World
///   Systems, 2006.
public struct BlockGMRES<S: Scalar>: BlockSolver {
  /// The order of its systems.
  public let order: Int
  /// m, in blocks.
  public let restart: Int

  /// A solver for systems of order `n`, restarted after `restart` blocks.
  public init(order n: Int, restart: Int = 30) {
    precondition(restart > 0, "a restart after \(restart) steps")
    order = n
    self.restart = restart
  }

  /// Improves X until every column meets the rule.
  public mutating func solve<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ b: DenseMatrix<S>, from x: inout DenseMatrix<S>, preconditioner m: M,
    until rule: StoppingRule
  ) -> SolveReport where A.Element == S, M.Element == S {
    solveInPasses(a, b, from: &x, rule) { x, r, run in cycle(a, &x, r, m, &run) }
  }

  /// Minimises over span{Z}, A Z = Q R kept as an orthonormal Q and the coefficients R: the residual
  /// is R₀ − Q Qᴴ R₀, the correction Z R⁻¹ QᴴR₀.
  private func cycle<A: LinearOperator, M: Preconditioner>(
    _ a: A, _ x: inout DenseMatrix<S>, _ r: DenseMatrix<S>, _ m: M, _ run: inout BlockRun<S>
  ) where A.Element == S, M.Element == S {
    guard var basis = GramOrthonormalization(r)?.q else {
      return run.breakDown(.invariantSubspace)
    }
    var images = GramSchmidt<S>(rowCount: order)
    var searched = DenseMatrix<S>(rowCount: order, columnCount: 0)
    var triangles: [DenseMatrix<S>] = []
    var rest = r
    for _ in 0..<restart {
      let z = preconditioned(m, basis)
      run.preconditionings += z.columnCount
      let image = a.applied(to: z)
      run.products += z.columnCount
      guard let added = try? images.append(image, tolerance: 1e-12) else {
        return run.record([.nan])
      }
      guard !added.kept.isEmpty else {
        run.breakDown(.invariantSubspace)
        break
      }
      let kept = DenseMatrix(rowCount: order, columns: added.kept.map { z.column($0) })
      searched.appendColumns(of: kept)
      triangles.append(
        DenseMatrix(
          rowCount: added.coefficients.rowCount,
          columns: added.kept.map { added.coefficients.column($0) }))
      let new = images.vectors.columns(
        images.vectors.columnCount - added.kept.count..<images.vectors.columnCount)
      rest = rest - new * new.adjointTimes(rest)
      run.record(columnNorms(rest))
      if run.status != nil { break }
      // The next directions: the new images, which span the growth of the Krylov space.
      basis = new
    }
    guard searched.columnCount > 0 else { return }
    var upper = DenseMatrix<S>(rowCount: searched.columnCount, columnCount: searched.columnCount)
    var column = 0
    for block in triangles {
      for j in 0..<block.columnCount {
        for i in 0..<block.rowCount { upper[i, column] = block[i, j] }
        column += 1
      }
    }
    x = x + searched * upper.solvedUpper(images.vectors.adjointTimes(r))
  }
}
