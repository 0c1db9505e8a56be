import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

@Suite struct `Empirical cubature` {
  /// A cosine whose amplitude falls with its number, as those in a smooth field.
  struct Wave {
    let k: SIMD3<Double>
    let amplitude: Double
    let phase: Double

    func value(at x: SIMD3<Double>) -> Double {
      let damping = 1 / (1 + (k * k).sum())
      return damping * amplitude * Double.cos((k * x).sum() * Double.pi + phase)
    }
  }

  /// Smooth stress and strain modes at the points of a grid of the unit cube, six components each.
  struct Cube {
    let count: Int
    let stress: DenseMatrix<Double>
    let strain: DenseMatrix<Double>
    let weights: [Double]

    /// - Parameter side: Points along an edge, two for each cell.
    init(side: Int, stressModes: Int, strainModes: Int, seed: UInt64 = 1) {
      var random = SeededRandom(seed: seed)
      let gauss = 0.5 / 3.0.squareRoot()
      var places: [Double] = []
      for i in 0..<side {
        let inCell = i % 2 == 0 ? 0.5 - gauss : 0.5 + gauss
        places.append((Double(i / 2) + inCell) / (Double(side) / 2))
      }
      let count = side * side * side
      var points: [SIMD3<Double>] = []
      for p in 0..<count {
        points.append(SIMD3(places[p % side], places[p / side % side], places[p / side / side]))
      }
      func wave() -> Wave {
        let k = (0..<3).map { _ in Double(Int.random(in: 0...3, using: &random)) }
        return Wave(
          k: SIMD3(k[0], k[1], k[2]), amplitude: random.uniform(), phase: random.uniform(0...6))
      }
      func modes(_ number: Int) -> DenseMatrix<Double> {
        var values: [Double] = []
        for _ in 0..<number {
          let components = (0..<6).map { _ in (0..<8).map { _ in wave() } }
          for x in points {
            for waves in components { values.append(waves.reduce(0) { $0 + $1.value(at: x) }) }
          }
        }
        return DenseMatrix(rowCount: 6 * count, columnCount: number, values: values)
      }
      self.count = count
      let stress = modes(stressModes)
      (self.stress, strain) = (stress, modes(strainModes))
      weights = [Double](repeating: 1 / Double(count), count: count)
    }

    var factored: VirtualWorkIntegrands {
      get throws { try VirtualWorkIntegrands(stressModes: stress, strainModes: strain) }
    }

    var table: DenseMatrix<Double> {
      get throws {
        let g = try factored
        var column = [Double](repeating: 0, count: g.rowCount)
        return DenseMatrix(
          rowCount: g.rowCount,
          columns: (0..<count).map {
            g.column($0, into: &column)
            return column
          })
      }
    }
  }

  static let small = Cube(side: 8, stressModes: 5, strainModes: 6)

  /// ‖G x − b‖ / ‖b‖ of a rule.
  static func residual(
    _ g: DenseMatrix<Double>, _ full: [Double], _ rule: EmpiricalCubature
  ) -> Double {
    let b = g * full
    var x = [Double](repeating: 0, count: full.count)
    for (point, weight) in zip(rule.points, rule.weights) { x[point] = weight }
    var rest = b
    axpy(-1, g * x, into: &rest)
    return norm(rest) / norm(b)
  }

  @Test(arguments: [1e-2, 1e-4, 1e-6, 0], [1, 5])
  func `few positive weights keep integrals and volume`(tolerance: Double, batch: Int) throws {
    let g = try Self.small.table
    let rule = try EmpiricalCubature(
      of: TabulatedIntegrands(g), weights: Self.small.weights, tolerance: tolerance, batch: batch)
    let limit = max(tolerance, 1e-12)
    #expect(rule.weights.allSatisfy { $0 > 0 })
    #expect(rule.points == rule.points.sorted() && Set(rule.points).count == rule.points.count)
    #expect(rule.points.count <= g.rowCount + 1)
    #expect(Self.residual(g, Self.small.weights, rule) <= limit)
    #expect((rule.weights.reduce(0, +) - 1).magnitude <= limit)
    #expect((rule.report.residual - Self.residual(g, Self.small.weights, rule)).magnitude < 1e-13)
    let history = rule.report.history.map(\.residual)
    #expect(history.count > 1 && rule.report.history.last?.points == rule.points.count)
  }

  @Test func `the factored form is the table, not stored`() throws {
    let (g, table) = (try Self.small.factored, try Self.small.table)
    let tabulated = TabulatedIntegrands(table)
    // Row i + k · (stress modes) is the double contraction of stress i and strain k.
    let (stress, strain) = (Self.small.stress, Self.small.strain)
    for (i, k, p) in [(0, 0, 0), (3, 2, 100), (4, 5, 511)] {
      let work = (0..<6).reduce(0) { $0 + stress[6 * p + $1, i] * strain[6 * p + $1, k] }
      #expect((table[i + 5 * k, p] - work).magnitude < 1e-14)
    }
    var random = SeededRandom(seed: 8)
    let r = (0..<30).map { _ in random.uniform() }
    var (a, b) = ([Double](repeating: 0, count: 512), [Double](repeating: 1, count: 512))
    g.correlations(with: r, into: &a)
    tabulated.correlations(with: r, into: &b)
    #expect(zip(a, b).allSatisfy { ($0 - $1).magnitude < 1e-13 })
    #expect(zip(a, table.adjointTimes(r)).allSatisfy { ($0 - $1).magnitude < 1e-13 })
    let part = [5, 3, 200]
    for integrands in [g.restricted(to: part)] as [any CubatureIntegrands]
      + [tabulated.restricted(to: part)]
    {
      var column = [Double](repeating: 0, count: 30)
      for (place, p) in part.enumerated() {
        integrands.column(place, into: &column)
        #expect(zip(column, table.column(p)).allSatisfy { ($0 - $1).magnitude < 1e-14 })
      }
    }
    let rules = [
      try EmpiricalCubature(of: g, weights: Self.small.weights, tolerance: 1e-5),
      try EmpiricalCubature(of: tabulated, weights: Self.small.weights, tolerance: 1e-5),
    ]
    #expect(rules[0].points == rules[1].points)
    #expect(throws: HyperReductionError.self) {
      try VirtualWorkIntegrands(stressModes: stress, strainModes: strain, componentCount: 5)
    }
  }

  @Test func `batches of five need hardly more points than single ones`() throws {
    let cube = Cube(side: 10, stressModes: 8, strainModes: 8, seed: 4)
    let g = TabulatedIntegrands(try cube.table)
    for tolerance in [1e-3, 1e-5] {
      let one = try EmpiricalCubature(of: g, weights: cube.weights, tolerance: tolerance, batch: 1)
      let five = try EmpiricalCubature(of: g, weights: cube.weights, tolerance: tolerance, batch: 5)
      #expect(Double(five.points.count) <= 1.1 * Double(one.points.count))
      #expect(five.report.history.count < one.report.history.count / 3)
    }
  }

  @Test func `the order of the points does not matter`() throws {
    let g = try Self.small.table
    var random = SeededRandom(seed: 5)
    let order = Array(0..<Self.small.count).shuffled(using: &random)
    let whole = try EmpiricalCubature(
      of: TabulatedIntegrands(g), weights: Self.small.weights, tolerance: 1e-4)
    let shuffled = try EmpiricalCubature(
      of: TabulatedIntegrands(g).restricted(to: order), weights: Self.small.weights,
      tolerance: 1e-4)
    let back = zip(shuffled.points.map { order[$0] }, shuffled.weights).sorted { $0.0 < $1.0 }
    #expect(back.map(\.0) == whole.points)
    #expect(zip(back, whole.weights).allSatisfy { ($0.0.1 - $0.1).magnitude < 1e-11 })
  }

  @Test func `a warm start is never worse`() throws {
    let g = TabulatedIntegrands(try Self.small.table)
    let cold = try EmpiricalCubature(of: g, weights: Self.small.weights, tolerance: 1e-5)
    let again = try EmpiricalCubature(
      of: g, weights: Self.small.weights, tolerance: 1e-5, startingFrom: cold.points)
    #expect(again.points == cold.points && again.report.history.count == 1)
    // Two more modes: begun from the old points, the rule is found in fewer rounds.
    let more = Cube(side: 8, stressModes: 7, strainModes: 7)
    let enriched = TabulatedIntegrands(
      DenseMatrix(rows: (try Self.small.table).rowArrays + (try more.table).rowArrays))
    let fresh = try EmpiricalCubature(of: enriched, weights: more.weights, tolerance: 1e-5)
    let warm = try EmpiricalCubature(
      of: enriched, weights: more.weights, tolerance: 1e-5, startingFrom: cold.points)
    #expect(warm.report.residual <= 1e-5 && warm.report.history.count < fresh.report.history.count)
    #expect(Double(warm.points.count) <= 1.1 * Double(fresh.points.count))
    #expect(warm.points.count <= enriched.rowCount + 1)
    let all = try EmpiricalCubature(
      of: g, weights: Self.small.weights, tolerance: 1e-5,
      startingFrom: Array(0..<Self.small.count))
    #expect(all.points.count <= g.rowCount + 1 && all.report.residual <= 1e-5)
  }

  @Test func `subdomains on their own add up to the tolerance`() throws {
    let g = TabulatedIntegrands(try Self.small.table)
    let parts = (0..<Self.small.count).map { $0 / 128 }
    let rule = try EmpiricalCubature(
      of: g, weights: Self.small.weights, tolerance: 1e-3, subdomains: parts)
    #expect(rule.report.residual <= 1e-3 && rule.report.volumeError.magnitude <= 1e-3)
    for d in 0..<4 {
      let own = (0..<Self.small.count).filter { parts[$0] == d }
      let mine = zip(rule.points, rule.weights).filter { parts[$0.0] == d }
      let b = g.restricted(to: own).values * own.map { Self.small.weights[$0] }
      let a = g.restricted(to: mine.map(\.0)).values * mine.map(\.1)
      #expect(norm(zip(a, b).map { $0 - $1 }) <= 1e-3 * norm(b))
      #expect((mine.reduce(0) { $0 + $1.1 } - 0.25).magnitude <= 1e-3 * 0.25)
    }
  }

  @Test func `whole cells keep the ratios of their weights`() throws {
    let g = try Self.small.table
    // Eight points for each of 64 cells.
    var cells = [[Int]](repeating: [], count: 64)
    for p in 0..<512 { cells[p % 8 / 2 + 4 * (p / 8 % 8 / 2) + 16 * (p / 128)].append(p) }
    var random = SeededRandom(seed: 3)
    let full = (0..<512).map { _ in random.uniform(0.5...1) }
    let rule = try EmpiricalCubature(
      of: TabulatedIntegrands(g), weights: full, tolerance: 1e-3, unit: .cells(cells))
    #expect(rule.points.count == 8 * rule.units.count && rule.units.count <= g.rowCount + 1)
    #expect(rule.unitWeights.allSatisfy { $0 > 0 })
    #expect(Self.residual(g, full, rule) <= 1e-3)
    let volume = full.reduce(0, +)
    #expect((rule.weights.reduce(0, +) - volume).magnitude <= 1e-3 * volume)
    for (unit, factor) in zip(rule.units, rule.unitWeights) {
      for p in cells[unit] {
        let place = try #require(rule.points.firstIndex(of: p))
        #expect((rule.weights[place] / full[p] / factor - 1).magnitude < 1e-14)
      }
    }
    let parts = try EmpiricalCubature(
      of: TabulatedIntegrands(g), weights: full, tolerance: 1e-2, unit: .cells(cells),
      subdomains: (0..<512).map { $0 / 256 })
    #expect(Self.residual(g, full, parts) <= 1e-2)
  }

  @Test func `compressed functions keep the tolerance of the given ones`() throws {
    // 30 functions, and 120 combinations of them with a little of something else.
    let g = try Self.small.table
    var random = SeededRandom(seed: 6)
    let mix = DenseMatrix(
      rowCount: 120, columnCount: 30, values: (0..<3600).map { _ in random.uniform() })
    var many = mix * g
    for k in many.values.indices { many.values[k] += 1e-9 * random.uniform() }
    for (compression, tolerance) in [(1e-6, 1e-5), (1e-1, 1e-6)] {
      let rule = try EmpiricalCubature(
        of: TabulatedIntegrands(many), weights: Self.small.weights, tolerance: tolerance,
        compression: compression)
      #expect(Self.residual(many, Self.small.weights, rule) <= tolerance)
      #expect((rule.weights.reduce(0, +) - 1).magnitude <= tolerance)
      if compression == 1e-6 {
        #expect(rule.report.rowCount == 30 && rule.points.count <= 31)
      }
    }
  }

  @Test func `any number of threads gives the same bits`() throws {
    let g = try Self.small.factored
    let before = Threads.count
    defer { Threads.count = before }
    var found: [[Double]] = []
    for threads in [1, 2, 5] {
      Threads.count = threads
      found.append(
        try EmpiricalCubature(of: g, weights: Self.small.weights, tolerance: 1e-5).weights)
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func `no function, one function and functions that vanish are integrated`() throws {
    let ones = [Double](repeating: 0.5, count: 6)
    for table in [
      DenseMatrix<Double>(rowCount: 0, columnCount: 6),
      DenseMatrix<Double>(rowCount: 2, columnCount: 6),
      DenseMatrix<Double>(rows: [[1, 1, 1, 1, 1, 1]]),
    ] {
      let rule = try EmpiricalCubature(of: TabulatedIntegrands(table), weights: ones, tolerance: 0)
      #expect(rule.points.count == 1 && (rule.weights[0] - 3).magnitude < 1e-15)
    }
    let line = DenseMatrix<Double>(rows: [[0, 1, 2, 3, 4, 5]])
    let rule = try EmpiricalCubature(of: TabulatedIntegrands(line), weights: ones, tolerance: 0)
    #expect(rule.points.count <= 2 && rule.report.residual < 1e-14)
    // An odd function: its integral vanishes, but not to be integrated it must not.
    let odd = DenseMatrix<Double>(rows: [[-5, -3, -1, 1, 3, 5]])
    let zero = try EmpiricalCubature(of: TabulatedIntegrands(odd), weights: ones, tolerance: 1e-10)
    let sum = zip(zero.points, zero.weights).reduce(0) { $0 + odd[0, $1.0] * $1.1 }
    #expect(sum.magnitude < 1e-10)
  }

  @Test func `what cannot be integrated is refused with its place`() throws {
    var g = try Self.small.table
    g[3, 77] = .nan
    #expect(throws: HyperReductionError.notFinite(what: "integrands", row: 3, point: 77)) {
      try EmpiricalCubature(
        of: TabulatedIntegrands(g), weights: Self.small.weights, tolerance: 1e-3)
    }
    let two = TabulatedIntegrands(DenseMatrix<Double>(rows: [[1, -1]]))
    #expect(
      throws: HyperReductionError.mismatch(
        what: "cubature", found: "1 weights",
        expected: "one for each of 2 points, and one point at least")
    ) { try EmpiricalCubature(of: two, weights: [1], tolerance: 0.1) }
    for (weights, tolerance, start) in [
      ([1.0, .infinity], 0.1, [Int]()), ([1, -1], 0.1, []), ([1, 1], .nan, []), ([1, 1], 0.1, [2]),
    ] {
      #expect(throws: HyperReductionError.self) {
        try EmpiricalCubature(
          of: two, weights: weights, tolerance: tolerance, startingFrom: start)
      }
    }
    // A negative full weight: no positive ones give −1 at the second function.
    let hat = TabulatedIntegrands(DenseMatrix<Double>(rows: [[1, 0], [0, 1]]))
    #expect {
      try EmpiricalCubature(of: hat, weights: [2, -1], tolerance: 1e-3)
    } throws: { error in
      if case HyperReductionError.notReached(let residual, 1e-3, _) = error {
        residual > 0.1
      } else {
        false
      }
    }
  }
}

extension DenseMatrix<Double> {
  /// The rows one by one.
  fileprivate var rowArrays: [[Double]] {
    (0..<rowCount).map { i in (0..<columnCount).map { self[i, $0] } }
  }
}
