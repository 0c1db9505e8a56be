import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import Testing

@Suite struct NeumannMatricesTests {
  /// The smallest eigenvalues of k₁ A − Σ Rⱼᵀ Aⱼᴺ Rⱼ and of the Aⱼᴺ, relative to the size of A.
  func defects(
    _ a: SparseMatrix<Double>, _ neumann: some NeumannMatrices, _ parts: OverlappingDecomposition
  ) throws -> (sum: Double, local: Double) {
    var rest = Double(neumann.multiplicity(in: parts)) * dense(a)
    let size = a.values.reduce(0) { max($0, $1.magnitude) }
    var smallest = Double.infinity
    for part in parts.subdomains {
      let local = dense(neumann.neumannMatrix(of: part.unknowns))
      smallest = min(smallest, try SymmetricEigen(local).values[0])
      for (k, i) in part.unknowns.enumerated() {
        for (l, j) in part.unknowns.enumerated() { rest[Int(i), Int(j)] -= local[k, l] }
      }
    }
    return (try SymmetricEigen(rest).values[0] / size, smallest / size)
  }

  @Test func `elements are semidefinite and their sums bounded by the matrix`() throws {
    let problem = BilinearSquares(side: 14) { i, j in Double(1 + (3 * i + 5 * j) % 7) }
    let parts = try OverlappingDecomposition(problem.matrix.pattern, count: 5, overlap: 2)
    let (sum, local) = try defects(problem.matrix, problem.elements, parts)
    #expect(sum >= -1e-13 && local >= -1e-13)
    // An inner subdomain has the constants in its null space.
    let inner = problem.nodes.indices.filter { n in
      (4...8).contains(problem.nodes[n].i) && (4...8).contains(problem.nodes[n].j)
    }
    let neumann = problem.elements.neumannMatrix(of: inner.map { Int32($0) })
    #expect(norm(neumann * [Double](repeating: 1, count: 25)) <= 1e-13)
    #expect(try SymmetricEigen(dense(neumann)).values[1] > 0.1)
  }

  @Test func `entries of a dominant matrix are split exactly`() throws {
    let grid = FivePointGrid(side: 14)
    let a = grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp($0) })
    let splitting = try LumpedSplitting(a)
    #expect(
      difference(splitting.neumannMatrix(of: (0..<Int32(196)).map { $0 }).values, a.values) <= 1e-15
    )
    let parts = try OverlappingDecomposition(a.pattern, count: 5, overlap: 1)
    let (sum, local) = try defects(a, splitting, parts)
    #expect(sum >= -1e-13 && local >= -1e-13)
  }

  @Test func `a scaling splits an M-matrix that is not dominant`() throws {
    let grid = FivePointGrid(side: 10)
    // λ₁ = 19.6 on this grid, so that −Δ − 15 is a definite M-matrix.
    let a = grid.helmholtz(squaredWaveNumber: [Double](repeating: 15, count: grid.count))
    #expect(throws: LumpedSplitting.Failure.self) { try LumpedSplitting(a) }
    let d = try SparseCholesky(a).solve([Double](repeating: 1, count: grid.count))
    let splitting = try LumpedSplitting(a, scaling: d)
    let parts = try OverlappingDecomposition(a.pattern, count: 4, overlap: 1)
    let (sum, local) = try defects(a, splitting, parts)
    #expect(sum >= -1e-13 && local >= -1e-13)
    let geneo = try GenEO(threshold: 0.3).space(a, splitting, parts)
    let m = try TwoLevelSchwarz<SparseCholesky>(a, geneo.space)
    let values = try preconditionedEigenvalues(a, m)
    let bound = try #require(geneo.conditionBound(.balanced))
    #expect(values[values.count - 1] / values[0] <= bound)
  }
}
