import DomainDecomposition
import Krylov
import LinearAlgebra
import TestSupport
import Testing

/// Squares of a grid of bilinear elements dealt out to ranks in stripes: every stripe is a piece with its
/// nodes, and stiffness matrices of its squares alone.
private struct Stripes {
  let side: Int
  let ranks: Int
  /// The conductivity of each row of squares.
  let conductivity: [Double]

  /// The nodes of a piece, as numbers in the whole, ascending; those of the lowest row are held.
  func keys(_ rank: Int) -> [Int] {
    let rows = rows(rank)
    return (rows.lowerBound...rows.upperBound).flatMap { row in
      row == 0 ? [] : (0...side).map { row * (side + 1) + $0 }
    }
  }

  func rows(_ rank: Int) -> Range<Int> { rank * side / ranks..<(rank + 1) * side / ranks }

  /// The stiffness of some rows of squares over the given nodes.
  func matrix(_ rows: Range<Int>, over keys: [Int]) -> SparseMatrix<Double> {
    var place = [Int](repeating: -1, count: (side + 1) * (side + 1))
    for (k, key) in keys.enumerated() { place[key] = k }
    var entries = [[Int32: Double]](repeating: [:], count: keys.count)
    for row in rows {
      for column in 0..<side {
        let first = row * (side + 1) + column
        let nodes = [first, first + 1, first + side + 2, first + side + 1].map { place[$0] }
        for i in 0..<4 where nodes[i] >= 0 {
          for j in 0..<4 where nodes[j] >= 0 {
            let k = i == j ? 4.0 : (i + j) % 2 == 1 ? -1 : -2
            entries[nodes[i]][Int32(nodes[j]), default: 0] += conductivity[row] * k / 6
          }
        }
      }
    }
    let columns = entries.map { $0.keys.sorted() }
    return SparseMatrix(
      pattern: SparsityPattern(
        rowCount: keys.count, columnCount: keys.count,
        rowStart: columns.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
        column: columns.flatMap { $0 }),
      values: zip(entries, columns).flatMap { row, columns in columns.map { row[$0] ?? 0 } })
  }

  var allKeys: [Int] { (side + 1..<(side + 1) * (side + 1)).map { $0 } }
}

@Suite struct `Pieces of a problem` {
  private let stripes = Stripes(
    side: 12, ranks: 3, conductivity: (0..<12).map { $0 % 4 == 1 ? 1e4 : 1 })

  @Test func `give what they share one number, and the lowest rank owns it`() throws {
    let stripes = stripes
    let all = try ThreadCommunicator.run(3) { world in
      SharedUnknowns(keys: stripes.keys(world.rank), world)
    }
    var numbers: [Int: Int32] = [:]
    var owners: [Int32: Int] = [:]
    for (rank, unknowns) in all.enumerated() {
      #expect(unknowns.order == stripes.allKeys.count)
      for (key, number) in zip(stripes.keys(rank), unknowns.numbers) {
        #expect(numbers[key, default: number] == number)
        numbers[key] = number
        owners[number] = owners[number] ?? rank
        #expect(unknowns.owner(of: number) == owners[number])
      }
      let holders = stripes.keys(rank).map { key in
        (0..<3).count { stripes.keys($0).contains(key) }
      }
      #expect(unknowns.isShared == holders.map { $0 > 1 })
      #expect(
        unknowns.owned.map { unknowns.numbers[Int($0)] }
          == unknowns.first[rank..<rank + 2]
          .reduce(into: []) { $0.append(Int32($1)) }.ascending)
    }
    #expect(Set(numbers.values).sorted() == (0..<Int32(stripes.allKeys.count)).map { $0 })
  }

  @Test func `add up to the rows and vectors of the whole`() throws {
    let stripes = stripes
    let whole = stripes.matrix(0..<12, over: stripes.allKeys)
    let x = stripes.allKeys.map { Double($0 % 7) - 2.5 }
    let expected = whole * x
    let parts = try ThreadCommunicator.run(3) { world -> [(key: Int, value: Double)] in
      let keys = stripes.keys(world.rank)
      let unknowns = SharedUnknowns(keys: keys, world)
      let piece = stripes.matrix(stripes.rows(world.rank), over: keys)
      let assembly = SubassembledRows<Double, ThreadCommunicator>(piece.pattern, unknowns, world)
      let distribution = try Distribution(unknowns, assembly.pattern, subdomains: 6, world)
      #expect(distribution.partCount == 6)
      let matrix = DistributedMatrix(
        rows: assembly.rows(piece.values), distribution, world)
      let vectors = PieceVectors<Double, ThreadCommunicator>(unknowns, distribution, world)
      let here = keys.map { Double($0 % 7) - 2.5 }
      let owned = vectors.owned(of: here)
      #expect(vectors.onPiece(owned) == here)
      // By the assembled rows, and by the pieces themselves.
      let image = matrix.applied(to: owned)
      let sum = vectors.owned(adding: piece * here)
      for (a, b) in zip(image, sum) { #expect((a - b).magnitude < 1e-8) }
      return zip(unknowns.owned, image).map { (keys[Int($0)], $1) }
    }
    let found = parts.joined().sorted { $0.key < $1.key }
    #expect(found.map(\.key) == stripes.allKeys)
    for (a, b) in zip(found.map(\.value), expected) { #expect((a - b).magnitude < 1e-8) }
  }

  @Test func `are solved in as many iterations as the whole, and refreshed`() throws {
    let stripes = stripes
    let whole = stripes.matrix(0..<12, over: stripes.allKeys)
    let load = [Double](repeating: 1, count: whole.rowCount)
    let exact = try SparseCholesky(whole).solve(load)
    let parts = try ThreadCommunicator.run(3) { world -> (Int, [(key: Int, value: Double)]) in
      let keys = stripes.keys(world.rank)
      let unknowns = SharedUnknowns(keys: keys, world)
      let piece = stripes.matrix(stripes.rows(world.rank), over: keys)
      let assembly = SubassembledRows<Double, ThreadCommunicator>(piece.pattern, unknowns, world)
      let distribution = try Distribution(unknowns, assembly.pattern, subdomains: 6, world)
      // Begun with another matrix of the pattern.
      let other = assembly.rows(piece.values.map { 3 * $0 })
      var system = try DistributedDefiniteSystem(
        DistributedMatrix(rows: other, distribution, world), near: nil,
        spectral: GenEO(threshold: 0.4))
      try system.refresh(rows: assembly.rows(piece.values))
      var x = [Double](repeating: 0, count: unknowns.owned.count)
      let report = system.solve(
        x.map { _ in 1 }, from: &x, until: StoppingRule(relative: 1e-10))
      #expect(report.status.isConverged)
      return (report.iterations, zip(unknowns.owned, x).map { (keys[Int($0)], $1) })
    }
    #expect(parts.allSatisfy { $0.0 == parts[0].0 && $0.0 <= 20 })
    let found = parts.flatMap(\.1).sorted { $0.key < $1.key }.map(\.value)
    let largest = exact.reduce(0) { max($0, $1.magnitude) }
    for (a, b) in zip(found, exact) { #expect((a - b).magnitude < 1e-8 * largest) }
  }

  @Test func `say where they contradict each other and who has nothing to do`() throws {
    let counts = try ThreadCommunicator.run(2) { world in
      world.contradictions(
        free: world.isFirst ? [1, 2, 3] : [3, 4], held: world.isFirst ? [5] : [2, 5, 1])
    }
    #expect(counts == [2, 2])
    let words = try ThreadCommunicator.run(3) { world -> String in
      let unknowns = SharedUnknowns(keys: world.rank == 1 ? [0] : [0, 1 + world.rank], world)
      let rows = SparsityPattern(
        rowCount: unknowns.owned.count, columnCount: unknowns.order,
        rowStart: Array(0...unknowns.owned.count),
        column: unknowns.owned.map { unknowns.numbers[Int($0)] })
      do {
        _ = try Distribution(unknowns, rows, subdomains: nil, world)
        return "done"
      } catch { return "\(error)" }
    }
    #expect(words.allSatisfy { $0.hasPrefix("rank 1 of the problem owns no free unknown") })
  }
}

extension [Int32] {
  /// All numbers from the first to below the last.
  fileprivate var ascending: [Int32] { (self[0]..<self[1]).map { $0 } }
}
