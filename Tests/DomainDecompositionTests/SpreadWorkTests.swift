import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import Testing

@Suite struct SpreadWorkTests {
  @Test(arguments: [1, 2, 3, 5])
  func `every rank has the results of all jobs in their order`(ranks: Int) throws {
    let pieces = try ThreadCommunicator.run(ranks) { world in
      try world.spread(4) { job in (0...job).map { Double(10 * job + $0) } }
    }
    let expected: [[Double]] = [[0], [10, 11], [20, 21, 22], [30, 31, 32, 33]]
    #expect(pieces.allSatisfy { $0 == expected })
  }

  @Test func `a job that fails is told by its rank, with the error`() throws {
    struct Broken: Error, CustomStringConvertible { let description = "job 2 is broken" }
    let messages = try ThreadCommunicator.run(2) { world in
      do {
        _ = try world.spread(4) { job throws(Broken) -> [Double] in
          if job == 2 { throw Broken() }
          return [1]
        }
        return "done"
      } catch { return "\(error)" }
    }
    #expect(messages == ["rank 0: job 2 is broken", "rank 0 failed and says why"])
  }

  @Test func `snapshots computed apart have the modes of one process`() throws {
    let grid = FivePointGrid(side: 14)
    let b = [Double](repeating: 1, count: grid.count)
    @Sendable func solution(_ k: Int) throws -> [Double] {
      let field = GaussianField(seed: 3).values(on: grid)
      return try SparseCholesky(grid.diffusion(field.map { Double.exp(Double(k) * 0.4 * $0) }))
        .solve(b)
    }
    let snapshots = DenseMatrix(rowCount: grid.count, columns: try (0..<7).map(solution))
    let expected = try SVD.singularValues(of: snapshots)
    let pieces = try ThreadCommunicator.run(3) { world in
      let mine = try stride(from: world.rank, to: 7, by: 3).map(solution)
      let columns = DenseMatrix(rowCount: grid.count, columns: mine)
      return try DistributedPOD(world.rows(ofColumns: columns), atMost: 3, world)
    }
    for piece in pieces {
      for (x, y) in zip(piece.singularValues, expected) {
        #expect((x - y).magnitude <= 1e-14 * expected[0])
      }
    }
  }
}
