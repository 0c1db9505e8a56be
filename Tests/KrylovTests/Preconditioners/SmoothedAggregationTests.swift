import Krylov
import LinearAlgebra
import RealModule
import TestSupport
import Testing

@Suite struct SmoothedAggregationTests {
  static let smoothers: [SmoothedAggregation.Smoother] = [
    .gaussSeidel, .chebyshev(degree: 1, ratio: 0.3), .chebyshev(degree: 2, ratio: 0.1),
    .chebyshev(degree: 3, ratio: 0.05),
  ]

  @Test(arguments: smoothers)
  func `the V-cycle obeys the laws`(smoother: SmoothedAggregation.Smoother) throws {
    let a = Model.darcy(side: 40)
    var options = SmoothedAggregation.Options()
    (options.smoother, options.coarsest) = (smoother, 20)
    let m = try SmoothedAggregation(a, options)
    #expect(m.levelSizes.count >= 3)
    checkLaws(of: m)
    let (with, without) = iterations(a, m)
    #expect(5 * with < without)
    #expect(m.operatorComplexity < 1.8)
  }

  @Test func `iterations hardly grow with the grid`() throws {
    var counts: [Int] = []
    for side in [30, 120] {
      let a = FivePointGrid(side: side).laplacian()
      counts.append(iterations(a, try SmoothedAggregation(a)).with)
    }
    #expect(Double(counts[1]) <= 1.5 * Double(counts[0]), "\(counts)")
  }

  @Test func `weak couplings are left out of groups`() throws {
    // Anisotropy: groups along the strong direction only.
    let n = 48
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    func add(_ i: Int, _ j: Int, _ value: Double) {
      rows.append(Int32(i))
      columns.append(Int32(j))
      entries.append(value)
    }
    for y in 0..<n {
      for x in 0..<n {
        let i = x + n * y
        add(i, i, 2 + 2e-3)
        if x > 0 { add(i, i - 1, -1) }
        if x < n - 1 { add(i, i + 1, -1) }
        if y > 0 { add(i, i - n, -1e-3) }
        if y < n - 1 { add(i, i + n, -1e-3) }
      }
    }
    let a = SparseMatrix(
      rowCount: n * n, columnCount: n * n, rows: rows, columns: columns, entries: entries)
    var options = SmoothedAggregation.Options()
    (options.coarsest, options.threshold) = (50, 0)
    let blind = iterations(a, try SmoothedAggregation(a, options)).with
    options.threshold = 0.08
    let m = try SmoothedAggregation(a, options)
    checkLaws(of: m)
    #expect(iterations(a, m).with < blind)
  }

  @Test func `a refreshed hierarchy is the one made anew where the groups are the same`() throws {
    let (a, b) = (Model.darcy(side: 30), Model.darcy(side: 30, contrast: 1))
    let same = SparseMatrix(pattern: a.pattern, values: b.values)
    var m = try SmoothedAggregation(a)
    try m.refresh(same)
    let x: [Double] = randomVector(900, seed: 4)
    #expect(try m.applied(to: x) == SmoothedAggregation(same).applied(to: x))
  }

  @Test func `a singular system with the constants as null space is solved`() throws {
    // −u″ on a ring.
    let n = 2000
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    for i in 0..<n {
      for (j, value) in [((i + n - 1) % n, -1.0), (i, 2), ((i + 1) % n, -1)] {
        rows.append(Int32(i))
        columns.append(Int32(j))
        entries.append(value)
      }
    }
    let a = SparseMatrix(
      rowCount: n, columnCount: n, rows: rows, columns: columns, entries: entries)
    let m = try SmoothedAggregation(a)
    let b = (0..<n).map { Double.sin(2 * .pi * Double($0) / Double(n)) }
    var solver = ConjugateGradients<Double>(order: n)
    let (x, report) = solver.solve(a, b, preconditioner: m)
    #expect(report.status == .converged && report.iterations < 60)
    #expect(distance(a * x, b) <= 2e-8)
  }

  @Test func `rigid motions strain no frame, and carry elasticity to the coarse levels`() throws {
    let truss = Truss(side: 9)
    let free = truss.stiffness(clamped: false)
    let modes = RigidBodyModes.displacements(of: truss.points)
    for c in 0..<6 {
      let v = modes.column(c)
      #expect(norm(free * v) <= 1e-12 * norm(v))
    }
    let a = truss.stiffness(clamped: true)
    var options = SmoothedAggregation.Options()
    options.coarsest = 60
    let nodes = NodeBlocks(unknowns: a.rowCount, perNode: 3)
    let plain = try SmoothedAggregation(a, nodes: nodes, options)
    let rigid = try SmoothedAggregation(a, nodes: nodes, nearNullSpace: modes, options)
    checkLaws(of: rigid)
    let (with, without) = iterations(a, rigid)
    #expect(with < iterations(a, plain).with)
    #expect(3 * with < without)
  }
}

/// Points of a cubic grid joined by springs to all neighbours within the cube, in space.
private struct Truss {
  let side: Int
  var points: DenseMatrix<Double> {
    var result = DenseMatrix<Double>(rowCount: side * side * side, columnCount: 3)
    for i in 0..<result.rowCount { for c in 0..<3 { result[i, c] = place(i)[c] } }
    return result
  }

  private func place(_ i: Int) -> SIMD3<Double> {
    SIMD3(Double(i % side), Double(i / side % side), Double(i / side / side))
  }

  /// Σ k d dᵀ over the springs; springs to the ground at the points with x = 0 where clamped.
  func stiffness(clamped: Bool) -> SparseMatrix<Double> {
    var (rows, columns, entries): ([Int32], [Int32], [Double]) = ([], [], [])
    let n = side * side * side
    for i in 0..<n {
      for c in 0..<3 {
        rows.append(Int32(3 * i + c))
        columns.append(Int32(3 * i + c))
        entries.append(clamped && i % side == 0 ? 10 : 0)
      }
      for j in 0..<n where i != j {
        let edge = place(j) - place(i)
        let square = (edge * edge).sum()
        guard square < 3.5, edge.max() < 1.5, edge.min() > -1.5 else { continue }
        for p in 0..<3 {
          for q in 0..<3 {
            let value = edge[p] * edge[q] / square
            rows += [Int32(3 * i + p), Int32(3 * i + p)]
            columns += [Int32(3 * i + q), Int32(3 * j + q)]
            entries += [value, -value]
          }
        }
      }
    }
    return SparseMatrix(
      rowCount: 3 * n, columnCount: 3 * n, rows: rows, columns: columns, entries: entries)
  }
}
