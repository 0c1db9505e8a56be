import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct DistributedSchwarzTests {
  let grid = FivePointGrid(side: 24)
  /// 3 × 2 subdomains.
  var parts: [Int32] {
    (0..<grid.count).map { node in
      let (x, y) = (node % 24, node / 24)
      return Int32(x / 8) + 3 * Int32(y / 12)
    }
  }

  /// The vector of the whole from the entries of the ranks.
  func joined<S: Scalar>(_ pieces: [(owned: [Int32], x: [S])]) -> [S] {
    var x = [S](repeating: S.zero, count: grid.count)
    for piece in pieces { for (i, value) in zip(piece.owned, piece.x) { x[Int(i)] = value } }
    return x
  }

  @Test(arguments: [1, 2, 3, 4, 6])
  func `a product over ranks is the product`(ranks: Int) throws {
    let (a, parts) = (grid.convection(stream: GaussianField(seed: 1).values(on: grid)), parts)
    let x = GaussianField(seed: 2).values(on: grid)
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(parts: parts, world)
      let local = DistributedMatrix(replicated: a, distribution, world)
      return (owned: distribution.owned, x: local.applied(to: distribution.local(x)))
    }
    #expect(Set(pieces.flatMap(\.owned)).count == grid.count)
    #expect(difference(joined(pieces), a * x) <= 1e-15)
  }

  @Test(arguments: [1, 2, 4], [PartitionOfUnity.owner, .multiplicity])
  func `the methods over ranks are those of one process`(
    ranks: Int, unity: PartitionOfUnity
  ) throws {
    let (grid, parts) = (grid, parts)
    let a = grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp(3 * $0) })
    let r = GaussianField(seed: 2).values(on: grid)
    let splitting = try LumpedSplitting(a)
    let whole = OverlappingDecomposition(a.pattern, parts: parts, overlap: 2, unity: unity)
    let geneo = try GenEO(threshold: 0.3).space(a, splitting, whole)
    let expected = try [
      AdditiveSchwarz<SparseCholesky>(a, whole).applied(to: r),
      AdditiveSchwarz<SparseCholesky>(a, whole, .restricted).applied(to: r),
      TwoLevelSchwarz<SparseCholesky>(a, .nicolaides(whole), .additive).applied(to: r),
      TwoLevelSchwarz<SparseCholesky>(a, geneo.space, .balanced).applied(to: r),
      TwoLevelSchwarz<SparseCholesky>(a, geneo.space, .deflated).applied(to: r),
    ]
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(parts: parts, world)
      let matrix = DistributedMatrix(replicated: a, distribution, world)
      typealias One = DistributedSchwarz<SparseCholesky, ThreadCommunicator>
      typealias Two = DistributedTwoLevelSchwarz<SparseCholesky, ThreadCommunicator>
      let one = try One(matrix, overlap: 2, unity: unity)
      let restricted = try One(matrix, overlap: 2, unity: unity, .restricted)
      let space = try one.space(GenEO(threshold: 0.3), splitting)
      let r = distribution.local(r)
      let nicolaides = try Two(matrix, local: one, .nicolaides(one.decomposition), .additive)
      let balanced = try Two(matrix, local: one, space, .balanced)
      return (
        distribution.owned, nicolaides.coarseDimension, balanced.coarseDimension,
        [
          one.applied(to: r), restricted.applied(to: r), nicolaides.applied(to: r),
          balanced.applied(to: r), try Two(matrix, local: one, space, .deflated).applied(to: r),
        ]
      )
    }
    for (k, z) in expected.enumerated() {
      #expect(difference(joined(pieces.map { ($0.0, $0.3[k]) }), z) <= 1e-10, "method \(k)")
    }
    #expect(pieces.allSatisfy { $0.1 == 6 && $0.2 == geneo.space.dimension })
  }

  @Test(arguments: [1, 2, 4])
  func `conjugate gradients over ranks end in the same iteration with the same solution`(
    ranks: Int
  ) throws {
    let (grid, parts) = (grid, parts)
    let a = grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp(3 * $0) })
    let b = GaussianField(seed: 2).values(on: grid)
    let rule = StoppingRule(relative: 1e-10)
    let whole = OverlappingDecomposition(a.pattern, parts: parts, overlap: 1)
    var solver = ConjugateGradients<Double>(order: grid.count)
    let expected = solver.solve(
      a, b, preconditioner: try TwoLevelSchwarz<SparseCholesky>(a, .nicolaides(whole)), until: rule)
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(parts: parts, world)
      let matrix = DistributedMatrix(replicated: a, distribution, world)
      let one = try DistributedSchwarz<SparseCholesky, ThreadCommunicator>(matrix, overlap: 1)
      let m = try DistributedTwoLevelSchwarz(matrix, local: one, .nicolaides(one.decomposition))
      var solver = DistributedConjugateGradients<Double, ThreadCommunicator>(
        order: matrix.rowCount, world)
      let (x, report) = solver.solve(
        matrix, distribution.local(b), preconditioner: m, until: rule)
      return (owned: distribution.owned, x: x, report: report)
    }
    #expect(pieces.allSatisfy { $0.report == pieces[0].report })
    #expect(pieces[0].report.status == .converged)
    #expect(pieces[0].report.iterations == expected.report.iterations)
    #expect(difference(joined(pieces.map { ($0.owned, $0.x) }), expected.x) <= 1e-9)
  }

  @Test(arguments: [1, 3])
  func `GMRES over ranks solves damped waves`(ranks: Int) throws {
    let (grid, parts) = (grid, parts)
    let real = grid.helmholtz(squaredWaveNumber: [Double](repeating: 300, count: grid.count))
    var a = SparseMatrix(
      pattern: real.pattern, values: real.values.map { Complex<Double>($0, 0) })
    for i in 0..<a.rowCount {
      if let k = a.pattern.index(row: i, column: i) { a.values[k].imaginary = -60 }
    }
    let system = a
    let b = GaussianField(seed: 2).values(on: grid).map { Complex<Double>($0, 1) }
    let expected = try SparseLU(a).solve(b)
    for restart in [60, 7] {
      let pieces = try ThreadCommunicator.run(ranks) { world in
        let distribution = Distribution(parts: parts, world)
        let matrix = DistributedMatrix(replicated: system, distribution, world)
        let m = try DistributedSchwarz<SparseLU<Complex<Double>>, ThreadCommunicator>(
          matrix, overlap: 2, unity: .owner, .restricted)
        var solver = DistributedGMRES<Complex<Double>, ThreadCommunicator>(
          order: matrix.rowCount, restart: restart, world)
        let (x, report) = solver.solve(
          matrix, distribution.local(b), preconditioner: m,
          until: StoppingRule(relative: 1e-10, iterations: 500))
        return (owned: distribution.owned, x: x, report: report)
      }
      #expect(pieces[0].report.status == .converged)
      #expect(pieces[0].report.iterations <= (restart == 60 ? 60 : 200))
      #expect(difference(joined(pieces.map { ($0.owned, $0.x) }), expected) <= 1e-8)
    }
  }

  @Test func `without preconditioner GMRES ends with the exact solution of a small system`() {
    let a = SparseMatrix(
      rowCount: 3, columnCount: 3, rows: [0, 0, 1, 2, 2], columns: [1, 2, 0, 0, 2],
      entries: [2.0, 1, -1, 3, 1])
    var solver = DistributedGMRES<Double, LocalCommunicator>(order: 3, LocalCommunicator())
    // x = (1, −2, 4).
    let (x, report) = solver.solve(a, [0, -1, 7], until: StoppingRule(relative: 1e-12))
    #expect(report.status == .converged && report.iterations == 3)
    #expect(difference(x, [1, -2, 4]) <= 1e-13)
  }

  @Test(arguments: [1, 3])
  func `methods over ranks follow a family of matrices with one pattern`(ranks: Int) throws {
    let (grid, parts) = (grid, parts)
    let family = (1...2).map { k in
      grid.diffusion(GaussianField(seed: 1).values(on: grid).map { Double.exp(Double(k) * $0) })
    }
    let (r, whole) = (
      GaussianField(seed: 2).values(on: grid),
      OverlappingDecomposition(grid.pattern, parts: parts, overlap: 2)
    )
    let expected = try TwoLevelSchwarz<SparseCholesky>(family[1], .nicolaides(whole)).applied(to: r)
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(parts: parts, world)
      let restriction = SparsityRestriction(
        grid.pattern, rows: distribution.owned, columns: (0..<Int32(grid.count)).map { $0 })
      var matrix = DistributedMatrix(rows: restriction.apply(family[0]), distribution, world)
      let one = try DistributedSchwarz<SparseCholesky, ThreadCommunicator>(matrix, overlap: 2)
      var two = try DistributedTwoLevelSchwarz(matrix, local: one, .nicolaides(one.decomposition))
      matrix.refresh(rows: restriction.apply(family[1]))
      try two.refresh(matrix)
      let r = distribution.local(r)
      return (distribution.owned, two.applied(to: r), matrix.applied(to: r))
    }
    #expect(difference(joined(pieces.map { ($0.0, $0.1) }), expected) <= 1e-12)
    #expect(difference(joined(pieces.map { ($0.0, $0.2) }), family[1] * r) <= 1e-15)
  }

  @Test func `a failure on one rank is thrown on all`() throws {
    let parts = parts
    // Indefinite on the last subdomain only.
    let a = grid.helmholtz(
      squaredWaveNumber: parts.map { $0 == 5 ? 1e4 : 0 })
    let messages = try ThreadCommunicator.run(3) { world in
      let distribution = Distribution(parts: parts, world)
      let matrix = DistributedMatrix(replicated: a, distribution, world)
      do {
        _ = try DistributedSchwarz<SparseCholesky, ThreadCommunicator>(matrix, overlap: 0)
        return ""
      } catch { return "\(error)" }
    }
    #expect(messages[0].hasPrefix("rank 2: the matrix is not positive definite"))
    #expect(Set(messages).count == 1)
  }
}
