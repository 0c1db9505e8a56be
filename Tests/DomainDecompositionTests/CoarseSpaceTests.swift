import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct CoarseSpaceTests {
  let grid = FivePointGrid(side: 16)

  @Test func `the coarse matrix is that of the Galerkin projection, complex too`() throws {
    var random = SeededRandom(seed: 2)
    let pattern = grid.pattern
    let a = SparseMatrix(
      pattern: pattern,
      values: (0..<pattern.entryCount).map { _ in
        Complex<Double>(random.uniform(), random.uniform())
      })
    let parts = try OverlappingDecomposition(pattern, count: 5, overlap: 1)
    let blocks = parts.subdomains.enumerated().map { j, part in
      DenseMatrix(
        rowCount: part.count, columnCount: j % 3,
        values: (0..<part.count * (j % 3)).map { _ in
          Complex<Double>(random.uniform(), random.uniform())
        })
    }
    let space = CoarseSpace(parts, blocks: blocks)
    #expect(space.dimension == 4)
    let z = DenseMatrix(
      rowCount: grid.count,
      columns: (0..<space.dimension).map { k in
        var (c, column) = (
          [Complex<Double>](repeating: 0, count: space.dimension),
          [Complex<Double>](repeating: 0, count: grid.count)
        )
        c[k] = 1
        space.prolong(c, into: &column)
        return column
      })
    let expected = z.adjointTimes(a * z)
    let e = dense(space.galerkin(a))
    #expect((e - expected).frobeniusNorm <= 1e-13 * expected.frobeniusNorm)
    let r = (0..<grid.count).map { _ in Complex<Double>(random.uniform(), random.uniform()) }
    var c = [Complex<Double>](repeating: 0, count: space.dimension)
    space.restrict(r, into: &c)
    #expect(difference(c, z.adjointTimes(r)) <= 1e-14)
  }

  @Test(arguments: [PartitionOfUnity.owner, .multiplicity])
  func `balanced and deflated methods are exact on the coarse space`(
    unity: PartitionOfUnity
  ) throws {
    let a = grid.laplacian()
    let parts = try OverlappingDecomposition(a.pattern, count: 8, overlap: 1, unity: unity)
    let space = CoarseSpace<Double>.nicolaides(parts)
    var v = [Double](repeating: 0, count: grid.count)
    space.prolong((0..<8).map { Double.sin(Double($0)) }, into: &v)
    for combination in [TwoLevelSchwarz<SparseCholesky>.Combination.balanced, .deflated] {
      let m = try TwoLevelSchwarz<SparseCholesky>(a, space, combination)
      #expect(difference(m.applied(to: a * v), v) <= 1e-12)
    }
    let additive = try TwoLevelSchwarz<SparseCholesky>(a, space, .additive)
    #expect(difference(additive.applied(to: a * v), v) > 0.1)
  }

  @Test(arguments: [TwoLevelSchwarz<SparseCholesky>.Combination.additive, .balanced])
  func `additive and balanced methods are symmetric definite`(
    combination: TwoLevelSchwarz<SparseCholesky>.Combination
  ) throws {
    let a = grid.laplacian()
    let parts = try OverlappingDecomposition(a.pattern, count: 8, overlap: 1)
    let m = try TwoLevelSchwarz<SparseCholesky>(a, .nicolaides(parts), combination)
    #expect(m.isDefinite)
    #expect(asymmetry(dense(m)) <= 1e-12)
    let values = try preconditionedEigenvalues(a, m)
    #expect(values[0] > 0)
    // Balancing shifts the coarse space to one and nothing beyond the one-level method.
    let colours = Double(parts.colourCount(by: a.pattern))
    let limit = combination == .additive ? colours + 1 : colours
    #expect(values[values.count - 1] <= limit + 1e-10)
    // What conjugate gradients see lies within, and reaches the ends.
    let seen = try SpectrumEstimate(a, m, steps: 60)
    #expect(seen.smallest >= values[0] * (1 - 1e-9) && seen.smallest <= values[0] * 1.01)
    #expect(seen.largest <= values[values.count - 1] * (1 + 1e-9))
    #expect(seen.largest >= values[values.count - 1] * 0.99)
  }

  @Test func `a solution among the snapshots is found at once`() throws {
    // The sum of its pieces, each weighted by the partition of unity, is the solution.
    func diffusion(_ k: Int) -> SparseMatrix<Double> {
      grid.diffusion(GaussianField(seed: 9).values(on: grid).map { Double.exp(Double(k) * $0) })
    }
    let b = [Double](repeating: 1, count: grid.count)
    let snapshots = DenseMatrix(
      rowCount: grid.count, columns: try (1...4).map { try SparseCholesky(diffusion($0)).solve(b) })
    let a = diffusion(2)
    let parts = try OverlappingDecomposition(a.pattern, count: 8, overlap: 1)
    let space = try CoarseSpace<Double>.localPOD(
      snapshots: snapshots, parts, atMost: 4, tolerance: 1e-12)
    var solver = ConjugateGradients<Double>(order: grid.count)
    let m = try TwoLevelSchwarz<SparseCholesky>(a, space)
    let (_, report) = solver.solve(a, b, preconditioner: m)
    #expect(report.status == .converged)
    #expect(report.iterations == 1)
    // Between the snapshots fewer vectors still help.
    let between = grid.diffusion(
      GaussianField(seed: 9).values(on: grid).map { Double.exp(2.5 * $0) })
    func iterations(_ space: CoarseSpace<Double>) throws -> Int {
      let m = try TwoLevelSchwarz<SparseCholesky>(between, space)
      return solver.solve(between, b, preconditioner: m).report.iterations
    }
    let two = try CoarseSpace<Double>.localPOD(snapshots: snapshots, parts, atMost: 3)
    #expect(two.dimension == 24)
    #expect(try iterations(two) < iterations(.nicolaides(parts)))
  }

  @Test func `given modes are in the space, and dependent ones are left out`() throws {
    let parts = try OverlappingDecomposition(grid.pattern, count: 6, overlap: 1)
    let points = (0..<grid.count).map { grid.point($0) }
    let modes = DenseMatrix(
      rowCount: grid.count,
      columns: [
        points.map { _ in 1 }, points.map(\.x), points.map(\.y), points.map { 2 - $0.x },
      ])
    let space = try CoarseSpace<Double>.nearNullSpace(modes, parts)
    #expect(space.dimension == 18)
    let a = grid.laplacian()
    let q = try CoarseCorrection<SparseCholesky>(a, space)
    for j in 0..<4 {
      let v = modes.column(j)
      #expect(difference(q.applied(to: a * v), v) <= 1e-11)
    }
  }

  @Test func `vectors that depend across subdomains are named`() throws {
    // Twice the same subdomain.
    let all = (0..<Int32(grid.count)).map { $0 }
    let parts = OverlappingDecomposition(order: grid.count, sets: [all, all])
    #expect(throws: FactorizationError.self) {
      try CoarseCorrection<SparseCholesky>(grid.laplacian(), .nicolaides(parts))
    }
  }
}
