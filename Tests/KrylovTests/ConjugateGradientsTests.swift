import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct ConjugateGradientsTests {
  let grid = FivePointGrid(side: 24)

  @Test func `the solution is that of the direct solver`() throws {
    let a = grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp(3 * $0) })
    var random = SeededRandom(seed: 4)
    let b = (0..<grid.count).map { _ in random.uniform() }
    var solver = ConjugateGradients<Double>(order: grid.count)
    let (x, report) = solver.solve(a, b, until: StoppingRule(relative: 1e-12))
    #expect(report.status == .converged)
    #expect(report.residual <= 2e-12)
    let exact = try SparseCholesky(a).solve(b)
    #expect(norm(zip(x, exact).map { $0 - $1 }) <= 1e-9 * norm(exact))
  }

  @Test func `iterations end at the number of distinct eigenvalues`() {
    // Five distinct eigenvalues on the diagonal.
    let n = 200
    let a = SparseMatrix(
      rowCount: n, columnCount: n, rows: (0..<Int32(n)).map { $0 },
      columns: (0..<Int32(n)).map { $0 },
      entries: (0..<n).map { Double(1 + $0 % 5) })
    var solver = ConjugateGradients<Double>(order: n)
    let (_, report) = solver.solve(a, (0..<n).map { 1 + Double($0) }, until: StoppingRule())
    #expect(report.iterations == 5)
  }

  @Test func `the estimated energy error is below the true one and close to it`() throws {
    let a = grid.laplacian()
    let b = GaussianField(seed: 2).values(on: grid)
    let exact = try SparseCholesky(a).solve(b)
    let scale = dot(exact, b).squareRoot()
    for tolerance in [1e-2, 1e-4, 1e-6] {
      var solver = ConjugateGradients<Double>(order: grid.count)
      let (x, report) = solver.solve(
        a, b, until: StoppingRule(relative: tolerance, quantity: .energyError, energyDelay: 8))
      #expect(report.status == .converged)
      let difference = zip(x, exact).map { $0 - $1 }
      let error = a.bilinear(difference, difference).squareRoot()
      // The iterate is eight steps ahead of the estimate that ended the solve.
      #expect(error <= tolerance * scale)
    }
  }

  @Test func `an indefinite matrix is named, not solved`() {
    let a = grid.helmholtz(squaredWaveNumber: [Double](repeating: 200, count: grid.count))
    var solver = ConjugateGradients<Double>(order: grid.count)
    let (_, report) = solver.solve(a, [Double](repeating: 1, count: grid.count))
    #expect(report.status == .breakdown(.operatorNotDefinite))
  }

  @Test func `a right-hand side of zero has the solution zero`() {
    var solver = ConjugateGradients<Double>(order: grid.count)
    var x = [Double](repeating: 3, count: grid.count)
    let zero = [Double](repeating: 0, count: grid.count)
    let report = solver.solve(
      grid.laplacian(), zero, from: &x, preconditioner: IdentityPreconditioner(order: grid.count),
      until: StoppingRule())
    #expect(report.status == .converged)
    #expect(x == zero)
  }
}
