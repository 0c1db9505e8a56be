import ComplexModule
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

/// What holds for every solver on the systems it is made for.
@Suite struct SolverLawsTests {
  let rule = StoppingRule(relative: 1e-11)
  let n = ModelSystems.grid.count

  /// Solves with and without a preconditioner from a first guess that is not zero.
  func checkLaws<K: KrylovSolver>(
    _ make: () -> K, _ a: SparseMatrix<K.Element>, _ exact: [K.Element], bound: Double = 1e-8,
    _ comment: Comment
  ) {
    let b = a * exact
    for isPreconditioned in [false, true] {
      for isStarted in [false, true] {
        var solver = make()
        var x = isStarted ? b.map { $0 * K.Element(real: 1e-3) } : exact.map { _ in K.Element.zero }
        let report =
          isPreconditioned
          ? solver.solve(a, b, from: &x, preconditioner: AbsoluteDiagonal(a), until: rule)
          : solver.solve(
            a, b, from: &x, preconditioner: IdentityPreconditioner(order: n), until: rule)
        #expect(report.status == .converged, comment)
        #expect(report.residual <= 2 * rule.relative, comment)
        let residual = norm(zip(a * x, b).map { $0 - $1 }) / norm(b)
        #expect((residual - report.residual).magnitude <= 1e-13, comment)
        #expect(relativeDistance(x, exact) <= bound, comment)
        #expect(report.history.count == report.iterations + 1, comment)
        #expect(report.products >= report.iterations, comment)
      }
    }
  }

  @Test func `every solver finds the solution of a definite system`() {
    let (a, x) = (ModelSystems.definite, ModelSystems.vector(seed: 1, count: n))
    checkLaws({ ConjugateGradients(order: n) }, a, x, "CG")
    checkLaws({ MINRES(order: n) }, a, x, "MINRES")
    checkLaws({ BiCGStab(order: n) }, a, x, "BiCGStab")
    checkLaws({ GMRES(order: n, restart: 60) }, a, x, "GMRES")
    checkLaws({ GMRES(order: n, restart: 60, side: .left) }, a, x, "GMRES left")
    checkLaws({ GMRES(order: n, restart: 60, side: .split) }, a, x, "GMRES split")
    checkLaws({ FGMRES(order: n, restart: 60) }, a, x, "FGMRES")
    checkLaws({ GCRODR(order: n) }, a, x, "GCRO-DR")
  }

  @Test func `methods for indefinite matrices find the solution of a wave`() {
    let (a, x) = (ModelSystems.indefinite, ModelSystems.vector(seed: 2, count: n))
    checkLaws({ MINRES(order: n) }, a, x, "MINRES")
    checkLaws({ GMRES(order: n, restart: 120) }, a, x, "GMRES")
    checkLaws({ FGMRES(order: n, restart: 120) }, a, x, "FGMRES")
    checkLaws({ GCRODR(order: n, restart: 40, recycled: 15) }, a, x, "GCRO-DR")
  }

  @Test func `methods without symmetry find the solution of a flow`() {
    let (a, x) = (ModelSystems.nonsymmetric, ModelSystems.vector(seed: 3, count: n))
    checkLaws({ BiCGStab(order: n) }, a, x, "BiCGStab")
    checkLaws({ GMRES(order: n, restart: 50) }, a, x, "GMRES")
    checkLaws({ GMRES(order: n, restart: 50, side: .left) }, a, x, "GMRES left")
    checkLaws({ FGMRES(order: n, restart: 50) }, a, x, "FGMRES")
    checkLaws({ GCRODR(order: n) }, a, x, "GCRO-DR")
  }

  @Test func `damped waves are solved in complex numbers`() {
    let (a, x) = (ModelSystems.complexSymmetric, ModelSystems.complexVector(seed: 4, count: n))
    checkLaws({ GMRES(order: n, restart: 100) }, a, x, "GMRES")
    checkLaws({ GMRES(order: n, restart: 100, side: .split) }, a, x, "GMRES split")
    checkLaws({ BiCGStab(order: n) }, a, x, "BiCGStab")
    checkLaws({ GCRODR(order: n, restart: 40, recycled: 12) }, a, x, "GCRO-DR")
  }

  /// A x = b with b in the range of a singular A.
  @Test func `a singular system with a solution is solved`() {
    let a = ModelSystems.singular
    let b = a * ModelSystems.vector(seed: 5, count: n)
    func check<K: KrylovSolver>(_ solver: K, _ comment: Comment) where K.Element == Double {
      var solver = solver
      let (x, report) = solver.solve(a, b, until: StoppingRule(relative: 1e-9))
      #expect(report.status == .converged, comment)
      #expect(relativeDistance(a * x, b) <= 2e-9, comment)
    }
    check(ConjugateGradients(order: n), "CG")
    check(MINRES(order: n), "MINRES")
    check(GMRES(order: n, restart: 80), "GMRES")
    check(GCRODR(order: n), "GCRO-DR")
    check(BiCGStab(order: n), "BiCGStab")
  }

  @Test func `a singular system without a solution is never called solved`() {
    let a = ModelSystems.singular
    let b = [Double](repeating: 1, count: n)
    let rule = StoppingRule(relative: 1e-9, iterations: 2000, patience: 200)
    func status<K: KrylovSolver>(_ solver: K) -> SolveReport.Status where K.Element == Double {
      var solver = solver
      return solver.solve(a, b.enumerated().map { $1 + ($0 == 7 ? 1 : 0) }, until: rule).report
        .status
    }
    #expect(status(MINRES(order: n)) == .leastSquares)
    for (name, other) in [
      ("CG", status(ConjugateGradients(order: n))), ("GMRES", status(GMRES(order: n))),
      ("BiCGStab", status(BiCGStab(order: n))), ("GCRO-DR", status(GCRODR(order: n))),
    ] {
      #expect(!other.isConverged, Comment(rawValue: name))
      #expect(other != .iterationLimit, Comment(rawValue: name))
    }
  }

  @Test func `a right-hand side in the kernel has the least-squares solution zero`() {
    let ones = [Double](repeating: 1, count: n)
    var solver = MINRES<Double>(order: n)
    let (x, report) = solver.solve(ModelSystems.singular, ones)
    #expect(report.status == .leastSquares)
    #expect(norm(x) <= 1e-8)
    #expect((report.residual - 1).magnitude <= 1e-10)
  }

  @Test func `MINRES leaves the least-squares residual of a system without a solution`() {
    // The kernel holds the constants: what remains of b is its mean.
    let a = ModelSystems.singular
    let b = ModelSystems.vector(seed: 6, count: n)
    let mean = b.reduce(0, +) / Double(n)
    var solver = MINRES<Double>(order: n)
    let (x, report) = solver.solve(a, b, until: StoppingRule(relative: 1e-14))
    let rest = zip(b, a * x).map { $0 - $1 - mean }
    #expect(report.status == .leastSquares)
    #expect(norm(rest) <= 1e-8 * norm(b))
  }

  @Test func `a number that is not finite ends a solve with its name`() {
    var a = ModelSystems.nonsymmetric
    a.values[40] = .nan
    let b = ModelSystems.vector(seed: 7, count: n)
    var (gmres, cg, minres) = (
      GMRES<Double>(order: n), ConjugateGradients<Double>(order: n), MINRES<Double>(order: n)
    )
    var (stabilised, recycling) = (BiCGStab<Double>(order: n), GCRODR<Double>(order: n))
    #expect(gmres.solve(a, b).report.status == .notFinite)
    #expect(cg.solve(a, b).report.status == .notFinite)
    #expect(minres.solve(a, b).report.status == .notFinite)
    #expect(stabilised.solve(a, b).report.status == .notFinite)
    #expect(recycling.solve(a, b).report.status == .notFinite)
  }

  @Test func `the allowed iterations are kept to`() {
    let (a, b) = (ModelSystems.definite, ModelSystems.vector(seed: 8, count: n))
    let rule = StoppingRule(relative: 1e-14, iterations: 7)
    var (cg, gmres, recycling) = (
      ConjugateGradients<Double>(order: n), GMRES<Double>(order: n), GCRODR<Double>(order: n)
    )
    for report in [
      cg.solve(a, b, until: rule).report, gmres.solve(a, b, until: rule).report,
      recycling.solve(a, b, until: rule).report,
    ] {
      #expect(report.status == .iterationLimit)
      #expect(report.iterations == 7)
    }
  }

  @Test func `solutions keep their bits on any number of threads`() {
    let grid = FivePointGrid(side: 120)
    let a = grid.convection(stream: GaussianField(seed: 9).values(on: grid))
    let b = ModelSystems.vector(seed: 9, count: grid.count)
    let rule = StoppingRule(relative: 1e-6, iterations: 60)
    func solutions() -> [[Double]] {
      var (gmres, recycling) = (
        GMRES<Double>(order: grid.count), GCRODR<Double>(order: grid.count)
      )
      var (stabilised, minres) = (
        BiCGStab<Double>(order: grid.count), MINRES<Double>(order: grid.count)
      )
      var cg = ConjugateGradients<Double>(order: grid.count)
      let spd = grid.laplacian()
      return [
        gmres.solve(a, b, until: rule).x, recycling.solve(a, b, until: rule).x,
        stabilised.solve(a, b, until: rule).x, minres.solve(spd, b, until: rule).x,
        cg.solve(spd, b, until: rule).x,
      ]
    }
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let alone = solutions()
    Threads.count = 3
    #expect(solutions() == alone)
  }
}
