import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct LearnedTests {
  @Test func `conjugate directions from a linear map are preconditioned conjugate gradients`()
    throws
  {
    let a = Model.darcy(side: 20)
    let b: [Double] = randomVector(400, seed: 1)
    let m = try IncompleteCholesky(a)
    var (cg, cd) = (ConjugateGradients<Double>(order: 400), ConjugateDirections<Double>(order: 400))
    let (x, one) = cg.solve(a, b, preconditioner: m)
    let (y, two) = cd.solve(a, b, preconditioner: m)
    #expect(one.iterations == two.iterations)
    for (r, s) in zip(one.history, two.history) { #expect((r / s - 1).magnitude < 1e-5) }
    #expect(distance(x, y) <= 1e-10)
    // Conjugate to the last direction only is enough for a linear map.
    var short = ConjugateDirections<Double>(order: 400, memory: 1)
    #expect(short.solve(a, b, preconditioner: m).report.iterations <= one.iterations + 1)
    let c = Model.magnetic(side: 12)
    var complex = ConjugateDirections<Complex<Double>>(order: 144)
    let exact: [Complex<Double>] = randomVector(144, seed: 2)
    let (z, report) = complex.solve(c, c * exact, preconditioner: try IncompleteCholesky(c))
    #expect(report.status == .converged && distance(z, exact) <= 1e-7)
  }

  @Test func `the energy of the error never grows, whatever the map`() throws {
    let a = Model.darcy(side: 12)
    let exact: [Double] = randomVector(144, seed: 3)
    let b = a * exact
    // A nonlinear map that is no descent direction by itself.
    let map = MapPreconditioner<Double>(order: 144) { r, z in
      for i in r.indices { z[i] = (i % 3 == 0 ? -1 : 1) * r[i].magnitude.squareRoot() * 0.1 + r[i] }
    }
    var last = Double.infinity
    for iterations in 0..<40 {
      var solver = ConjugateDirections<Double>(order: 144)
      let (x, _) = solver.solve(
        a, b, preconditioner: map, until: StoppingRule(relative: 1e-14, iterations: iterations))
      let error = zip(x, exact).map { $0 - $1 }
      let energy = a.bilinear(error, error)
      #expect(energy <= last * (1 + 1e-12))
      last = energy
    }
    var solver = ConjugateDirections<Double>(order: 144)
    #expect(solver.solve(a, b, preconditioner: map).report.status == .converged)
  }

  @Test func `a direction in the span of earlier ones is replaced`() {
    let a = Model.darcy(side: 6)
    let constant: [Double] = randomVector(36, seed: 4)
    let map = MapPreconditioner<Double>(order: 36) { _, z in z = constant }
    var solver = ConjugateDirections<Double>(order: 36)
    let (x, report) = solver.solve(a, a * constant.map { $0 * $0 }, preconditioner: map)
    #expect(report.status == .converged && report.iterations <= 37)
    #expect(distance(x, constant.map { $0 * $0 }) <= 1e-7)
  }

  @Test func `spaces that hold the errors end a solve after as many steps`() throws {
    let a = Model.darcy(side: 15)
    let base = try Jacobi(a)
    let b: [Double] = randomVector(225, seed: 5)
    let exact = try SparseCholesky(a).solve(b)
    // The first space holds half of the first error, the second what is left of it.
    let error = zip(exact, base.applied(to: b)).map { $0 - $1 }
    let half = error.enumerated().map { $0 < 112 ? $1 : 0 }
    let rest = error.enumerated().map { $0 < 112 ? 0 : $1 }
    let first = DenseMatrix(rowCount: 225, columns: [error])
    let one = try MultiSpacePreconditioner(a, base: base, spaces: [first])
    #expect(one.isFixed)
    checkLaws(of: one)
    #expect(distance(one.applied(to: b), exact) <= 1e-10)
    let both = DenseMatrix(rowCount: 225, columns: [half, rest])
    let two = try MultiSpacePreconditioner(
      a, base: base, spaces: [DenseMatrix(rowCount: 225, columns: [half]), both])
    #expect(!two.isFixed)
    #expect(distance(two.applied(to: b), exact) > 1e-3)
    #expect(distance(two.applied(to: b), exact) <= 1e-10)
    // The last space is used from then on; a restart begins anew.
    #expect(distance(two.applied(to: b), exact) <= 1e-10)
    two.restart()
    #expect(distance(two.applied(to: b), exact) > 1e-3)
    two.restart()
    var solver = FGMRES<Double>(order: 225, restart: 30)
    let with = solver.solve(a, b, preconditioner: one).report
    #expect(with.iterations <= 2)
    #expect(with.iterations < solver.solve(a, b, preconditioner: base).report.iterations)
  }
}
