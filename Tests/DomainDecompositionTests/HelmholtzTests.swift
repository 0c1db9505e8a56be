import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

/// −Δu − (1 + iη) k² u with four by four subdomains.
@Suite struct HelmholtzTests {
  typealias C = Complex<Double>
  let grid = FivePointGrid(side: 48)
  let wave = 25.0

  func matrix(damping eta: Double) -> SparseMatrix<C> {
    let real = grid.helmholtz(
      squaredWaveNumber: [Double](repeating: wave * wave, count: grid.count))
    var a = SparseMatrix(pattern: real.pattern, values: real.values.map { C($0, 0) })
    for i in 0..<a.rowCount {
      if let k = a.pattern.index(row: i, column: i) { a.values[k].imaginary = -eta * wave * wave }
    }
    return a
  }

  var parts: OverlappingDecomposition {
    OverlappingDecomposition(
      grid.pattern,
      parts: (0..<grid.count).map { node in
        let (x, y) = (node % 48, node / 48)
        return Int32(x / 12) + 4 * Int32(y / 12)
      }, overlap: 2, unity: .owner)
  }

  var source: [C] { (0..<grid.count).map { $0 == 48 * 20 + 13 ? 1 : 0 } }

  func iterations(_ a: SparseMatrix<C>, _ m: some Preconditioner<C>) throws -> Int {
    var solver = GMRES<C>(order: grid.count, restart: 150)
    let (x, report) = solver.solve(
      a, source, preconditioner: m, until: StoppingRule(relative: 1e-8, iterations: 1500))
    #expect(report.status == .converged)
    #expect(difference(x, try SparseLU(a).solve(source)) <= 1e-5)
    return report.iterations
  }

  @Test func `GMRES with the restricted method needs fewer iterations than with the symmetric one`()
    throws
  {
    let a = matrix(damping: 0.1)
    let symmetric = try iterations(a, AdditiveSchwarz<SparseLU<C>>(a, parts))
    let restricted = try iterations(a, AdditiveSchwarz<SparseLU<C>>(a, parts, .restricted))
    #expect(restricted < symmetric)
  }

  @Test func `plane waves on the subdomains make a coarse space for waves`() throws {
    let a = matrix(damping: 0.02)
    let waves = try CoarseSpace<C>.nearNullSpace(planeWaves(8), parts)
    #expect(waves.dimension == 16 * 8)
    let one = try AdditiveSchwarz<SparseLU<C>>(a, parts, .restricted)
    let alone = try iterations(a, one)
    let both = try iterations(a, TwoLevelSchwarz(a, local: one, waves, .deflated))
    #expect(2 * both < alone)
  }

  /// Plane waves in directions evenly spread.
  func planeWaves(_ directions: Int) -> DenseMatrix<C> {
    DenseMatrix(
      rowCount: grid.count,
      columns: (0..<directions).map { d in
        let angle = 2 * Double.pi * Double(d) / Double(directions)
        return (0..<grid.count).map { node in
          let (x, y) = grid.point(node)
          return C(length: 1, phase: wave * (x * Double.cos(angle) + y * Double.sin(angle)))
        }
      })
  }

  @Test(arguments: [1, 3])
  func `over ranks the coarse space of waves is the same`(ranks: Int) throws {
    let (a, r, modes) = (matrix(damping: 0.02), source, planeWaves(3))
    let one = try AdditiveSchwarz<SparseLU<C>>(a, parts, .restricted)
    let expected = try TwoLevelSchwarz(a, local: one, .nearNullSpace(modes, parts), .deflated)
      .applied(to: r)
    let owner = (0..<grid.count).map { node in
      let (x, y) = (node % 48, node / 48)
      return Int32(x / 12) + 4 * Int32(y / 12)
    }
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(parts: owner, world)
      let matrix = DistributedMatrix(replicated: a, distribution, world)
      let one = try DistributedSchwarz<SparseLU<C>, ThreadCommunicator>(
        matrix, overlap: 2, unity: .owner, .restricted)
      let rows = modes.gathering(rows: distribution.owned.map(Int.init))
      let space = try CoarseSpace<C>.nearNullSpace(one.extended(rows), one.decomposition)
      let two = try DistributedTwoLevelSchwarz(matrix, local: one, space, .deflated)
      return (distribution.owned, two.applied(to: distribution.local(r)))
    }
    var z = [C](repeating: 0, count: grid.count)
    for (owned, part) in pieces { for (i, value) in zip(owned, part) { z[Int(i)] = value } }
    #expect(difference(z, expected) <= 1e-10)
  }
}
