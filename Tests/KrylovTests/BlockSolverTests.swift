import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct BlockSolverTests {
  let n = ModelSystems.grid.count

  func block(_ count: Int) -> DenseMatrix<Double> {
    DenseMatrix(
      rowCount: n,
      columns: (0..<count).map { ModelSystems.vector(seed: UInt64($0 + 1), count: n) })
  }

  @Test func `all columns of a definite system are solved in fewer steps than one alone`() {
    let a = ModelSystems.definite
    let m = AbsoluteDiagonal(a)
    let b = block(6)
    var (cg, many) = (ConjugateGradients<Double>(order: n), BlockCG<Double>(order: n))
    let alone = cg.solve(a, b.column(0), preconditioner: m).report
    let (x, report) = many.solve(a, b, preconditioner: m)
    #expect(report.status == .converged)
    #expect(report.iterations < alone.iterations)
    for j in 0..<6 { #expect(relativeDistance(a * x.column(j), b.column(j)) <= 2e-8) }
  }

  @Test func `one column makes it conjugate gradients`() {
    let (a, b) = (ModelSystems.definite, block(1))
    var (cg, many) = (ConjugateGradients<Double>(order: n), BlockCG<Double>(order: n))
    let alone = cg.solve(a, b.column(0)).report
    let report = many.solve(a, b, preconditioner: IdentityPreconditioner(order: n)).report
    #expect(abs(report.iterations - alone.iterations) <= 1)
  }

  @Test func `dependent and vanishing columns do no harm`() {
    let (a, f) = (ModelSystems.definite, ModelSystems.nonsymmetric)
    var b = block(4)
    b.setColumn(1, b.column(0).map { 3 * $0 })
    b.setColumn(2, [Double](repeating: 0, count: n))
    var (cg, gmres) = (BlockCG<Double>(order: n), BlockGMRES<Double>(order: n))
    let identity = IdentityPreconditioner<Double>(order: n)
    let (x, first) = cg.solve(a, b, preconditioner: identity)
    let (y, second) = gmres.solve(f, b, preconditioner: identity)
    #expect(first.status == .converged)
    #expect(second.status == .converged)
    #expect(x.column(2).allSatisfy { $0 == 0 })
    for j in [0, 1, 3] {
      #expect(relativeDistance(a * x.column(j), b.column(j)) <= 2e-8)
      #expect(relativeDistance(f * y.column(j), b.column(j)) <= 2e-8)
    }
  }

  @Test func `one column makes it GMRES step by step`() {
    let (a, b) = (ModelSystems.nonsymmetric, block(1))
    let m = AbsoluteDiagonal(a)
    var (gmres, many) = (GMRES<Double>(order: n), BlockGMRES<Double>(order: n))
    let first = gmres.solve(a, b.column(0), preconditioner: m).report
    let second = many.solve(a, b, preconditioner: m).report
    #expect(abs(first.iterations - second.iterations) <= 1)
  }

  @Test func `complex blocks are solved`() {
    let a = ModelSystems.complexSymmetric
    let b = DenseMatrix(
      rowCount: n,
      columns: (0..<4).map { ModelSystems.complexVector(seed: UInt64(10 + $0), count: n) })
    var solver = BlockGMRES<Complex<Double>>(order: n, restart: 40)
    let (x, report) = solver.solve(a, b, preconditioner: AbsoluteDiagonal(a))
    #expect(report.status == .converged)
    for j in 0..<4 { #expect(relativeDistance(a * x.column(j), b.column(j)) <= 2e-8) }
  }

  @Test func `an indefinite matrix is named by the block method too`() {
    var solver = BlockCG<Double>(order: n)
    let report = solver.solve(
      ModelSystems.indefinite, block(3), preconditioner: IdentityPreconditioner(order: n)
    ).report
    #expect(report.status == .breakdown(.operatorNotDefinite))
  }
}
