import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Quality of bases` {
  typealias Samples = `Dissimilarities of snapshots`

  /// Snapshots whose singular values fall by a factor per mode.
  static func graded(_ n: Int, _ m: Int, _ factor: Double, seed: UInt64) -> DenseMatrix<Double> {
    let (left, right) = (
      DenseMatrix<Double>.random(n, m, seed: seed), DenseMatrix<Double>.random(m, m, seed: seed + 1)
    )
    var scaled = left
    for j in 0..<m { for i in 0..<n { scaled[i, j] *= Double.pow(factor, Double(j)) } }
    return scaled * right
  }

  @Test(arguments: [1e-2, 1e-5, 1e-9, 1e-12])
  func `principal angles have their digits, however small`(small: Double) throws {
    let n = 200
    for product in [InnerProduct<Double>(euclidean: n), Samples.product(n)] {
      let axes = try ReducedBasis(spanning: DenseMatrix<Double>.random(n, 6, seed: 2), in: product)
        .vectors
      let angles = [small, 0.3, 1.2]
      var turned: [[Double]] = []
      for (k, angle) in angles.enumerated() {
        turned.append(
          zip(axes.column(k), axes.column(k + 3)).map {
            Double.cos(angle) * $0 + Double.sin(angle) * $1
          })
      }
      // Any basis of the span will do.
      let mix = DenseMatrix<Double>(rows: [[1, 2, 0], [0, 1, -1], [3, 0, 1]])
      let other = DenseMatrix(rowCount: n, columns: turned) * mix
      for pair in [(axes.columns(0..<3), other), (other, axes.columns(0..<3))] {
        let found = try PrincipalAngles(between: pair.0, and: pair.1, in: product)
        for (value, angle) in zip(found.values, angles) {
          #expect((value / angle - 1).magnitude < max(1e-6 * max(1, 1e-9 / angle), 1e-13))
        }
        for k in 0..<3 {
          #expect((found.sines[k] - Double.sin(angles[k])).magnitude < 1e-13)
          #expect((found.cosines[k] - Double.cos(angles[k])).magnitude < 1e-13)
        }
      }
      // A larger space that holds the smaller one.
      let inside = try PrincipalAngles(
        between: axes.columns(0..<2), and: axes, in: product)
      #expect(inside.values.count == 2 && inside.values.allSatisfy { $0 < 1e-14 })
      let apart = try PrincipalAngles(
        between: axes.columns(0..<2), and: axes.columns(2..<4), in: product)
      #expect(apart.values.allSatisfy { ($0 - Double.pi / 2).magnitude < 1e-14 })
    }
  }

  @Test func `coordinates keep norms, angles and projection errors`() throws {
    let states = Self.graded(90, 20, 0.3, seed: 4)
    let source = SnapshotSet(states: states)
    let weighted = InnerProduct<Double>(weights: (0..<90).map { 1 + Double($0 % 5) })
    for product in [InnerProduct<Double>(euclidean: 90), weighted, Samples.product(90)] {
      let coordinates = try SnapshotCoordinates(of: source, in: product)
      #expect(coordinates.matrix.rowCount <= 20)
      let d = try DissimilarityMatrix(of: source, in: product, measure: .sine)
      let e = try DissimilarityMatrix(
        of: SnapshotSet(states: coordinates.matrix),
        in: InnerProduct(euclidean: coordinates.matrix.rowCount), measure: .sine)
      #expect(zip(d.packed, e.packed).allSatisfy { ($0 - $1).magnitude < 1e-13 })
      for (j, length) in coordinates.norms.enumerated() {
        #expect((length / product.norm(states.column(j)) - 1).magnitude < 1e-13)
      }
    }
    let blocks = try SnapshotCoordinates(
      of: source, in: InnerProduct(euclidean: 90), memory: 16 * 20 * 30)
    let whole = try SnapshotCoordinates(of: source, in: InnerProduct(euclidean: 90))
    let gap = blocks.matrix.gramian() - whole.matrix.gramian()
    #expect(gap.frobeniusNorm < 1e-13 * whole.matrix.gramian().frobeniusNorm)
    #expect(throws: SnapshotError.self) {
      try SnapshotCoordinates(of: source, in: Samples.product(90), memory: 1000)
    }
  }

  /// The relative error of each snapshot on the first n POD modes of those outside its part.
  static func brute(
    _ states: DenseMatrix<Double>, _ product: InnerProduct<Double>, parts: [Int], size: Int
  ) throws -> [Double] {
    try (0..<states.columnCount).map { i in
      let others = (0..<states.columnCount).filter { parts[$0] != parts[i] }
      let pod = try POD(
        of: SnapshotSet(
          states: DenseMatrix(
            rowCount: states.rowCount, columns: others.map { states.column($0) })),
        in: product, tolerance: 0, size: size)
      return pod.basis.distance(to: states.column(i)) / product.norm(states.column(i))
    }
  }

  @Test(arguments: [0.9, 0.5, 0.1])
  func `leaving out each snapshot costs one decomposition and gives the errors of as many`(
    factor: Double
  ) throws {
    let (n, m) = (50, 16)
    let states = Self.graded(n, m, factor, seed: 6)
    let product = Samples.product(n)
    let coordinates = try SnapshotCoordinates(of: SnapshotSet(states: states), in: product)
    let sizes = [0, 1, 2, 5, 9, 15, 16, 30]
    let found = try UnseenErrors.leavingOutEach(of: coordinates, sizes: sizes)
    for (s, size) in sizes.enumerated() {
      let expected = try Self.brute(states, product, parts: Array(0..<m), size: size)
      for i in 0..<m {
        let difference = (found.errors[s, i] - expected[i]).magnitude
        #expect(difference <= 1e-9 * expected[i] + 1e-13 / Double.pow(factor, 2))
      }
      #expect((found.summaries[s].worst - (expected.max() ?? 0)).magnitude < 1e-9)
      #expect(found.summaries[s].size == size)
    }
    #expect(found.summaries[0].mean == 1 || (found.summaries[0].mean - 1).magnitude < 1e-14)
  }

  @Test func `leaving out parts gives the errors of bases made without them`() throws {
    let (n, m) = (40, 15)
    let states = Self.graded(n, m, 0.5, seed: 8)
    let product = Samples.product(n)
    let coordinates = try SnapshotCoordinates(of: SnapshotSet(states: states), in: product)
    let folds = try Folds(of: m, count: 4, seed: 2)
    let found = try UnseenErrors.leavingOut(folds, of: coordinates, sizes: [1, 4, 8])
    for (s, size) in [1, 4, 8].enumerated() {
      let expected = try Self.brute(states, product, parts: folds.assignment, size: size)
      for i in 0..<m { #expect((found.errors[s, i] - expected[i]).magnitude < 1e-12) }
      let sorted = expected.sorted()
      #expect((found.summaries[s].quantile95 - sorted[14]).magnitude < 1e-12)
      #expect(found.summaries[s].mean < found.summaries[s].worst)
    }
    // Parts of one snapshot each are leave-one-out.
    let each = try UnseenErrors.leavingOut(
      Folds(of: m, count: m), of: coordinates, sizes: [3])
    let other = try UnseenErrors.leavingOutEach(of: coordinates, sizes: [3])
    for i in 0..<m { #expect((each.errors[0, i] - other.errors[0, i]).magnitude < 1e-12) }
  }

  @Test func `duplicates and equal singular values do not disturb leaving out`() throws {
    // Four orthogonal snapshots of one length, one of them twice.
    let axes = DenseMatrix<Double>.identity(5)
    let states = DenseMatrix(rowCount: 5, columns: [0, 1, 2, 3, 3].map { axes.column($0) })
    let found = try UnseenErrors.leavingOutEach(
      of: SnapshotCoordinates(states), sizes: [1, 3, 4])
    // Without one of the lone snapshots nothing serves it; the twins serve each other.
    for i in 0..<3 { for s in 0..<3 { #expect((found.errors[s, i] - 1).magnitude < 1e-14) } }
    for i in 3..<5 { #expect(found.errors[2, i] < 1e-14) }
    #expect(throws: SnapshotError.self) {
      try UnseenErrors.leavingOutEach(
        of: SnapshotCoordinates(states.columns(0..<1)), sizes: [1])
    }
    #expect(throws: SnapshotError.self) {
      try UnseenErrors.leavingOutEach(
        of: SnapshotCoordinates(DenseMatrix(rowCount: 2, columnCount: 3)), sizes: [1])
    }
  }

  @Test func `the next parameter lies where errors are large and samples are far`() throws {
    let space = try ParameterSpace(axes: [ParameterAxis(name: "a", range: 0...10)])
    let samples: [Parameter] = [[0], [2], [4], [10]]
    let even = try NextParameter(after: samples, errors: [1, 1, 1, 1], in: space)
    #expect(even.best.parameter == [7])
    let rough = try NextParameter(after: samples, errors: [9, 9, 0.1, 0.1], in: space)
    #expect(rough.best.parameter == [1])
    #expect(rough.best.distance == 0.1)
    let given = try NextParameter(
      after: samples, errors: [1, 1, 1, 1], in: space, candidates: .points([[4], [6.5], [1]]))
    #expect(given.ranking.map(\.parameter) == [[6.5], [1], [4]])
    #expect(given.ranking[2].indicator == 0)
    #expect(throws: SnapshotError.self) {
      try NextParameter(after: [[1]], errors: [1], in: space)
    }
    #expect(throws: SnapshotError.self) {
      try NextParameter(after: samples, errors: [1, .nan, 1, 1], in: space)
    }
  }

  @Test(arguments: SubspaceDistance.allCases)
  func `distances of trajectories are metrics that vanish for equal spaces`(
    distance: SubspaceDistance
  ) throws {
    // Trajectory 3 has the span of trajectory 0 in other snapshots.
    let first = DenseMatrix<Double>.random(30, 4, seed: 1)
    var states = first
    for seed in [2, 3] as [UInt64] {
      states.appendColumns(of: DenseMatrix<Double>.random(30, 4, seed: seed))
    }
    states.appendColumns(of: first * DenseMatrix<Double>.random(4, 5, seed: 4))
    let groups = [7, 7, 7, 7, 2, 2, 2, 2, 5, 5, 5, 5, 0, 0, 0, 0, 0]
    let coordinates = try SnapshotCoordinates(
      of: SnapshotSet(states: states), in: Samples.product(30))
    let d = try DissimilarityMatrix(
      betweenTrajectories: coordinates, groups: groups, modes: 4, distance: distance)
    #expect(d.count == 4 && d[0, 3] < 1e-12 && d[0, 1] > 0.3)
    for i in 0..<4 {
      for j in 0..<4 {
        for k in 0..<4 { #expect(d[i, k] <= d[i, j] + d[j, k] + 1e-12) }
      }
    }
    // One mode each: the angle between lines.
    let lines = try DissimilarityMatrix(
      betweenTrajectories: coordinates, groups: Array(0..<17), modes: 1, distance: distance)
    let sine = try DissimilarityMatrix(
      of: SnapshotSet(states: states), in: Samples.product(30), measure: .sine)
    for (found, value) in zip(lines.packed, sine.packed) {
      let expected = distance == .geodesic ? Double.asin(value) : value
      #expect((found - expected).magnitude < 1e-12)
    }
    let short = try DissimilarityMatrix(
      betweenTrajectories: coordinates, groups: groups, modes: 5, distance: distance)
    #expect(short.notes.count == 1)
  }
}
