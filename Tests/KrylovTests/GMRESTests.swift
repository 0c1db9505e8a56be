import ComplexModule
import Krylov
import LinearAlgebra
import TestSupport
import Testing

@Suite struct GMRESTests {
  let n = ModelSystems.grid.count

  @Test func `the residual never grows and ends at zero after n steps`() {
    // A cyclic shift: GMRES stands still until step n, where it has the solution.
    let n = 12
    let a = SparseMatrix(
      rowCount: n, columnCount: n, rows: (0..<Int32(n)).map { $0 },
      columns: (0..<Int32(n)).map { ($0 + 1) % Int32(n) }, entries: [Double](repeating: 1, count: n)
    )
    var b = [Double](repeating: 0, count: n)
    b[0] = 1
    var solver = GMRES<Double>(order: n, restart: n)
    let (x, report) = solver.solve(a, b, until: StoppingRule(relative: 1e-12))
    #expect(report.iterations == n)
    #expect(report.history.dropLast().allSatisfy { ($0 - 1).magnitude < 1e-14 })
    #expect(relativeDistance(a * x, b) < 1e-12)
  }

  @Test func `residuals within a cycle are those of the true minimisation`() throws {
    // min over x in span{b, Ab, A²b, A³b}, by a dense least-squares problem.
    let (a, b) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 1, count: n))
    var solver = GMRES<Double>(order: n)
    let report = solver.solve(a, b, until: StoppingRule(relative: 0, iterations: 4)).report
    var krylov = DenseMatrix<Double>(rowCount: n, columnCount: 0)
    var vector = b
    for step in 1...4 {
      vector = a * vector
      krylov.appendColumn(vector)
      let y = try QR(krylov).solveLeastSquares(
        DenseMatrix(rowCount: n, columnCount: 1, values: b))
      let rest = norm(zip(b, krylov * y.values).map { $0 - $1 }) / norm(b)
      #expect((report.history[step] - rest).magnitude < 1e-11)
    }
  }

  @Test func `the flexible form with a fixed preconditioner is GMRES`() {
    let (a, b) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 2, count: n))
    let m = AbsoluteDiagonal(a)
    var (plain, flexible) = (GMRES<Double>(order: n), FGMRES<Double>(order: n))
    let (first, second) = (
      plain.solve(a, b, preconditioner: m).report, flexible.solve(a, b, preconditioner: m).report
    )
    #expect(first.iterations == second.iterations)
    #expect(zip(first.history, second.history).allSatisfy { ($0 - $1).magnitude <= 1e-6 * $0 })
  }

  @Test func `a preconditioner that turns is no harm to the flexible forms`() {
    let (a, b) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 3, count: n))
    var (flexible, recycling) = (
      FGMRES<Double>(order: n, restart: 60), GCRODR<Double>(order: n)
    )
    for report in [
      flexible.solve(a, b, preconditioner: TurningPreconditioner(a)).report,
      recycling.solve(a, b, preconditioner: TurningPreconditioner(a)).report,
    ] {
      #expect(report.status == .converged)
      #expect(report.residual <= 2e-8)
    }
  }

  @Test func `left preconditioning observes what it is asked to`() {
    let (a, b) = (ModelSystems.definite, ModelSystems.vector(seed: 4, count: n))
    let m = AbsoluteDiagonal(a)
    var solver = GMRES<Double>(order: n, restart: 80, side: .left)
    let (x, report) = solver.solve(
      a, b, preconditioner: m,
      until: StoppingRule(relative: 1e-6, quantity: .preconditionedResidual))
    let rest = zip(b, a * x).map { $0 - $1 }
    #expect(report.status == .converged)
    #expect(norm(m.applied(to: rest)) <= 1.01e-6 * norm(m.applied(to: b)))
  }
}
