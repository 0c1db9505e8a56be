import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite(.serialized) struct AdditiveSchwarzTests {
  let grid = FivePointGrid(side: 20)

  func coefficient(_ seed: UInt64) -> [Double] {
    GaussianField(seed: seed).values(on: grid).map { Double.exp(2 * $0) }
  }

  @Test func `one subdomain is the direct solver, done in one iteration`() throws {
    let a = grid.diffusion(coefficient(1))
    let one = try OverlappingDecomposition(a.pattern, count: 1, overlap: 1)
    let b = GaussianField(seed: 5).values(on: grid)
    var solver = ConjugateGradients<Double>(order: a.rowCount)
    let m = try AdditiveSchwarz<SparseCholesky>(a, one)
    let (x, report) = solver.solve(a, b, preconditioner: m)
    #expect(report.status == .converged)
    #expect(report.iterations == 1)
    #expect(difference(x, try SparseCholesky(a).solve(b)) <= 1e-12)
    let space = CoarseSpace<Double>.nicolaides(one)
    for combination in [TwoLevelSchwarz<SparseCholesky>.Combination.balanced, .deflated] {
      let two = try TwoLevelSchwarz<SparseCholesky>(a, space, combination)
      #expect(difference(two.applied(to: b), x) <= 1e-12)
    }
  }

  @Test func `the symmetric method is symmetric definite and bounded by its colours`() throws {
    let a = grid.diffusion(coefficient(2))
    let parts = try OverlappingDecomposition(a.pattern, count: 6, overlap: 2)
    let m = try AdditiveSchwarz<SparseCholesky>(a, parts)
    #expect(m.isDefinite)
    #expect(asymmetry(dense(m)) <= 1e-12)
    let values = try preconditionedEigenvalues(a, m)
    #expect(values[0] > 0)
    #expect(values[values.count - 1] <= Double(parts.colourCount(by: a.pattern)) + 1e-10)
    let restricted = try AdditiveSchwarz<SparseCholesky>(a, parts, .restricted)
    #expect(!restricted.isDefinite)
    #expect(asymmetry(dense(restricted)) > 1e-3)
  }

  @Test(arguments: [PartitionOfUnity.owner, .multiplicity])
  func `the restricted iteration of an M-matrix converges`(unity: PartitionOfUnity) throws {
    // Frommer, Szyld, Numer. Math. 88 (2001): for M-matrices x ← x + M⁻¹(b − A x) converges.
    let a = grid.convection(stream: GaussianField(seed: 3).values(on: grid).map { 20 * $0 })
    let parts = try OverlappingDecomposition(a.pattern, count: 6, overlap: 2, unity: unity)
    let m = try AdditiveSchwarz<SparseLU<Double>>(a, parts, .restricted)
    let b = [Double](repeating: 1, count: a.rowCount)
    var x = [Double](repeating: 0, count: a.rowCount)
    for _ in 0..<400 { axpy(1, m.applied(to: zip(b, a * x).map { $0 - $1 }), into: &x) }
    #expect(difference(x, try SparseLU(a).solve(b)) <= 1e-8)
  }

  @Test func `damped waves are found by the restricted iteration`() throws {
    let side = 30
    let grid = FivePointGrid(side: side)
    let k2 = [Double](repeating: 225, count: grid.count)
    let real = grid.helmholtz(squaredWaveNumber: k2)
    // −Δu − (1 + 0.6 i) k² u.
    var a = SparseMatrix(
      pattern: real.pattern, values: real.values.map { Complex<Double>($0, 0) })
    for i in 0..<a.rowCount {
      if let k = a.pattern.index(row: i, column: i) { a.values[k].imaginary = -0.6 * k2[i] }
    }
    let parts = try OverlappingDecomposition(a.pattern, count: 9, overlap: 3, unity: .owner)
    let m = try AdditiveSchwarz<SparseLU<Complex<Double>>>(a, parts, .restricted)
    var b = [Complex<Double>](repeating: 0, count: a.rowCount)
    b[side * side / 3] = 1000
    var x = [Complex<Double>](repeating: 0, count: a.rowCount)
    for _ in 0..<100 { axpy(1, m.applied(to: zip(b, a * x).map { $0 - $1 }), into: &x) }
    #expect(difference(x, try SparseLU(a).solve(b)) <= 1e-8)
  }

  @Test func `a refreshed method is a new one`() throws {
    let (a, other) = (grid.diffusion(coefficient(1)), grid.diffusion(coefficient(4)))
    let parts = try OverlappingDecomposition(a.pattern, count: 5, overlap: 1)
    let space = CoarseSpace<Double>.nicolaides(parts)
    var m = try TwoLevelSchwarz<SparseCholesky>(a, space)
    let (old, r) = (m, coefficient(7))
    let before = old.applied(to: r)
    try m.refresh(other)
    let fresh = try TwoLevelSchwarz<SparseCholesky>(other, space)
    #expect(m.applied(to: r) == fresh.applied(to: r))
    #expect(old.applied(to: r) == before)
    let indefinite = grid.helmholtz(squaredWaveNumber: [Double](repeating: 1e4, count: grid.count))
    #expect(throws: FactorizationError.self) { try m.refresh(indefinite) }
    #expect(m.applied(to: r) == fresh.applied(to: r))
  }

  @Test func `local matrices with Robin conditions on the cuts may be given`() throws {
    let a = grid.laplacian()
    let parts = try OverlappingDecomposition(a.pattern, count: 4, overlap: 1, unity: .owner)
    let splitting = try LumpedSplitting(a)
    // Half way between the Neumann and the Dirichlet matrix.
    let matrices = parts.subdomains.map { part in
      0.5
        * (splitting.neumannMatrix(of: part.unknowns)
          + a.restricted(rows: part.unknowns, columns: part.unknowns))
    }
    func contraction(_ m: AdditiveSchwarz<SparseCholesky>) -> Double {
      var x = coefficient(1)
      let start = norm(x)
      for _ in 0..<30 { axpy(-1, m.applied(to: a * x), into: &x) }
      return norm(x) / start
    }
    let robin = try AdditiveSchwarz<SparseCholesky>(localMatrices: matrices, parts, .restricted)
    let dirichlet = try AdditiveSchwarz<SparseCholesky>(a, parts, .restricted)
    #expect(contraction(robin) < 0.1 * contraction(dirichlet))
  }

  @Test func `one and several threads give the same bits`() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let a = grid.diffusion(coefficient(1))
    let splitting = try LumpedSplitting(a)
    let parts = try OverlappingDecomposition(a.pattern, count: 9, overlap: 2)
    let results = try [1, 4].map { threads in
      Threads.count = threads
      let geneo = try GenEO(threshold: 0.3).space(a, splitting, parts)
      let m = try TwoLevelSchwarz<SparseCholesky>(a, geneo.space)
      return m.applied(to: coefficient(3))
    }
    #expect(results[0] == results[1])
  }
}
