import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
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
    #expect(messages == ["rank 0: job 2 is broken", "rank 0: job 2 is broken"])
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

  @Test(arguments: [(4, 2), (5, 2), (5, 3), (3, 3)])
  func `groups of ranks sum, gather and send among themselves alone`(ranks: Int, groups: Int) throws
  {
    let found = try ThreadCommunicator.run(ranks) { world in
      let (number, group) = RankGroup.cut(world, into: groups)
      var sum = [Double(world.rank), 1]
      group.sum(&sum)
      var largest = [Double(world.rank), group.isFirst ? .nan : 0]
      group.maximum(&largest)
      var sent = [Double(group.rank + 10 * number), 0.5]
      group.broadcast(&sent, from: group.size - 1)
      let lists = group.gather((0...group.rank).map { $0 + 100 * number })
      group.barrier()
      return (number, sum, largest, sent, lists)
    }
    for (rank, (number, sum, largest, sent, lists)) in found.enumerated() {
      let members = found.indices.filter { found[$0].0 == number }
      #expect(members.contains(rank) && members.count >= ranks / groups)
      #expect(sum == [Double(members.reduce(0, +)), Double(members.count)])
      #expect(largest[0] == Double(members.last ?? -1) && largest[1].isNaN)
      #expect(sent == [Double(members.count - 1 + 10 * number), 0.5])
      #expect(lists == members.indices.map { (0...$0).map { $0 + 100 * number } })
    }
    #expect(Set(found.map(\.0)) == Set(0..<groups))
  }

  @Test func `other ranks learn whether it was an iteration that failed`() throws {
    struct Slow: IterationError, CustomStringConvertible {
      let isNotConverged: Bool
      var description: String { "slow: \(isNotConverged)" }
    }
    for isNotConverged in [false, true] {
      let heard = try ThreadCommunicator.run(4) { world in
        do {
          _ = try world.spreadOverGroups(2) { k, _ throws(Slow) -> [Double] in
            if k == 1 { throw Slow(isNotConverged: isNotConverged) }
            return [1]
          }
          return "done"
        } catch {
          guard case DistributedFailure.elsewhere(let rank, let reason, let kind) = error else {
            return "here"
          }
          return "\(rank), \(reason), \(kind)"
        }
      }
      let words = "2, slow: \(isNotConverged), \(isNotConverged)"
      #expect(heard == [words, words, "here", "here"])
    }
  }

  @Test func `few systems are solved side by side by groups of ranks`() throws {
    let grid = FivePointGrid(side: 16)
    let b = GaussianField(seed: 2).values(on: grid)
    @Sendable func system(_ k: Int) -> SparseMatrix<Double> {
      grid.diffusion(GaussianField(seed: UInt64(k)).values(on: grid).map { Double.exp($0) })
    }
    let parts = (0..<grid.count).map { Int32($0 * 4 / grid.count) }
    let pieces = try ThreadCommunicator.run(5) { world in
      try world.spreadOverGroups(2) { k, group throws(DistributedFailure) in
        let matrix = DistributedMatrix(
          replicated: system(k), Distribution(parts: parts, group), group)
        let m = try DistributedSchwarz<SparseCholesky, RankGroup<ThreadCommunicator>>(
          matrix, overlap: 1)
        var solver = DistributedConjugateGradients<Double, RankGroup<ThreadCommunicator>>(
          order: matrix.rowCount, group)
        let (x, report) = solver.solve(
          matrix, matrix.distribution.local(b), preconditioner: m,
          until: StoppingRule(relative: 1e-11))
        #expect(report.status.isConverged)
        return group.gather(x).flatMap { $0 }
      }
    }
    for k in 0..<2 {
      let exact = try SparseCholesky(system(k)).solve(b)
      #expect(pieces.allSatisfy { $0[k] == pieces[0][k] })
      #expect(norm(zip(pieces[0][k], exact).map { $0 - $1 }) <= 1e-9 * norm(exact))
    }
  }
}
