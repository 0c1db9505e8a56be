import DomainDecomposition
import Krylov
import LinearAlgebra
import Testing

@Suite struct ElasticityTests {
  func iterations(_ a: SparseMatrix<Double>, _ space: CoarseSpace<Double>) throws -> Int {
    let m = try TwoLevelSchwarz<SparseCholesky>(a, space)
    var solver = ConjugateGradients<Double>(order: a.rowCount)
    let (_, report) = solver.solve(
      a, [Double](repeating: 1, count: a.rowCount), preconditioner: m)
    #expect(report.status == .converged)
    return report.iterations
  }

  @Test func `rigid motions make a scalable method of a homogeneous body`() throws {
    var counts: (rigid: [Int], translations: [Int]) = ([], [])
    for k in [2, 4, 6] {
      let body = PlaneElasticity(side: 10 * k) { _, _ in 1 }
      let parts = OverlappingDecomposition(body.matrix.pattern, parts: body.parts(k), overlap: 1)
      let rigid = try CoarseSpace<Double>.nearNullSpace(body.rigidMotions, parts)
      #expect(rigid.dimension == 3 * k * k)
      counts.rigid.append(try iterations(body.matrix, rigid))
      counts.translations.append(
        try iterations(
          body.matrix, .nearNullSpace(body.rigidMotions.columns(0..<2), parts)))
    }
    #expect(counts.rigid[2] <= counts.rigid[1] + 4, "\(counts)")
    #expect(counts.translations[2] > counts.rigid[2] + 8, "\(counts)")
  }

  @Test func `modes of inner subdomains begin with the rigid motions`() throws {
    let body = PlaneElasticity(side: 24) { _, _ in 1 }
    let parts = OverlappingDecomposition(body.matrix.pattern, parts: body.parts(4), overlap: 1)
    let inner = parts.subdomains[5]
    let neumann = body.elements.neumannMatrix(of: inner.unknowns)
    let modes = try GenEO(threshold: 0.3).modes(
      neumann: neumann,
      dirichlet: body.matrix.restricted(rows: inner.unknowns, columns: inner.unknowns),
      weights: inner.weights)
    #expect(modes.values.prefix(3).allSatisfy { $0.magnitude <= 1e-10 })
    #expect(modes.values.count == 3 ? modes.next > 1e-3 : modes.values[3] > 1e-3)
    let rigid = body.rigidMotions.gathering(rows: inner.unknowns.map(Int.init))
    #expect((neumann * rigid).frobeniusNorm <= 1e-12)
    // The first three span them.
    let basis = try QR(modes.vectors.columns(0..<3)).q
    #expect((rigid - basis * basis.adjointTimes(rigid)).frobeniusNorm <= 1e-7)
  }

  @Test func `GenEO withstands stiff fibres that rigid motions do not`() throws {
    var (geneo, rigid, bounds) = ([Int](), [Int](), [Double]())
    for k in [2, 4, 6] {
      let body = PlaneElasticity(side: 10 * k) { i, j in
        j % 5 == 2 || (i + 2) % 10 < 4 && j % 10 == 9 ? 1e5 : 1
      }
      let parts = OverlappingDecomposition(body.matrix.pattern, parts: body.parts(k), overlap: 1)
      let space = try GenEO(threshold: 0.3).space(body.matrix, body.elements, parts)
      geneo.append(try iterations(body.matrix, space.space))
      bounds.append(try #require(space.conditionBound(.balanced)))
      rigid.append(
        try iterations(body.matrix, .nearNullSpace(body.rigidMotions, parts)))
      let m = try TwoLevelSchwarz<SparseCholesky>(body.matrix, space.space)
      let seen = try SpectrumEstimate(body.matrix, m)
      #expect(seen.condition <= bounds[bounds.count - 1])
    }
    // 18, 25, 28; four subdomains each touch two sides of the body and have few neighbours.
    #expect(Double(geneo[2]) <= 1.2 * Double(geneo[1]) && geneo[1] <= 30, "\(geneo)")
    #expect(rigid[2] > 5 * geneo[2], "\(rigid)")
  }
}
