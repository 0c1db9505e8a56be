import ComplexModule
import LinearAlgebra
import ModelReduction
import RealModule
import TestSupport
import Testing

/// Tables of functions for interpolation.
enum InterpolationFamilies {
  /// 1/√(|x − μ|² + 10⁻³) on q² points of the unit square, k² parameters outside it.
  static func peaks(_ q: Int, _ k: Int) -> DenseMatrix<Double> {
    let mu = (0..<k).map { -0.01 * Double.pow(100, Double($0) / Double(max(1, k - 1))) }
    return DenseMatrix(
      rowCount: q * q,
      columns: mu.flatMap { u in
        mu.map { v in
          (0..<q * q).map { i in
            let x = (Double(i % q) + 0.5) / Double(q) - u
            let y = (Double(i / q) + 0.5) / Double(q) - v
            return 1 / (x * x + y * y + 1e-3).squareRoot()
          }
        }
      })
  }

  /// e^{ikr} for r in [0, 1], k in [1, 20].
  static func waves(rows n: Int, columns m: Int) -> DenseMatrix<Complex<Double>> {
    DenseMatrix(
      rowCount: n,
      columns: (0..<m).map { j in
        let k = 1 + 19 * Double(j) / Double(m - 1)
        return (0..<n).map { Complex(length: 1, phase: k * Double($0) / Double(n - 1)) }
      })
  }

  /// Random combinations of `rank` random columns.
  static func random(_ n: Int, _ m: Int, rank: Int, seed: UInt64) -> DenseMatrix<Double> {
    var random = SeededRandom(seed: seed)
    func matrix(_ n: Int, _ m: Int) -> DenseMatrix<Double> {
      DenseMatrix(
        rowCount: n, columnCount: m,
        values: (0..<n * m).map { _ in Double.random(in: -1...1, using: &random) })
    }
    return matrix(n, rank) * matrix(rank, m)
  }
}

func largest<S: Scalar>(_ a: [S], _ b: [S]) -> Double {
  zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).absolute) }
}

@Suite struct `Empirical interpolation` {
  @Test func `modes are one at their points, zero at those before and bounded by one`() throws {
    let table = InterpolationFamilies.peaks(40, 9)
    let eim = try EIM(of: table, options: InterpolationOptions(tolerance: 1e-8))
    let d = eim.size
    #expect(eim.limit == .tolerance && d > 10)
    #expect(Set(eim.points).count == d && Set(eim.chosenSnapshots).count == d)
    for k in 0..<d {
      #expect(eim.modes[eim.points[k], k] == 1)
      for l in 0..<k { #expect(eim.modes[eim.points[l], k] == 0) }
    }
    #expect(eim.modes.values.allSatisfy { $0.magnitude <= 1 + 2e-12 })
    #expect(eim.triangularityDefect < 1e-10)
    let sigma = try SVD.singularValues(of: eim.pointValues)
    #expect(sigma[0] / sigma[d - 1] < 200)
    #expect(eim.errors.count == d + 1 && eim.errors[d] <= 1e-8 * eim.errors[0])
    #expect(eim.errors[d - 1] > 1e-8 * eim.errors[0])
  }

  @Test func `the greedy takes the largest error at every step`() throws {
    let table = InterpolationFamilies.peaks(30, 6)
    let eim = try EIM(of: table, options: InterpolationOptions(size: 12))
    // The definition, step by step on a stored residual.
    var rest = table
    for k in 0..<12 {
      let sizes = rest.values.map(\.magnitude)
      let most = try #require(sizes.max())
      #expect((eim.errors[k] - most).magnitude <= 1e-12 * eim.errors[0])
      let (x, j) = (eim.points[k], eim.chosenSnapshots[k])
      #expect(rest[x, j].magnitude >= (1 - 1e-9) * most)
      let first = try #require(sizes.firstIndex { $0 >= (1 - 1e-12) * most })
      if k == 0 { #expect(first / table.rowCount == j && first % table.rowCount == x) }
      let row = (0..<rest.columnCount).map { rest[x, $0] }
      let mode = rest.column(j).map { $0 / rest[x, j] }
      #expect(largest(mode, eim.modes.column(k)) < 1e-9)
      for c in 0..<rest.columnCount {
        for i in 0..<rest.rowCount { rest[i, c] -= mode[i] * row[c] }
      }
    }
  }

  @Test func `interpolation is exact at the points and for the chosen snapshots, and idempotent`()
    throws
  {
    let table = InterpolationFamilies.peaks(30, 8)
    let eim = try EIM(of: table, options: InterpolationOptions(size: 20))
    for (m, j) in eim.chosenSnapshots.enumerated() {
      let beta = eim.nodalCoefficients(of: eim.points.map { table[$0, j] })
      for k in beta.indices { #expect((beta[k] - (k == m ? 1 : 0)).magnitude < 1e-13) }
      #expect(largest(eim.interpolated(table.column(j)), table.column(j)) < 1e-13 * eim.errors[0])
    }
    let f = table.column(13).map { $0 * $0 }
    let image = eim.interpolated(f)
    for x in eim.points { #expect((image[x] - f[x]).magnitude < 1e-12 * 1e3) }
    #expect(largest(eim.interpolated(image), image) < 1e-11 * 1e3)
    // Both forms are the same interpolant.
    let beta = eim.nodalCoefficients(of: eim.points.map { f[$0] })
    let chosen = DenseMatrix(
      rowCount: table.rowCount, columns: eim.chosenSnapshots.map { table.column($0) })
    #expect(largest(chosen * beta, image) < 1e-8 * 1e3)
  }

  @Test func `a table of rank r is exhausted by r steps and the span reproduced`() throws {
    let table = InterpolationFamilies.random(300, 40, rank: 7, seed: 3)
    let eim = try EIM(of: table)
    #expect(eim.size == 7 && (eim.limit == .roundOff || eim.limit == .zeroPivot))
    for j in 0..<40 { #expect(largest(eim.interpolated(table.column(j)), table.column(j)) < 1e-12) }
    #expect(eim.nextPoint == nil || eim.errors[7] < 1e-12)
  }

  @Test func `a tolerance below the noise ends at the noise with bounded modes`() throws {
    let eim = try EIM(of: InterpolationFamilies.waves(rows: 400, columns: 200))
    #expect(eim.limit == .roundOff)
    #expect(eim.size >= 18 && eim.size <= 26)
    #expect(eim.modes.values.allSatisfy { $0.length <= 1 + 1e-11 })
    #expect(eim.triangularityDefect < 1e-10)
    #expect(eim.lebesgueConstant() < 30)
  }

  @Test func `waves up to wavenumber twenty need eighteen terms for twelve digits`() throws {
    let eim = try EIM(of: InterpolationFamilies.waves(rows: 1000, columns: 400))
    // Published: 8 terms 5.7e-3, 10 6e-5, 12 5e-7, 14 2e-8, 16 6e-11, 18 8e-13, in the supremum.
    for (d, error) in [(8, 5.7e-3), (10, 6e-5), (12, 5e-7), (14, 2e-8), (16, 6e-11), (18, 8e-13)] {
      let part = eim.prefix(d)
      var worst = 0.0
      for i in 0..<50 {
        let k = 1 + 19 * (Double(i) + 0.37) / 50
        let f = (0..<1000).map { Complex<Double>(length: 1, phase: k * Double($0) / 999) }
        worst = max(worst, largest(part.interpolated(f), f))
      }
      #expect(worst < 8 * error && worst > error / 8, "\(d) terms: \(worst)")
    }
  }

  @Test func `conjugate snapshots give the same points and conjugate modes`() throws {
    let table = InterpolationFamilies.waves(rows: 300, columns: 60)
    var mirror = table
    for k in mirror.values.indices { mirror.values[k] = mirror.values[k].conjugate }
    let options = InterpolationOptions(size: 12)
    let (a, b) = (try EIM(of: table, options: options), try EIM(of: mirror, options: options))
    #expect(a.points == b.points && a.chosenSnapshots == b.chosenSnapshots)
    #expect(largest(a.modes.values, b.modes.values.map(\.conjugate)) < 1e-9)
  }

  @Test func `real snapshots written as complex numbers give the real result`() throws {
    let table = InterpolationFamilies.peaks(25, 5)
    let complex = DenseMatrix(
      rowCount: table.rowCount, columnCount: table.columnCount,
      values: table.values.map { Complex($0, 0) })
    let options = InterpolationOptions(size: 10)
    let (a, b) = (try EIM(of: table, options: options), try EIM(of: complex, options: options))
    #expect(a.points == b.points && a.chosenSnapshots == b.chosenSnapshots)
    #expect(largest(a.modes.values, b.modes.values.map(\.real)) < 1e-10)
  }

  @Test func `Lebesgue constants are those of the cardinal functions and below two to the d`()
    throws
  {
    let table = InterpolationFamilies.peaks(30, 8)
    let eim = try EIM(of: table, options: InterpolationOptions(size: 15))
    let constants = eim.lebesgueConstants()
    #expect((constants[0] - 1).magnitude < 1e-11)
    for m in [1, 4, 15] {
      let part = eim.prefix(m)
      let inverse = try LU(part.pointValues).solve(.identity(m))
      let cardinal = part.modes * inverse
      let direct =
        (0..<cardinal.rowCount).map { i in
          (0..<m).reduce(0) { $0 + cardinal[i, $1].magnitude }
        }.max() ?? 0
      #expect((constants[m - 1] - direct).magnitude < 1e-9 * direct)
      #expect(direct <= Double.pow(2, Double(m)) - 1 + 1e-9)
      #expect(part.lebesgueConstant() == constants[m - 1])
    }
    #expect(constants[14] < 15)
    // ‖f − I f‖ ≤ (1 + Λ) ‖f − q‖ for any q of the span, here that of the larger interpolant.
    let f = table.column(20).map { Double.sqrt($0) }
    let q = eim.modes * eim.modes.columnCount.range.map { 1 / Double(1 + $0) }
    #expect(
      largest(eim.interpolated(f), f) <= (1 + constants[14]) * largest(f, q) * (1 + 1e-12))
  }

  @Test func `the value at the next point tells the error there`() throws {
    let table = InterpolationFamilies.peaks(30, 8)
    let eim = try EIM(of: table, options: InterpolationOptions(size: 10))
    let next = try #require(eim.nextPoint)
    let longer = try EIM(of: table, options: InterpolationOptions(size: 11))
    #expect(longer.points[10] == next && longer.prefix(10).points == eim.points)
    #expect(longer.prefix(10).nextPoint == next)
    let f = table.column(5)
    let error = eim.nextPointError(of: eim.points.map { f[$0] }, next: f[next])
    #expect((error - (f[next] - eim.interpolated(f)[next]).magnitude).magnitude < 1e-12)
    // The Newton coefficient that a step more would have.
    let c = longer.newtonCoefficients(of: longer.points.map { f[$0] })
    #expect((c[10].magnitude - error).magnitude < 1e-12)
  }

  @Test func `points stay among the candidates and the interpolant serves all rows`() throws {
    let table = InterpolationFamilies.peaks(30, 8)
    let candidates = Array(stride(from: 3, to: 900, by: 7))
    let eim = try EIM(of: table, options: InterpolationOptions(size: 15, candidates: candidates))
    #expect(eim.points.allSatisfy(Set(candidates).contains) && eim.modes.rowCount == 900)
    for j in eim.chosenSnapshots {
      #expect(largest(eim.interpolated(table.column(j)), table.column(j)) < 1e-9 * eim.errors[0])
    }
    let all = try EIM(
      of: table, options: InterpolationOptions(size: 15, candidates: Array(0..<900)))
    let plain = try EIM(of: table, options: InterpolationOptions(size: 15))
    #expect(all.points == plain.points && largest(all.modes.values, plain.modes.values) < 1e-9)
    #expect(throws: HyperReductionError.self) {
      try EIM(of: table, options: InterpolationOptions(candidates: [1, 900]))
    }
    #expect(throws: HyperReductionError.self) {
      try EIM(of: table, options: InterpolationOptions(candidates: [1, 2], given: [5]))
    }
  }

  @Test func `weights are the same as weighted snapshots, and given points come first`() throws {
    let table = InterpolationFamilies.peaks(20, 6)
    var random = SeededRandom(seed: 8)
    let weights = (0..<400).map { _ in Double.random(in: 0.1...10, using: &random) }
    let weighted = DenseMatrix(
      rowCount: 400, columnCount: 36,
      values: table.values.enumerated().map { $1 * weights[$0 % 400] })
    let a = try EIM(of: table, options: InterpolationOptions(size: 12, weights: weights))
    let b = try EIM(of: weighted, options: InterpolationOptions(size: 12))
    #expect(a.points == b.points && a.chosenSnapshots == b.chosenSnapshots)
    let f = table.column(7)
    let image = b.interpolated(f.indices.map { f[$0] * weights[$0] })
    #expect(largest(a.interpolated(f), f.indices.map { image[$0] / weights[$0] }) < 1e-9)
    let given = try EIM(of: table, options: InterpolationOptions(size: 12, given: [399, 17]))
    #expect(Array(given.points.prefix(2)) == [399, 17])
    #expect(throws: HyperReductionError.self) {
      try EIM(of: table, options: InterpolationOptions(weights: weights.map { $0 - 5 }))
    }
  }

  @Test func `zero, single and repeated snapshots are no trouble, NaN is named`() throws {
    let zero = try EIM(of: DenseMatrix<Double>(rowCount: 50, columnCount: 4))
    #expect(zero.size == 0 && zero.limit == .zeroPivot && zero.errors == [0])
    #expect(zero.interpolated([Double](repeating: 1, count: 50)).allSatisfy { $0 == 0 })
    #expect(zero.lebesgueConstant() == 0 && zero.nextPoint == nil)
    #expect(try EIM(of: DenseMatrix<Double>(rowCount: 0, columnCount: 0)).size == 0)
    let column = (0..<50).map { Double.sin(Double($0)) }
    let one = try EIM(of: DenseMatrix(rowCount: 50, columns: [column]))
    #expect(one.size == 1 && one.limit == .zeroPivot)
    let twice = try EIM(
      of: DenseMatrix(rowCount: 50, columns: [column, column, column.map { -3 * $0 }, column]))
    #expect(twice.size == 1 && twice.chosenSnapshots == [2])
    #expect(twice.limit == .roundOff || twice.limit == .zeroPivot)
    var bad = InterpolationFamilies.peaks(10, 3)
    bad[42, 5] = .nan
    #expect(throws: HyperReductionError.notFinite(what: "snapshots", row: 5, point: 42)) {
      try EIM(of: bad)
    }
    bad[42, 5] = .infinity
    #expect(throws: HyperReductionError.self) { try EIM(of: bad) }
    let huge = DenseMatrix(rowCount: 2, columns: [[Complex(1e200, 1e200), Complex(1, 0)]])
    #expect(throws: HyperReductionError.self) { try EIM(of: huge) }
    #expect(throws: HyperReductionError.self) {
      try EIM(of: bad, options: InterpolationOptions(tolerance: -1))
    }
  }

  @Test func `any number of threads gives the same bits`() throws {
    let table = InterpolationFamilies.peaks(70, 7)
    let before = Threads.count
    defer { Threads.count = before }
    var results: [EIM<Double>] = []
    for threads in [1, 2, 5] {
      Threads.count = threads
      results.append(try EIM(of: table, options: InterpolationOptions(size: 20)))
    }
    for other in results[1...] {
      #expect(other.points == results[0].points && other.errors == results[0].errors)
      #expect(other.modes == results[0].modes)
      #expect(other.lebesgueConstants() == results[0].lebesgueConstants())
    }
  }

  @Test func `a source is read within its memory or refused`() throws {
    let table = InterpolationFamilies.peaks(20, 4)
    let source = SnapshotSet(states: table)
    #expect(
      try EIM(of: source, options: InterpolationOptions(size: 5)).points
        == EIM(of: table, options: InterpolationOptions(size: 5)).points)
    try inFolder { folder in
      let path = folder + "/table.npy"
      try BasisFile(modes: table).write(to: path)
      let file = try NumpySnapshots(reading: path)
      let eim = try EIM(of: file, options: InterpolationOptions(size: 5))
      #expect(try eim.points == EIM(of: table, options: InterpolationOptions(size: 5)).points)
      #expect(throws: SnapshotError.self) { try EIM(of: file, memory: 1000) }
    }
  }
}

extension Int {
  fileprivate var range: [Int] { Array(0..<self) }
}
