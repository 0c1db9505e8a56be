import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct DeflatedCGTests {
  let grid = FivePointGrid(side: 32)

  func darcy(_ seed: UInt64) -> SparseMatrix<Double> {
    grid.diffusion(GaussianField(seed: seed).values(on: grid).map { Double.exp($0) })
  }

  @Test func `without a space it is conjugate gradients step by step`() {
    let (a, b) = (darcy(1), ModelSystems.vector(seed: 1, count: grid.count))
    let m = AbsoluteDiagonal(a)
    var (cg, deflated) = (
      ConjugateGradients<Double>(order: grid.count),
      DeflatedCG<Double>(order: grid.count, recycled: 0)
    )
    let (first, second) = (
      cg.solve(a, b, preconditioner: m).report, deflated.solve(a, b, preconditioner: m).report
    )
    #expect(first.history == second.history)
  }

  @Test func `an invariant space is gone from the iteration`() throws {
    // W = the ten lowest eigenvectors: the iterations are those of the eleventh condition number.
    let a = grid.laplacian()
    var mass = SparseMatrix<Double>(pattern: a.pattern)
    for i in 0..<grid.count {
      if let k = a.pattern.index(row: i, column: i) { mass.values[k] = 1 }
    }
    let pairs = try ShiftInvertLanczos(stiffness: a, mass: mass).nearest(count: 11)
    let b = ModelSystems.vector(seed: 2, count: grid.count)
    var (cg, deflated) = (
      ConjugateGradients<Double>(order: grid.count), DeflatedCG<Double>(order: grid.count)
    )
    deflated.renewal = .never
    deflated.recycle(pairs.vectors.columns(0..<10))
    let (plain, report) = (cg.solve(a, b).report, deflated.solve(a, b).report)
    #expect(report.status == .converged)
    #expect(report.products - report.iterations >= 10)
    // The bound of the energy error for the condition number that is left, and the step from the
    // energy to the residual.
    let largest = 8 / (grid.spacing * grid.spacing)
    let bound = { (lowest: Double) in
      let root = (largest / lowest).squareRoot()
      return 0.5 * root * Double.log(2 * (largest / pairs.values[0]).squareRoot() / 1e-8)
    }
    #expect(Double(report.iterations) <= bound(pairs.values[10]))
    #expect(Double(plain.iterations) > bound(pairs.values[10]))
  }

  @Test func `the harmonic Ritz vectors approach the lowest eigenvectors`() throws {
    let a = grid.laplacian()
    var solver = DeflatedCG<Double>(order: grid.count, recycled: 8, observed: 80)
    solver.renewal = .always
    for seed in 1...8 as ClosedRange<UInt64> {
      _ = solver.solve(a, ModelSystems.vector(seed: seed, count: grid.count))
    }
    let w = try #require(solver.recycledSpace)
    // The angle between W and the lowest eigenvector sin(πx) sin(πy).
    let lowest = (0..<grid.count).map {
      let (x, y) = grid.point($0)
      return Double.sin(.pi * x) * Double.sin(.pi * y)
    }
    let q = try QR(w).q
    let rest = zip(lowest, q * q.adjointTimes(lowest)).map { $0 - $1 }
    #expect(norm(rest) <= 1e-5 * norm(lowest))
  }

  @Test func `iterations fall along a sequence of independent media`() {
    var (cg, deflated) = (
      ConjugateGradients<Double>(order: grid.count),
      DeflatedCG<Double>(order: grid.count, recycled: 20)
    )
    let b = [Double](repeating: 1, count: grid.count)
    var (plain, recycled) = (0, 0)
    for seed in 1...12 as ClosedRange<UInt64> {
      let a = darcy(seed)
      let m = AbsoluteDiagonal(a)
      let report = deflated.solve(a, b, preconditioner: m).report
      #expect(report.status == .converged)
      #expect(report.residual <= 2e-8)
      if seed > 4 {
        plain += cg.solve(a, b, preconditioner: m).report.iterations
        recycled += report.iterations
      }
    }
    // Twenty vectors took 228 to 94 iterations at 64² in the literature's setting.
    #expect(Double(recycled) < 0.6 * Double(plain))
  }

  @Test func `the leading modes of earlier solutions are a space worth deflating`() throws {
    let b = [Double](repeating: 1, count: grid.count)
    var cg = ConjugateGradients<Double>(order: grid.count)
    let snapshots = DenseMatrix(
      rowCount: grid.count,
      columns: (1...20 as ClosedRange<UInt64>).map {
        let a = darcy($0)
        return cg.solve(a, b, preconditioner: AbsoluteDiagonal(a)).x
      })
    var deflated = DeflatedCG<Double>(order: grid.count)
    deflated.renewal = .never
    let a = darcy(40)
    let plain = cg.solve(a, b, preconditioner: AbsoluteDiagonal(a)).report
    var last = plain.iterations
    for modes in [3, 6, 10] {
      deflated.recycle(try SVD(snapshots).leftVectors.columns(0..<modes))
      let report = deflated.solve(a, b, preconditioner: AbsoluteDiagonal(a)).report
      #expect(report.status == .converged)
      #expect(report.iterations < last)
      last = report.iterations
    }
    // At 64² ten modes took 228 to 132 iterations in an independent prototype.
    #expect(Double(last) < 0.7 * Double(plain.iterations))
  }
}
