import ComplexModule
import DomainDecomposition
import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct DistributedQRTests {
  /// Rows of rank k of the given number, the counts of all adding up to those of the matrix.
  static func rows<S>(_ a: DenseMatrix<S>, _ counts: [Int], _ rank: Int) -> DenseMatrix<S> {
    let first = counts.prefix(rank).reduce(0, +)
    return a.rows(first..<first + counts[rank])
  }

  static func stacked<S>(_ pieces: [DenseMatrix<S>]) -> DenseMatrix<S> {
    DenseMatrix(
      rowCount: pieces.reduce(0) { $0 + $1.rowCount },
      columns: (0..<pieces[0].columnCount).map { j in pieces.flatMap { $0.column(j) } })
  }

  @Test(arguments: [[200], [120, 80], [50, 3, 97, 50], [40, 40, 0, 60, 60]])
  func `the factors are those of one process, whatever the ranks hold`(counts: [Int]) throws {
    var random = SeededRandom(seed: 3)
    let a = DenseMatrix(
      rowCount: 200, columnCount: 7,
      values: (0..<1400).map { _ in Complex<Double>(random.uniform(), random.uniform()) })
    let expected = try QR(a)
    let pieces = try ThreadCommunicator.run(counts.count) { world in
      let qr = try DistributedQR(Self.rows(a, counts, world.rank), world)
      return (qr.q, qr.r)
    }
    #expect(pieces.allSatisfy { $0.1 == pieces[0].1 })
    #expect((pieces[0].1 - expected.r).frobeniusNorm <= 1e-13 * expected.r.frobeniusNorm)
    #expect((Self.stacked(pieces.map(\.0)) - expected.q).frobeniusNorm <= 1e-12)
  }

  @Test(arguments: [1, 2, 4])
  func `modes of spread snapshots are orthonormal with the singular values of the whole`(
    ranks: Int
  ) throws {
    // Singular values 10^0 … 10^−9.
    var random = SeededRandom(seed: 5)
    let m = 300
    func orthonormal(_ rows: Int) throws -> DenseMatrix<Double> {
      try QR(
        DenseMatrix(
          rowCount: rows, columnCount: 10,
          values: (0..<rows * 10).map { _ in random.uniform() })
      ).q
    }
    let (u, v) = (try orthonormal(m), try orthonormal(12))
    let sigma = (0..<10).map { Double.pow(10, -Double($0)) }
    var scaled = u
    for j in 0..<10 { scaled.setColumn(j, u.column(j).map { $0 * sigma[j] }) }
    let a = scaled * v.transposed()
    let counts = (0..<ranks).map { $0 == 0 ? m - (ranks - 1) * 60 : 60 }
    let pieces = try ThreadCommunicator.run(ranks) { world in
      try DistributedPOD(Self.rows(a, counts, world.rank), atMost: 6, tolerance: 1e-7, world)
    }
    #expect(pieces[0].singularValues.count == 12)
    for (x, y) in zip(pieces[0].singularValues, sigma) { #expect((x - y).magnitude <= 1e-15) }
    let modes = Self.stacked(pieces.map(\.modes))
    #expect(modes.columnCount == 6)
    #expect((modes.gramian() - .identity(6)).frobeniusNorm <= 1e-13)
    // The best approximation of rank six is off by σ₇.
    let rest = a - modes * modes.adjointTimes(a)
    #expect((try SVD.singularValues(of: rest)[0] - 1e-6).magnitude <= 1e-13)
  }

  @Test(arguments: [[6], [2, 4], [3, 0, 2, 1]])
  func `columns that ranks computed apart become rows of all columns`(counts: [Int]) throws {
    let a = DenseMatrix(
      rowCount: 11, columnCount: 6, values: (0..<66).map { Complex<Double>(Double($0), 1) })
    let pieces = try ThreadCommunicator.run(counts.count) { world in
      let first = counts.prefix(world.rank).reduce(0, +)
      return world.rows(ofColumns: a.columns(first..<first + counts[world.rank]))
    }
    #expect(Self.stacked(pieces) == a)
    #expect(pieces.allSatisfy { $0.rowCount >= 11 / counts.count })
  }

  @Test(arguments: [1, 2, 4])
  func `modes in a product have the singular values of the scaled snapshots`(ranks: Int) throws {
    // With X = L Lᵀ those of Lᵀ S; they fall over twelve decades.
    let grid = FivePointGrid(side: 12)
    let x = grid.laplacian()
    let base = (0..<9).map { GaussianField(seed: $0).values(on: grid) }
    let snapshots = DenseMatrix(
      rowCount: grid.count,
      columns: (0..<9).map { k -> [Double] in
        let small = Double.pow(10, -1.5 * Double(k))
        return (0..<grid.count).map { base[0][$0] + small * base[k][$0] }
      } + [base[0]])
    let scaled = try Cholesky(dense(x)).lower.adjointTimes(snapshots)
    let expected = try SVD.singularValues(of: scaled)
    #expect(expected[8] < 1e-9 * expected[0] && expected[8] > 1e-14 * expected[0])
    let pieces = try ThreadCommunicator.run(ranks) { world in
      let distribution = Distribution(
        parts: (0..<grid.count).map { Int32($0 * 4 / grid.count) }, world)
      let matrix = DistributedMatrix(replicated: x, distribution, world)
      let rows = DenseMatrix(
        rowCount: matrix.rowCount,
        columns: (0..<10).map { distribution.local(snapshots.column($0)) })
      return try DistributedPOD(rows, in: matrix, atMost: 6, tolerance: 1e-11)
    }
    #expect(pieces[0].singularValues.count == 10)
    for (s, t) in zip(pieces[0].singularValues, expected) {
      #expect((s - t).magnitude <= 1e-14 * expected[0])
    }
    // The ranks own consecutive unknowns.
    let modes = Self.stacked(pieces.map(\.modes))
    #expect(modes.columnCount == 6)
    #expect((modes.gramian(in: x) - .identity(6)).frobeniusNorm <= 1e-12)
    let rest = snapshots - modes * (modes.adjointTimes(x * snapshots))
    let left = try SVD.singularValues(of: Cholesky(dense(x)).lower.adjointTimes(rest))
    #expect((left[0] - expected[6]).magnitude <= 1e-13 * expected[0])
  }
}
